import { expect } from 'vitest';
import type { Manifest } from '../objects.ts';
import { autoscaled, generated } from './autoscaling.ts';
import { clusterOfFile } from './cluster.ts';
import { gauge, keda } from './keda.ts';
import { scene, until } from './scene.ts';
import { needs, proof } from './tool.ts';

/** The generated ScaledObject, acted on by KEDA itself, with a real Prometheus and the real controller behind it. */
const lab = clusterOfFile();
const objects = await generated('production', { autoscaling: 'keda' });
const prometheus = /"http:\/\/prometheus[^"]*"/;
const asking = (url: string): Manifest[] => {
  const text = JSON.stringify(objects);
  expect(text).toMatch(prometheus);
  return JSON.parse(text.replace(prometheus, JSON.stringify(url))) as Manifest[];
};

needs('kube.sh', 'keda.sh', 'prometheus')(
  'KEDA scales the service by its requests and by CPU, and takes nothing away while Prometheus is silent',
  () =>
    proof('keda', [JSON.stringify(objects)], () =>
      scene(async (here) => {
        const cluster = await lab();
        const requests = await gauge(here, 'http_requests_in_flight', 'my-rag');
        await keda(here, cluster);
        const service = await autoscaled(cluster, 'by-keda', asking(requests.url));
        const says = (type: string, status: string): Promise<boolean> =>
          until(`${type} is ${status}`, 30, async () => {
            const path = `jsonpath={.status.conditions[?(@.type=="${type}")].status}`;
            return (await cluster.ask('-n', 'by-keda', 'get', 'scaledobject', 'my-rag', '-o', path)) === status;
          });
        await service.becomes(2);
        await says('Ready', 'True');
        expect(await cluster.ask('-n', 'by-keda', 'get', 'hpa', '-o', 'name')).toBe(
          'horizontalpodautoscaler.autoscaling/my-rag',
        );

        // sixty each
        requests.set(300);
        await service.becomes(5);

        // silence: longer than it would take to go down, and than KEDA tries before it falls back
        await requests.stop();
        requests.set(0);
        expect(await service.fewest(15)).toBe(5);
        await says('Fallback', 'True');
        // meanwhile CPU counts, as it would not with a number of instances to fall back to
        service.use(1400);
        await service.becomes(8);
        service.use(0);
        expect(await service.fewest(12)).toBe(8);

        // Prometheus is back and says that nobody asks
        await requests.start();
        await service.becomes(2, 120);
        await says('Fallback', 'False');

        // Prometheus answers, but knows no such metric
        requests.set(240);
        await service.becomes(4);
        requests.set();
        expect(await service.fewest(15)).toBe(4);
        requests.set(0);
        await service.becomes(2, 120);
      }),
    ),
  400_000,
);
