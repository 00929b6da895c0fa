import { join, posix } from 'node:path';
import { kindOf, type Fs, type Kind } from './fs.ts';
import type { RepoProblem } from './problem.ts';

/** Names that Windows keeps for devices, with any ending. */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)/i;

/** What no path of a repository may be, on any system: it is cloned on all of them. */
const refusals: readonly (readonly [bad: (path: string, parts: readonly string[]) => boolean, because: string])[] = [
  [(path) => path === '', 'the path is empty'],
  [(path) => /^(?:[/\\]|[a-z]:)/i.test(path), 'the path is absolute'],
  [(path) => path.includes('\\'), 'the path has a backslash'],
  [isInvisible, 'the path has a control or invisible character'],
  [(path) => /[<>:"|?*]/.test(path), 'the path has a character that Windows refuses'],
  [(_, parts) => parts.includes('..'), 'the path leaves the folder'],
  [(_, parts) => parts.some((part) => part === '' || part === '.'), 'the path has an empty part'],
  [(_, parts) => parts.some((part) => /^(?:\.git|git~[0-9]+)$/i.test(part)), 'the path is inside .git'],
  [(_, parts) => parts.some((part) => /[. ]$/.test(part)), 'a part of the path ends in a dot or a space'],
  [(_, parts) => parts.some((part) => device.test(part)), 'a part of the path is a device on Windows'],
  [(_, parts) => parts.some((part) => Buffer.byteLength(part) > 255), 'a part of the path is longer than 255 bytes'],
];

/** Looked at closely only where it is not plain ASCII: the close look takes longer than all others together. */
function isInvisible(path: string): boolean {
  return !/^[ -~]*$/.test(path) && /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(path);
}

const blocked = (path: string, because: string, fix: string): RepoProblem => ({ code: 'blocked', path, because, fix });

/** Why a path may not be written, or undefined. */
export function flawOf(path: string): string | undefined {
  const parts = path.split('/');
  return refusals.find(([bad]) => bad(path, parts))?.[1];
}

/** Two names that one disk keeps apart and another takes for the same. */
const fold = (name: string): string => name.normalize('NFC').toLowerCase();

/** `a/b/c` → `a/b/c`, `a/b`, `a`, up to a folder that is known already. */
function upwards(path: string, known: Set<string>): string[] {
  const names = [path];
  for (let at = path.lastIndexOf('/'); at > 0 && !known.has(path.slice(0, at)); at = path.lastIndexOf('/', at - 1)) {
    names.push(path.slice(0, at));
    known.add(path.slice(0, at));
  }
  return names;
}

/** Everything that is wrong with a set of paths by itself: unsafe paths, and pairs that cannot stand side by side. */
export function checkPaths(paths: Iterable<string>): RepoProblem[] {
  const problems: RepoProblem[] = [];
  const seen = new Map<string, { name: string; file: boolean }>();
  const folders = new Set<string>();
  for (const path of paths) {
    const flaw = flawOf(path);
    if (flaw) problems.push(blocked(path, flaw, 'Use a plain relative path.'));
    for (const name of flaw ? [] : upwards(path, folders)) {
      const entry = { name, file: name === path };
      const other = seen.get(fold(name)) ?? entry;
      seen.set(fold(name), other);
      if (other.name !== name)
        problems.push(blocked(path, `differs from ${other.name} only by case`, 'Rename one of them.'));
      else if (other !== entry && (other.file || entry.file))
        problems.push(blocked(path, `${name} is needed twice, or as a file and as a folder`, 'Rename one of them.'));
    }
  }
  return problems;
}

type Verdict = 'absent' | 'there' | RepoProblem;

/** What keeps paths from being written into a folder as it is on disk: links, files in the way, names that differ by case. */
export function checkDisk(fs: Fs, root: string, paths: Iterable<string>): RepoProblem[] {
  const judge = (path: string, wanted: 'file' | 'folder'): Verdict => {
    const { dir, base } = posix.parse(path);
    const above = dir === '' ? 'there' : folder(dir);
    if (above !== 'there') return above;
    if (!names(dir).includes(base)) return twin(path, base, names(dir)) ?? 'absent';
    const kind = kindOf(fs, join(root, path));
    return kind === wanted ? 'there' : kind === 'absent' ? 'absent' : inTheWay(path, kind, wanted);
  };
  const names = once((path) => fs.readdirSync(join(root, path)));
  const folder = once((path) => judge(path, 'folder'));
  const verdicts = new Set([...paths].map((path) => judge(path, 'file')));
  return [...verdicts].filter((verdict) => typeof verdict === 'object');
}

function twin(path: string, base: string, names: readonly string[]): RepoProblem | undefined {
  const other = names.find((name) => fold(name) === fold(base));
  if (other === undefined) return undefined;
  return blocked(path, `${other} is there already and differs only by case`, `Rename ${other}.`);
}

/** The refusal of a path where something of the wrong kind stands. */
export function inTheWay(path: string, kind: Kind, wanted: 'file' | 'folder'): RepoProblem {
  const what = kind === 'other' ? 'something that is neither file nor folder' : `a ${kind}`;
  return blocked(path, `${what} stands where a ${wanted} is needed`, `Move ${path} away, then run the command again.`);
}

/** Remembers what a function has made of a text. */
function once<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
