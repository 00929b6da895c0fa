import { dirname, join } from 'node:path';
import { codeOf, kindOf, quietly, rename, type Fs } from './fs.ts';
import { inTheWay } from './paths.ts';
import { stop } from './problem.ts';

/** Where a run keeps what it works on: on the same disk as the repository, and ignored by git. */
export const workPath = '.ai-deploy/txn';

/**
 * Runs a step while no other process works on the same folder. The lock file holds our process id; one whose process is
 * gone is taken over. Afterwards no empty folder is left behind.
 */
export function alone<T>(fs: Fs, dir: string, step: () => T): T {
  const lock = join(dir, workPath, 'lock');
  try {
    take(fs, dir, lock);
    try {
      tidy(fs, dir);
      return step();
    } finally {
      quietly(() => fs.unlinkSync(lock));
    }
  } finally {
    quietly(() => removeEmpty(fs, dir, workPath));
  }
}

function take(fs: Fs, dir: string, lock: string): void {
  for (let attempts = 0; attempts < 5; attempts++) {
    makeWork(fs, dir);
    try {
      return fs.writeFileSync(lock, Buffer.from(`${process.pid}\n`), { flag: 'wx', mode: 0o666, flush: false });
    } catch (error) {
      // The process before us has just finished, and taken the folder away.
      if (codeOf(error) === 'ENOENT') continue;
      if (codeOf(error) !== 'EEXIST') {
        // The file may be there without what belongs into it: the disk is full.
        quietly(() => fs.unlinkSync(lock));
        throw error;
      }
    }
    const holder = holderOf(fs, lock);
    if (isAlive(holder)) return busy(holder);
    takeAway(fs, lock, holder);
  }
  return busy(undefined);
}

/** Removes locks that were moved aside by a run that was killed then. */
function tidy(fs: Fs, dir: string): void {
  for (const name of fs.readdirSync(join(dir, workPath)))
    if (name.startsWith('lock-')) quietly(() => fs.unlinkSync(join(dir, workPath, name)));
}

function makeWork(fs: Fs, dir: string): void {
  for (const folder of [dirname(workPath), workPath]) {
    const kind = kindOf(fs, join(dir, folder));
    if (kind !== 'absent' && kind !== 'folder') stop(inTheWay(folder, kind, 'folder'));
    if (kind === 'absent') ignoring('EEXIST', () => fs.mkdirSync(join(dir, folder)));
  }
}

/** Moves a stale lock aside before removing it: two processes may find it stale, but only one gets to move it. */
function takeAway(fs: Fs, lock: string, holder: number): void {
  const aside = `${lock}-${process.pid}`;
  ignoring('ENOENT', () => {
    rename(fs, lock, aside);
    const moved = holderOf(fs, aside);
    if (moved === holder) fs.unlinkSync(aside);
    else rename(fs, aside, lock);
  });
}

/** The process named in a lock file; 0 when there is none, as when its writer was killed within the write. */
function holderOf(fs: Fs, lock: string): number {
  let text = '';
  ignoring('ENOENT', () => {
    text = Buffer.from(fs.readFileSync(lock)).toString();
  });
  return /^\d+\n$/.test(text) ? Number(text) : 0;
}

/** Whether another process with this id is at work. Ours is not: it would be in `step` now. */
export function isAlive(pid: number): boolean {
  if (pid === 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Removes a folder and those above it up to the root, as far as nothing is in them. */
export function removeEmpty(fs: Fs, root: string, folder: string): void {
  if (folder === '.') return;
  try {
    fs.rmdirSync(join(root, folder));
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'EBUSY'].includes(codeOf(error))) return;
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  removeEmpty(fs, root, dirname(folder));
}

function ignoring(code: string, step: () => void): void {
  try {
    step();
  } catch (error) {
    if (codeOf(error) !== code) throw error;
  }
}

function busy(holder: number | undefined): never {
  const who = holder === undefined ? 'another run' : `another run (process ${holder})`;
  const fix = `Wait for it. If there is no such run, delete ${workPath}/lock, then run the command again.`;
  return stop({ code: 'blocked', path: `${workPath}/lock`, because: `${who} is working on this folder`, fix });
}
