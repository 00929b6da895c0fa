import { relative } from 'node:path';
import { usualText } from '../../core/attempt.ts';
import type { Catalog } from '../../core/catalog.ts';
import { kebab } from '../../core/names.ts';
import { optionList, type Answers } from '../../core/options.ts';
import { spell } from '../../core/values.ts';
import type { World } from '../../core/worlds.ts';
import type { Creation } from '../../repo/create.ts';
import { again, asFolder } from './command-line.ts';
import { exitOf, type Finding } from './finding.ts';
import { exits, type Exit } from './io.ts';
import { fromDirectory } from './sources.ts';

/** What became of a file, as a report tells it. */
export interface Reported {
  readonly path: string;
  readonly action: 'create' | 'replace';
  /** `<slot>/<feature>`, or `state` for the files in which the repository remembers what it was made from. */
  readonly owner: string;
  readonly bytes: number;
  readonly mode: '644' | '755';
}

/** Everything a report may say; text and JSON are two views of it. */
export interface Outcome {
  readonly command: 'create' | 'plan';
  readonly version: string;
  readonly exit: Exit;
  readonly dryRun: boolean;
  /** The folder as it is typed, and its whole path. */
  readonly folder?: string;
  readonly directory?: string;
  readonly answers?: Answers;
  readonly source?: Readonly<Record<string, string>>;
  readonly worlds: readonly World[];
  readonly files: readonly Reported[];
  readonly problems: readonly Finding[];
  readonly notes: readonly string[];
  /** The next commands to type. */
  readonly next: readonly string[];
  /** Makes the same repository again; after a refusal, the command that would work. */
  readonly line?: string;
}

type About = Pick<Outcome, 'command' | 'version' | 'dryRun'> & Partial<Outcome>;

/** An outcome that wrote nothing because something is wrong. */
export const refused = (about: About, problems: readonly Finding[]): Outcome => ({
  ...{ worlds: [], files: [], notes: [], next: [], ...about },
  problems,
  exit: exitOf(problems),
});

/** What a planned creation comes to; true once it is written. */
export function describe(
  about: About & Required<Pick<Outcome, 'folder' | 'directory' | 'answers' | 'source'>>,
  creation: Creation,
  catalog: Catalog,
  cwd: string,
): Outcome {
  const files = creation.files.map(({ path, action, owner, bytes, mode }) => ({
    path,
    action,
    owner,
    bytes: bytes.length,
    mode,
  }));
  const replaced = files.filter(({ action }) => action === 'replace').map(({ path }) => path);
  const taken = replaced.length === 0 ? [] : [`Taken from the fresh clone and replaced: ${replaced.join(', ')}.`];
  return {
    ...{ worlds: [], ...about },
    notes: [...(about.notes ?? []), ...taken, ...cautions(about.answers), ...standIns(about.answers)],
    files,
    problems: [],
    next: nextOf(
      files.map(({ path }) => path),
      relative(cwd, about.directory),
    ),
    line: again(about, fromDirectory(about.folder, cwd), catalog),
    exit: exits.ok,
  };
}

/** What somebody should know who did without something. */
const cautions = (answers: Answers): string[] =>
  optionList.flatMap(([id, option]) =>
    'caution' in option && option.caution !== undefined && answers[id] === 'none' ? [option.caution] : [],
  );

/** Defaults that render, but that nobody can deploy with. */
const standIns = (answers: Answers): string[] =>
  optionList
    .filter(([id, option]) => option.kind === 'text' && option.standIn && answers[id] === usualText(option, answers))
    .map(([id]) => `Before a real deployment, answer --${kebab(id)}: it still is ${spell(answers[id])}.`);

/** The next two commands: into the folder, and whatever shows most of what was asked for. */
function nextOf(paths: readonly string[], folder: string): string[] {
  const known = [
    ...(folder === '' ? [] : [`cd ${asFolder(folder)}`]),
    ...(paths.includes('Makefile') ? ['make dev', 'make test'] : []),
    ...(paths.includes('README.md') ? ['less README.md'] : []),
    'git status',
  ];
  return known.slice(0, 2);
}
