import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runInThisContext } from 'node:vm';
import { catalog, type Catalog, type Raw } from '../core/catalog.ts';
import { check } from '../core/check.ts';
import type { Feature } from '../core/feature.ts';
import type { Lock } from '../core/lock.ts';
import type { Library } from '../core/plan.ts';
import type { Bodies, Template } from '../core/render.ts';
import { compile } from './compile.ts';

/** The repository's root, wherever the command is typed. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** A catalogue read from a folder, with the source of every body: text, or the JavaScript of a compiled template. */
export interface Loaded extends Library {
  readonly bodies: Bodies;
  /** By `from`: the function's source, for the build. */
  readonly compiled: ReadonlyMap<string, string>;
}

/** Reads, compiles and checks `templates/`; throws with every fault at once. */
export async function load(folder: string = join(root, 'templates')): Promise<Loaded> {
  const raws: Raw[] = [];
  const wrong: string[] = [];
  const bodies = new Map<string, string | Template>();
  const compiled = new Map<string, string>();
  for (const slot of folders(folder))
    for (const id of folders(join(folder, slot))) {
      const at = join(folder, slot, id);
      const feature = await featureOf(at);
      if (feature === undefined) wrong.push(`${slot}/${id}: there is no feature.ts`);
      wrong.push(...emptyFolders(at).map((empty) => `${slot}/${id}: ${empty} is empty`));
      const files = filesOf(at);
      for (const { path } of files) read(`${slot}/${id}/${path}`, join(at, path), bodies, compiled);
      if (feature) raws.push({ slot, id, feature, files });
    }
  const loaded: Catalog = catalog(raws);
  wrong.push(...check(loaded));
  if (wrong.length > 0) throw new Error(`the catalogue is wrong:\n  ${wrong.join('\n  ')}`);
  const lock = JSON.parse(readFileSync(join(folder, 'lock.json'), 'utf8')) as Lock;
  return { catalog: loaded, lock, version: versionOf(), bodies, compiled };
}

/** The version in package.json: the one place that says it. */
export const versionOf = (): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;

function read(from: string, file: string, bodies: Map<string, string | Template>, compiled: Map<string, string>): void {
  const text = readFileSync(file, 'utf8');
  if (!from.endsWith('.ejs')) {
    bodies.set(from, text);
    return;
  }
  const source = compile(text, from);
  compiled.set(from, source);
  bodies.set(from, runInThisContext(source, { filename: from }) as Template);
}

async function featureOf(folder: string): Promise<Feature | undefined> {
  const file = join(folder, 'feature.ts');
  if (!existsSync(file)) return undefined;
  return ((await import(pathToFileURL(file).href)) as { default: Feature }).default;
}

const folders = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !isLitter(entry.name))
    .map((entry) => entry.name)
    .sort();

/** Git and npm keep of a file's mode only whether its owner may execute it; so do we. */
function filesOf(folder: string): Raw['files'][number][] {
  return everything(folder)
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({
      path: relative(folder, path).split(sep).join('/'),
      mode: (statSync(path).mode & 0o100) === 0 ? ('644' as const) : ('755' as const),
    }))
    .filter(({ path }) => path !== 'feature.ts')
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A layer that holds nothing is a mistake that would otherwise render silently nothing. */
const emptyFolders = (folder: string): string[] =>
  everything(folder)
    .filter((entry) => entry.isDirectory() && readdirSync(join(entry.parentPath, entry.name)).length === 0)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

const everything = (folder: string): import('node:fs').Dirent[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    ({ parentPath, name }) => !relative(folder, join(parentPath, name)).split(sep).some(isLitter),
  );

/** What linters, Python and file managers leave behind where somebody tried something out. */
const isLitter = (name: string): boolean => /^(\.\w+_cache|__pycache__|\.DS_Store)$/.test(name);
