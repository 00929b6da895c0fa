import type { Env } from '../option.ts';
import type { ShownSetting } from '../view/settings.ts';
import { stepsTo, type Doc } from './document.ts';
import { tokensIn } from './token.ts';

/** A field of an object that takes a value of `cloud.env`. */
export interface Replacement {
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  readonly field: string;
}

/** Fields of an object that only the cloud can fill. Such a token is always a whole scalar: kustomize replaces scalars. */
export const replacementsIn = (doc: Doc): Replacement[] =>
  doc.open.flatMap((i) =>
    tokensIn(doc.lines[i] ?? '')
      .filter(({ kind }) => kind === 'cloud')
      .map(({ name }) => ({ key: name, kind: doc.kind, name: doc.name, field: fieldOf(doc, i) })),
  );

/** Settings of the service that only the cloud can fill, as fields of their ConfigMap. */
export const replacementsOf = (settings: readonly ShownSetting[], env: Env, configMap: string): Replacement[] =>
  settings
    .filter((setting) => setting.in[env].kind === 'handed')
    .map((setting) => ({
      key: setting.in[env].text,
      kind: 'ConfigMap',
      name: configMap,
      field: `data.${setting.name}`,
    }));

function fieldOf(doc: Doc, line: number): string {
  return stepsTo(doc.lines, line)
    .map((step) => ('key' in step ? step.key.replaceAll('.', '\\.') : String(step.item)))
    .join('.');
}

/** The `replacements` of a kustomization, one source after the other. */
export function replacementLines(all: readonly Replacement[]): string[] {
  const keys = [...new Set(all.map(({ key }) => key))].sort();
  return keys.flatMap((key) => [
    `  - source: { kind: ConfigMap, name: cloud, fieldPath: data.${key} }`,
    '    targets:',
    ...all
      .filter((one) => one.key === key)
      .flatMap(({ kind, name, field }) => [
        `      - select: { kind: ${kind}, name: ${name} }`,
        `        fieldPaths: [${JSON.stringify(field)}]`,
        ...(kind === 'ConfigMap' ? ['        options: { create: true }'] : []),
      ]),
  ]);
}
