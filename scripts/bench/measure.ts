import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

/** A command to be timed as a whole process; `{round}` in it is a number that no other round has. */
export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Makes room; not timed. */
  readonly before?: () => void;
}

/** Median, minimum and maximum of the wall time, in milliseconds. */
export interface Timed {
  readonly name: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Runs the contenders in turn, A B C A B C …, so that a machine that changes its speed changes it for all of them. */
export function race(contenders: readonly Contender[], rounds: number): Timed[] {
  const times = contenders.map((): number[] => []);
  for (let round = -1; round < rounds; round++)
    contenders.forEach((contender, i) => {
      const took = once(contender, round + 1);
      if (round >= 0) times[i]?.push(took);
    });
  return contenders.map(({ name }, i) => {
    const sorted = [...(times[i] ?? [])].sort((a, b) => a - b);
    const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? NaN;
    return { name, median: at(0.5), min: at(0), max: at(1) };
  });
}

function once({ name, command, cwd, env, before }: Contender, round: number): number {
  before?.();
  const [file = '', ...args] = command.map((word) => word.replace('{round}', String(round)));
  const start = performance.now();
  const { status, stderr } = spawnSync(file, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  const took = performance.now() - start;
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  return took;
}

/** Largest resident size of a Node program, in MiB, as the operating system counts it. */
export function peakMemory(script: string, args: readonly string[]): number {
  const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-bench-'));
  const [hook, result] = [join(scratch, 'hook.cjs'), join(scratch, 'rss')];
  writeFileSync(
    hook,
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(result)}, String(process.resourceUsage().maxRSS)));`,
  );
  try {
    const { status } = spawnSync(process.execPath, ['--require', hook, script, ...args], { stdio: 'ignore' });
    if (status !== 0) throw new Error(`${script} ended with ${status}`);
    return Number(readFileSync(result, 'utf8')) / 1024;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
