import type { Manifest } from './objects.ts';

/** Typed looks at the parsed objects of a cluster. */
export interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly ports?: readonly { readonly name: string }[];
  readonly securityContext: object;
  readonly resources: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string | undefined>>>>;
  readonly envFrom?: readonly object[];
  readonly lifecycle?: object;
  readonly startupProbe?: { readonly failureThreshold: number; readonly periodSeconds: number };
}
interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly enableServiceLinks: boolean;
  readonly securityContext: object;
  readonly serviceAccountName: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly containers: readonly Container[];
  readonly volumes?: readonly { readonly secret?: { readonly secretName: string } }[];
}
/** The pods that an object makes. */
export interface Pods {
  readonly kind: string;
  readonly name: string;
  readonly object: Manifest;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  readonly container: Container;
}

interface Template {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
}

export function podsOf(object: Manifest): Pods[] {
  const spec = object.spec as { template?: Template; jobTemplate?: { spec: { template: Template } } } | undefined;
  const template = spec?.jobTemplate?.spec.template ?? spec?.template;
  const [container] = template?.spec.containers ?? [];
  if (!/^(Deployment|StatefulSet|Job|CronJob)$/.test(object.kind) || !template || !container) return [];
  const { kind, metadata } = object;
  return [{ kind, name: metadata.name, object, labels: template.metadata.labels, spec: template.spec, container }];
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly values: readonly string[] }[];
}

/** Whether a selector finds pods with these labels; of expressions only `In`, the one that is used. */
export const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Pods['labels']): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''));

export const portsOf = (pods: readonly Pods[]): string[] =>
  pods.flatMap(({ spec }) => spec.containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name)));

export interface Policy {
  readonly name: string;
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress: readonly { readonly ports?: readonly { readonly port: string | number }[] }[];
  readonly egress: readonly {
    readonly ports?: readonly object[];
    readonly to?: readonly { readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] } }[];
  }[];
}

export const netpolOf = ({ metadata, spec }: Manifest): Policy => ({
  ingress: [],
  egress: [],
  ...(spec as Omit<Policy, 'name' | 'ingress' | 'egress'>),
  name: metadata.name,
});

/** What adds and takes instances, by kind. */
export const autoscalers = (objects: readonly Manifest[]): string[] =>
  objects.map(({ kind }) => kind).filter((kind) => /^(HorizontalPodAutoscaler|ScaledObject)$/.test(kind));

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** `group/resource` of everything that the rules allow a verb for, sorted. */
export const grants = (rules: readonly Rule[], verb: string): string[] => {
  const given = rules
    .filter(({ verbs }) => verbs.includes(verb))
    .flatMap(({ apiGroups, resources }) => apiGroups.flatMap((group) => resources.map((one) => `${group}/${one}`)));
  return [...new Set(given)].sort();
};
