import { describe, expect, test } from 'vitest';
import { deployed } from '../core/option.ts';
import { fillAll } from '../core/render.ts';
import { load } from '../scripts/load.ts';
import { clusters } from './clusters.ts';
import { objectsIn, type Manifest } from './objects.ts';
import { autoscalers, grants, netpolOf, podsOf, portsOf, selects, type Container, type Rule } from './workloads.ts';

/** What holds between the objects of one environment, whoever made them. */
const { bodies } = await load();
const proved = await clusters();
const cases = proved.flatMap((one) => deployed.map((env) => ({ ...one, env, title: `${one.name}, ${env}` })));
const at = (objects: readonly Manifest[], kind: string): Manifest[] => objects.filter((one) => one.kind === kind);
const nameOf = ({ metadata }: Manifest): string => metadata.name;

describe.each(cases)('$title', ({ plan, env, tree }) => {
  const filled = fillAll(plan, bodies);
  const objects = objectsIn(filled, plan, env);
  const tenant = objectsIn(filled, plan, env, 'deploy/platform/tenant/');
  const pods = objects.flatMap(podsOf);
  const own = pods.find(({ kind }) => kind === 'Deployment')!;
  const { name, budget, port } = plan.view;

  test('every object says what it is, whose it is and what it belongs to', () => {
    const ours = tenant.filter(({ metadata }) => [undefined, plan.view.namespace].includes(metadata.namespace));
    const lacking = [...objects, ...ours].filter(({ metadata: { labels = {} }, kind }) => {
      const wanted = kind === 'Namespace' ? ['part-of'] : ['name', 'component', 'part-of'];
      return wanted.some((label) => labels[`app.kubernetes.io/${label}`] === undefined);
    });
    expect(lacking.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([]);
  });

  test('a pod gains nothing, reads only what it was given, and has no key to the cluster', () => {
    for (const { spec, name: of } of pods) {
      expect(spec.automountServiceAccountToken, of).toBe(false);
      expect(spec.enableServiceLinks, of).toBe(false);
      expect(spec.securityContext, of).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(at(objects, 'ServiceAccount').map(nameOf), of).toContain(spec.serviceAccountName);
      for (const container of spec.containers) expectModest(container, of);
    }
  });

  test('selectors find pods, and ports are called by names that these have', () => {
    for (const service of at(objects, 'Service')) {
      const { selector, ports } = service.spec as { selector: Record<string, string>; ports: { targetPort: string }[] };
      const found = pods.filter((one) => selects({ matchLabels: selector }, one.labels));
      expect(found.length, service.metadata.name).toBe(1);
      expect(portsOf(found), service.metadata.name).toEqual(
        expect.arrayContaining(ports.map(({ targetPort }) => targetPort)),
      );
    }
    for (const budgeted of at(objects, 'PodDisruptionBudget')) {
      expect(budgeted.spec).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
      expect(pods.filter((one) => selects((budgeted.spec as Selecting).selector, one.labels)).length).toBe(1);
    }
  });

  test('what a pod mounts is made by somebody: the script, the store or the overlay', () => {
    const made = new Set(['service', ...plan.view.storedFor[env].map(({ name: stored }) => stored.split('/')[0])]);
    const secrets = pods.flatMap(({ spec }) => (spec.volumes ?? []).flatMap(({ secret }) => secret?.secretName ?? []));
    expect(secrets.filter((secret) => !made.has(secret))).toEqual([]);
    expect(secrets).toContain('service');
    const synced = at(objects, 'ExternalSecret').map(nameOf);
    if (plan.view.has['syncs-secrets']) expect([...new Set(secrets)].sort()).toEqual([...new Set(synced)].sort());
  });

  test('one thing decides the number of instances', () => {
    const { replicas } = own.object.spec as { replicas?: number };
    const deciders = [...autoscalers(objects), ...(replicas === undefined ? [] : ['replicas'])];
    expect(deciders).toHaveLength(1);
    if (replicas !== undefined) expect(replicas).toBeGreaterThanOrEqual(2);
  });

  test('an instance is full at the number that makes the autoscaler add one', () => {
    const limit = Number(plan.view.plain.find((one) => one.name === 'MAX_CONCURRENT_REQUESTS')?.in[env].text);
    for (const { spec } of at(objects, 'ScaledObject')) {
      const { triggers } = spec as { triggers: { type: string; metadata: Record<string, string> }[] };
      const asked = triggers.find(({ type }) => type === 'prometheus')?.metadata ?? {};
      expect(Number(asked.threshold)).toBe(0.6 * limit);
      const metrics = [...(asked.query ?? '').matchAll(/[a-z_]+(?=\{)/g)].map(([metric]) => metric);
      expect(plan.view.metrics.map((one) => one.name)).toEqual(expect.arrayContaining(metrics));
      expect(metrics).toEqual(['http_requests_in_flight']);
    }
  });

  test('time-outs grow from the inside to the outside, and a release fails later than a start and a drain take', () => {
    const { drain, graceful, grace, proxyTimeout, maxStream, idle, keepAlive } = plan.view.budgets[env];
    expect(own.spec.terminationGracePeriodSeconds).toBe(grace);
    expect(grace).toBeGreaterThanOrEqual(drain + graceful + 5);
    expect(own.container.lifecycle).toBeUndefined();
    const { failureThreshold = 0, periodSeconds = 0 } = own.container.startupProbe ?? {};
    const { progressDeadlineSeconds } = own.object.spec as { progressDeadlineSeconds: number };
    expect(progressDeadlineSeconds).toBeGreaterThan(failureThreshold * periodSeconds + grace);
    const route = at(objects, 'HTTPRoute').find((one) => nameOf(one) === name)?.spec as Route;
    expect(route.rules[0]?.timeouts).toEqual({ request: `${proxyTimeout}s` });
    expect(route.rules[0]?.backendRefs).toEqual([{ name, port }]);
    expect(maxStream).toBeLessThan(proxyTimeout);
    expect(idle).toBeLessThan(keepAlive);
    for (const policy of at(objects, 'BackendTrafficPolicy'))
      expect(policy.spec).toMatchObject({ timeout: { http: { connectionIdleTimeout: `${idle}s` } } });
    expect(budget.drain).toBe(20);
  });

  test('an instance has a size of the page, asks for as much memory as it may have, and for no certain node', () => {
    const page = new TextDecoder().decode(tree.get('docs/architecture.md')?.bytes);
    const sizes = [...page.matchAll(/^\| ([SML]) +\| (\S+) +\| (\S+) +\|/gm)].map(([, ...row]) => row);
    expect(sizes.map(([size]) => size)).toEqual(['S', 'M', 'L']);
    const [, cpu, memory] = sizes[env === 'staging' ? 0 : 1] ?? [];
    const { requests, limits } = own.container.resources;
    expect({ requests, limits }).toMatchObject({ requests: { cpu, memory }, limits: { memory } });
    for (const { spec, name: of } of pods)
      expect(Object.keys(spec), of).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(toler|nodeS|affin)/)]),
      );
  });

  test('plain HTTP is only redirected, and a body may have as many bytes as the service says', () => {
    const [plainly] = at(objects, 'HTTPRoute').filter((one) => nameOf(one) === `${name}-redirect`);
    expect(plainly?.spec).toMatchObject({
      parentRefs: [{ name, sectionName: 'http' }],
      rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] }],
    });
    expect(JSON.stringify(plainly)).not.toContain('backendRefs');
    for (const route of at(objects, 'HTTPRoute').filter((one) => nameOf(one) === name))
      expect(route.spec).toMatchObject({ parentRefs: [{ name, sectionName: 'https' }] });
    const most = plan.view.plain.find((one) => one.name === 'MAX_BODY_BYTES')?.in[env].text;
    expect(Number(most)).toBeGreaterThan(0);
    expect(Number(most)).toBeLessThan(51_000_000);
  });

  test('nothing is reached unless it is said; names are, and the address of credentials never is', () => {
    const policies = at(objects, 'NetworkPolicy').map(netpolOf);
    expect(policies.find(({ name: of }) => of === 'default-deny')).toMatchObject({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [],
      egress: [],
    });
    expect(policies.find(({ name: of }) => of === 'dns')?.egress[0]?.ports).toEqual([
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ]);
    const blocks = policies.flatMap(({ egress }) =>
      egress.flatMap(({ to = [] }) => to.flatMap((one) => one.ipBlock ?? [])),
    );
    for (const { cidr, except } of blocks.filter((one) => one.cidr.endsWith('/0')))
      expect(except).toContain(cidr.includes(':') ? 'fd00:ec2::254/128' : '169.254.169.254/32');
    const named = policies.flatMap(({ podSelector, ingress }) =>
      ingress.flatMap(({ ports = [] }) => ports.map(({ port: to }) => ({ podSelector, to }))),
    );
    for (const { podSelector, to } of named.filter((one) => typeof one.to === 'string'))
      expect(portsOf(pods.filter((one) => selects(podSelector, one.labels)))).toContain(to);
  });

  test('the pipeline may do what the overlay holds, and nothing else', () => {
    const rules = at(tenant, 'Role').flatMap((one) => one.rules as Rule[]);
    const watched = (one: string): boolean => one.startsWith('monitoring.coreos.com/');
    expect(grants(rules, 'create').filter((one) => !watched(one))).toEqual(
      wanted(objects).filter((one) => !watched(one)),
    );
    expect(grants(rules, 'create')).toEqual(expect.arrayContaining(wanted(objects)));
    expect(grants(rules, 'create').some(watched)).toBe(plan.view.has.scrapes);
    expect(grants(rules, 'patch')).toEqual(grants(rules, 'create'));
    expect(JSON.stringify(rules)).not.toMatch(/\*|"secrets"|"roles"|escalate|bind|impersonate/);
    for (const binding of at(tenant, 'RoleBinding').filter((one) => nameOf(one).startsWith(`${name}-deployer`)))
      expect(binding.subjects).toEqual([
        { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: `${name}-deployers` },
      ]);
  });
});

interface Selecting {
  readonly selector: { readonly matchLabels: Record<string, string> };
}
interface Route {
  readonly rules: readonly { readonly timeouts?: object; readonly backendRefs?: readonly object[] }[];
}

function expectModest({ securityContext, resources, envFrom = [] }: Container, of: string): void {
  expect(securityContext, of).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(resources.requests.cpu, of).toBeDefined();
  expect(resources.limits.memory, of).toBe(resources.requests.memory);
  expect(resources.limits.cpu, of).toBeUndefined();
  expect(JSON.stringify(envFrom), of).not.toContain('secretRef');
}

/** Group and resource of every kind in an overlay, and of the ConfigMap that kustomize adds to it. */
function wanted(objects: readonly Manifest[]): string[] {
  const plural = (kind: string): string => `${kind.toLowerCase()}s`.replace(/([^aeiou])ys$/, '$1ies');
  const all = objects.map(({ apiVersion, kind }) => `${apiVersion.replace(/\/?v\d\w*$/, '')}/${plural(kind)}`);
  return [...new Set([...all, '/configmaps'])].sort();
}
