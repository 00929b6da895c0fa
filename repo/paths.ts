import { join } from 'node:path';
import { kindOf, type Fs } from './fs.ts';
import type { RepoProblem } from './problem.ts';

/** Names that Windows keeps for devices, with any ending. */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)/i;

/** What no path of a repository may be, on any system: it is cloned on all of them. */
const refusals: readonly (readonly [bad: (path: string, parts: readonly string[]) => boolean, because: string])[] = [
  [(path) => path === '', 'the path is empty'],
  [(path) => /^(?:[/\\]|[a-z]:)/i.test(path), 'the path is absolute'],
  [(path) => path.includes('\\'), 'the path has a backslash'],
  [(path) => /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(path), 'the path has a control or invisible character'],
  [(path) => /[<>:"|?*]/.test(path), 'the path has a character that Windows refuses'],
  [(_, parts) => parts.includes('..'), 'the path leaves the folder'],
  [(_, parts) => parts.some((part) => part === '' || part === '.'), 'the path has an empty part'],
  [(_, parts) => parts.some((part) => /^(?:\.git|git~[0-9]+)$/i.test(part)), 'the path is inside .git'],
  [(_, parts) => parts.some((part) => /[. ]$/.test(part)), 'a part of the path ends in a dot or a space'],
  [(_, parts) => parts.some((part) => device.test(part)), 'a part of the path is a device on Windows'],
  [(_, parts) => parts.some((part) => Buffer.byteLength(part) > 255), 'a part of the path is longer than 255 bytes'],
];

const blocked = (path: string, because: string, fix: string): RepoProblem => ({ code: 'blocked', path, because, fix });

/** Why a path may not be written, or undefined. */
export const flawOf = (path: string): string | undefined => refusals.find(([bad]) => bad(path, path.split('/')))?.[1];

/** Two names that one disk keeps apart and another takes for the same. */
const fold = (name: string): string => name.normalize('NFC').toLowerCase();

/** `a/b/c` → `a`, `a/b`, `a/b/c`. */
const prefixes = (path: string): string[] =>
  path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));

/** Everything that is wrong with a set of paths by itself: unsafe paths, and pairs that cannot stand side by side. */
export function checkPaths(paths: Iterable<string>): RepoProblem[] {
  const problems: RepoProblem[] = [];
  const seen = new Map<string, { name: string; file: boolean }>();
  for (const path of paths) {
    const flaw = flawOf(path);
    if (flaw) problems.push(blocked(path, flaw, 'Use a plain relative path.'));
    for (const name of flaw ? [] : prefixes(path)) {
      const entry = { name, file: name === path };
      const other = seen.get(fold(name)) ?? entry;
      seen.set(fold(name), other);
      if (other.name !== name) problems.push(blocked(path, `differs from ${other.name} only by case`, 'Rename one of them.'));
      else if (other !== entry && (other.file || entry.file))
        problems.push(blocked(path, `${name} is needed twice, or as a file and as a folder`, 'Rename one of them.'));
    }
  }
  return problems;
}

/** What keeps paths from being written into a folder as it is on disk: links, files in the way, names that differ by case. */
export function checkDisk(fs: Fs, root: string, paths: Iterable<string>): RepoProblem[] {
  const names = new Map<string, readonly string[]>();
  const known = new Map<string, 'absent' | 'there' | RepoProblem>();
  const listed = (folder: string): readonly string[] => {
    const list = names.get(folder) ?? fs.readdirSync(join(root, folder));
    names.set(folder, list);
    return list;
  };
  const judge = (path: string, wanted: 'file' | 'folder'): 'absent' | 'there' | RepoProblem => {
    const cut = path.lastIndexOf('/');
    const above = cut < 0 ? 'there' : visit(path.slice(0, cut), 'folder');
    if (above !== 'there') return above;
    const [folder, name] = [path.slice(0, Math.max(cut, 0)), path.slice(cut + 1)];
    if (!listed(folder).includes(name)) {
      const twin = listed(folder).find((other) => fold(other) === fold(name));
      return twin ? blocked(path, `${twin} is there already and differs only by case`, `Rename ${twin}.`) : 'absent';
    }
    const kind = kindOf(fs, join(root, path));
    if (kind === wanted || kind === 'absent') return kind === wanted ? 'there' : 'absent';
    const what = kind === 'other' ? 'something that is neither file nor folder' : `a ${kind}`;
    return blocked(path, `${what} stands where a ${wanted} is needed`, `Move ${path} away, then run the command again.`);
  };
  const visit = (path: string, wanted: 'file' | 'folder'): 'absent' | 'there' | RepoProblem => {
    const verdict = known.get(path) ?? judge(path, wanted);
    known.set(path, verdict);
    return verdict;
  };
  const verdicts = new Set([...paths].map((path) => visit(path, 'file')));
  return [...verdicts].filter((verdict) => typeof verdict === 'object');
}
