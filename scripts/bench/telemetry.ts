import { join } from 'node:path';
import { root } from '../load.ts';
import { run } from '../../test/tools/run.ts';
import type { Scene } from '../../test/tools/scene.ts';
import { ingest, ready, serve, type Service } from '../../test/tools/serving.ts';
import { burst, cpuOf, median, quantile } from './process.ts';
import type { Section } from './report.ts';

const rival = 'prometheus-fastapi-instrumentator==8.1.0';
const documents = 50;
const generations = 4;
const rounds = 5;
const requests = 1500;

const kinds = {
  none: 'no telemetry',
  ours: 'ours: request id, JSON log, metrics',
  usual: 'the same by one BaseHTTPMiddleware',
  instrumentator: 'prometheus-fastapi-instrumentator 8.1 (metrics only)',
} as const;
type Kind = keyof typeof kinds;
const names = Object.keys(kinds) as Kind[];

/** Milliseconds of CPU per request, and requests per second, one of each per round. */
type Measured = Record<Kind, { cpu: number[]; rate: number[] }>;

/**
 * What a request costs with and without telemetry: four processes, asked in turn. More than once with new processes, as
 * one process may be some per cent quicker than another one that runs the same code.
 */
export async function telemetry(here: Scene, home: string): Promise<Section> {
  const python = join(home, '.venv/bin/python');
  const { code, stderr } = await run('uv', ['pip', 'install', '--quiet', '--python', python, rival]);
  if (code !== 0) throw new Error(`${rival}: ${stderr}`);
  const measured = Object.fromEntries(names.map((kind) => [kind, { cpu: [], rate: [] }])) as unknown as Measured;
  for (let generation = 0; generation < generations; generation++) {
    const services = {} as Record<Kind, Service>;
    for (const kind of names) services[kind] = await variant(here, home, kind);
    await measure(services, measured);
    for (const kind of names) services[kind].signal('SIGKILL');
  }
  return section(measured);
}

async function variant(here: Scene, home: string, kind: Kind): Promise<Service> {
  const script = join(root, 'scripts/bench/variants.py');
  const service = await ready(await serve(here, home, { PYTHONPATH: home }, [script, kind]));
  for (let number = 1; number <= documents; number++) {
    const text = `Document ${number}. Ships number ${number} carry containers from port to port, and ${number * 7} crates.`;
    const { status } = await ingest(service.url, text);
    if (status !== 201) throw new Error(`ingest: ${status}`);
  }
  return service;
}

async function measure(services: Record<Kind, Service>, measured: Measured): Promise<void> {
  for (let round = -1; round < rounds; round++)
    // each is the first one as often as the others
    for (const kind of [...names.slice((round + 4) % 4), ...names.slice(0, (round + 4) % 4)]) {
      const { pid, url } = services[kind];
      const before = cpuOf(pid);
      const rate = await burst(url, requests);
      if (round < 0) continue; // caches are cold
      measured[kind].cpu.push(((cpuOf(pid) - before) * 1000) / requests);
      measured[kind].rate.push(rate);
    }
}

function section(measured: Measured): Section {
  // differences within a round: whatever slowed the machine down slowed all four
  const added = (kind: Kind): number[] =>
    measured[kind].cpu.map((cpu, round) => cpu - (measured.none.cpu[round] ?? NaN));
  const share = median(added('ours')) / median(added('usual'));
  return {
    title: 'What telemetry costs',
    says: [
      `CPU of the service per \`POST /v1/query\` (echo model, hashing embedder, embedded store with ${documents} documents), ` +
        `16 keep-alive clients; ${generations} times four new processes, ${rounds} rounds of ${requests} requests in turn ` +
        'after one that does not count; medians, read from `/proc/PID/stat`. Added: the difference within a round, its ' +
        'median and the middle half of all rounds. The counters of the application itself (`rag_*`, `llm_*`) run in all ' +
        'four. Requests per second were seen with the clients on the same machine.',
      `Goal: a third of what BaseHTTPMiddleware adds; measured **${share.toFixed(2)}**.`,
    ],
    head: ['', 'CPU ms/request', 'added', 'middle half', '× no telemetry', 'requests/s'],
    rows: names.map((kind) => [
      kinds[kind],
      median(measured[kind].cpu).toFixed(3),
      kind === 'none' ? '' : median(added(kind)).toFixed(3),
      kind === 'none' ? '' : [0.25, 0.75].map((part) => quantile(added(kind), part).toFixed(3)).join(' to '),
      (median(measured[kind].cpu) / median(measured.none.cpu)).toFixed(2),
      median(measured[kind].rate).toFixed(0),
    ]),
  };
}
