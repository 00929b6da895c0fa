import { describe, expect } from 'vitest';
import type { Manifest } from '../objects.ts';
import { autoscaled, generated } from './autoscaling.ts';
import { clusterOfFile, type Cluster } from './cluster.ts';
import { needs, proof } from './tool.ts';

/** Real autoscaling decisions by the real controller, about pods that only say how much they use. */
const lab = clusterOfFile();

/** The Deployment of a generated repository, with an autoscaler that follows a metric of somebody else, too. */
const followed = async (): Promise<Manifest[]> => {
  const objects = await generated('production', { autoscaling: 'hpa' });
  return objects.map((object) => {
    if (object.kind !== 'HorizontalPodAutoscaler') return object;
    const spec = object.spec as { metrics: unknown[] };
    const external = { metric: { name: 'in-flight' }, target: { type: 'AverageValue', averageValue: '60' } };
    return { ...object, spec: { ...spec, metrics: [...spec.metrics, { type: 'External', external }] } };
  });
};

/** What the metric is from now on; nothing when nobody knows. */
const metric = ({ ask }: Cluster, value?: number): Promise<string> =>
  ask(
    ...['-n', 'kube-system', 'patch', 'configmap', 'external-metrics', '--type=merge'],
    ...['-p', JSON.stringify({ data: { 'in-flight': value === undefined ? null : `${value}` } })],
  );

describe('autoscaling', () => {
  needs('kube.sh')(
    'by CPU of the generated autoscaler: as many as the load needs, at most double at a time, down slowly',
    async () => {
      const objects = await generated('production', { autoscaling: 'hpa' });
      await proof('autoscaling-cpu', [JSON.stringify(objects)], async () => {
        const service = await autoscaled(await lab(), 'by-cpu', objects);
        await service.becomes(2);
        // 250m each, 70 % of it is the target
        service.use(1050);
        await service.becomes(6);
        expect(await service.sizes()).toEqual([2, 4, 6]);
        service.use(17_500);
        await service.becomes(10);
        expect(await service.fewest(5)).toBe(10);
        // a window of five seconds, and then one instance a second: a tenth, but at least one
        service.use(0);
        expect(await service.becomes(2, 120)).toBeGreaterThan(10);
        expect(await service.sizes()).toEqual(expect.arrayContaining([7, 8, 9]));
      });
    },
    300_000,
  );

  needs('kube.sh')(
    'by a metric of somebody else: up, down, and as it is while nobody knows the metric',
    async () => {
      const objects = await followed();
      await proof('autoscaling-external', [JSON.stringify(objects)], async () => {
        const cluster = await lab();
        await cluster.ask('-n', 'kube-system', 'create', 'configmap', 'external-metrics');
        await metric(cluster, 0);
        const service = await autoscaled(cluster, 'by-metric', objects);
        await metric(cluster, 300);
        await service.becomes(5);
        // nobody knows: longer than it would take to go down
        await metric(cluster);
        expect(await service.fewest(12)).toBe(5);
        const status = await cluster.ask('-n', 'by-metric', 'describe', 'hpa');
        expect(status).toMatch(/FailedGetExternalMetric/);
        // the other metric goes on counting
        service.use(1400);
        await service.becomes(8);
        service.use(0);
        expect(await service.fewest(12)).toBe(8);
        // an answer again, and one that wants fewer: 0 instead of no answer would have done this all the time
        await metric(cluster, 0);
        await service.becomes(2, 120);
      });
    },
    300_000,
  );
});
