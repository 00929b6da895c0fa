import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { stringify } from 'yaml';
import { load } from '../../scripts/load.ts';
import { fillAll } from '../../core/render.ts';
import { clusters } from '../clusters.ts';
import { objectsIn } from '../objects.ts';
import { scene, until, type Scene } from './scene.ts';
import { stage, type Stage } from './stage.ts';
import { needs, proof, treeInputs } from './tool.ts';

/** The autoscalers of both environments at work, with windows of seconds instead of minutes. */
const [repository = expect.fail('there is no cluster')] = await clusters();
const { bodies } = await load();
const { name, namespace } = repository.plan.view;
const hasty = (text: string): string =>
  text
    .replace(/stabilizationWindowSeconds: 300/g, 'stabilizationWindowSeconds: 1')
    .replace(/periodSeconds: (15|60)$/gm, 'periodSeconds: 2');

const instances = async ({ ask }: Stage): Promise<number> =>
  Number(await ask('-n', namespace, 'get', `deployment/${name}`, '-o', 'jsonpath={.spec.replicas}'));
const reach = (lab: Stage, count: number): Promise<unknown> =>
  until(`${count} instances`, 90, async () => (await instances(lab)) === count);

/** Every instance, and each that comes, uses this much. */
async function using(lab: Stage, cpu: string): Promise<void> {
  await lab.ask('-n', namespace, 'annotate', 'pods', '--all', '--overwrite', `kwok.x-k8s.io/usage-cpu=${cpu}`);
}

/** The HorizontalPodAutoscaler that KEDA makes of its ScaledObject: what its documentation says, from our manifest. */
function asKedaMakesIt(): object {
  const found = objectsIn(fillAll(repository.plan, bodies), repository.plan, 'production').find(
    ({ kind }) => kind === 'ScaledObject',
  );
  const { minReplicaCount, maxReplicaCount, triggers, advanced } = found?.spec as Scaled;
  const [cpu, prometheus] = triggers;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: minReplicaCount,
      maxReplicas: maxReplicaCount,
      behavior: advanced.horizontalPodAutoscalerConfig.behavior,
      metrics: [
        {
          type: 'ContainerResource',
          containerResource: {
            name: 'cpu',
            container: cpu?.metadata.containerName,
            target: { type: 'Utilization', averageUtilization: Number(cpu?.metadata.value) },
          },
        },
        {
          type: 'External',
          external: {
            metric: { name: 's1-prometheus' },
            target: { type: 'AverageValue', averageValue: prometheus?.metadata.threshold },
          },
        },
      ],
    },
  };
}
interface Scaled {
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly triggers: readonly { readonly metadata: Readonly<Record<string, string>> }[];
  readonly advanced: { readonly horizontalPodAutoscalerConfig: { readonly behavior: object } };
}

async function inFlight(lab: Stage, value: number | undefined): Promise<void> {
  await lab.kubectl('-n', 'kube-system', 'delete', 'configmap', 'external-metrics', '--ignore-not-found');
  if (value === undefined) return;
  await lab.ask(
    '-n',
    'kube-system',
    'create',
    'configmap',
    'external-metrics',
    `--from-literal=s1-prometheus=${value}`,
  );
}

/** Up by the requests in flight although nobody uses a CPU; nobody is taken away while their number is unknown. */
async function byRequests(lab: Stage, now: Scene): Promise<void> {
  const file = join(now.folder, 'keda.yaml');
  await inFlight(lab, 290);
  writeFileSync(file, hasty(stringify(asKedaMakesIt())));
  await lab.ask('apply', '-f', file);
  await reach(lab, 5);
  await inFlight(lab, undefined);
  await until('the metric is missed', 30, async () =>
    (await lab.ask('-n', namespace, 'get', 'events')).includes('FailedGetExternalMetric'),
  );
  // several rounds of the controller, which would long have taken some away
  await sleep(8_000);
  expect(await instances(lab)).toBe(5);
  await inFlight(lab, 10);
  await reach(lab, 2);
}

needs('kube.sh', 'kubectl', 'kustomize')(
  'instances come with CPU or requests, go without them, and stay when nobody knows',
  () =>
    proof('autoscaling', treeInputs(repository.tree), () =>
      scene(async (now) => {
        const lab = await stage(now, repository);
        await lab.release('staging', 'a', hasty);
        await reach(lab, 2);
        await using(lab, '400m');
        await reach(lab, 4);
        await using(lab, '1m');
        await reach(lab, 2);
        await lab.ask('-n', namespace, 'delete', 'hpa', name);
        await byRequests(lab, now);
      }),
    ),
  400_000,
);
