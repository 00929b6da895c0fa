import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { library, run, type Outcome } from './tool.ts';
import { begin, steadyPort, type Scene } from './scene.ts';

/** A real control plane with three fake nodes, for as long as a scene lasts. */
export interface Cluster {
  /** kubectl as the administrator; never throws. */
  readonly kubectl: (...args: readonly string[]) => Promise<Outcome>;
  /** The same, and what it printed; throws what it said when it fails. */
  readonly ask: (...args: readonly string[]) => Promise<string>;
  /** For scripts that call kubectl themselves. */
  readonly env: Readonly<Record<string, string>>;
  /** Where its certificates, its logs and its kubeconfig are. */
  readonly home: string;
}

/** Starts a cluster that knows every custom resource definition of the tests. */
export async function cluster({ folder, later }: Scene): Promise<Cluster> {
  const port = `${await steadyPort(6)}`;
  const home = join(folder, 'cluster');
  later(() => run('kube.sh', ['stop', port, home]));
  const started = await run('kube.sh', ['start', port, home], { timeout: 240_000 });
  if (started.code !== 0) throw new Error(`kube.sh start: ${started.stderr}`);
  return through(join(home, 'kubeconfig'), home);
}

/** One cluster for all tests of a file. It starts for the first that asks: where every proof is remembered it never does. */
export function clusterOfFile(): () => Promise<Cluster> {
  let started: { readonly over: () => Promise<void>; readonly ready: Promise<Cluster> } | undefined;
  afterAll(async () => started?.over(), 60_000);
  return () => {
    if (!started) {
      const { begun, over } = begin();
      started = { over, ready: cluster(begun) };
    }
    return started.ready;
  };
}

/** The same cluster for somebody with the rights of a group and no others: a pipeline, say. Scripts get them by `env`. */
export function member({ env, home }: Cluster, group: string, name = 'ci'): Cluster {
  const file = join(home, `${name}-${group}`);
  const administrator = readFileSync(env.KUBECONFIG ?? '', 'utf8');
  writeFileSync(file, administrator.replace('user: { client-', `user: { as: ${name}, as-groups: [${group}], client-`));
  return through(file, home);
}

function through(kubeconfig: string, home: string): Cluster {
  const env = { KUBECONFIG: kubeconfig };
  const kubectl: Cluster['kubectl'] = (...args) => run('kubectl', args, { env });
  const ask: Cluster['ask'] = async (...args) => {
    const { code, stdout, stderr } = await kubectl(...args);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  return { kubectl, ask, env, home };
}

/** The versions that manifests are checked for, oldest first; the last one is that of the cluster. */
export const kubernetesVersions: readonly string[] = Array.from(
  (/ SCHEMAS='(.*)'/.exec(readFileSync(join(import.meta.dirname, 'install', 'versions.sh'), 'utf8'))?.[1] ?? '')
    .split(' ')
    .map((pair) => pair.replace(/:.*/, '')),
);

/** kubeconform, strict, with the schemas of one Kubernetes version and of every custom resource. */
export const kubeconform = (version: string, ...files: readonly string[]): Promise<Outcome> =>
  run('kubeconform', [
    ...['-strict', '-summary', '-kubernetes-version', version],
    ...['-schema-location', `${library('schemas')}/${layout}`],
    ...[
      '-schema-location',
      `${library('schemas', 'crds')}/{{ .Group }}/{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json`,
    ],
    ...files,
  ]);

const layout =
  '{{ .NormalizedKubernetesVersion }}-standalone{{ .StrictSuffix }}/{{ .ResourceKind }}{{ .KindSuffix }}.json';

/** What OpenTofu needs to find the providers in the cache and nowhere else. */
export const tofuEnv = {
  TF_CLI_CONFIG_FILE: library('tofu', 'tofurc'),
  CHECKPOINT_DISABLE: '1',
  TF_IN_AUTOMATION: '1',
};
