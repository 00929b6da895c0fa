import type { Deployed } from '../option.ts';
import type { Plan } from '../plan.ts';
import type { File } from '../tree.ts';
import { exampleOf } from '../view/tokens.ts';
import { baseOf, type Component } from './component.ts';
import { header, made } from './file.ts';
import { patchOf } from './patch.ts';
import { replacementLines, replacementsOf, type Replacement } from './replace.ts';

/** Name of the ConfigMap with the settings of the service. */
const settings = 'service';
/** The root whose objects live in the namespace of the service and run its image. */
const service = 'deploy/k8s/';

/** One overlay: the components that an environment has, what is different there, and what the cloud fills in. */
export function overlayOf(
  root: string,
  env: Deployed,
  components: readonly Component[],
  written: readonly (readonly [path: string, file: File])[],
  plan: Plan,
): [string, File][] {
  const folder = `${root}overlays/${env}`;
  const patches = components.flatMap((one) =>
    one.docs.flatMap((doc) => patchOf(doc, env, baseOf(one.envs), plan.tokens) ?? []),
  );
  const replacements = components.flatMap((one) => one.replacements);
  if (root === service) replacements.push(...replacementsOf(plan.view.settings, env, settings));
  const listed = [
    ...(patches.length > 0 ? ['values.yaml'] : []),
    ...written.map(([path]) => path.slice(folder.length + 1)),
  ];
  const files = [
    made(`${folder}/kustomization.yaml`, overlayText(root, components, listed, replacements, plan), [env]),
  ];
  if (patches.length > 0) files.push(made(`${folder}/values.yaml`, patches.join('---\n'), [env]));
  if (replacements.length > 0)
    files.push(made(`${folder}/cloud.env.example`, exampleText(replacements, env, plan), [env]));
  return files;
}

function overlayText(
  root: string,
  components: readonly Component[],
  patches: readonly string[],
  replacements: readonly Replacement[],
  { view, todo }: Plan,
): string {
  const monitored = root === service && todo.some(({ path }) => /^deploy\/monitoring\/(rules|dashboards)\//.test(path));
  const cloud = ['  - name: cloud', '    envs: [cloud.env]', '    options:', '      disableNameSuffixHash: true'];
  const local = ['      annotations: { config.kubernetes.io/local-config: "true" }'];
  const generators = [
    ...(root === service ? serviceConfig(view.name) : []),
    ...(replacements.length > 0 ? [...cloud, ...local] : []),
  ];
  return [
    ...header,
    ...(root === service ? [`namespace: ${view.namespace}`] : []),
    'resources:',
    ...components.map((one) => `  - ../../${one.folder}`),
    ...(monitored ? ['  - ../../../monitoring'] : []),
    ...(patches.length > 0
      ? ['# What is special to this environment.', 'patches:', ...patches.map((path) => `  - path: ${path}`)]
      : []),
    ...(generators.length > 0 ? ['configMapGenerator:', ...generators] : []),
    ...(replacements.length > 0
      ? [
          '# What only the cloud knows; `ops/render-env.sh` writes cloud.env.',
          'replacements:',
          ...replacementLines(replacements),
        ]
      : []),
    '',
  ].join('\n');
}

/** The name ends in a hash of the content, so that a change rolls out like a new image and a rollback finds the old one. */
const serviceConfig = (name: string): string[] => [
  `  - name: ${settings}`,
  '    envs: [service.env]',
  '    options:',
  '      immutable: true',
  '      labels:',
  `        app.kubernetes.io/name: ${name}`,
  '        app.kubernetes.io/component: config',
  `        app.kubernetes.io/part-of: ${name}`,
];

function exampleText(replacements: readonly Replacement[], env: Deployed, { tokens }: Plan): string {
  const keys = [...new Set(replacements.map(({ key }) => key))].sort();
  return [
    '# The shape of cloud.env, with values that belong to nobody.',
    ...keys.map((key) => `${key}=${exampleOf(tokens, key, env)}`),
    '',
  ].join('\n');
}
