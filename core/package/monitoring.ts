import type { Plan } from '../plan.ts';
import type { File } from '../tree.ts';
import { decode, encode, header, made } from './file.ts';

const root = 'deploy/monitoring/';

/**
 * Rules and dashboards are written once, in the form that Prometheus and Grafana read from files. In a cluster their
 * operator wants objects: each rule file becomes a PrometheusRule, each dashboard a ConfigMap.
 */
export function monitoring(files: readonly (readonly [string, File])[], plan: Plan): [string, File][] {
  const { name } = plan.view;
  const rules = files.filter(([path]) => path.startsWith(`${root}rules/`));
  const dashboards = files.filter(([path]) => path.startsWith(`${root}dashboards/`));
  const wrapped = files.map(([path, file]): [string, File] =>
    path.startsWith(`${root}rules/`)
      ? [path, { ...file, bytes: encode(asObject(decode(file), stem(path), name)) }]
      : [path, file],
  );
  if (rules.length + dashboards.length === 0) return wrapped;
  const text = [
    ...header,
    ...(rules.length > 0 ? ['resources:', ...rules.map(([path]) => `  - ${path.slice(root.length)}`)] : []),
    ...(dashboards.length > 0
      ? ['configMapGenerator:', ...dashboards.flatMap(([path]) => dashboard(path, name)), ...options(name)]
      : []),
    '',
  ];
  return [...wrapped, made(`${root}kustomization.yaml`, text.join('\n'), ['staging', 'production'])];
}

const stem = (path: string): string => path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf('.'));

/** The comments in front stay in front; the rest moves one level in. */
function asObject(text: string, rules: string, name: string): string {
  const start = text.search(/^groups:/m);
  return [
    text.slice(0, start),
    'apiVersion: monitoring.coreos.com/v1\n',
    'kind: PrometheusRule\n',
    `metadata:\n  name: ${name}-${rules}\n`,
    `  labels:\n${labels(name, '    ')}\n`,
    `spec:\n${text.slice(start).replace(/^(?=.)/gm, '  ')}`,
  ].join('');
}

const labels = (name: string, space: string): string =>
  [
    `${space}app.kubernetes.io/name: ${name}`,
    `${space}app.kubernetes.io/component: monitoring`,
    `${space}app.kubernetes.io/part-of: ${name}`,
  ].join('\n');

const dashboard = (path: string, name: string): string[] => [
  `  - name: ${name}-dashboard-${stem(path)}`,
  `    files: [${path.slice(root.length)}]`,
];

/** Grafana's sidecar looks for the label, and reads the file anew when it changes. */
const options = (name: string): string[] => [
  'generatorOptions:',
  '  disableNameSuffixHash: true',
  '  labels:',
  '    grafana_dashboard: "1"',
  labels(name, '    '),
];
