import { constants } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { codeOf, kindOf, type Fs } from './fs.ts';
import type { RepoProblem } from './problem.ts';

/** What a folder is to somebody who wants to create a repository in it. */
export type Target =
  | { readonly is: 'absent' | 'empty' }
  /** Only what a host puts into a new repository; `replaces` names the files that the new ones take the place of. */
  | { readonly is: 'fresh-clone'; readonly replaces: readonly string[] }
  | { readonly is: 'not-empty' | 'file' | 'symlink' | 'unwritable'; readonly problem: RepoProblem };

const fewLines = 10;
/** What a host or its desktop program adds to a repository that it has just created, and nobody has written by hand. */
const starters: readonly string[] = ['.gitattributes', '.gitignore', 'README.md'];
const licence = /^(?:licen[cs]e|copying|unlicense)(?:\.(?:md|txt))?$/i;
/** Droppings of file managers. */
const litter: readonly string[] = ['.DS_Store', 'Thumbs.db', 'desktop.ini'];

/** Looks at a target without touching it. An interrupted run is the business of `recover`: call that first. */
export function look(fs: Fs, dir: string): Target {
  const kind = kindOf(fs, dir);
  if (kind === 'absent') return lookAbove(fs, dir);
  if (kind === 'symlink') return linked(dir);
  if (kind !== 'folder') return refused('file', dir, 'a file stands there');
  const denied = unwritable(fs, dir);
  return denied ?? lookInside(fs, dir);
}

/** The folder will be made: where is its first parent, and can we write there? Links above the target are the user's own. */
function lookAbove(fs: Fs, dir: string): Target {
  const above = dirname(resolve(dir));
  const kind = kindOf(fs, above);
  if (kind === 'absent') return lookAbove(fs, above);
  const real = fs.statSync(above, { throwIfNoEntry: false });
  if (!real) return linked(above);
  if (!real.isDirectory()) return refused('file', above, 'a file stands where a folder is needed');
  return unwritable(fs, above) ?? { is: 'absent' };
}

function lookInside(fs: Fs, dir: string): Target {
  const names = fs.readdirSync(dir).filter((name) => !litter.includes(name) && !isLeftover(fs, dir, name));
  if (names.length === 0) return { is: 'empty' };
  const replaces = starters.filter((name) => names.includes(name));
  const foreign = names.filter((name) => name !== '.git' && !licence.test(name) && !starters.includes(name)).sort();
  const notFiles = replaces.filter((name) => kindOf(fs, join(dir, name)) !== 'file');
  const found = [...foreign, ...notFiles, ...(names.includes('.git') ? [] : names)];
  if (found.length > 0) return refused('not-empty', dir, `it is not empty: it holds ${some([...new Set(found)])}`);
  const lines = replaces.includes('README.md') ? lineCount(fs.readFileSync(join(dir, 'README.md'))) : 0;
  if (lines > fewLines)
    return refused('not-empty', dir, `its README.md has ${lines} lines, so somebody has worked on it`);
  return { is: 'fresh-clone', replaces };
}

/** What a run that was killed before it changed anything leaves behind is nothing. */
const isLeftover = (fs: Fs, dir: string, name: string): boolean =>
  name === '.ai-deploy' &&
  kindOf(fs, join(dir, name)) === 'folder' &&
  fs.readdirSync(join(dir, name)).every((part) => part === 'txn');

const lineCount = (bytes: Uint8Array): number => new TextDecoder().decode(bytes).trim().split('\n').length;

const some = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;

function unwritable(fs: Fs, dir: string): Target | undefined {
  try {
    fs.accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const why = codeOf(error) === 'EROFS' ? 'the file system is read-only' : 'you may not write there';
    return refused('unwritable', dir, why, 'Choose another folder, or change its permissions.');
  }
}

const linked = (path: string): Target =>
  refused('symlink', path, 'it is a symbolic link', 'Name the folder that the link points to.');

const refused = (
  is: 'not-empty' | 'file' | 'symlink' | 'unwritable',
  path: string,
  because: string,
  fix = 'Choose another folder, or an empty one.',
): Target => ({ is, problem: { code: 'blocked', path, because, fix } });
