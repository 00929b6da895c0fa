import { join } from 'node:path';
import { library, run, type Outcome } from './tool.ts';
import { steadyPort, type Scene } from './scene.ts';

/** A real control plane with three fake nodes, for as long as a scene lasts. */
export interface Cluster {
  /** kubectl as the administrator; never throws. */
  readonly kubectl: (...args: readonly string[]) => Promise<Outcome>;
  /** The same, and what it printed; throws what it said when it fails. */
  readonly ask: (...args: readonly string[]) => Promise<string>;
  /** For scripts that call kubectl themselves. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a cluster that knows every custom resource definition of the tests. */
export async function cluster({ folder, later }: Scene): Promise<Cluster> {
  const port = `${await steadyPort()}`;
  const home = join(folder, 'cluster');
  later(() => run('kube.sh', ['stop', port, home]));
  const started = await run('kube.sh', ['start', port, home], { timeout: 240_000 });
  if (started.code !== 0) throw new Error(`kube.sh start: ${started.stderr}`);
  const env = { KUBECONFIG: join(home, 'kubeconfig') };
  const kubectl: Cluster['kubectl'] = (...args) => run('kubectl', args, { env });
  const ask: Cluster['ask'] = async (...args) => {
    const { code, stdout, stderr } = await kubectl(...args);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  return { kubectl, ask, env };
}

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
