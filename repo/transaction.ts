import { dirname, join } from 'node:path';
import { alone, workPath } from './alone.ts';
import { collect, inOrder, type Change } from './collect.ts';
import { kindOf, quietly, removeTree, rename, syncFolder, type Fs } from './fs.ts';
import { backward, forward, readJournal, stagePath, stillAsPlanned, type Journal, type Stage } from './journal.ts';
import { checkDisk, checkPaths } from './paths.ts';
import { attempt, problemOf, stop, stopIfAny, type Result } from './problem.ts';

/**
 * Changes a folder that exists, all or nothing:
 *
 * 1. be alone; bring a run that was interrupted to its end;
 * 2. collect new bytes, copies of what they replace and a journal in `.ai-deploy/txn/next`, synced;
 * 3. look whether every file still is what the change was planned against;
 * 4. rename `next` to `now`: the change is decided, and `recover` would finish it should we be killed;
 * 5. carry it out, the state files last; if the system refuses, take everything back;
 * 6. rename `now` to `last`, which keeps the replaced files until the next run.
 *
 * The call blocks: a signal without a handler ends the process at once, a handler runs when the change is complete.
 */
export function applyTo(fs: Fs, dir: string, changes: readonly Change[]): Result<void> {
  const paths = changes.map(({ path }) => path);
  const run = (): void => {
    stopIfAny(checkPaths(paths));
    if (changes.length > 0) alone(fs, dir, () => transact(fs, dir, changes, paths));
  };
  return attempt(run, untouched, inRepository);
}

const untouched = 'nothing was changed';

function transact(fs: Fs, dir: string, changes: readonly Change[], paths: readonly string[]): void {
  endEarlier(fs, dir);
  stopIfAny(checkDisk(fs, dir, paths));
  try {
    const journal = collect(fs, dir, inOrder(changes));
    stillAsPlanned(fs, dir, journal);
    pass(fs, dir, 'next', 'now');
    forward(fs, dir, journal);
    finish(fs, dir, journal);
  } catch (error) {
    const outcome = takeBack(fs, dir) ? untouched : 'the change is half done, and the next run brings it to its end';
    stop(problemOf(error, outcome, inRepository));
  }
}

/** What had to be done about an earlier run. */
export type Recovery = 'nothing' | 'discarded' | 'completed' | 'undone';

/** Brings a run that was interrupted to its end: discards what was only collected, finishes what was decided. */
export const recover = (fs: Fs, dir: string): Result<Recovery> =>
  attempt(() => (isInterrupted(fs, dir) ? alone(fs, dir, () => endEarlier(fs, dir)) : 'nothing'));

/** Whether `recover` would have something to do; writes nothing, so a dry run can ask. */
export function isInterrupted(fs: Fs, dir: string): boolean {
  const state = join(dir, dirname(workPath));
  if (kindOf(fs, state) !== 'folder') return false;
  const work = join(dir, workPath);
  if (kindOf(fs, work) !== 'folder') return fs.readdirSync(state).length === 0;
  return fs.readdirSync(work).join() !== 'last';
}

function endEarlier(fs: Fs, dir: string): Recovery {
  const ended = attempt(() => settle(fs, dir), 'an earlier run is not at its end yet', inRepository);
  return ended.ok ? ended.value : stop(ended.problem);
}

function settle(fs: Fs, dir: string): Recovery {
  if (has(fs, dir, 'undo')) {
    goBack(fs, dir);
    return 'undone';
  }
  if (has(fs, dir, 'now')) {
    const journal = readJournal(fs, dir, 'now');
    forward(fs, dir, journal);
    finish(fs, dir, journal);
    return 'completed';
  }
  if (!has(fs, dir, 'next')) return 'nothing';
  removeTree(fs, stagePath(dir, 'next'));
  return 'discarded';
}

/** Ends a transaction that has been carried out. What replaced nothing leaves nothing to keep. */
function finish(fs: Fs, dir: string, { steps }: Journal): void {
  for (const folder of new Set(steps.map(({ path }) => dirname(path)))) syncFolder(fs, join(dir, folder));
  if (steps.every(({ before }) => before === null)) return discard(fs, dir, 'now');
  removeTree(fs, stagePath(dir, 'last'));
  pass(fs, dir, 'now', 'last');
  quietly(() => removeTree(fs, stagePath(dir, 'last', 'new')));
}

/** Takes back a transaction that the system refused; false when the system refuses that as well. */
function takeBack(fs: Fs, dir: string): boolean {
  try {
    if (has(fs, dir, 'now')) pass(fs, dir, 'now', 'undo');
    if (has(fs, dir, 'undo')) goBack(fs, dir);
    else quietly(() => removeTree(fs, stagePath(dir, 'next')));
    return true;
  } catch {
    return false;
  }
}

function goBack(fs: Fs, dir: string): void {
  backward(fs, dir, readJournal(fs, dir, 'undo'));
  discard(fs, dir, 'undo');
}

/** A stage that has served its purpose becomes `next`, which is what any run may throw away. */
function discard(fs: Fs, dir: string, stage: Stage): void {
  pass(fs, dir, stage, 'next');
  quietly(() => removeTree(fs, stagePath(dir, 'next')));
}

const has = (fs: Fs, dir: string, stage: Stage): boolean => kindOf(fs, stagePath(dir, stage)) !== 'absent';

function pass(fs: Fs, dir: string, from: Stage, to: Stage): void {
  rename(fs, stagePath(dir, from), stagePath(dir, to));
  syncFolder(fs, join(dir, workPath));
}

/** `…/.ai-deploy/txn/next/new/app/main.py` → `app/main.py`: what somebody reads is the name of the file. */
const inRepository = (path: string): string =>
  path.replace(/^.*\.ai-deploy[\\/]txn[\\/][a-z]+[\\/](?:new|old)[\\/]/, '');
