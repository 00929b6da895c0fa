import { readEntry } from './read.ts';
import { sha256, unsynced, type Fs } from './fs.ts';
import type { Change } from './collect.ts';
import { checkDisk, checkPaths } from './paths.ts';
import { attempt, stop, stopIfAny, type Result } from './problem.ts';
import type { Output } from './state.ts';
import { look } from './target.ts';
import { applyTo } from './transaction.ts';
import { writeNew } from './write.ts';

/** What creating a repository in a folder comes to; nothing is written yet, so this is also the dry run. */
export interface Creation {
  readonly dir: string;
  readonly target: 'absent' | 'empty' | 'fresh-clone';
  readonly files: readonly Planned[];
}

export interface Planned extends Output {
  readonly path: string;
  readonly action: 'create' | 'replace';
  /** sha256 of what is replaced. */
  readonly before: string | null;
}

/** Plans a new repository, or says why this folder cannot take one. */
export function planCreation(fs: Fs, dir: string, outputs: ReadonlyMap<string, Output>): Result<Creation> {
  return attempt(() => {
    const target = look(fs, dir);
    if ('problem' in target) return stop(target.problem);
    stopIfAny(checkPaths(outputs.keys()));
    if (target.is !== 'absent') stopIfAny(checkDisk(fs, dir, outputs.keys()));
    const replaceable = 'replaces' in target ? target.replaces : [];
    const files = [...outputs].map(([path, output]): Planned => {
      const before = target.is === 'absent' ? null : beforeOf(fs, dir, path, replaceable);
      return { path, ...output, before, action: before === null ? 'create' : 'replace' };
    });
    return { dir, target: target.is, files };
  });
}

/**
 * Writes a planned repository: on success every file of the plan is there, on failure the folder is as it was.
 *
 * The call blocks. A signal that has no handler ends the process at once; what it leaves beside the target, or in
 * `.ai-deploy/txn`, is cleared away by the next run. A handler runs when the repository is complete.
 */
export function create(fs: Fs, { dir, target, files }: Creation): Result<void> {
  if (target === 'absent') return writeNew(fs, dir, new Map(files.map((file) => [file.path, file])));
  const change = ({ path, before, bytes, mode }: Planned): Change => ({ path, before, after: { bytes, mode } });
  return applyTo(unsynced(fs), dir, files.map(change));
}

function beforeOf(fs: Fs, dir: string, path: string, replaceable: readonly string[]): string | null {
  const entry = readEntry(fs, dir, path);
  if (!entry) return null;
  if (entry.kind === 'file' && replaceable.includes(path)) return sha256(entry.bytes);
  const because = 'it is there already and would be overwritten';
  return stop({ code: 'blocked', path, because, fix: `Move ${path} away, or choose another folder.` });
}
