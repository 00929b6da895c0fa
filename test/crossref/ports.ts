import type { Manifest } from '../objects.ts';
import { all, called, labelsAt, matches, ofKind, templatesIn, texts, type Scene, type Template } from './manifest.ts';

/** Every port is one that somebody listens on, by the name that it has there. */
export function ports({ objects }: Scene): string[] {
  const templates = templatesIn(objects);
  const services = ofKind(objects, 'Service');
  return [
    ...templates.flatMap(probes),
    ...services.flatMap((one) => targets(one, templates)),
    ...ofKind(objects, 'HTTPRoute').flatMap((one) => backends(one, services)),
    ...ofKind(objects, 'ServiceMonitor').flatMap((one) => endpoints(one, services)),
    ...ofKind(objects, 'NetworkPolicy').flatMap((one) => admitted(one, templates)),
  ];
}

const listens = (pod: unknown): string[] => [
  ...texts(pod, 'containers.ports.name'),
  ...texts(pod, 'containers.ports.containerPort'),
];

function probes({ owner, pod }: Template): string[] {
  const asked = ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) =>
    ['httpGet', 'tcpSocket', 'grpc'].flatMap((how) => texts(pod, `containers.${probe}.${how}.port`)),
  );
  return asked
    .filter((port) => !listens(pod).includes(port))
    .map((port) => `a probe of ${called(owner)} asks port ${port}`);
}

function targets(service: Manifest, templates: readonly Template[]): string[] {
  const behind = templates.filter(({ labels }) => matches(labelsAt(service, 'spec.selector'), labels));
  return all(service, 'spec.ports').flatMap((port) => {
    const [target = ''] = [...texts(port, 'targetPort'), ...texts(port, 'port')];
    return behind
      .filter(({ pod }) => !listens(pod).includes(target))
      .map(({ owner }) => `${called(service)} sends to port ${target}, which ${called(owner)} does not have`);
  });
}

const backends = (route: Manifest, services: readonly Manifest[]): string[] =>
  all(route, 'spec.rules.backendRefs').flatMap((backend) => {
    const [name = '', port = ''] = [...texts(backend, 'name'), ...texts(backend, 'port')];
    const found = services.find(({ metadata }) => metadata.name === name);
    if (!found) return [`${called(route)} leads to Service ${name}, which is not there`];
    return texts(found, 'spec.ports.port').includes(port) ? [] : [`${called(route)} leads to port ${port} of ${name}`];
  });

const endpoints = (monitor: Manifest, services: readonly Manifest[]): string[] => {
  const behind = services.filter((one) =>
    matches(labelsAt(monitor, 'spec.selector.matchLabels'), one.metadata.labels ?? {}),
  );
  return texts(monitor, 'spec.endpoints.port')
    .filter((port) => !behind.some((one) => texts(one, 'spec.ports.name').includes(port)))
    .map((port) => `${called(monitor)} scrapes port ${port}, which no Service of its has`);
};

/** What a policy lets in must be listened to by the pods it is about. */
function admitted(policy: Manifest, templates: readonly Template[]): string[] {
  const about = templates.filter(({ labels }) => matches(labelsAt(policy, 'spec.podSelector.matchLabels'), labels));
  return texts(policy, 'spec.ingress.ports.port')
    .filter((port) => !about.some(({ pod }) => listens(pod).includes(port)))
    .map((port) => `${called(policy)} lets in port ${port}, where nobody listens`);
}
