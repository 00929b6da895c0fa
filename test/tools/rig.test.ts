import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { query } from './postgres-wire.ts';
import { freePort, needs, run, tool } from './tool.ts';

/** The rig itself: every server and container script does what the proofs rely on. */
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rig-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function script(name: string, ...args: readonly string[]): Promise<string> {
  const outcome = await run(name, args);
  expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
  return outcome.stdout.trim();
}

/** Asks again until the answer is there; a server needs a moment. */
async function until<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 150; tries += 1) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(100);
  }
  throw new Error('no answer within 15 seconds');
}

needs('pg.sh')('pg.sh gives a PostgreSQL with pgvector whose data outlives a stop', async () => {
  const port = await freePort();
  const at = [String(port), join(folder, 'pg')] as const;
  expect(await script('pg.sh', 'start', ...at)).toBe(`postgresql://app@127.0.0.1:${port}/app`);
  await query(port, "CREATE EXTENSION vector; CREATE TABLE items (v vector(3)); INSERT INTO items VALUES ('[1,2,3]')");
  await script('pg.sh', 'stop', ...at);
  await expect(query(port, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  await script('pg.sh', 'start', ...at);
  expect(await query(port, "SELECT v, v <-> '[1,2,4]' FROM items")).toEqual([['[1,2,3]', '1']]);
  const second = await run('pg.sh', ['start', String(port), join(folder, 'pg2')]);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain('Address already in use');
  await script('pg.sh', 'stop', ...at);
});

needs('valkey.sh')('valkey.sh gives a Valkey that answers until it is stopped', async () => {
  const port = await freePort();
  const at = [String(port), join(folder, 'valkey')] as const;
  expect(await script('valkey.sh', 'start', ...at)).toBe(`redis://127.0.0.1:${port}/0`);
  const socket = connect(port, '127.0.0.1', () => socket.write('INCR a\r\nQUIT\r\n'));
  const reply = await until(() => (socket.read() as Buffer | null)?.toString());
  expect(reply).toMatch(/^:1\r\n/);
  await script('valkey.sh', 'stop', ...at);
});

function backend(name: string, port: number): Server {
  return createServer((_, response) => response.end(name)).listen(port, '127.0.0.1');
}

needs('envoy.sh')('envoy.sh takes a backend that stopped out of the balance', async () => {
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const servers = [backend('first', ports[1]), backend('second', ports[2])] as const;
  const dir = join(folder, 'envoy');
  const url = await script('envoy.sh', 'start', String(ports[0]), dir, String(ports[1]), String(ports[2]));
  const answer = async (): Promise<string> => (await fetch(url)).text();
  const both = new Set<string>();
  await until(async () => (both.add(await answer()).size === 2 ? true : undefined));
  servers[0].close();
  servers[0].closeAllConnections();
  await sleep(1500);
  expect(await Promise.all([answer(), answer(), answer(), answer()])).toEqual(Array(4).fill('second'));
  servers[1].close();
  servers[1].closeAllConnections();
  await script('envoy.sh', 'stop', String(ports[0]), dir);
});

needs('prometheus', 'alertmanager')('an alert of Prometheus reaches the webhook through Alertmanager', async () => {
  const [hook, alerts, metrics] = [await freePort(), await freePort(), await freePort()];
  const dir = join(folder, 'alerts');
  mkdirSync(dir);
  const put = (name: string, text: string): void => writeFileSync(join(dir, name), text);
  put(
    'am.yml',
    `route: {receiver: hook, group_wait: 0s}
receivers: [{name: hook, webhook_configs: [{url: 'http://127.0.0.1:${hook}/'}]}]\n`,
  );
  put('rules.yml', 'groups: [{name: g, rules: [{alert: Down, expr: up == 0}]}]\n');
  put(
    'prometheus.yml',
    `global: {scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}
rule_files: [rules.yml]
alerting: {alertmanagers: [{static_configs: [{targets: ['127.0.0.1:${alerts}']}]}]}
scrape_configs: [{job_name: nobody, static_configs: [{targets: ['127.0.0.1:1']}]}]\n`,
  );
  const start = (command: string, ...args: string[]) => spawn(command, args, { cwd: dir, stdio: 'ignore' });
  const processes = [
    start(process.execPath, join(import.meta.dirname, 'webhook.mjs'), String(hook), join(dir, 'hook.jsonl')),
    start(
      tool('alertmanager') ?? '',
      '--config.file=am.yml',
      '--storage.path=am',
      '--cluster.listen-address=',
      `--web.listen-address=127.0.0.1:${alerts}`,
    ),
    start(
      tool('prometheus') ?? '',
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=tsdb',
      `--web.listen-address=127.0.0.1:${metrics}`,
    ),
  ];
  const received = await until(() => {
    const [line] = readFileSync(join(dir, 'hook.jsonl'), { encoding: 'utf8', flag: 'a+' }).split('\n');
    return line === '' ? undefined : line;
  });
  expect(JSON.parse(received)).toMatchObject({ status: 'firing', commonLabels: { alertname: 'Down', job: 'nobody' } });
  for (const process of processes) process.kill();
  await Promise.all(processes.map(async (process) => process.exitCode ?? (await once(process, 'exit'))));
});

needs('image.sh')('image.sh builds an image and runs it read-only without any right', async () => {
  const context = join(folder, 'context');
  const versions = readFileSync(join(import.meta.dirname, 'install', 'versions.sh'), 'utf8');
  const uv = /\bUV=(\S+)/.exec(versions)?.[1] ?? '';
  const [tag, name] = ['localhost/rig:test', `rig-${process.pid}`];
  mkdirSync(context);
  writeFileSync(
    join(context, 'Dockerfile'),
    `FROM ghcr.io/astral-sh/uv:${uv} AS uv
FROM docker.io/library/python:3.13-slim
COPY --from=uv /uv /usr/local/bin/uv
RUN --mount=type=cache,target=/root/.cache/uv uv --version
HEALTHCHECK CMD ["python", "-c", "open('/tmp/up')"]
CMD ["python", "-c", "import signal, sys, time; signal.signal(15, lambda *_: sys.exit()); open('/tmp/up', 'w'); time.sleep(60)"]\n`,
  );
  await script('image.sh', 'build', context, tag);
  const [total, own] = (await script('image.sh', 'size', tag)).split(' ').map(Number);
  expect(own).toBeLessThan(total ?? 0);
  const look = "import os; print(os.getuid(), os.environ['PORT'], os.environ['A'], os.access('/', os.W_OK))";
  expect(await script('image.sh', 'run', tag, `${name}-once`, '8000', 'A=b', '--', 'python', '-c', look)).toBe(
    '10001 8000 b False',
  );
  const running = spawn(tool('image.sh') ?? '', ['run', tag, name, '8000'], { stdio: 'ignore' });
  await until(async () => ((await run('image.sh', ['health', name])).code === 0 ? true : undefined));
  expect(await script('image.sh', 'exec', name, 'grep', 'CapEff', '/proc/1/status')).toMatch(/\s0+$/);
  running.kill('SIGTERM');
  await once(running, 'exit');
  await script('image.sh', 'remove', tag);
});

needs(
  'python3.13',
  'node22',
  'node24',
)('the other runtimes are what their names say', async () => {
  expect((await run('python3.13', ['--version'])).stdout).toMatch(/^Python 3\.13\./);
  expect((await run('node22', ['--version'])).stdout).toMatch(/^v22\./);
  expect((await run('node24', ['--version'])).stdout).toMatch(/^v24\./);
});
