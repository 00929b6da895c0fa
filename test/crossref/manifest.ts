import type { Manifest } from '../objects.ts';

/** What one repository has in one environment, for checks that look from one object to another. */
export interface Scene {
  /** Objects in the namespace of the service, and those that an administrator applied before. */
  readonly objects: readonly Manifest[];
  readonly tenant: readonly Manifest[];
}

export type Labels = Readonly<Record<string, string>>;

/** A value deep in an object; lists are walked through, so the answer is every value on the way. */
export function all(from: unknown, path: string): unknown[] {
  const [head, ...rest] = path.split('.');
  if (from === undefined || from === null) return [];
  if (Array.isArray(from)) return from.flatMap((one) => all(one, path));
  const value = (from as Readonly<Record<string, unknown>>)[head ?? ''];
  if (rest.length > 0) return all(value, rest.join('.'));
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

export const texts = (from: unknown, path: string): string[] => all(from, path).map(String);
export const labelsAt = (from: unknown, path: string): Labels => (all(from, path)[0] ?? {}) as Labels;
export const called = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;
export const ofKind = (objects: readonly Manifest[], ...kinds: readonly string[]): Manifest[] =>
  objects.filter(({ kind }) => kinds.includes(kind));

/** A pod template, whoever makes pods of it. */
export interface Template {
  readonly owner: Manifest;
  readonly labels: Labels;
  readonly pod: Readonly<Record<string, unknown>>;
}

/** Pods that a controller makes in our namespace by itself: cert-manager's, which answers its authority's question. */
const foreign: readonly Template[] = [
  {
    owner: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'solver of cert-manager' } },
    labels: { 'acme.cert-manager.io/http01-solver': 'true' },
    pod: { containers: [{ ports: [{ containerPort: 8089 }] }] },
  },
];

export const templatesIn = (objects: readonly Manifest[]): Template[] => [
  ...foreign,
  ...ofKind(objects, 'Deployment', 'StatefulSet', 'Job', 'CronJob').flatMap((owner) =>
    [...all(owner, 'spec.template'), ...all(owner, 'spec.jobTemplate.spec.template')].map((template) => ({
      owner,
      labels: labelsAt(template, 'metadata.labels'),
      pod: labelsAt(template, 'spec'),
    })),
  ),
];

export const matches = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

/** The label that a selector asks for and the labels that there are. */
export const shown = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key.replace('app.kubernetes.io/', '')}=${value}`)
    .join(',');
