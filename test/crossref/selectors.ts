import { all, called, labelsAt, matches, ofKind, shown, templatesIn, type Labels, type Scene } from './manifest.ts';

/** Whoever selects by labels finds what it means to find. */
export function selectors({ objects }: Scene): string[] {
  const templates = templatesIn(objects);
  const pods = templates.map(({ labels }) => labels);
  const services = ofKind(objects, 'Service').map(({ metadata }) => metadata.labels ?? {});
  const misses = (who: string, wanted: unknown, found: readonly Labels[]): string[] =>
    Object.keys(wanted ?? {}).length === 0 || found.some((labels) => matches(wanted as Labels, labels))
      ? []
      : [`${who} selects ${shown(wanted as Labels)}, which nothing has`];
  return [
    ...templates.flatMap(({ owner, labels }) =>
      misses(called(owner), labelsAt(owner, 'spec.selector.matchLabels'), [labels]),
    ),
    ...templates.flatMap(({ owner, labels, pod }) =>
      all(pod, 'topologySpreadConstraints.labelSelector.matchLabels').flatMap((one) =>
        misses(`the spread of ${called(owner)}`, one, [labels]),
      ),
    ),
    ...ofKind(objects, 'Service').flatMap((one) => misses(called(one), labelsAt(one, 'spec.selector'), pods)),
    ...ofKind(objects, 'PodDisruptionBudget').flatMap((one) =>
      misses(called(one), labelsAt(one, 'spec.selector.matchLabels'), pods),
    ),
    ...ofKind(objects, 'ServiceMonitor').flatMap((one) =>
      misses(called(one), labelsAt(one, 'spec.selector.matchLabels'), services),
    ),
    ...ofKind(objects, 'NetworkPolicy').flatMap((one) =>
      [
        labelsAt(one, 'spec.podSelector.matchLabels'),
        // a selector beside a namespaceSelector looks into other namespaces
        ...[...all(one, 'spec.ingress.from'), ...all(one, 'spec.egress.to')]
          .filter((peer) => all(peer, 'namespaceSelector').length === 0)
          .map((peer) => labelsAt(peer, 'podSelector.matchLabels')),
      ].flatMap((wanted) => misses(called(one), wanted, pods)),
    ),
  ];
}
