import type { Block, Scalar } from '../feature.ts';
import type { Deployed } from '../option.ts';
import type { Tokens } from '../view/tokens.ts';
import { endOf, read, stepsTo, type Doc, type Step } from './document.ts';
import { filled, type Token } from './token.ts';

/** Lists of Kubernetes' own kinds whose items are told apart by their name; in any other list a patch replaces all. */
const named = new Set(['containers', 'initContainers', 'env', 'volumes']);
/** Groups of Kubernetes' own kinds. Custom resources have no such lists: kustomize does not know their schemas. */
const builtin = /^(v1|(apps|batch|autoscaling|policy|networking\.k8s\.io|rbac\.authorization\.k8s\.io)\/v\d+)$/;

/** Values of one environment for the tokens of a line. What the cloud knows is filled in by the overlay. */
export const valuesIn =
  (env: Deployed, tokens: Tokens) =>
  ({ kind, name }: Token): Scalar | Block =>
    kind === 'cloud' ? 'set-from-cloud.env' : (tokens.perEnv[name]?.in[env] ?? '');

/**
 * What an object has otherwise in `env` than in `base`, as a patch: the document without every line that leads to nothing
 * different. Items of a list are addressed by their name; where kustomize cannot do that, the whole list is there.
 */
export function patchOf(doc: Doc, env: Deployed, base: Deployed, tokens: Tokens): string | undefined {
  if (env === base) return undefined;
  const here = (line: string): string => filled(line, valuesIn(env, tokens));
  const kept = new Map<number, string>();
  for (const i of doc.open) {
    const line = doc.lines[i] ?? '';
    if (here(line) !== filled(line, valuesIn(base, tokens))) keep(doc, i, kept, here);
  }
  if (kept.size === 0) return undefined;
  const metadata = doc.lines.indexOf('metadata:');
  const end = endOf(doc.lines, metadata, 0);
  const inMetadata = [...kept].filter(([i]) => i > metadata && i < end);
  const rest = [...kept].filter(([i]) => i !== metadata && !inMetadata.some(([j]) => i === j));
  const text = (some: readonly (readonly [number, string])[]): string[] =>
    [...some].sort(([a], [b]) => a - b).map(([, line]) => line);
  return [
    `apiVersion: ${doc.apiVersion}`,
    `kind: ${doc.kind}`,
    'metadata:',
    `  name: ${doc.name}`,
    ...text(inMetadata),
    ...text(rest),
    '',
  ].join('\n');
}

/** Keeps the lines on the way to a difference: as far as the first list that has to be replaced, and then all of it. */
function keep(doc: Doc, line: number, kept: Map<number, string>, here: (line: string) => string): void {
  const steps = stepsTo(doc.lines, line);
  const list = steps.findIndex((step, i) => 'item' in step && !isAddressed(steps[i - 1], step, doc));
  const way = list === -1 ? steps : steps.slice(0, list);
  for (const step of way) kept.set(step.line, onTheWay(step.line, way, doc, here));
  const whole = list === -1 ? undefined : way.at(-1);
  if (whole === undefined) return;
  const end = endOf(doc.lines, whole.line, read(doc.lines[whole.line] ?? '')?.column ?? 0);
  for (let i = whole.line + 1; i < end; i++) if (read(doc.lines[i] ?? '')) kept.set(i, here(doc.lines[i] ?? ''));
}

const isAddressed = (list: Step | undefined, item: Step, { apiVersion }: Doc): boolean =>
  builtin.test(apiVersion) &&
  'name' in item &&
  item.name !== undefined &&
  !!list &&
  'key' in list &&
  named.has(list.key);

/** A line that leads to a difference. An item begins with its name, whatever it begins with in the document. */
function onTheWay(line: number, way: readonly Step[], doc: Doc, here: (line: string) => string): string {
  const text = doc.lines[line] ?? '';
  const on = way.filter((step) => step.line === line);
  const item = on.find((step) => 'item' in step);
  if (item === undefined) return here(text);
  const begin = `${text.slice(0, text.indexOf('- '))}- name: ${'name' in item ? (item.name ?? '') : ''}`;
  return on.some((step) => 'key' in step && step.key !== 'name')
    ? `${begin}\n${here(text.replace('- ', '  '))}`
    : begin;
}
