import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { deployed } from '../../core/option.ts';
import { clusters } from '../clusters.ts';
import { cluster, type Cluster } from './cluster.ts';
import { scene, until, type Scene } from './scene.ts';
import { stage, type Stage } from './stage.ts';
import { needs, proof, run, treeInputs } from './tool.ts';

/** A release as a pipeline makes it, in a real control plane: what it may do, what is refused, what a drain waits for. */
const [repository = expect.fail('there is no cluster'), ...others] = await clusters();
const tools = ['kube.sh', 'kubectl', 'kustomize'];

/** Volumes that fit every claim: there is nobody who would make them. */
async function volumes({ ask }: Stage, now: Scene): Promise<void> {
  const file = join(now.folder, 'volumes.yaml');
  const one = (i: number): string => `apiVersion: v1
kind: PersistentVolume
metadata: { name: volume-${i} }
spec: { capacity: { storage: 50Gi }, accessModes: [ReadWriteOnce], hostPath: { path: /tmp/${i} } }
`;
  writeFileSync(file, [1, 2, 3, 4].map(one).join('---\n'));
  await ask('apply', '-f', file);
}

const { name, namespace } = repository.plan.view;
const deployment = `deployment/${name}`;

needs(...tools)(
  'a release from the first apply to one that fails',
  () =>
    proof('release', treeInputs(repository.tree), () =>
      scene(async (now) => {
        const lab = await stage(now, repository);
        await volumes(lab, now);
        await lab.release('staging', 'a');
        await secrets(lab);
        for (const one of [deployment, 'statefulset/postgres', 'statefulset/valkey'])
          expect(await lab.deployer('rollout', 'status', one, '--timeout=60s')).toMatchObject({ code: 0 });
        await until('two instances', 60, async () => (await ready(lab)) === '2');
        await drained(lab);
        await refused(lab);
        await stopped(lab);
        await lab.release('production', 'a');
        const settings = await lab.ask('-n', namespace, 'get', 'configmap', '-o', 'name');
        expect(settings.match(/configmap\/service-\w{10}/g)).toHaveLength(2);
      }),
    ),
  400_000,
);

needs(...tools)(
  'every kind of cluster takes both environments from a group that may do nothing else, without a warning',
  () =>
    proof(
      'accepted',
      others.flatMap(({ tree }) => treeInputs(tree)),
      () =>
        scene(async (now) => {
          const lab = await cluster(now);
          for (const one of others) {
            const there = await stage(now, one, lab);
            for (const env of deployed) await there.release(env, 'a');
          }
        }),
    ),
  600_000,
);

const ready = ({ ask }: Stage): Promise<string> =>
  ask('-n', namespace, 'get', deployment, '-o', 'jsonpath={.status.readyReplicas}');

/** What the pipeline may not, and what the namespace does not take from anybody. */
async function refused({ deployer, kubectl }: Stage): Promise<void> {
  expect((await deployer('get', 'secrets')).stderr).toContain('forbidden');
  expect((await deployer('create', 'rolebinding', 'x', '--clusterrole=admin', '--user=x')).stderr).toContain(
    'forbidden',
  );
  expect((await kubectl('-n', namespace, 'run', 'root', '--image=x')).stderr).toContain('violates PodSecurity');
}

/** An image that cannot be pulled: the release fails at its deadline, and the old instances go on. */
async function stopped(lab: Stage): Promise<void> {
  await lab.release('staging', 'b', (text) =>
    text.replace(/progressDeadlineSeconds: \d+/, 'progressDeadlineSeconds: 5'),
  );
  const failed = await lab.deployer('rollout', 'status', deployment, '--timeout=60s');
  expect(failed).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('exceeded its progress deadline') as string,
  });
  expect(await ready(lab)).toBe('2');
}

/** The script of the repository makes them, once, and takes what a person says. */
async function secrets({ folder, env, ask }: Stage): Promise<void> {
  const script = (...args: string[]): ReturnType<typeof run> =>
    run('bash', ['-c', 'printf %s "$VALUE" | ops/cluster-secrets.sh "$@"', 'x', 'staging', ...args], {
      cwd: folder,
      env: { ...env, KUBE_CONTEXT: 'lab', VALUE: 'sk-"x"\n' },
    });
  const value = async (secret: string, key: string): Promise<string> =>
    Buffer.from(
      await ask('-n', namespace, 'get', 'secret', secret, '-o', `jsonpath={.data.${key}}`),
      'base64',
    ).toString();
  expect(await script()).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('missing llm_api_key') as string,
  });
  const password = await value('service', 'postgres_password');
  // 48 random bytes as base64, without the characters that are no letters or digits: as many as there happen to be.
  expect(password).toMatch(/^\w{48,64}$/);
  expect(await value('postgres', 'postgres_password')).toBe(password);
  expect(await script('set', 'LLM_API_KEY')).toMatchObject({ code: 0 });
  expect(await value('service', 'llm_api_key')).toBe('sk-"x"');
  await script('add', 'api_keys');
  await script('add', 'api_keys');
  expect(await value('service', 'api_keys')).toBe('sk-"x",sk-"x"');
  const missing = 'missing embedding_api_key; if it is needed: ops/cluster-secrets.sh staging set embedding_api_key\n';
  expect(await script()).toMatchObject({ code: 0, stdout: missing });
  expect(await value('service', 'postgres_password')).toBe(password);
  expect(await script('set', 'no_such')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('api_keys') as string,
  });
}

/** With nowhere to go, one instance may leave and the other must stay; once there is a place again, it goes, too. */
async function drained({ ask, kubectl }: Stage): Promise<void> {
  const nodes = ['node-1', 'node-2', 'node-3'];
  const pods = async (phase: string): Promise<string[]> =>
    (
      await ask(
        '-n',
        namespace,
        'get',
        'pods',
        '-o',
        'name',
        '-l',
        'app.kubernetes.io/component=service',
        '--field-selector',
        `status.phase=${phase}`,
      )
    )
      .split('\n')
      .filter(Boolean);
  for (const node of nodes) await ask('cordon', node);
  const [first = '', second = ''] = (await pods('Running')).map((pod) => pod.replace('pod/', ''));
  const drain = (pod: string): ReturnType<Cluster['kubectl']> =>
    kubectl(
      'drain',
      '--ignore-daemonsets',
      '--delete-emptydir-data',
      '--timeout=3s',
      `--pod-selector=only=${pod}`,
      ...nodes,
    );
  for (const pod of [first, second]) await ask('-n', namespace, 'label', 'pod', pod, `only=${pod}`);
  expect(await drain(first)).toMatchObject({ code: 0 });
  const refused = await drain(second);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("Cannot evict pod as it would violate the pod's disruption budget");
  for (const node of nodes) await ask('uncordon', node);
  await until('a new instance', 30, async () => (await pods('Running')).length === 2);
  expect(await drain(second)).toMatchObject({ code: 0 });
  for (const node of nodes) await ask('uncordon', node);
  await until('two instances', 30, async () => (await pods('Running')).length === 2);
}
