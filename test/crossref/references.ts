import type { Manifest } from '../objects.ts';
import { all, called, ofKind, templatesIn, texts, type Scene, type Template } from './manifest.ts';

/** Every object that is named exists. `made` are those that no manifest has: generated, or created by hand. */
export function references({ objects, tenant }: Scene, made: readonly string[]): string[] {
  const there = new Set([...[...objects, ...tenant].map(called), ...secretsOf(objects), ...made]);
  const missing = (who: string, kind: string, names: readonly string[]): string[] =>
    names
      .filter((name) => !there.has(`${kind} ${name}`))
      .map((name) => `${who} names ${kind} ${name}, which is not there`);
  return [
    ...templatesIn(objects).flatMap((one) => podReferences(one, missing)),
    ...ofKind(objects, 'HorizontalPodAutoscaler', 'ScaledObject').flatMap((one) =>
      missing(
        called(one),
        texts(one, 'spec.scaleTargetRef.kind')[0] ?? 'Deployment',
        texts(one, 'spec.scaleTargetRef.name'),
      ),
    ),
    ...ofKind(objects, 'HTTPRoute').flatMap((one) =>
      missing(called(one), 'Gateway', texts(one, 'spec.parentRefs.name')),
    ),
    ...[...ofKind(objects, 'Gateway'), ...ofKind(tenant, 'Gateway')].flatMap((one) =>
      all(one, 'spec.infrastructure.parametersRef').flatMap((ref) =>
        missing(called(one), texts(ref, 'kind')[0] ?? '', texts(ref, 'name')),
      ),
    ),
    ...ofKind(objects, 'TargetGroupConfiguration').flatMap((one) =>
      missing(called(one), 'Service', texts(one, 'spec.targetReference.name')),
    ),
    ...ofKind(objects, 'ExternalSecret').flatMap((one) =>
      all(one, 'spec.secretStoreRef').flatMap((ref) =>
        missing(called(one), texts(ref, 'kind')[0] ?? '', texts(ref, 'name')),
      ),
    ),
    ...ofKind(tenant, 'RoleBinding').flatMap((one) =>
      missing(called(one), texts(one, 'roleRef.kind')[0] ?? '', texts(one, 'roleRef.name')),
    ),
  ];
}

/** Secrets that operators make of what the manifests ask for. */
const secretsOf = (objects: readonly Manifest[]): string[] => [
  ...ofKind(objects, 'ExternalSecret').map((one) => `Secret ${texts(one, 'spec.target.name')[0] ?? one.metadata.name}`),
  ...ofKind(objects, 'Certificate').flatMap((one) => texts(one, 'spec.secretName').map((name) => `Secret ${name}`)),
];

function podReferences(
  { owner, pod }: Template,
  missing: (who: string, kind: string, names: readonly string[]) => string[],
): string[] {
  const who = called(owner);
  const claimed = texts(owner, 'spec.volumeClaimTemplates.metadata.name');
  const mounted = texts(pod, 'containers.volumeMounts.name').concat(texts(pod, 'initContainers.volumeMounts.name'));
  const volumes = [...texts(pod, 'volumes.name'), ...claimed];
  return [
    ...missing(who, 'ServiceAccount', texts(pod, 'serviceAccountName')),
    ...missing(who, 'ConfigMap', [
      ...texts(pod, 'containers.envFrom.configMapRef.name'),
      ...texts(pod, 'volumes.configMap.name'),
      ...texts(pod, 'containers.env.valueFrom.configMapKeyRef.name'),
    ]),
    ...missing(who, 'Secret', [
      ...texts(pod, 'volumes.secret.secretName'),
      ...texts(pod, 'containers.env.valueFrom.secretKeyRef.name'),
    ]),
    ...missing(who, 'PersistentVolumeClaim', texts(pod, 'volumes.persistentVolumeClaim.claimName')),
    ...mounted
      .filter((name) => !volumes.includes(name))
      .map((name) => `${who} mounts ${name}, which is no volume of its`),
  ];
}
