import { createServer } from 'node:net';
import { constants } from 'node:os';
import { execa } from 'execa';
import { tool, toolPath } from './locate.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to this process's environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds; 120,000 when not given. */
  readonly timeout?: number;
}

/**
 * Runs an installed tool, or any command, to its end and never throws for a failure. The code is what a shell would
 * say: 127 for a command that does not exist, 124 after a time-out, 128 + N for signal N.
 */
export async function run(command: string, args: readonly string[] = [], options: RunOptions = {}): Promise<Outcome> {
  const timeout = options.timeout ?? 120_000;
  const result = await execa(tool(command) ?? command, args, {
    cwd: options.cwd ?? process.cwd(),
    env: { PATH: toolPath(), ...options.env },
    timeout,
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
    maxBuffer: 64 * 1024 * 1024,
  });
  const note = result.timedOut ? `\n${command}: no end after ${timeout} ms\n` : '';
  return { code: shellCode(result), stdout: result.stdout, stderr: result.stderr + note };
}

interface Ending {
  readonly exitCode?: number | undefined;
  readonly timedOut: boolean;
  readonly signal?: NodeJS.Signals | undefined;
  readonly code?: string | undefined;
}

function shellCode(result: Ending): number {
  if (result.timedOut) return 124;
  if (result.exitCode !== undefined) return result.exitCode;
  if (result.signal) return 128 + constants.signals[result.signal];
  return result.code === 'EACCES' ? 126 : 127;
}

/** A port of 127.0.0.1 that nothing listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
