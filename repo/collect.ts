import { dirname, join } from 'node:path';
import { folderMaker, kindOf, sha256, statOf, syncFolder, type Fs, type Stat } from './fs.ts';
import { journalText, stagePath, type Journal } from './journal.ts';
import { lockPath } from './lock.ts';
import { packPath } from './pack.ts';
import type { Output } from './state.ts';

/** One file to write (`after`) or to remove (null). `before` is the sha256 it was planned against, null for no file. */
export interface Change {
  readonly path: string;
  readonly before: string | null;
  readonly after: Pick<Output, 'bytes' | 'mode'> | null;
}

/** By path, but what records the others comes last: it must not speak of files that are not there yet. */
export const inOrder = (changes: readonly Change[]): readonly Change[] =>
  [...changes].sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));

const rank = ({ path }: Change): number => [packPath, lockPath].indexOf(path);

/** Puts everything that a transaction needs into `next`, synced: new bytes, copies of the earlier ones, the journal. */
export function collect(fs: Fs, dir: string, changes: readonly Change[]): Journal {
  const next = stagePath(dir, 'next');
  fs.mkdirSync(next);
  const makeFolders = folderMaker(fs, next);
  const put = (path: string, bytes: Uint8Array, mode: number, exact: boolean): void => {
    makeFolders(path);
    fs.writeFileSync(join(next, path), bytes, { flag: 'wx', mode, flush: true });
    // Past the umask: a file that exists keeps the permissions that its owner gave it.
    if (exact) fs.chmodSync(join(next, path), mode);
  };
  for (const { path, before, after } of changes) {
    const stat = before === null ? undefined : statOf(fs, join(dir, path));
    if (stat) put(`old/${path}`, fs.readFileSync(join(dir, path)), stat.mode & 0o777, true);
    if (after)
      put(`new/${path}`, after.bytes, stat ? withMode(stat, after.mode) : modeOf(after.mode), stat !== undefined);
  }
  const steps = changes.map(({ path, before, after }) => ({ path, before, after: after && sha256(after.bytes) }));
  const journal = { steps, folders: missingFolders(fs, dir, changes) };
  put('journal.json', Buffer.from(journalText(journal)), 0o666, false);
  syncFolder(fs, next);
  return journal;
}

/** The mode of a new file; the umask takes away what its owner does not want others to have. */
export const modeOf = (mode: '644' | '755'): number => (mode === '755' ? 0o777 : 0o666);

/** Who may read a file may run it, or nobody may: like git, we change nothing else about its permissions. */
const withMode = (stat: Stat, mode: '644' | '755'): number =>
  (stat.mode & 0o666) | (mode === '755' ? (stat.mode & 0o444) >> 2 : 0);

function missingFolders(fs: Fs, dir: string, changes: readonly Change[]): string[] {
  const missing = new Set<string>();
  const visit = (folder: string): void => {
    if (folder === '.' || missing.has(folder) || kindOf(fs, join(dir, folder)) !== 'absent') return;
    visit(dirname(folder));
    missing.add(folder);
  };
  for (const { path, after } of changes) if (after) visit(dirname(path));
  return [...missing];
}
