import { parse } from 'yaml';
import type { Tree } from '../core/tree.ts';

/** Workflows of GitHub, as much of them as tests ask about. */
export interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
type Permissions = Readonly<Record<string, string>>;
export interface Job {
  readonly if?: string;
  readonly needs?: readonly string[];
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly secrets?: unknown;
  readonly permissions?: Permissions;
  readonly environment?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly services?: Readonly<Record<string, { readonly image: string }>>;
  readonly 'runs-on'?: string;
  readonly 'timeout-minutes'?: number;
}
export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Permissions;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean | string };
  readonly jobs: Readonly<Record<string, Job>>;
}

export const folder = '.github/workflows/';
export const text = (tree: Tree, path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);
/** The workflows of a repository by their file names, as GitHub reads them. */
export const flows = (tree: Tree): [string, Workflow][] =>
  [...tree.keys()]
    .filter((path) => path.startsWith(folder))
    .map((path) => [path.slice(folder.length), parse(text(tree, path)) as Workflow]);
