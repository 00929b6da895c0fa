import { dirname, join } from 'node:path';
import { removeEmpty, workPath } from './alone.ts';
import { folderMaker, kindOf, quietly, rename, sha256, type Fs } from './fs.ts';
import { checkDisk, checkPaths, inTheWay } from './paths.ts';
import { stop, stopIfAny } from './problem.ts';

/** One step: a file as it must be found, and as it will be; null is no file. */
export interface Step {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What a transaction does, in order. New bytes are in `new/<path>`, earlier ones in `old/<path>`, beside the journal. */
export interface Journal {
  readonly steps: readonly Step[];
  /** Folders that the transaction makes, outermost first. */
  readonly folders: readonly string[];
}

/**
 * The stages of a transaction are folders in `txn`, and the passage from one to the next is a rename:
 * `next` is being collected (a run that stopped here has changed nothing) → `now` is decided and is carried out, again
 * if need be → `last` is done and keeps the earlier files; or, when `now` cannot be carried out, → `undo` is taken back.
 */
export type Stage = 'next' | 'now' | 'undo' | 'last';

export const stagePath = (dir: string, stage: Stage, ...rest: string[]): string => join(dir, workPath, stage, ...rest);

/** sha256 of a file, null when there is none; anything else in its place stops the run. */
function fingerprint(fs: Fs, dir: string, path: string): string | null {
  const kind = kindOf(fs, join(dir, path));
  if (kind === 'absent') return null;
  return kind === 'file' ? sha256(fs.readFileSync(join(dir, path))) : stop(inTheWay(path, kind, 'file'));
}

/** Stops when a file is no longer what the change was planned against. */
export function stillAsPlanned(fs: Fs, dir: string, { steps }: Journal): void {
  const moved = steps.find(({ path, before }) => fingerprint(fs, dir, path) !== before);
  if (!moved) return;
  const because = 'it has changed since this run looked at it; nothing was changed';
  stop({ code: 'blocked', path: moved.path, because, fix: 'Run the command again.' });
}

/** Carries out the journal in `now`. Every step may be repeated: what is done is recognised, what is not ours is not touched. */
export function forward(fs: Fs, dir: string, { steps }: Journal): void {
  const makeFolders = folderMaker(fs, dir);
  for (const { path, before, after } of steps) {
    const staged = stagePath(dir, 'now', 'new', path);
    const waiting = after !== null && kindOf(fs, staged) === 'file';
    const current = fingerprint(fs, dir, path);
    // A new file that no longer waits has been moved to its place; what stands there now is its owner's business.
    if (after !== null && !waiting && current !== before) continue;
    if (after !== null && !waiting && after !== before) lost(path);
    if (current !== null && current !== before && current !== after) foreign(path);
    if (waiting) {
      makeFolders(path);
      rename(fs, staged, join(dir, path));
    } else if (after === null && current !== null) fs.unlinkSync(join(dir, path));
  }
  // Not before everything else is done: taking back must not need room for a folder on a disk that is full.
  for (const { path, after } of steps) if (after === null) removeEmpty(fs, dir, dirname(path));
}

/** Takes back what was done of the journal in `undo`. Files that somebody changed since stay as they are. */
export function backward(fs: Fs, dir: string, { steps, folders }: Journal): void {
  const makeFolders = folderMaker(fs, dir);
  for (const { path, before, after } of [...steps].reverse()) {
    const kept = stagePath(dir, 'undo', 'old', path);
    const current = fingerprint(fs, dir, path);
    if (current !== after && current !== before) continue;
    if (before !== null && kindOf(fs, kept) === 'file') {
      makeFolders(path);
      rename(fs, kept, join(dir, path));
    } else if (before === null && current !== null) fs.unlinkSync(join(dir, path));
  }
  for (const folder of [...folders].reverse()) quietly(() => fs.rmdirSync(join(dir, folder)));
}

export const journalText = (journal: Journal): string => `${JSON.stringify({ schema: 1, ...journal }, undefined, 2)}\n`;

/** Reads a journal. It may have come with a cloned repository, so its paths are checked like any others. */
export function readJournal(fs: Fs, dir: string, stage: 'now' | 'undo'): Journal {
  stopIfAny(checkDisk(fs, dir, [`${workPath}/${stage}/journal.json`]));
  const journal = parse(fs.readFileSync(stagePath(dir, stage, 'journal.json'))) ?? unreadable(stage);
  const paths = journal.steps.map(({ path }) => path);
  stopIfAny(checkPaths(paths));
  const kept = paths.flatMap((path) => [`${workPath}/${stage}/new/${path}`, `${workPath}/${stage}/old/${path}`]);
  stopIfAny(checkDisk(fs, dir, [...paths, ...kept]));
  return journal;
}

function parse(bytes: Uint8Array): Journal | undefined {
  try {
    const { schema, steps, folders } = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
    if (schema !== 1 || !Array.isArray(steps) || !steps.every(isStep) || !Array.isArray(folders)) return undefined;
    const above = (folder: unknown): folder is string =>
      isText(folder) && steps.some(({ path }) => path.startsWith(`${folder}/`));
    return folders.every(above) ? { steps, folders } : undefined;
  } catch {
    return undefined;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isHash = (value: unknown): boolean => value === null || (isText(value) && /^[0-9a-f]{64}$/.test(value));
const isStep = (value: unknown): value is Step => {
  const { path, before, after } = (value ?? {}) as Record<string, unknown>;
  return isText(path) && isHash(before) && isHash(after);
};

const byHand = (stage: Stage): string =>
  `The files as they were are in ${workPath}/${stage}/old. Copy back what you need, then delete ${workPath}.`;

function unreadable(stage: Stage): never {
  const path = `${workPath}/${stage}/journal.json`;
  const because = 'the journal of an interrupted run cannot be read';
  return stop({ code: 'damaged', path, because, fix: byHand(stage) });
}

function foreign(path: string): never {
  const because = 'it was changed after a run was interrupted, and would be overwritten by finishing that run';
  return stop({ code: 'blocked', path, because, fix: `Move ${path} away, run the command again, then merge the two.` });
}

function lost(path: string): never {
  const because = 'an interrupted run cannot be finished: the new bytes of this file are gone';
  return stop({ code: 'damaged', path, because, fix: byHand('now') });
}
