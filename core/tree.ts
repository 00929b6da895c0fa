import type { Env } from './option.ts';

/** One file of a generated repository. */
export type File = {
  readonly bytes: Uint8Array;
  readonly mode: '644' | '755';
  /** `<slot>/<feature>:<source path without its layer>`; never changes, so that upgrades can follow a renamed file. */
  readonly id: string;
  /** `<slot>/<feature>`. */
  readonly owner: string;
  /** The worlds the file is for. */
  readonly envs: readonly Env[];
  /** The template, from the catalogue's root. */
  readonly from: string;
  /** `managed` files take fixes; `seed` files are the user's after the first write. */
  readonly kind: 'managed' | 'seed';
  /** Removing it loses data. */
  readonly stateful?: true;
};

/** A generated repository: path → file, sorted by path. */
export type Tree = ReadonlyMap<string, File>;

/** Adds a file; a path has one owner, so a second one is an error of the catalogue. */
export function put(tree: Map<string, File>, path: string, file: File): void {
  const first = tree.get(path);
  if (first) throw new Error(`${path} has two owners: ${first.from} and ${file.from}`);
  tree.set(path, file);
}

/** The same map in the order of its keys (by code unit). Texts are sorted without a comparator: hundreds of calls less. */
export function sorted<T>(map: ReadonlyMap<string, T>): Map<string, T> {
  const out = new Map<string, T>();
  for (const key of [...map.keys()].sort()) out.set(key, map.get(key) as T);
  return out;
}
