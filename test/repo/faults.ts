import type { Fs } from '../../repo/fs.ts';

/**
 * How a call goes wrong. `kill`: the process ends before it; `torn`: within it, half of a file written; `once`: the
 * system refuses this call; `full`: from this call on nothing can be written or made; `dead`: nor anything changed.
 */
export type How = 'kill' | 'torn' | 'once' | 'full' | 'dead';
export const hows: readonly How[] = ['kill', 'torn', 'once', 'full', 'dead'];

const killed = Symbol('killed');
export const isKill = (error: unknown): boolean => error instanceof Error && error.cause === killed;

const growing = ['writeFileSync', 'mkdirSync'];
const changing = [...growing, 'chmodSync', 'renameSync', 'rmdirSync', 'unlinkSync'];

/** A file system whose call number `at` goes wrong; `calls` counts. */
export function faulty(real: Fs, at: number, how: How, code = 'ENOSPC'): { fs: Fs; calls: () => number } {
  let count = 0;
  const wrap = (name: string, call: Call) => {
    return (...args: unknown[]): unknown => {
      const late = count++ - at;
      if (late < 0) return call(...args);
      if (how === 'kill' || how === 'torn') {
        if (late === 0 && how === 'torn' && name === 'writeFileSync') tear(call, args);
        throw new Error('killed', { cause: killed });
      }
      const refused = how === 'once' ? late === 0 : (how === 'full' ? growing : changing).includes(name);
      if (!refused) return call(...args);
      if (name === 'writeFileSync') tear(call, args);
      throw Object.assign(new Error(code), { code, syscall: name, path: args[0] });
    };
  };
  const calls = names.map((name) => [name, wrap(name, real[name].bind(real) as Call)] as const);
  return { fs: Object.assign({} as Fs, Object.fromEntries(calls)), calls: () => count };
}

type Call = (...args: unknown[]) => unknown;

function tear(call: Call, [path, bytes, options]: unknown[]): void {
  call(path, (bytes as Uint8Array).subarray(0, (bytes as Uint8Array).length / 2), options);
}

const names = [
  ...(['accessSync', 'chmodSync', 'closeSync', 'fsyncSync', 'lstatSync', 'mkdirSync', 'openSync'] as const),
  ...(['readFileSync', 'readdirSync', 'renameSync', 'rmdirSync', 'statSync', 'unlinkSync', 'writeFileSync'] as const),
] satisfies (keyof Fs)[];
