import { codeOf } from './fs.ts';

/** Why the edge refused or failed: what is wrong, where, and what to do instead. */
export interface RepoProblem {
  /** `blocked`: refused before anything was touched · `failed`: the system stopped us · `damaged`: our own files are not what we wrote. */
  readonly code: 'blocked' | 'failed' | 'damaged';
  /** A path of the repository, or the whole path of a folder outside of it. */
  readonly path?: string;
  readonly because: string;
  readonly fix: string;
}

export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: RepoProblem };

/** A problem as one line of text: where, why, what to do. */
export const sentence = ({ path, because, fix }: RepoProblem): string => `${path ? `${path}: ` : ''}${because}. ${fix}`;

/** Gives up; `attempt` turns it into a Result at the border of the edge. */
export function stop(problem: RepoProblem): never {
  throw Object.assign(new Error(problem.because), { problem });
}

/** Gives up with the first of several problems, saying how many more there are. */
export function stopIfAny(problems: readonly RepoProblem[]): void {
  const [first, ...more] = problems;
  if (!first) return;
  const others = more.length === 0 ? '' : ` (and ${more.length} more like this)`;
  stop({ ...first, because: first.because + others });
}

/**
 * Runs a step; a refusal or an error of the system becomes a problem, a mistake of ours stays an exception.
 * `outcome` says what became of the folder, `shorten` turns the path of a working copy into the one that people know.
 */
export function attempt<T>(run: () => T, outcome?: string, shorten?: (path: string) => string): Result<T> {
  try {
    return { ok: true, value: run() };
  } catch (error) {
    return { ok: false, problem: problemOf(error, outcome, shorten) };
  }
}

/** The problem inside an error; an error that is none is thrown again. */
export function problemOf(error: unknown, outcome?: string, shorten = (path: string): string => path): RepoProblem {
  if (error instanceof Error && 'problem' in error) return error.problem as RepoProblem;
  const code = codeOf(error);
  if (!(error instanceof Error) || !('syscall' in error || known[code])) throw error;
  const [because, fix] = known[code] ?? [`the system says ${code}`, 'Check the disk, then run the command again.'];
  const path = 'path' in error && typeof error.path === 'string' ? { path: shorten(error.path) } : {};
  return { code: 'failed', ...path, because: outcome ? `${because}; ${outcome}` : because, fix };
}

const full = ['the disk is full', 'Free some space, then run the command again.'] as const;
const denied = [
  'permission denied',
  'Choose a folder you may write to, or change its owner, then run the command again.',
] as const;
const moved = ['something else changed the folder at the same time', 'Run the command again.'] as const;

const known: Readonly<Record<string, readonly [because: string, fix: string]>> = {
  ENOSPC: full,
  EDQUOT: ['your share of the disk is used up', full[1]],
  EACCES: denied,
  EPERM: denied,
  EROFS: ['the file system is read-only', 'Choose a folder on a disk that can be written to.'],
  EEXIST: moved,
  ENOENT: moved,
  ENOTEMPTY: moved,
  ENOTDIR: ['a file stands where a folder is needed', 'Move the file away, or choose another folder.'],
  EISDIR: ['a folder stands where a file is needed', 'Move the folder away, or choose another one.'],
  ENAMETOOLONG: ['the path is too long for this system', 'Choose a shorter folder name.'],
  EXDEV: ['a part of the folder is on another disk', 'Work in a copy of the folder that is on one disk.'],
  EMFILE: ['too many files are open', 'Close some programs, then run the command again.'],
  EIO: ['the disk cannot be read or written', 'Check the disk, then run the command again.'],
};
