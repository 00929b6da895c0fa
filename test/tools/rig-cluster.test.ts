import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { clusterOfFile, kubeconform, kubernetesVersions, member, type Cluster } from './cluster.ts';
import { drain, replicas, rolledOut, scaled, undrain } from './rollout.ts';
import { company, deployment, route, scaledObject, spoiled, verdict, type Fault } from './samples.ts';
import { needs, proof, run, type Outcome } from './tool.ts';

/** What judges manifests: each accepts the good ones, and says of each fault what is wrong. */
const folder = mkdtempSync(join(tmpdir(), 'rig-cluster-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const lab = clusterOfFile();

let files = 0;
function file(text: string): string {
  const path = join(folder, `${(files += 1)}.yaml`);
  writeFileSync(path, text);
  return path;
}

interface Judged extends Fault {
  readonly good: string;
  /** What schemas say about it; nothing when they cannot know. */
  readonly schema?: RegExp;
  /** What an API server says. */
  readonly server: RegExp;
}

const removed = (now: string, then: string): Fault => ({ what: `an API that ${now} replaced`, from: now, to: then });
const faults: readonly Judged[] = [
  {
    what: 'an unknown field',
    good: deployment,
    ...{ from: 'replicas: 2', to: 'replicaCount: 2' },
    schema: /additional properties 'replicaCount' not allowed/,
    server: /unknown field "spec.replicaCount"/,
  },
  {
    what: 'a bad quantity',
    good: deployment,
    ...{ from: 'cpu: 100m', to: 'cpu: lots' },
    schema: /limits\/cpu': 'lots' does not match pattern/,
    server: /quantities must match the regular expression/,
  },
  {
    what: 'a word that is not among the allowed ones',
    good: deployment,
    ...{ from: 'imagePullPolicy: Always', to: 'imagePullPolicy: Sometimes' },
    schema: /imagePullPolicy': value must be one of 'Always', 'IfNotPresent', 'Never'/,
    server: /imagePullPolicy: Unsupported value: "Sometimes"/,
  },
  {
    ...removed('policy/v1', 'policy/v1beta1'),
    good: company,
    schema: /could not find schema for PodDisruptionBudget/,
    server: /no matches for kind "PodDisruptionBudget" in version "policy\/v1beta1"/,
  },
  {
    what: 'an unknown field of an HTTPRoute',
    good: route,
    ...{ from: 'backendRefs', to: 'backendRef' },
    schema: /at '\/spec\/rules\/0': additional properties 'backendRef' not allowed/,
    server: /unknown field "spec.rules\[0\].backendRef"/,
  },
  {
    what: 'a word that an HTTPRoute does not know',
    good: route,
    ...{ from: 'type: PathPrefix', to: 'type: Prefix' },
    schema: /value must be one of 'Exact', 'PathPrefix', 'RegularExpression'/,
    server: /Unsupported value: "Prefix"/,
  },
  {
    what: 'an unknown field of a ScaledObject',
    good: scaledObject,
    ...{ from: 'failureThreshold', to: 'threshold' },
    schema: /at '\/spec\/fallback': .*'threshold' not allowed/,
    server: /unknown field "spec.fallback.threshold"/,
  },
  {
    what: 'a rule of an HTTPRoute that only a server evaluates',
    good: route,
    ...{ from: 'value: /v1', to: 'value: v1' },
    server: /value must be an absolute path and start with '\/'/,
  },
  {
    what: 'a pod that the strictest Pod Security refuses',
    good: deployment,
    ...{ from: 'runAsNonRoot: true', to: 'runAsNonRoot: false' },
    server: /would violate PodSecurity "restricted:latest": runAsNonRoot != true/,
  },
];

describe('kubeconform', () => {
  for (const version of kubernetesVersions)
    needs('kubeconform')(`knows the objects of ${version} and finds faults in them`, async () => {
      const good = await kubeconform(version, file(`${deployment}${company}---\n${route}---\n${scaledObject}`));
      verdict(good, 0, /Valid: 5, Invalid: 0, Errors: 0, Skipped: 0/);
      for (const fault of faults)
        verdict(await kubeconform(version, file(spoiled(fault.good, fault))), fault.schema ? 1 : 0, fault.schema);
    });
});

describe('the API server', () => {
  const tried = async (text: string): Promise<Outcome> => {
    const { kubectl } = await lab();
    return kubectl('--warnings-as-errors', 'apply', '--dry-run=server', '-f', file(text));
  };
  const named = `apiVersion: v1
kind: Namespace
metadata:
  name: samples
  labels: { pod-security.kubernetes.io/enforce: restricted }
`;
  needs('kube.sh')(
    'accepts good objects and refuses faulty ones',
    () =>
      proof('api-server', [], async () => {
        await (await lab()).ask('apply', '-f', file(named));
        verdict(await tried(`${deployment}${company}---\n${route}---\n${scaledObject}`), 0);
        for (const fault of faults) verdict(await tried(spoiled(fault.good, fault)), 1, fault.server);
        // without the label it is the namespace that says nothing, not the pod that became good
        await (await lab()).ask('label', 'namespace', 'samples', 'pod-security.kubernetes.io/enforce-');
        verdict(await tried(deployment.replace('runAsNonRoot: true', 'runAsNonRoot: false')), 0);
      }),
    300_000,
  );
});

describe('the lab', () => {
  const target = { namespace: 'life', name: 'web' };
  const of = (text: string): string => text.replaceAll('namespace: samples', 'namespace: life');
  const budget = (least: number): string => of(company).replace('maxUnavailable: 1', `minAvailable: ${least}`);

  needs('kube.sh')(
    'plays rights, releases, and nodes that go away',
    () =>
      proof('lab', [], async () => {
        const admin = await lab();
        const pipeline = member(admin, 'web-deployers');
        await admin.ask('create', 'namespace', 'life');
        await admin.ask(
          ...['-n', 'life', 'create', 'role', 'deployer', '--verb=get,list,watch,create,patch,update'],
          ...['--resource=deployments.apps,deployments.apps/scale'],
        );
        verdict(await pipeline.kubectl('apply', '-f', file(of(deployment))), 1, /User "ci" cannot get resource/);
        await admin.ask('-n', 'life', 'create', 'rolebinding', 'deployer', '--role=deployer', '--group=web-deployers');
        await pipeline.ask('apply', '-f', file(of(deployment)));
        verdict(await pipeline.kubectl('-n', 'life', 'get', 'secrets'), 1, /cannot list resource "secrets"/);
        await rolledOut(pipeline, target);

        // an image that cannot be pulled: the release does not end, and those who serve go on
        const broken = of(deployment).replaceAll(/@sha256:\w+/g, `@sha256:${'b'.repeat(64)}`);
        await pipeline.ask('apply', '-f', file(broken));
        await expect(rolledOut(pipeline, target, 5)).rejects.toThrow('timed out');
        expect(await admin.ask('-n', 'life', 'get', 'pods')).toContain('ImagePullBackOff');
        expect(await replicas(admin, target)).toEqual({ wanted: 2, ready: 2 });
        await pipeline.ask('apply', '-f', file(of(deployment)));
        await rolledOut(pipeline, target);

        // a node goes away only when the budget allows it
        await admin.ask('apply', '-f', file(budget(2)));
        const [, node = ''] = /spec.nodeName: (\S+)/.exec(await nodesOf(admin)) ?? [];
        verdict(await drain(admin, node, 5), 1, /violate the pod's disruption budget|global timeout reached/);
        await scaled(pipeline, target, 3);
        verdict(await drain(admin, node), 0, /drained/);
        await undrain(admin, node);
        await rolledOut(pipeline, target);
        expect(await nodesOf(admin)).not.toContain(node);
      }),
    300_000,
  );
});

const nodesOf = ({ ask }: Cluster): Promise<string> =>
  ask('-n', 'life', 'get', 'pods', '-o', 'jsonpath={range .items[*]}spec.nodeName: {.spec.nodeName} {end}');

describe('kustomize', () => {
  const digest = 'f'.repeat(64);
  const good = `resources: [deployment.yaml]
images: [{ name: registry.example/web, newName: registry.example/other, digest: sha256:${digest} }]
`;
  const build = async (kustomization: string): Promise<Outcome> => {
    const overlay = join(folder, `overlay-${(files += 1)}`);
    mkdirSync(overlay);
    writeFileSync(join(overlay, 'deployment.yaml'), deployment);
    writeFileSync(join(overlay, 'kustomization.yaml'), kustomization);
    return run('kustomize', ['build', overlay]);
  };

  needs('kustomize')('builds, and names a field that it does not know', async () => {
    expect((await build(good)).stdout).toContain(`image: registry.example/other@sha256:${digest}`);
    for (const [from, to] of [
      ['images:', 'image:'],
      ['newName:', 'newNmae:'],
    ] as const) {
      const outcome = await build(spoiled(good, { what: to, from, to }));
      verdict(outcome, 1, new RegExp(`unknown field "${to.slice(0, -1)}"`));
    }
    expect((await build(good.replace('deployment.yaml', 'missing.yaml'))).stderr).toContain('missing.yaml');
  });
});

describe('what reads manifests for habits', () => {
  const habits: readonly (Fault & { readonly score: RegExp; readonly checkov: RegExp })[] = [
    {
      what: 'no limit of memory',
      ...{ from: 'limits: { cpu: 100m, memory: 64Mi,', to: 'limits: { cpu: 100m,' },
      score: /Memory limit is not set/,
      checkov: /CKV_K8S_13/,
    },
    {
      what: 'a file system that may be written',
      ...{ from: 'readOnlyRootFilesystem: true', to: 'readOnlyRootFilesystem: false' },
      score: /writable root filesystem/,
      checkov: /CKV_K8S_22/,
    },
    {
      what: 'an image of no known version',
      ...{ from: deployment.slice(deployment.indexOf('@sha256'), deployment.indexOf('@sha256') + 72), to: ':latest' },
      score: /Image with latest tag/,
      checkov: /CKV_K8S_14/,
    },
  ];
  const both = deployment + company;

  needs('kube-score')('kube-score passes what says everything, and finds what does not', async () => {
    const score = (text: string): Promise<Outcome> => run('kube-score', ['score', file(text)]);
    verdict(await score(both), 0);
    for (const habit of habits) verdict(await score(spoiled(both, habit)), 1, habit.score);
  });

  needs('checkov')('checkov passes what says everything, and finds what does not', () =>
    proof('checkov', [], async () => {
      const options = ['--framework', 'kubernetes', '--skip-download', '--compact', '--quiet'];
      const check = (...texts: readonly string[]): Promise<Outcome> =>
        run('checkov', [...options, ...texts.flatMap((text) => ['--file', file(text)])]);
      verdict(await check(both), 0, /Passed checks: \d\d, Failed checks: 0/);
      // in one go: most of its time is its start
      const found = await check(...habits.map((habit) => spoiled(both, habit)));
      for (const habit of habits) verdict(found, 1, habit.checkov);
    }),
  );
});
