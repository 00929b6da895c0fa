import { dirname, join } from 'node:path';
import { alone, removeEmpty, workPath } from './alone.ts';
import { kindOf, quietly, removeTree, rename, sha256, syncFolder, type Fs } from './fs.ts';
import { backward, fingerprint, forward, readJournal, stagePath, type Journal, type Stage } from './journal.ts';
import { lockPath } from './lock.ts';
import { packPath } from './pack.ts';
import { checkDisk, checkPaths } from './paths.ts';
import { attempt, problemOf, stop, stopIfAny, type Result } from './problem.ts';
import { collect } from './stage.ts';
import type { Output } from './state.ts';

/** One file to write (`after`) or to remove (null). `before` is the sha256 it was planned against, null for no file. */
export interface Change {
  readonly path: string;
  readonly before: string | null;
  readonly after: Pick<Output, 'bytes' | 'mode'> | null;
}

/**
 * Changes a folder that exists, all or nothing:
 *
 * 1. be alone; finish or take back a run that was interrupted;
 * 2. collect new bytes, copies of what they replace and a journal in `.ai-deploy/txn/next`, synced;
 * 3. look whether every file is still what the change was planned against;
 * 4. rename `next` to `now`: from here on the change is decided, and `recover` will finish it should we be killed;
 * 5. carry it out, the state files last; if the system refuses, take everything back;
 * 6. rename `now` to `last`, which keeps the replaced files until the next run.
 *
 * The call blocks: a signal without a handler ends the process at once, a handler runs when the change is complete.
 */
export function applyTo(fs: Fs, dir: string, changes: readonly Change[]): Result<void> {
  if (changes.length === 0) return { ok: true, value: undefined };
  return attempt(() =>
    alone(fs, dir, () => {
      settle(fs, dir);
      stopIfAny(checkPaths(changes.map(({ path }) => path)));
      stopIfAny(checkDisk(fs, dir, changes.map(({ path }) => path)));
      const journal = undoing(fs, dir, 'next', 'nothing was changed', () => {
        const collected = collect(fs, dir, inOrder(changes));
        for (const { path, before } of changes) if (fingerprint(fs, dir, path) !== before) moved(path);
        pass(fs, dir, 'next', 'now');
        return collected;
      });
      carryOut(fs, dir, journal);
    }),
  );
}
