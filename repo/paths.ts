import { join, posix } from 'node:path';
import { kindOf, type Fs, type Kind } from './fs.ts';
import type { RepoProblem } from './problem.ts';

/** What no path of a repository may be, on any system: it is cloned on all of them. */
const refusals: readonly (readonly [bad: RegExp, because: string])[] = [
  [/^$/, 'the path is empty'],
  [/^(?:[/\\]|[a-z]:)/i, 'the path is absolute'],
  [/\\/, 'the path has a backslash'],
  [/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u, 'the path has a control or invisible character'],
  [/[<>:"|?*]/, 'the path has a character that Windows refuses'],
  [/(?:^|\/)\.\.(?:\/|$)/, 'the path leaves the folder'],
  [/(?:^|\/)\.?(?:\/|$)/, 'the path has an empty part'],
  [/(?:^|\/)(?:\.git|git~[0-9]+)(?:\/|$)/i, 'the path is inside .git'],
  [/[. ](?:\/|$)/, 'a part of the path ends in a dot or a space'],
  // With any ending.
  [
    /(?:^|\/)(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|\/|$)/i,
    'a part of the path is a device on Windows',
  ],
];

/** The same in one look, since hardly any path is refused. What is not plain ASCII is always looked at closely. */
const suspect = new RegExp(
  [
    '[^ -~]',
    ...refusals
      .map(([bad]) => bad)
      .filter(({ unicode }) => !unicode)
      .map(({ source }) => source),
  ].join('|'),
  'i',
);

/** The longest name of a file that all systems take, in bytes. */
const longest = 255;

const blocked = (path: string, because: string, fix: string): RepoProblem => ({ code: 'blocked', path, because, fix });

/** Why a path may not be written, or undefined. */
export function flawOf(path: string): string | undefined {
  if (path.length <= longest && !suspect.test(path)) return undefined;
  const flaw = refusals.find(([bad]) => bad.test(path))?.[1];
  const isLong = path.split('/').some((part) => Buffer.byteLength(part) > longest);
  return flaw ?? (isLong ? 'a part of the path is longer than 255 bytes' : undefined);
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
