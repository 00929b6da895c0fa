import type { ShownSetting } from '../../core/view/settings.ts';
import type { Deployed } from '../../core/option.ts';
import type { Manifest } from '../objects.ts';
import { all, called, labelsAt, matches, ofKind, templatesIn, texts, type Scene } from './manifest.ts';

const component = (objects: readonly Manifest[], name: string): Manifest[] =>
  objects.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === name);

/** Exactly one thing decides how many instances there are: an autoscaler, or the number in the Deployment. */
export function scaling({ objects }: Scene, wanted: string): string[] {
  const scalers = ofKind(objects, 'HorizontalPodAutoscaler', 'ScaledObject');
  const fixed = ofKind(component(objects, 'service'), 'Deployment').filter(
    (one) => all(one, 'spec.replicas').length > 0,
  );
  const expected = wanted === 'none' ? { scalers: 0, fixed: 1 } : { scalers: 1, fixed: 0 };
  const found = { scalers: scalers.length, fixed: fixed.length };
  return JSON.stringify(found) === JSON.stringify(expected)
    ? []
    : [`${found.scalers} autoscalers and ${found.fixed} fixed numbers of instances decide, with autoscaling ${wanted}`];
}

/** Keys that containers get in one environment are those that the service reads, secrets as files. */
export function settings(
  { objects }: Scene,
  env: Deployed,
  keys: readonly string[],
  declared: readonly ShownSetting[],
): string[] {
  const plain = declared.filter((one) => one.in[env].kind === 'text' && !one.secret).map(({ name }) => name);
  const stored = declared.filter((one) => one.in[env].kind === 'stored').map(({ field }) => field);
  const synced = ofKind(objects, 'ExternalSecret').filter(({ metadata }) => metadata.name === 'service');
  const differ = (what: string, found: readonly string[], wanted: readonly string[]): string[] => [
    ...wanted.filter((key) => !found.includes(key)).map((key) => `${what} lacks ${key}`),
    ...found.filter((key) => !wanted.includes(key)).map((key) => `${what} has ${key}, which nobody reads`),
  ];
  return [
    ...differ('service.env', keys, plain),
    ...synced.flatMap((one) => differ(called(one), texts(one, 'spec.data.secretKey'), stored)),
  ];
}

/** Every server that the service depends on can be reached through the policies, from both ends where it runs here. */
export function policies({ objects }: Scene, servers: readonly { name: string; port: number }[]): string[] {
  const all_ = ofKind(objects, 'NetworkPolicy');
  const service = templatesIn(component(objects, 'service')).find(({ owner }) => owner.kind === 'Deployment');
  if (service === undefined) return ['there is no pod of the service'];
  const about = (labels: Readonly<Record<string, string>>): Manifest[] =>
    all_.filter((one) => matches(labelsAt(one, 'spec.podSelector.matchLabels'), labels));
  const opens = (policy: Manifest, way: 'ingress' | 'egress', port: number): boolean =>
    texts(policy, `spec.${way}.ports.port`).includes(String(port));
  const none = about({}).length === 0 ? ['no policy denies what no other allows'] : [];
  return servers.reduce((faults, { name, port }) => {
    if (!about(service.labels).some((one) => opens(one, 'egress', port)))
      faults.push(`the service may not call ${name}:${port}`);
    const here = templatesIn(objects).find(({ owner }) => owner.kind === 'StatefulSet' && owner.metadata.name === name);
    const named = here && texts(here.pod, 'containers.ports.name');
    const open =
      here &&
      about(here.labels).some(
        (one) =>
          opens(one, 'ingress', port) || named?.some((text) => texts(one, 'spec.ingress.ports.port').includes(text)),
      );
    if (here && !open) faults.push(`${name} lets nobody in at ${port}`);
    return faults;
  }, none);
}
