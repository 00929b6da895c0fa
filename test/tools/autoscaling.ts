import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { fillAll } from '../../core/render.ts';
import type { Deployed } from '../../core/option.ts';
import { objectsIn, type Manifest } from '../objects.ts';
import type { Cluster } from './cluster.ts';
import { replicas, rolledOut, type Target } from './rollout.ts';
import { until } from './scene.ts';

/** A Deployment that an autoscaler takes care of, in a namespace of its own, under a load that the test decides. */
export interface Autoscaled {
  readonly target: Target;
  /** From now on the instances use so many millicores together, shared out evenly. */
  readonly use: (millicores: number) => void;
  /** Waits until exactly so many instances are wanted and ready. Answers how many seconds that took. */
  readonly becomes: (replicas: number, seconds?: number) => Promise<number>;
  /** Looks on for so many seconds. Answers the fewest instances that were wanted meanwhile. */
  readonly fewest: (seconds: number) => Promise<number>;
  /** The sizes that the autoscaler asked for, the smallest first; of more than ten changes the later ones may be missing. */
  readonly sizes: () => Promise<number[]>;
}

/** Applies a Deployment with all that it needs to start, and its autoscaler, and waits until it runs. */
export async function autoscaled(lab: Cluster, namespace: string, objects: readonly Manifest[]): Promise<Autoscaled> {
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  if (!deployment) throw new Error('nothing to scale');
  const target = { namespace, name: deployment.metadata.name };
  const file = join(lab.home, `${namespace}.json`);
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  await lab.ask('create', 'namespace', namespace);
  await lab.ask('-n', namespace, 'apply', '-f', file);
  await rolledOut(lab, target);

  let load = 0;
  const loaded = async (): Promise<{ wanted: number; ready: number }> => {
    const now = await replicas(lab, target);
    const each = `kwok.x-k8s.io/usage-cpu=${Math.ceil(load / Math.max(1, now.wanted))}m`;
    // a pod may go away meanwhile
    await lab.kubectl('-n', namespace, 'annotate', 'pods', '-l', selector(deployment), '--overwrite', each);
    return now;
  };
  return {
    target,
    use: (millicores) => (load = millicores),
    becomes: async (count, seconds = 60) => {
      const start = Date.now();
      await until(`${count} instances of ${target.name}`, seconds, async () => {
        const { wanted, ready } = await loaded();
        return wanted === count && ready === count;
      }).catch(async (error: unknown) => {
        throw new Error(`${String(error)}\n${await lab.ask('-n', namespace, 'describe', 'hpa')}`);
      });
      return (Date.now() - start) / 1000;
    },
    fewest: async (seconds) => {
      let least = Infinity;
      for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(200))
        least = Math.min(least, (await loaded()).wanted);
      return least;
    },
    sizes: async () => {
      const events = await lab.ask('-n', namespace, 'get', 'events', '-o', 'jsonpath={.items[*].message}');
      const sizes = [...events.matchAll(/New size: (\d+)/g)].map(([, size]) => Number(size));
      return [...new Set(sizes)].sort((a, b) => a - b);
    },
  };
}

const selector = ({ spec }: Manifest): string =>
  Object.entries((spec as { selector: { matchLabels: Record<string, string> } }).selector.matchLabels)
    .map(([label, value]) => `${label}=${value}`)
    .join();

/** How many times faster everything goes in a test that waits: five minutes become five seconds. */
const haste = 60;

/** An autoscaler in a hurry: its periods, its windows and the ranges of its queries are shorter; what it decides by is not touched. */
export const hastened = (autoscaler: Manifest): Manifest =>
  JSON.parse(
    JSON.stringify(autoscaler, (key: string, value: unknown) =>
      typeof value === 'number' && /^(periodSeconds|stabilizationWindowSeconds|pollingInterval)$/.test(key)
        ? value && Math.max(1, Math.round(value / haste))
        : value,
    ).replaceAll('[1m]', '[3s]'),
  ) as Manifest;

const autoscalers = ['HorizontalPodAutoscaler', 'ScaledObject'];

/** What a generated repository has for its service in an environment: the Deployment, its identity, and its autoscaler, in a hurry. */
export async function generated(env: Deployed, answers: Readonly<Record<string, unknown>> = {}): Promise<Manifest[]> {
  const library = await load();
  const { plan } = make({ runtime: 'kubernetes', cloud: 'none', ...answers }, library);
  const { name } = plan.view;
  const objects = objectsIn(fillAll(plan, library.bodies), plan, env)
    .filter(
      ({ kind, metadata }) => metadata.name === name && [...autoscalers, 'Deployment', 'ServiceAccount'].includes(kind),
    )
    .map((object) => (autoscalers.includes(object.kind) ? hastened(object) : object));
  // KEDA reads the environment of what it scales, and does nothing without it
  return [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'service' } }, ...objects];
}
