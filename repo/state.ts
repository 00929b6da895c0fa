import { join } from 'node:path';
import { sorted, type File, type Tree } from '../core/tree.ts';
import { answersPath, answersText, type Saved } from './answers.ts';
import { codeOf, sha256, type Fs } from './fs.ts';
import { lockPath, lockText, readLock, type Lock, type LockedFile } from './lock.ts';
import { packOf, packPath, readPack, type Pack } from './pack.ts';
import { attempt, stop, type Result } from './problem.ts';

/** What a repository is generated from, and what came out. */
export interface Rendering {
  readonly tree: Tree;
  readonly answers: Saved;
  readonly version: string;
}

/** A file ready to be written. */
export type Output = Pick<File, 'bytes' | 'mode' | 'owner'>;

/** Keeps git and code hosts from changing, merging or counting the state files; the repository's `.gitattributes` has them. */
export const attributeLines: readonly string[] = [
  '.ai-deploy/base.pack -text -diff -merge linguist-generated',
  '.ai-deploy/lock.json -text -merge linguist-generated',
];

/** The files that record a rendering. They belong to the edge: no template can own one. */
export function stateFiles({ tree, answers, version }: Rendering): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, LockedFile>();
  const pristine = new Map<string, Uint8Array>();
  for (const [path, file] of sorted(tree)) {
    files.set(path, lockedFile(file, version));
    pristine.set(path, file.bytes);
  }
  const lock = { version, renderHash: renderHash(files), answers, pending: {}, files };
  return new Map([
    ['.ai-deploy/.gitignore', Buffer.from('/txn/\n')],
    [packPath, packOf(pristine, (path) => files.get(path)?.base)],
    [lockPath, Buffer.from(lockText(lock))],
    [answersPath, Buffer.from(answersText(version, answers))],
  ]);
}

/** Everything that stands in the repository: the tree and its state, sorted by path. */
export function outputs(rendering: Rendering): ReadonlyMap<string, Output> {
  const state = [...stateFiles(rendering)].map(([path, bytes]) => {
    if (rendering.tree.has(path))
      throw new Error(`${path} has two owners: the state and ${rendering.tree.get(path)?.from}`);
    return [path, { bytes, mode: '644', owner: 'state' }] as const;
  });
  return sorted(new Map<string, Output>([...rendering.tree, ...state]));
}

/** One hash for a whole rendering, whatever machine made it. */
export const renderHash = (files: ReadonlyMap<string, Pick<LockedFile, 'mode' | 'base'>>): string =>
  `sha256:${sha256([...files].map(([path, { mode, base }]) => `${path}\0${mode}\0${base}\n`).join(''))}`;

const lockedFile = ({ bytes, mode, id, owner, kind, envs, stateful }: File, v: string): LockedFile => ({
  ...{ base: sha256(bytes), mode, id, owner, kind, envs, v },
  ...(stateful ? { stateful } : {}),
});

/** The recorded state of the repository in a folder. */
export const loadLock = (fs: Fs, dir: string): Result<Lock> => load(fs, dir, lockPath, readLock);

/** The pristine bytes of the repository in a folder. */
export const loadPack = (fs: Fs, dir: string): Result<Pack> => load(fs, dir, packPath, readPack);

function load<T>(fs: Fs, dir: string, path: string, read: (bytes: Uint8Array) => Result<T>): Result<T> {
  const bytes = attempt(() => {
    try {
      return fs.readFileSync(join(dir, path));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
      const because = `there is no ${path}, so this is not a repository that ai-deploy made`;
      return stop({ code: 'blocked', path: dir, because, fix: 'Run the command in the root of such a repository.' });
    }
  });
  return bytes.ok ? read(bytes.value) : bytes;
}
