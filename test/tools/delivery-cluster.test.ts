import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { lay } from '../../scripts/folder.ts';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { cluster, type Cluster } from './cluster.ts';
import { toolPath } from './locate.ts';
import { built } from './overlays.ts';
import { scene, type Scene } from './scene.ts';
import { needs, proof, run, treeInputs, type Outcome } from './tool.ts';

/** The generated scripts themselves, with nothing but the rights of the pipeline, against a real control plane. */
const { tree, plan } = make({ runtime: 'kubernetes', cloud: 'none' }, await load());
const { name, namespace } = plan.view;
const image = 'registry.test/my-rag';
/** An image that ends in this digest cannot be pulled in the lab. */
const broken = `sha256:${'b'.repeat(64)}`;
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

interface Stage extends Cluster {
  readonly folder: string;
  readonly script: (script: string, args: readonly string[], digest?: string) => Promise<Outcome>;
}

interface Kubeconfig {
  readonly users: readonly { readonly name: string; readonly user: object }[];
  readonly contexts: readonly { readonly name: string; readonly context: { readonly user: string } }[];
}

/** The lab's kubeconfig, in which the context of the pipeline may do what its group may do and no more. */
function asPipeline(file: string, into: string): void {
  const config = parse(readFileSync(file, 'utf8')) as Kubeconfig;
  const [user] = config.users;
  const [context] = config.contexts;
  const groups = [`${name}-deployers`, 'system:authenticated'];
  const users = [...config.users, { name: 'pipeline', user: { ...user?.user, as: 'pipeline', 'as-groups': groups } }];
  const contexts = [
    ...config.contexts,
    { name: `${name}-staging`, context: { ...context?.context, user: 'pipeline', namespace } },
  ];
  writeFileSync(into, stringify({ ...config, users, contexts }));
}

async function stage(now: Scene): Promise<Stage> {
  const lab = await cluster(now);
  const folder = join(now.folder, 'repository');
  lay(tree, folder);
  const [world, bin, config] = ['world', 'bin', 'kubeconfig'].map((one) => join(now.folder, one)) as [
    string,
    string,
    string,
  ];
  for (const one of [bin, join(world, 'http')]) mkdirSync(one, { recursive: true });
  // Nothing answers behind a fake node: the outside is played, the cluster is real.
  symlinkSync(join(import.meta.dirname, 'fakes/curl'), join(bin, 'curl'));
  asPipeline(lab.env.KUBECONFIG ?? '', config);
  const script: Stage['script'] = (one, args, digest = '') =>
    run(join(folder, one), args, {
      cwd: folder,
      timeout: 240_000,
      env: {
        PATH: `${bin}:${toolPath()}`,
        KUBECONFIG: config,
        CLUSTER: world,
        IMAGE: image,
        DIGEST: digest,
        WATCH_SECONDS: '2',
        POLL: '1',
        ROLLOUT_TIMEOUT: '20',
        MIGRATE_TIMEOUT: '30',
      },
    });
  return { ...lab, folder, script };
}

/** What an administrator does once: the tenant, volumes, and the secrets that the service mounts. */
async function prepared({ ask, env, folder }: Stage, now: Scene): Promise<void> {
  const file = join(now.folder, 'tenant.yaml');
  const volume = (i: number): object => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `volume-${i}` },
    spec: { capacity: { storage: '50Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: `/tmp/${i}` } },
  });
  const volumes = [1, 2, 3, 4].map((i) => stringify(volume(i)));
  writeFileSync(file, [await built(folder, 'deploy/platform/tenant/', 'staging'), ...volumes].join('---\n'));
  await ask('apply', '--server-side', '-f', file);
  const made = await run('ops/cluster-secrets.sh', ['staging'], { cwd: folder, env: { ...env, KUBE_CONTEXT: 'lab' } });
  expect(made.code, made.stderr).toBe(0);
}

const live = ({ ask }: Stage): Promise<string> =>
  ask('-n', namespace, 'get', 'deployment', name, '-o', 'jsonpath={.spec.template.spec.containers[0].image}');

/** Renders a digest, with a setting that shows which release this is, and runs a script with it. */
async function released(on: Stage, by: string, digest: string, setting: string): Promise<Outcome> {
  const file = join(on.folder, 'deploy/k8s/overlays/staging/service.env');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^LOG_LEVEL=.*$/m, `LOG_LEVEL=${setting}`));
  const rendered = await on.script('ops/ci/render.sh', ['staging'], digest);
  expect(rendered.code, rendered.stderr).toBe(0);
  return on.script(by, ['staging'], digest);
}

/** The configuration that the live pods are told to use. */
async function setting(on: Stage): Promise<string> {
  const map = await on.ask(
    '-n',
    namespace,
    'get',
    'deployment',
    name,
    '-o',
    'jsonpath={..envFrom[0].configMapRef.name}',
  );
  return on.ask('-n', namespace, 'get', 'configmap', map, '-o', 'jsonpath={.data.LOG_LEVEL}');
}

