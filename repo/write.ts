import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { isAlive } from './alone.ts';
import { modeOf } from './collect.ts';
import { folderMaker, kindOf, quietly, removeTree, rename, type Fs } from './fs.ts';
import { checkPaths } from './paths.ts';
import { attempt, problemOf, stop, stopIfAny, type Result } from './problem.ts';
import type { Output } from './state.ts';

export type Files = ReadonlyMap<string, Pick<Output, 'bytes' | 'mode'>>;

/**
 * Writes a repository into a folder that does not exist: everything goes into one folder beside it, and one rename
 * brings it to its name. Whatever goes wrong before that, nothing is there. Missing folders above the target are part
 * of what is renamed, so there is nothing else to take back.
 *
 * Files are not synced: only a power cut could tell, and syncing costs more than everything else together.
 */
export function writeNew(fs: Fs, dir: string, files: Files): Result<void> {
  const run = (): void => {
    const target = resolve(dir);
    if (kindOf(fs, target) !== 'absent') occupied(target);
    stopIfAny(checkPaths(files.keys()));
    const top = firstMissing(fs, target);
    sweep(fs, top);
    const staging = `${stem(top)}${process.pid}`;
    try {
      fs.mkdirSync(staging);
      writeAll(fs, staging, relative(top, target), files);
      if (kindOf(fs, top) !== 'absent') occupied(top);
      rename(fs, staging, top);
    } catch (error) {
      quietly(() => removeTree(fs, staging));
      stop(problemOf(error, unwritten, (path) => inTarget(join(staging, relative(top, target)), path) ?? target));
    }
  };
  return attempt(run, unwritten);
}

const unwritten = 'nothing was written';

function writeAll(fs: Fs, staging: string, inner: string, files: Files): void {
  const prefix = inner === '' ? '' : `${inner.split(sep).join('/')}/`;
  const makeFolders = folderMaker(fs, staging);
  for (const [path, { bytes, mode }] of files) {
    makeFolders(prefix + path);
    fs.writeFileSync(`${staging}/${prefix}${path}`, bytes, { flag: 'wx', mode: modeOf(mode), flush: false });
  }
}

/** What a staged path is called in the repository; nothing for the folders around it. */
function inTarget(root: string, path: string): string | undefined {
  const inside = relative(root, path);
  return inside === '' || inside.startsWith('..') ? undefined : inside;
}

/** The uppermost folder that has to be made: the rename takes place there. */
function firstMissing(fs: Fs, dir: string): string {
  return kindOf(fs, dirname(dir)) === 'absent' ? firstMissing(fs, dirname(dir)) : dir;
}

/** What the staging folders of a target are called, up to the process id. */
const stem = (top: string): string => join(dirname(top), `.${basename(top).slice(0, 50)}.ai-deploy-`);

/** Removes the staging folders of runs that were killed. */
function sweep(fs: Fs, top: string): void {
  quietly(() => {
    for (const name of fs.readdirSync(dirname(top))) {
      const path = join(dirname(top), name);
      const pid = path.startsWith(stem(top)) ? path.slice(stem(top).length) : '';
      if (/^[1-9]\d*$/.test(pid) && !isAlive(Number(pid))) removeTree(fs, path);
    }
  });
}

function occupied(path: string): never {
  return stop({ code: 'blocked', path, because: 'it exists already', fix: 'Choose another folder.' });
}
