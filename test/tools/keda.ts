import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, closeSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Cluster } from './cluster.ts';
import { statusOf } from './http.ts';
import { tool } from './locate.ts';
import { run } from './run.ts';
import { steadyPort, until, type Scene } from './scene.ts';

/** KEDA at work in a cluster, until the scene is over. */
export async function keda({ folder, later }: Scene, { home }: Cluster): Promise<void> {
  const args = [`${await steadyPort(4)}`, join(folder, 'keda'), home];
  later(() => run('keda.sh', ['stop', ...args]));
  const { code, stderr } = await run('keda.sh', ['start', ...args]);
  if (code !== 0) throw new Error(`keda.sh start: ${stderr}`);
}

/** A Prometheus that scrapes one gauge, which the test sets. */
export interface Gauge {
  readonly url: string;
  /** The value from now on; nothing when the gauge is no longer there. */
  readonly set: (value?: number) => void;
  /** Prometheus goes away, and comes back with what it knew. */
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

export async function gauge(here: Scene, name: string, job: string): Promise<Gauge> {
  const [metrics, port] = [await steadyPort(), await steadyPort()];
  let value: number | undefined = 0;
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(value === undefined ? '' : `# TYPE ${name} gauge\n${name} ${value}\n`);
  }).listen(metrics, '127.0.0.1');
  here.later(() => {
    server.close();
    server.closeAllConnections();
  });

  const folder = join(here.folder, 'prometheus');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'prometheus.yml'),
    `global: {scrape_interval: 200ms, scrape_timeout: 200ms}
scrape_configs: [{job_name: ${job}, static_configs: [{targets: ['127.0.0.1:${metrics}']}]}]\n`,
  );
  let stop = (): Promise<void> => Promise.resolve();
  const start = async (): Promise<void> => {
    stop = prometheus(folder, port);
    await until('Prometheus', 30, async () => (await statusOf(`http://127.0.0.1:${port}/-/ready`)) === 200);
  };
  here.later(() => stop());
  await start();
  return { url: `http://127.0.0.1:${port}`, set: (next) => (value = next), stop: () => stop(), start };
}

/** Starts Prometheus in a folder. Answers how to end it. */
function prometheus(folder: string, port: number): () => Promise<void> {
  const log = openSync(join(folder, 'log'), 'a');
  const options = [
    '--config.file=prometheus.yml',
    '--storage.tsdb.path=data',
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn(tool('prometheus') ?? 'prometheus', options, { cwd: folder, stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = once(child, 'exit');
  return async () => {
    child.kill('SIGTERM');
    await ended;
  };
}
