import { attempt, type Source } from '../../core/attempt.ts';
import type { Catalog } from '../../core/catalog.ts';
import { questions } from '../../core/derive/prompts.ts';
import { sh } from '../../core/escape.ts';
import { camel, kebab, nearest } from '../../core/names.ts';
import { optionList, options, type Answers, type OptionId } from '../../core/options.ts';
import { resolve } from '../../core/resolve.ts';
import { normalise, spell } from '../../core/values.ts';
import { choicesOf } from '../../core/catalog.ts';
import type { Draft } from '../../core/worlds.ts';
import type { Request } from './args.ts';
import { asFlag, type Finding } from './finding.ts';
import type { Sources } from './sources.ts';
import { commands, later } from './words.ts';

type Said = Record<string, unknown>;

/** A folder as the command line takes it: a word that is a command, or looks like a flag, needs its path. */
export const asOperand = (dir: string): string =>
  Object.hasOwn(commands, dir) || later.includes(dir) || dir.startsWith('-') ? `./${dir}` : dir;

/** The same in a shell. */
export const asFolder = (dir: string): string => sh(asOperand(dir));

/** A repository, as far as the line that makes it again is concerned. */
interface Made {
  readonly folder: string;
  readonly answers: Answers;
  readonly source: Readonly<Record<string, string>>;
  readonly version: string;
}

/** The one line that makes the same repository again: only answers that differ from what would be taken anyway. */
export function again(
  { folder, answers, source, version }: Made,
  directory: Source | undefined,
  catalog: Catalog,
): string {
  const named = directory ? [directory] : [];
  const said: Said = {};
  const untouched = Object.values(source).every((name) => name === 'default' || name === 'directory');
  let taken: Draft = untouched ? answers : attempt(named, catalog).draft;
  for (const [id] of optionList) {
    if (answers[id] === null || JSON.stringify(answers[id]) === JSON.stringify(taken[id])) continue;
    said[id] = answers[id];
    taken = attempt([{ name: 'flags', answers: said }, ...named], catalog).draft;
  }
  return line(version, ['--yes'], folder, said);
}

/** The command that would work: what is right is kept, slips are corrected, fixes taken, and what is missing gets its default. */
export function working(
  request: Request,
  sources: Sources,
  findings: readonly Finding[],
  version: string,
  catalog: Catalog,
): string {
  const named = [...sources.above, ...sources.below].filter(({ name }) => name === 'directory');
  const said = settled(
    corrected([...findings.map(({ answers = {} }) => answers), ...answersIn(sources)], catalog),
    named,
    catalog,
  );
  if (!request.on.has('yes'))
    for (const question of questions([{ name: 'flags', answers: said }, ...named], [], catalog))
      if (question.when({})) said[question.name] = question.default({});
  const kept = [...(['yes', 'dry-run', 'no-git', 'json'] as const)]
    .filter((one) => request.on.has(one))
    .map((one) => `--${one}`);
  return line(version, kept, operandOf(request), said, request.command === 'plan' ? 'plan' : undefined);
}

const answersIn = ({ above }: Sources): Said[] =>
  above.filter(({ name }) => name !== 'directory').map(({ answers }) => answers);

const operandOf = ({ operand, findings }: Request): string | undefined =>
  findings.some(({ option }) => option === 'dir') ? undefined : operand;

function line(
  version: string,
  switches: readonly string[],
  dir: string | undefined,
  said: Said,
  command?: string,
): string {
  const ordered = optionList.flatMap(([id]) => (said[id] === undefined ? [] : [asFlag(id, said[id])]));
  const words = [command, dir === undefined ? undefined : asFolder(dir), ...switches, ...ordered];
  return ['npx', `create-ai-deploy@${version}`, ...words.filter((word) => word !== undefined)].join(' ');
}

/** Known ids with usable values; the first to answer wins, null leaves an answer out, and a slip of the fingers is mended. */
function corrected(given: readonly Said[], catalog: Catalog): Said {
  const ids = Object.keys(options);
  const said: Said = {};
  for (const [key, value] of given.flatMap((one) => Object.entries(one))) {
    const id = (ids.includes(key) ? key : (nearest(key, ids) ?? camel(nearest(key, ids.map(kebab)) ?? ''))) as OptionId;
    if (!ids.includes(id) || said[id] !== undefined) continue;
    if (value === null) said[id] = null;
    const choices = choicesOf(id, options[id], catalog).map((choice) => choice.value);
    const tries = [value, nearest(spell(value), choices)].filter((one) => one !== undefined);
    const good = tries.map((one) => normalise(id, one, catalog)).find(({ because }) => because === undefined);
    if (good) said[id] = good.value;
  }
  return withoutNull(said);
}

const withoutNull = (said: Said): Said =>
  Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));

/** The same without contradictions: the fix of each problem is taken; what has none goes. */
function settled(said: Said, named: readonly Source[], catalog: Catalog): Said {
  for (let rest = optionList.length; rest > 0; rest--) {
    const resolved = resolve([{ name: 'flags', answers: said }, ...named], catalog);
    const [problem] = resolved.ok ? [] : resolved.problems;
    if (!problem) return said;
    if (problem.fix) said = withoutNull({ ...said, ...problem.fix });
    else if (problem.option in said)
      said = Object.fromEntries(Object.entries(said).filter(([id]) => id !== problem.option));
    else break;
  }
  return {};
}
