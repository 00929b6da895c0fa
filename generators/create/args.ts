import type { Flag } from '../../core/derive/flags.ts';
import { nearest } from '../../core/names.ts';
import type { Finding } from './finding.ts';
import { exits } from './io.ts';
import { commands, later, switches, type Command, type Switch } from './words.ts';

/** A command line, understood as far as it can be; `findings` says what could not. */
export interface Request {
  readonly command: Command;
  /** The folder of create and plan, the path of why. */
  readonly operand?: string;
  /** Answers by option id; a repeated many-option is a list in one text. */
  readonly answers: Readonly<Record<string, string>>;
  /** The answers file. */
  readonly file?: string;
  readonly on: ReadonlySet<Switch>;
  readonly findings: readonly Finding[];
}

interface Read {
  readonly operands: string[];
  readonly values: Map<string, string[]>;
  readonly findings: Finding[];
}

/** Reads a command line. Everything that is wrong with it is found in one pass. */
export function parse(argv: readonly string[], flags: readonly Flag[]): Request {
  const read = words(argv, flags);
  const [first, ...more] = read.operands;
  const named = first !== undefined && Object.hasOwn(commands, first);
  const command = named ? (first as Command) : 'create';
  const operands = named ? more : read.operands;
  if (!named && later.includes(first ?? '')) read.findings.push(notYet(first ?? ''));
  read.findings.push(...wrongOperands(command, operands));
  const answers = answersOf(read, flags);
  const file = read.values.get('answers');
  if (file && file.length > 1) read.findings.push(wrong('--answers', file, 'give one answers file'));
  return {
    command,
    ...(operands[0] === undefined ? {} : { operand: operands[0] }),
    answers,
    ...(file?.[0] === undefined ? {} : { file: file[0] }),
    on: new Set([...read.values.keys()].filter((name): name is Switch => name in switches)),
    findings: read.findings,
  };
}

const wrong = (option: string, got: unknown, because: string, fix?: string): Finding => ({
  ...{ option, because, exit: exits.usage },
  ...(got === undefined ? {} : { got }),
  ...(fix === undefined ? {} : { fix }),
});

/** Every flag there is: its name, whether a value follows, and the option it answers. */
type Known = ReadonlyMap<string, { readonly takes: boolean; readonly id?: string }>;

const shorts = new Map<string, string>(
  Object.entries(switches).flatMap(([name, one]) => ('short' in one ? [[`-${one.short}`, name] as const] : [])),
);

/** One pass over the words: `--name value`, `--name=value`, `-y`, operands; `--` ends the flags. */
function words(argv: readonly string[], flags: readonly Flag[]): Read {
  const read: Read = { operands: [], values: new Map(), findings: [] };
  const known: Known = new Map<string, { takes: boolean; id?: string }>([
    ...Object.entries(switches).map(([name, one]) => [name, { takes: 'takes' in one }] as const),
    ...flags.map(({ name, id }) => [name, { takes: true, id }] as const),
  ]);
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') read.operands.push(...rest.splice(0));
    else if (!word.startsWith('-') || word === '-') read.operands.push(word);
    else flagAt(word, rest, known, read);
  }
  return read;
}

function flagAt(word: string, rest: string[], known: Known, { values, findings }: Read): void {
  const [typed = '', inline] = word.split(/=(.*)/s, 2);
  const name = shorts.get(typed) ?? (typed.startsWith('--') ? typed.slice(2) : '');
  const near = known.has(name) ? name : nearest(typed.replace(/^-+/, ''), [...known.keys()]);
  const flag = known.get(near ?? '');
  // The word after a misspelt flag is its value, not a folder.
  const value = inline ?? (flag?.takes && !/^-./.test(rest[0] ?? '-.') ? rest.shift() : undefined);
  if (near !== name) findings.push(unknownFlag(typed, near, flag?.id, value));
  else if (flag?.takes && value === undefined)
    findings.push(wrong(typed, undefined, 'needs a value', `write ${typed} VALUE or ${typed}=VALUE`));
  else if (!flag?.takes && inline !== undefined)
    findings.push(wrong(typed, inline, 'takes no value', `write ${typed} alone, or leave it out`));
  else values.set(name, [...(values.get(name) ?? []), value ?? '']);
}

function unknownFlag(
  typed: string,
  near: string | undefined,
  id: string | undefined,
  value: string | undefined,
): Finding {
  const fix = near === undefined ? 'see create-ai-deploy --help' : `did you mean --${near}?`;
  const answers = id === undefined || value === undefined ? {} : { answers: { [id]: value } };
  return { ...wrong(typed, undefined, 'there is no such flag', fix), ...answers };
}

/** Flags and `--set` together; the same option with two different values is a contradiction, not a choice of ours. */
function answersOf({ values, findings }: Read, flags: readonly Flag[]): Record<string, string> {
  const given = flags.flatMap(({ id, name }) => (values.get(name) ?? []).map((text) => [id, text] as const));
  for (const pair of values.get('set') ?? []) {
    const cut = pair.indexOf('=');
    if (cut > 0) given.push([pair.slice(0, cut) as Flag['id'], pair.slice(cut + 1)]);
    else findings.push(wrong('--set', pair, 'write it as id=value', 'for example --set port=8080'));
  }
  const ids = [...new Set(given.map(([id]) => id))];
  return Object.fromEntries(
    ids.map((id) => {
      const flag = flags.find((one) => one.id === id);
      const texts = [...new Set(given.filter(([one]) => one === id).map(([, text]) => text))];
      if (texts.length > 1 && !flag?.many)
        findings.push(
          wrong(
            `--${flag?.name ?? `set ${id}`}`,
            texts,
            'was given more than once, with different values',
            'keep one of them',
          ),
        );
      return [id, flag?.many ? texts.join(',') : (texts[0] ?? '')];
    }),
  );
}

function notYet(word: string): Finding {
  const because = `the command ${word} is not in this version`;
  return wrong(word, undefined, because, `see create-ai-deploy --help; for a folder of that name write ./${word}`);
}

function wrongOperands(command: Command, operands: readonly string[]): Finding[] {
  const most = commands[command].takes === '' ? 0 : 1;
  const extra = operands
    .slice(most)
    .map((word) =>
      wrong(
        word,
        undefined,
        `${command} takes ${most === 0 ? 'no' : 'one'} name`,
        'leave it out, or quote a name with spaces',
      ),
    );
  const [first] = operands;
  if (command === 'why' && first === undefined)
    extra.push(wrong('PATH', undefined, 'why needs the path of a file', 'for example create-ai-deploy why README.md'));
  if (first !== undefined && /^$|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(first))
    extra.push(
      wrong('dir', first, 'a folder name cannot be empty or hold invisible characters', 'choose a plain name'),
    );
  return extra;
}
