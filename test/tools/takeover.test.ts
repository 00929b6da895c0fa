import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { statusOf } from './http.ts';
import { played } from './played.ts';
import { until } from './scene.ts';
import { ingest, installOnce, ready, serve, serviceOf } from './serving.ts';
import { surroundings, takeover } from './takeover.ts';
import { needs } from './tool.ts';
import { stream } from './traffic.ts';

/** One process leaves and another one takes over, behind a real load balancer and under load: nobody notices. */
const tree = serviceOf(make({}, await load()).tree);
const { home, remove } = installOnce(tree);
afterAll(remove);
const needing = needs('make', 'uv', 'python3.13', 'pg.sh', 'valkey.sh', 'envoy.sh');

needing(
  'with a drain longer than the load balancer needs, no request fails and every stream ends with `done`',
  played('takeover', tree, async (here) => {
    const { requests, failures, handovers } = await takeover(here, await home(), 3);
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(200);
    for (const { code, whole, events } of handovers) {
      expect([code, whole, events.at(0), events.at(-1)]).toEqual([0, true, 'sources', 'done']);
      expect(events.filter((event) => event === 'token').length).toBe(35);
    }
    return { requests, failed: failures.length };
  }),
  240_000,
);

needing(
  'without a drain requests fail: the proof above can',
  played('takeover-control', tree, async (here) => {
    const { requests, failures, handovers } = await takeover(here, await home(), 0);
    expect(failures.length).toBeGreaterThan(0);
    // the stream is saved by the grace period, not by the drain
    expect(handovers.map(({ whole, events }) => [whole, events.at(-1)])).toEqual(Array(2).fill([true, 'done']));
    return { requests, failed: failures.length };
  }),
  240_000,
);

needing(
  'a second SIGTERM ends it at once, in the middle of a stream',
  played('takeover-second-signal', tree, async (here) => {
    const env = { ...(await surroundings(here, await home())), DRAIN_SECONDS: '60' };
    const service = await ready(await serve(here, await home(), env));
    expect((await ingest(service.url, 'Ships carry containers.')).status).toBe(201);
    const speaking = await stream(service.url, 60);
    service.signal('SIGTERM');
    await until('draining', 5, async () => (await statusOf(`${service.url}/readyz`)) === 503);
    await sleep(1000);
    expect(await statusOf(`${service.url}/livez`)).toBe(200);
    const asked = performance.now();
    service.signal('SIGTERM');
    expect(await service.ended).toBe(143);
    expect(performance.now() - asked).toBeLessThan(3000);
    await speaking.whole;
    expect(speaking.events()).not.toContain('done');
  }),
  240_000,
);
