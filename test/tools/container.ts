import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from './locate.ts';
import { run, type Outcome } from './run.ts';
import { steadyPort, type Scene } from './scene.ts';
import { usual, type Env } from './serving.ts';

/** A running container of a built image: read-only, uid 10001, no capability, unless its options say otherwise. */
export interface Container {
  readonly port: number;
  readonly url: string;
  readonly log: () => string;
  readonly exec: (...command: readonly string[]) => Promise<Outcome>;
  /** The exit code of the image's own health check. */
  readonly health: () => Promise<number>;
  /** SIGTERM; how long it took, and the exit code of the service. */
  readonly stop: () => Promise<{ seconds: number; code: number }>;
}

let count = 0;
const nameOf = (): string => `proof-${process.pid}-${(count += 1)}`;
const pairsOf = (env: Env): string[] => Object.entries(env).map(([name, value]) => `${name}=${value}`);

/** Runs one command in a fresh container to its end. */
export const once = (
  image: string,
  env: Env,
  command: readonly string[],
  options: readonly string[] = [],
): Promise<Outcome> =>
  run('image.sh', ['run', ...options, image, nameOf(), '8000', ...pairsOf({ ...usual, ...env }), '--', ...command]);

/** Starts the service of an image. */
export async function contain(
  scene: Scene,
  image: string,
  env: Env,
  options: readonly string[] = [],
): Promise<Container> {
  const [port, metrics, name] = [await steadyPort(), await steadyPort(), nameOf()];
  const file = join(scene.folder, `${name}.log`);
  const log = openSync(file, 'a');
  const settings = pairsOf({ ...usual, METRICS_PORT: `${metrics}`, ...env });
  const child = spawn(tool('image.sh') ?? '', ['run', ...options, image, name, `${port}`, ...settings], {
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 255)));
  scene.later(() => (child.exitCode === null ? run('image.sh', ['stop', name]) : undefined));
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    log: () => readFileSync(file, 'utf8'),
    exec: (...command) => run('image.sh', ['exec', name, ...command]),
    health: async () => (await run('image.sh', ['health', name])).code,
    stop: async () => {
      const asked = performance.now();
      await run('image.sh', ['stop', name]);
      return { code: await ended, seconds: (performance.now() - asked) / 1000 };
    },
  };
}

/** The process id, as the machine sees it, of the service that was told to listen at a port. */
export function pidOf({ port }: Container): number {
  const read = (pid: string, what: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${what}`, 'utf8');
    } catch {
      return ''; // it has just ended
    }
  };
  const isIt = (pid: string): boolean =>
    read(pid, 'cmdline').startsWith('python\0-m\0app\0serve') && read(pid, 'environ').includes(`PORT=${port}\0`);
  return Number(readdirSync('/proc').find((name) => /^\d+$/.test(name) && isIt(name)));
}
