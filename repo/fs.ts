import { hash } from 'node:crypto';
import { join } from 'node:path';

/** What we look at of a file's status. */
export interface Stat {
  readonly mode: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/**
 * The file system as a parameter: exactly the calls the edge makes. `node:fs` and `memfs` both fit, so a test can fail or
 * kill any single one of them. Synchronous, because that is faster here and leaves a signal no place in between.
 */
export interface Fs {
  accessSync(path: string, mode: number): void;
  chmodSync(path: string, mode: number): void;
  closeSync(fd: number): void;
  fsyncSync(fd: number): void;
  lstatSync(path: string, options: { throwIfNoEntry: false }): Stat | undefined;
  mkdirSync(path: string): unknown;
  openSync(path: string, flags: 'r'): number;
  readFileSync(path: string): Uint8Array;
  readdirSync(path: string): string[];
  renameSync(from: string, to: string): void;
  rmdirSync(path: string): void;
  statSync(path: string, options: { throwIfNoEntry: false }): Stat | undefined;
  unlinkSync(path: string): void;
  writeFileSync(path: string, bytes: Uint8Array, options: { flag: 'wx'; mode: number; flush: boolean }): void;
}

export type Kind = 'absent' | 'file' | 'folder' | 'symlink' | 'other';

/** The code of a system error (`ENOSPC`), or an empty text for any other error. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** The status of what stands at a path itself (a link is not followed), or undefined. */
export function statOf(fs: Fs, path: string): Stat | undefined {
  try {
    return fs.lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

export function kindOf(fs: Fs, path: string): Kind {
  const stat = statOf(fs, path);
  if (!stat) return 'absent';
  if (stat.isSymbolicLink()) return 'symlink';
  return stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : 'other';
}

export const sha256 = (bytes: Uint8Array | string): string => hash('sha256', bytes, 'hex');

/**
 * Makes the folders above paths (with `/`, as a repository has them) under a root that exists, each once. It cuts texts
 * itself: with `dirname` and `join`, hundreds of files would take longer to name than to write.
 */
export function folderMaker(fs: Fs, root: string): (path: string) => void {
  const made = new Set(['']);
  const makeAbove = (path: string): void => {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (made.has(folder)) return;
    makeAbove(folder);
    if (kindOf(fs, `${root}/${folder}`) !== 'folder') fs.mkdirSync(`${root}/${folder}`);
    made.add(folder);
  };
  return makeAbove;
}

/** Removes a file or a whole folder, never what a link points to; nothing there is fine. */
export function removeTree(fs: Fs, path: string): void {
  const kind = kindOf(fs, path);
  if (kind === 'absent') return;
  if (kind !== 'folder') return fs.unlinkSync(path);
  for (const name of fs.readdirSync(path)) removeTree(fs, join(path, name));
  fs.rmdirSync(path);
}

/** Runs a step of cleaning up whose failure must not hide what led to it. */
export function quietly(step: () => void): void {
  try {
    step();
  } catch {
    // What is left behind is found and removed by the next run.
  }
}

/** Renames; waits a moment where a virus scanner holds what was just written, as is usual on Windows. */
export function rename(fs: Fs, from: string, to: string): void {
  for (let wait = 20; ; wait *= 2) {
    try {
      return fs.renameSync(from, to);
    } catch (error) {
      if (wait > 160 || !['EACCES', 'EBUSY', 'EPERM'].includes(codeOf(error))) throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
  }
}

/** Makes a folder's entries survive a power cut, where the system can do that (Windows cannot open a folder). */
export function syncFolder(fs: Fs, path: string): void {
  quietly(() => {
    const fd = fs.openSync(path, 'r');
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  });
}

/** The same file system without waiting for the disk: for what nobody loses in a power cut, since it can be made again. */
export const unsynced = (fs: Fs): Fs => ({
  ...fs,
  fsyncSync: () => undefined,
  writeFileSync: (path, bytes, options) => fs.writeFileSync(path, bytes, { ...options, flush: false }),
});
