import { join } from 'node:path';
import { sorted } from '../core/tree.ts';
import { kindOf, statOf, type Fs } from './fs.ts';
import { attempt, type Result } from './problem.ts';

/** What stands at one path of a folder. Links are named, never followed. */
export type Entry =
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly mode: '644' | '755' }
  | { readonly kind: 'folder' | 'symlink' | 'other' };

/**
 * Reads a folder: path → entry, sorted by path. `.git` is left out at any depth, and so is everything `skip` names
 * (a folder with all that is in it).
 */
export function readFolder(
  fs: Fs,
  root: string,
  skip: (path: string) => boolean = () => false,
): Result<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  const visit = (folder: string): void => {
    for (const name of fs.readdirSync(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (name === '.git' || skip(path)) continue;
      const entry = readEntry(fs, root, path);
      if (entry) entries.set(path, entry);
      if (entry?.kind === 'folder') visit(path);
    }
  };
  return attempt(() => {
    visit('');
    return sorted(entries);
  });
}

/** Reads one path of a folder, or nothing when it is absent. */
export function readEntry(fs: Fs, root: string, path: string): Entry | undefined {
  const whole = join(root, path);
  const kind = kindOf(fs, whole);
  if (kind === 'absent') return undefined;
  if (kind !== 'file') return { kind };
  return { kind, bytes: fs.readFileSync(whole), mode: (statOf(fs, whole)?.mode ?? 0) & 0o100 ? '755' : '644' };
}
