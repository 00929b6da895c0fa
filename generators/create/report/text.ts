import { kebab } from '../../../core/names.ts';
import { environments } from '../../../core/option.ts';
import { optionList, options } from '../../../core/options.ts';
import { sorted } from '../../../core/tree.ts';
import { spell } from '../../../core/values.ts';
import type { Finding } from '../finding.ts';
import { exits, type Io } from '../io.ts';
import type { Outcome } from '../outcome.ts';
import { columns, paint, quoted, visible, type Paint } from './paint.ts';

/** The outcome for a person: what was done on standard output, what is wrong on standard error. */
export function tell(outcome: Outcome, { stdout, stderr, env }: Io): void {
  if (outcome.problems.length > 0) stderr.write(refusal(outcome, paint(stderr, env)));
  else stdout.write(summary(outcome, paint(stdout, env)));
}

function summary(outcome: Outcome, dye: Paint): string {
  const { files, dryRun, folder = '.', notes, next, line = '', exit } = outcome;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const size = `${files.length} files, ${Math.ceil(bytes / 1000)} kB`;
  const done = dryRun
    ? `Would write ${size} to ${visible(folder)}. Nothing was written.`
    : `Wrote ${size} to ${visible(folder)}.`;
  return [
    ...section('Answers', answers(outcome), dye),
    ...section('Who runs what', ports(outcome), dye),
    ...section('Files', dryRun ? paths(outcome) : owners(outcome), dye),
    dye.green(done),
    ...notes.map(visible),
    '',
    ...(exit === exits.interrupted || dryRun ? [] : [dye.bold('Next:'), ...next.map((one) => `  ${visible(one)}`), '']),
    dye.bold(dryRun ? 'To write it:' : 'The same again:'),
    `  ${visible(line)}`,
    '',
  ].join('\n');
}

const section = (title: string, lines: readonly string[], dye: Paint): string[] => [
  dye.bold(title),
  ...lines.map((text) => `  ${text}`),
  '',
];

/** Every answer with where it comes from. */
function answers({ answers: given, source = {} }: Outcome): string[] {
  if (!given) return [];
  const rows = optionList
    .filter(([id]) => given[id] !== null)
    .map(([id]) => [kebab(id), visible(spell(given[id])), source[id] ?? '']);
  return columns(rows);
}

/** Ports by world: the feature that fulfils each. */
function ports({ worlds }: Outcome): string[] {
  const names = [...new Set(worlds.flatMap((world) => Object.keys(world.ports)))].sort();
  const cell = (env: string, port: string): string => worlds.find(({ name }) => name === env)?.ports[port]?.by ?? '-';
  return columns([
    ['', ...environments],
    ...names.map((port) => [port, ...environments.map((env) => cell(env, port))]),
  ]);
}

function owners({ files }: Outcome): string[] {
  const counts = new Map<string, number>();
  for (const { owner } of files) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return columns([...sorted(counts)].map(([owner, count]) => [owner, String(count)]));
}

const paths = ({ files }: Outcome): string[] =>
  columns(files.map(({ action, path, owner, bytes }) => [action, path, owner, String(bytes)]));

type Refusal = Pick<Outcome, 'problems' | 'line' | 'notes' | 'exit'>;

/** Every problem: what and where, what was given, why not, and what to type instead. */
export function refusal({ problems, line, notes, exit }: Refusal, dye: Paint): string {
  const many = problems.length === 1 ? 'This cannot be done:' : `This cannot be done, for ${problems.length} reasons:`;
  const works =
    line !== undefined && exit === exits.usage ? ['', dye.bold('This would work:'), `  ${visible(line)}`] : [];
  return [dye.red(many), ...problems.flatMap((one) => finding(one, dye)), ...notes.map(visible), ...works, ''].join(
    '\n',
  );
}

export function finding({ option, path, got, because, fix }: Finding, dye: Paint): string[] {
  const about = option === undefined ? visible(path ?? '') : option in options ? `--${kebab(option)}` : quoted(option);
  return [
    '',
    `  ${dye.bold(about)}${got === undefined ? '' : ` ${quoted(typeof got === 'string' ? got : spellOr(got))}`}`,
    `    ${visible(because)}`,
    ...(fix === undefined ? [] : [`    ${dye.cyan(visible(fix))}`]),
  ];
}

/** Lists and maps of choices as flags spell them, anything stranger as JSON. */
const spellOr = (got: unknown): string =>
  Array.isArray(got) && got.every((one) => typeof one === 'string') ? spell(got) : (JSON.stringify(got) ?? String(got));
