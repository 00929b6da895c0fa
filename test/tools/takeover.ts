import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from './http.ts';
import { model } from './model.ts';
import { run } from './run.ts';
import { steadyPort, until, type Scene } from './scene.ts';
import { ingest, migrate, ready, serve, type Service } from './serving.ts';
import { postgres, valkey } from './stores.ts';
import { stream, traffic, type Streamed, type Tally } from './traffic.ts';

/** One process that left, and the stream that it was in the middle of. */
export interface Handover {
  readonly code: number;
  readonly events: readonly string[];
  readonly whole: boolean;
}

/**
 * What a rolling update does, twice: behind Envoy, under the load of 16 clients, a new process starts, and when the load
 * balancer knows it (what `minReadySeconds` and target health are for) the old one is told to leave while it still
 * speaks. Envoy asks each process twice a second.
 */
export async function takeover(
  here: Scene,
  home: string,
  drainSeconds: number,
): Promise<Tally & { handovers: Handover[] }> {
  const env = { ...(await surroundings(here, home)), DRAIN_SECONDS: `${drainSeconds}` };
  const ports = [await steadyPort(), await steadyPort()] as const;
  const start = async (port: number): Promise<Service> => ready(await serve(here, home, { ...env, PORT: `${port}` }));

  let old = await start(ports[0]);
  const taken = await ingest(old.url, 'Ships carry containers.');
  if (taken.status !== 201) throw new Error(`ingest: ${taken.text}`);
  const { front, knows } = await envoy(here, ports);
  await knows(ports[0]);
  const load = traffic(front);
  const handovers: Handover[] = [];
  for (const port of [ports[1], ports[0]]) {
    const speaking: Streamed = await stream(front, drainSeconds + 4); // nobody else is there: the old one speaks
    const fresh = await start(port);
    await knows(port);
    old.signal('SIGTERM');
    const code = await old.ended;
    handovers.push({ code, whole: await speaking.whole, events: speaking.events() });
    old = fresh;
  }
  return { ...(await load.stop()), handovers };
}

/** Everything beside the service, as in production: its stores and a model. */
export async function surroundings(here: Scene, home: string): Promise<Record<string, string>> {
  const [pg, cache] = [await postgres(here), await valkey(here)];
  await Promise.all([pg.start(), cache.start()]);
  const { code, stderr } = await migrate(home, { ...pg.env, ...cache.env });
  if (code !== 0) throw new Error(`migrate: ${stderr}`);
  return { ...pg.env, ...cache.env, ...(await model(here)) };
}

/** Envoy before two ports; `knows` waits until it would send requests to one. */
async function envoy(
  { folder, later }: Scene,
  backends: readonly number[],
): Promise<{ front: string; knows: (port: number) => Promise<unknown> }> {
  const at = [String(await steadyPort()), join(folder, 'envoy')];
  const { code, stdout, stderr } = await run('envoy.sh', ['start', ...at, ...backends.map(String)]);
  if (code !== 0) throw new Error(`envoy.sh: ${stderr}`);
  later(() => run('envoy.sh', ['stop', ...at]));
  const clusters = `http://${readFileSync(join(folder, 'envoy', 'admin'), 'utf8').trim()}/clusters`;
  const knows = (port: number): Promise<unknown> =>
    until(`Envoy knows ${port}`, 15, async () =>
      (await ask(clusters)).text.includes(`127.0.0.1:${port}::health_flags::healthy`),
    );
  return { front: stdout.trim(), knows };
}
