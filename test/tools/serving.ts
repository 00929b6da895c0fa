import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tree } from '../../core/tree.ts';
import { lay } from '../../scripts/folder.ts';
import { ask, statusOf, type Answer } from './http.ts';
import { tool } from './locate.ts';
import { run, type Outcome } from './run.ts';
import { steadyPort, until, type Scene } from './scene.ts';

/** The files of a generated repository that a running service consists of: a proof depends on them and no others. */
export const serviceOf = (tree: Tree): Tree => part(tree, ['app/', 'requirements.txt', 'Makefile']);

/** The files below some folders, or with some names. */
export const part = (tree: Tree, prefixes: readonly string[]): Tree =>
  new Map([...tree].filter(([path]) => prefixes.some((prefix) => path.startsWith(prefix))));

export const key = 'a-key-for-tests';
const digest = createHash('sha256').update(key).digest('hex');

export type Env = Readonly<Record<string, string>>;

/** As in production, without limits that a test would run into. */
export const usual: Env = {
  HOST: '127.0.0.1',
  ENVIRONMENT: 'production',
  API_KEYS: `tester:${digest}`,
  RATE_LIMIT_PER_MINUTE: '0',
  TOKEN_BUDGET_PER_DAY: '0',
};
/** All that a process gets of this machine's environment. */
const outer = { PATH: process.env.PATH ?? '' };

/** Lays a repository out and installs its packages the way its owner does. */
export async function install(folder: string, tree: Tree, python = 'python3.13'): Promise<string> {
  const home = join(folder, 'repository');
  lay(tree, home);
  const env = { UV_PYTHON: tool(python), UV_COMPILE_BYTECODE: '1' };
  const { code, stderr } = await run('make', ['.venv/runtime'], { cwd: home, env });
  if (code !== 0) throw new Error(`make .venv/runtime: ${stderr}`);
  return home;
}

/** The same for all tests of a file, made when the first one really runs; `remove` is for `afterAll`. */
export function installOnce(tree: Tree): { home: () => Promise<string>; remove: () => void } {
  let folder: string | undefined;
  let installed: Promise<string> | undefined;
  return {
    home: () => (installed ??= install((folder = mkdtempSync(join(tmpdir(), 'installed-'))), tree)),
    remove: () => folder && rmSync(folder, { recursive: true, force: true }),
  };
}

/** A running process of the generated service. */
export interface Service {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  readonly metrics: string;
  /** All that it said. */
  readonly log: () => string;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** The exit code, as a shell would say it. */
  readonly ended: Promise<number>;
}

/** Starts a process of an installed repository; returns at once. Whoever is left at the end of the scene is ended. */
export async function serve(scene: Scene, home: string, env: Env, command = ['-m', 'app', 'serve']): Promise<Service> {
  const port = Number(env.PORT ?? (await steadyPort()));
  const metricsPort = Number(env.METRICS_PORT ?? (await steadyPort()));
  const logs = join(scene.folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const file = join(logs, `${port}-${performance.now()}`);
  const log = openSync(file, 'a');
  const child = spawn(join(home, '.venv/bin/python'), command, {
    cwd: home,
    env: {
      ...outer,
      ...usual,
      DATA_DIR: join(scene.folder, `data-${port}`),
      ...env,
      PORT: `${port}`,
      METRICS_PORT: `${metricsPort}`,
    },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
  scene.later(() => end(child, ended));
  return {
    pid: child.pid ?? 0,
    port,
    url: `http://127.0.0.1:${port}`,
    metrics: `http://127.0.0.1:${metricsPort}/metrics`,
    log: () => readFileSync(file, 'utf8'),
    signal: (signal) => child.kill(signal),
    ended,
  };
}

/** Politely at first, so that it ends its own children too (`--reload` has one); the second SIGTERM skips the drain. */
async function end(child: ChildProcess, ended: Promise<number>): Promise<void> {
  for (const [signal, ms] of [
    ['SIGTERM', 300],
    ['SIGTERM', 3000],
    ['SIGKILL', 3000],
  ] as const) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await Promise.race([ended, sleep(ms, undefined, { ref: false })]);
  }
}

/** Waits for `/readyz`; what the service said when it does not get there. */
export async function ready(service: Service, seconds = 30): Promise<Service> {
  try {
    await until('ready', seconds, async () => (await statusOf(`${service.url}/readyz`)) === 200);
    return service;
  } catch (error) {
    throw new Error(`not ready: ${service.log()}`, { cause: error });
  }
}

/** `python -m app migrate` in an installed repository. */
export const migrate = (home: string, env: Env): Promise<Outcome> =>
  run(join(home, '.venv/bin/python'), ['-m', 'app', 'migrate'], { cwd: home, env: { ...outer, ...usual, ...env } });

const authorised = { authorization: `Bearer ${key}` };

/** Takes a document in. */
export const ingest = (url: string, text: string): Promise<Answer> =>
  ask(`${url}/v1/documents`, { json: { text, source: 'test' }, headers: authorised });

/** Asks a question. */
export const query = (url: string, question: string): Promise<Answer> =>
  ask(`${url}/v1/query`, { json: { question }, headers: authorised });
