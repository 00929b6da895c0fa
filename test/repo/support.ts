import { createFsFromVolume, Volume } from 'memfs';
import type { Fs } from '../../repo/fs.ts';
import type { Change } from '../../repo/collect.ts';
import { sha256 } from '../../repo/fs.ts';

export const text = (value: string): Uint8Array => Buffer.from(value);

/** A file system in memory that holds these files (a path ending in `/` is an empty folder). */
export function memory(files: Readonly<Record<string, string>> = {}): Fs {
  const volume = new Volume();
  volume.mkdirSync('/', { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    volume.mkdirSync(path.endsWith('/') ? path : path.slice(0, path.lastIndexOf('/')) || '/', { recursive: true });
    if (!path.endsWith('/')) volume.writeFileSync(path, content);
  }
  const fs = createFsFromVolume(volume) as unknown as Fs;
  const rename = fs.renameSync.bind(fs);
  fs.renameSync = (from, to) => {
    refuseFull(fs, to);
    rename(from, to);
  };
  return fs;
}

/** memfs lets a folder replace one that holds files; no real system does. */
function refuseFull(fs: Fs, to: string): void {
  if (!fs.lstatSync(to, { throwIfNoEntry: false })?.isDirectory() || fs.readdirSync(to).length === 0) return;
  throw Object.assign(new Error('ENOTEMPTY'), { code: 'ENOTEMPTY', syscall: 'rename', path: to });
}

/** The calls that tests need beside those of the edge. */
export type Disk = Fs & { symlinkSync(to: string, path: string): void };
export const disk = (fs: Fs): Disk => fs as Disk;

/** Everything below a folder as text: kind, permissions and content of each path. */
export function snapshot(fs: Fs, root: string, leaveOut?: RegExp): Record<string, string> {
  const seen: Record<string, string> = {};
  const visit = (path: string): void => {
    for (const name of fs.readdirSync(path).sort()) {
      const whole = `${path === '/' ? '' : path}/${name}`;
      const stat = fs.lstatSync(whole, { throwIfNoEntry: false });
      if (!stat || leaveOut?.test(whole)) continue;
      const mode = (stat.mode & 0o777).toString(8);
      if (stat.isDirectory()) visit(whole);
      seen[whole] = stat.isFile()
        ? `${mode} ${Buffer.from(fs.readFileSync(whole)).toString('latin1')}`
        : `${mode} other`;
      if (stat.isDirectory()) seen[whole] = 'folder';
    }
  };
  if (fs.lstatSync(root, { throwIfNoEntry: false })) visit(root);
  return seen;
}

/** A small generator of repeatable chance (mulberry32). */
export function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

/** A new seed for every run, printed by the test that fails with it; AI_DEPLOY_SEED repeats one. */
export const seed = Number(process.env.AI_DEPLOY_SEED ?? Date.now() % 1_000_000_007);

export const write = (path: string, before: string | null, after: string, mode: '644' | '755' = '644'): Change => ({
  path,
  before: before === null ? null : sha256(before),
  after: { bytes: text(after), mode },
});

export const remove = (path: string, before: string): Change => ({ path, before: sha256(before), after: null });
