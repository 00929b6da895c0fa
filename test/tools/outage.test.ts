import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { ask, statusOf, type Answer } from './http.ts';
import { played } from './played.ts';
import { until } from './scene.ts';
import { ingest, installOnce, migrate, query, ready, serve, serviceOf } from './serving.ts';
import { postgres, valkey } from './stores.ts';
import { needs } from './tool.ts';

/** Real stores go and come back under a running service: what it promises about that, second by second. */
const tree = serviceOf(make({}, await load()).tree);
const { home, remove } = installOnce(tree);
afterAll(remove);
const needing = needs('make', 'uv', 'python3.13', 'pg.sh', 'valkey.sh');

interface Readiness {
  readonly status: string;
  readonly reasons?: Record<string, string>;
}
const readiness = async (url: string): Promise<[number, Readiness]> => {
  const { status, text } = await ask(`${url}/readyz`);
  return [status, JSON.parse(text) as Readiness];
};
const becomes = (url: string, code: number, status: string, seconds: number): Promise<Readiness> =>
  until(`/readyz says ${code} ${status}`, seconds, async () => {
    const [given, body] = await readiness(url);
    return given === code && body.status === status ? body : undefined;
  });

/** A problem document that says when to come back and gives nothing away, sooner than a client loses patience. */
function expectUnavailable(answer: Answer): void {
  expect(answer.status, answer.text).toBe(503);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(answer.text).not.toMatch(/psycopg|Traceback|refused|Error"|127\.0\.0\.1/);
  expect(answer.seconds).toBeLessThan(5);
}

needing(
  'PostgreSQL is away at the start, comes, goes and comes back: the process stays',
  played('outage-postgres', tree, async (here) => {
    const [pg, cache] = [await postgres(here), await valkey(here)];
    const hold = 8;
    const env = { ...pg.env, ...cache.env, READY_HOLD_SECONDS: `${hold}`, TOKEN_BUDGET_PER_DAY: '1000000' };
    const service = await serve(here, await home(), env);
    const { url } = service;

    await until('alive', 20, async () => (await statusOf(`${url}/livez`)) === 200);
    const reasons = await until('reasons', 5, async () => {
      const [status, body] = await readiness(url);
      expect([status, body.status]).toEqual([503, 'starting']);
      return Object.keys(body.reasons ?? {}).length > 0 ? body.reasons : undefined;
    });
    expect(Object.keys(reasons).sort()).toEqual(['pgvector', 'postgres', 'valkey']);
    expect(Object.values(reasons).join(' ')).toMatch(/^((unavailable|timeout) ?){3}$/);
    expectUnavailable(await query(url, 'anybody there?'));

    const migrating = migrate(await home(), env); // waits for the server, like a one-shot container that came first
    await sleep(1000);
    await pg.start();
    expect(await migrating).toMatchObject({ code: 0 });
    await becomes(url, 200, 'degraded', 15); // without the cache, which is not essential
    await cache.start();
    await becomes(url, 200, 'ready', 15);
    expect((await ingest(url, 'Ships carry containers.')).status).toBe(201);
    expect((await query(url, 'What do ships carry?')).text).toContain('Ships carry containers');

    // restarted in a moment: connections in the pool are dead, and nobody notices
    const many = (): Promise<Answer[]> =>
      Promise.all(Array.from({ length: 32 }, () => query(url, 'What do ships carry?')));
    const fine = (answers: Answer[]): void => expect([...new Set(answers.map(({ status }) => status))]).toEqual([200]);
    fine(await many());
    await pg.stop();
    await pg.start();
    fine(await many());

    await pg.stop();
    const stopped = performance.now();
    let refused = 0;
    // ready all the while, and it says what is wrong: one blip must not empty every load balancer
    for (let status = 'ready'; status !== 'degraded'; refused++) {
      expectUnavailable(await query(url, 'still there?'));
      const [code, body] = await readiness(url);
      expect([code, body.status]).toEqual([200, expect.stringMatching(/^(ready|degraded)$/)]);
      status = body.status;
    }
    await becomes(url, 503, 'unavailable', 20);
    const held = (performance.now() - stopped) / 1000;
    expect(held).toBeGreaterThan(hold - 5); // the last look that went well was at most 5 s before the stop
    expect(await statusOf(`${url}/livez`)).toBe(200); // a restart would heal nothing

    await pg.start();
    const back = performance.now();
    await becomes(url, 200, 'ready', 15);
    const recovery = (performance.now() - back) / 1000;
    fine(await many());
    expect(service.log().match(/Started server process/g)).toHaveLength(1);
    service.signal('SIGINT');
    expect([0, 130]).toContain(await service.ended);
    return { held: Math.round(held), refused, recovery: Math.round(recovery * 10) / 10 };
  }),
  240_000,
);

needing(
  'Valkey goes: requests are still answered and still limited, by each instance alone',
  played('outage-valkey', tree, async (here) => {
    const cache = await valkey(here);
    await cache.start();
    const perMinute = 40;
    const { url } = await ready(
      await serve(here, await home(), { ...cache.env, RATE_LIMIT_PER_MINUTE: `${perMinute}` }),
    );
    expect((await ingest(url, 'Ships carry containers.')).status).toBe(201);

    await cache.stop();
    const first = await query(url, 'What do ships carry?');
    expect(first.status, first.text).toBe(200);
    expect(first.seconds).toBeLessThan(2);
    expect(await becomes(url, 200, 'degraded', 10)).toMatchObject({ reasons: { valkey: 'unavailable' } });
    const statuses = (await Promise.all(Array.from({ length: 2 * perMinute }, () => query(url, 'And now?')))).map(
      ({ status }) => status,
    );
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(perMinute + 5);

    await cache.start();
    await becomes(url, 200, 'ready', 15);
    // a bucket of the server again, a new one
    await until('limited together again', 15, async () => (await query(url, 'Back?')).status === 200);
  }),
  240_000,
);

needing(
  'Valkey keeps the budgets and goes: nothing more is spent',
  played('outage-ledger', tree, async (here) => {
    const cache = await valkey(here);
    await cache.start();
    const env = { ...cache.env, TOKEN_LEDGER: 'valkey', TOKEN_BUDGET_PER_DAY: '1000000', READY_HOLD_SECONDS: '0' };
    const { url } = await ready(await serve(here, await home(), env));
    expect((await ingest(url, 'Ships carry containers.')).status).toBe(201);
    await cache.stop();
    expectUnavailable(await query(url, 'What do ships carry?'));
    await becomes(url, 503, 'unavailable', 10);
    await cache.start();
    await becomes(url, 200, 'ready', 15);
    expect((await query(url, 'What do ships carry?')).status).toBe(200);
  }),
  240_000,
);
