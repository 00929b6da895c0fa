import type { Cluster } from './cluster.ts';
import { until } from './scene.ts';

/** What happens to a Deployment in its life: it is applied, rolled out, scaled, and a node under it goes away. */
export interface Target {
  readonly namespace: string;
  readonly name: string;
}

/** Waits until every pod of a Deployment is of its newest version and ready; throws what the cluster says otherwise. */
export const rolledOut = (lab: Cluster, { namespace, name }: Target, seconds = 60): Promise<string> =>
  lab.ask('-n', namespace, 'rollout', 'status', `deployment/${name}`, `--timeout=${seconds}s`);

/** How many instances are wanted, and how many are ready. */
export async function replicas(lab: Cluster, { namespace, name }: Target): Promise<{ wanted: number; ready: number }> {
  const counts = 'jsonpath={.spec.replicas} {.status.readyReplicas}';
  const [wanted, ready] = (await lab.ask('-n', namespace, 'get', 'deployment', name, '-o', counts)).split(' ');
  return { wanted: Number(wanted), ready: Number(ready ?? 0) };
}

/** Sets the number of instances by hand, and waits until they are ready. */
export async function scaled(lab: Cluster, target: Target, count: number): Promise<void> {
  await lab.ask('-n', target.namespace, 'scale', `deployment/${target.name}`, `--replicas=${count}`);
  await until(`${count} instances of ${target.name}`, 60, async () => (await replicas(lab, target)).ready === count);
}

/** Empties a node by evictions, as an upgrade of a cluster does: budgets for disruptions are kept. Not a success when they forbid it. */
export const drain = (lab: Cluster, node: string, seconds = 30): ReturnType<Cluster['kubectl']> =>
  lab.kubectl('drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--force', `--timeout=${seconds}s`);

/** Lets a drained node take pods again. */
export const undrain = (lab: Cluster, node: string): Promise<string> => lab.ask('uncordon', node);