/** Two objects that only the first release has. */
const leftover = `apiVersion: v1
kind: Service
metadata:
  name: leftover
  labels: { app.kubernetes.io/part-of: ${name}, app.kubernetes.io/component: leftover }
spec:
  ports: [{ port: 80 }]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: leftover
  labels: { app.kubernetes.io/part-of: ${name}, app.kubernetes.io/component: leftover }
spec:
  accessModes: [ReadWriteOnce]
  resources: { requests: { storage: 1Gi } }
`;

/** Which of them are there. */
async function kept({ ask }: Stage): Promise<string[]> {
  const of = async (kind: string): Promise<string[]> =>
    (await ask('-n', namespace, 'get', kind, 'leftover', '--ignore-not-found', '-o', 'name')) === '' ? [] : [kind];
  return [...(await of('pvc')), ...(await of('service'))];
}

/** Somebody who may write ConfigMaps keeps a release of their own, with a right in a spelling that only kubectl understands. */
async function planted(on: Stage, now: Scene): Promise<void> {
  const right = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'mine' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  };
  const text = [
    readFileSync(join(on.folder, 'build/release-staging.yaml'), 'utf8'),
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [right] }),
  ].join('---\n');
  const labels = {
    'app.kubernetes.io/part-of': name,
    'app.kubernetes.io/component': 'release',
    number: '99',
    id: 'planted',
    state: 'good',
  };
  const file = join(now.folder, 'planted.yaml');
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'release-99', namespace, labels } };
  writeFileSync(file, stringify({ ...map, binaryData: { 'release.yaml.gz': gzipSync(text).toString('base64') } }));
  await on.ask('apply', '--server-side', '-f', file);
  const outcome = await on.script('ops/ci/rollback.sh', ['staging']);
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toContain('not part of any release: ClusterRoleBinding mine');
  expect(await live(on)).toBe(`${image}@${digest('c')}`);
  await on.ask('delete', '-f', file);
}

needs('kube.sh', 'kubectl', 'kustomize')(
  'the scripts release, refuse what cannot run, and return to what did',
  () =>
    proof('delivery-cluster', treeInputs(tree), () =>
      scene(async (now) => {
        const on = await stage(now);
        await prepared(on, now);

        const overlay = join(on.folder, 'deploy/k8s/overlays/staging/kustomization.yaml');
        const usual = readFileSync(overlay, 'utf8');
        writeFileSync(overlay, usual.replace('resources:\n', 'resources:\n  - leftover.yaml\n'));
        writeFileSync(join(on.folder, 'deploy/k8s/overlays/staging/leftover.yaml'), leftover);
        const first = await released(on, 'ops/ci/release.sh', digest('a'), 'INFO');
        expect(first.code, first.stderr).toBe(0);
        expect(await kept(on)).toEqual(['pvc', 'service']);

        // What is no longer part of it is deleted, but what holds data is not.
        writeFileSync(overlay, usual);
        const second = await released(on, 'ops/ci/release.sh', digest('c'), 'WARNING');
        expect(second.code, second.stderr).toBe(0);
        expect(await kept(on)).toEqual(['pvc']);
        expect(second.stderr).toContain('not deleted because it holds data: v1 PersistentVolumeClaim leftover');
        const { stdout } = await on.script('ops/ci/list.sh', ['staging']);
        expect(stdout).toMatch(
          new RegExp(`^ +2 .* live +${image}@${digest('c')}\n +1 .* good +${image}@${digest('a')}\n$`),
        );

        // Its migration cannot run: the service never hears of it.
        const unmigrated = await released(on, 'ops/ci/release.sh', broken, 'DEBUG');
        expect(unmigrated.code).toBe(1);
        expect(unmigrated.stderr).toContain('the migration failed; the release before is live again');
        expect(await live(on)).toBe(`${image}@${digest('c')}`);

        // Its instances cannot start: image and configuration come back.
        const stopped = await released(on, 'ops/ci/deploy.sh', broken, 'ERROR');
        expect(stopped.code).toBe(1);
        expect(stopped.stderr).toContain('the rollout failed; the release before is live again');
        expect(await live(on)).toBe(`${image}@${digest('c')}`);
        expect(await setting(on)).toBe('WARNING');

        await planted(on, now);
        const back = await on.script('ops/ci/rollback.sh', ['staging']);
        expect(back.code, back.stderr).toBe(0);
        expect(await live(on)).toBe(`${image}@${digest('a')}`);
        expect(await setting(on)).toBe('INFO');
        const none = await on.script('ops/ci/rollback.sh', ['staging']);
        expect(none.code).toBe(1);
        expect(none.stderr).toContain('there is nothing to return to');
      }),
    ),
  600_000,
);
