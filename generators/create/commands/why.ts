import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Catalog, Source } from '../../../core/catalog.ts';
import { flags } from '../../../core/derive/flags.ts';
import { camel, nearest } from '../../../core/names.ts';
import { spell } from '../../../core/values.ts';
import { kindOf, type Fs } from '../../../repo/fs.ts';
import { lockPath, type Lock, type LockedFile } from '../../../repo/lock.ts';
import { loadLock } from '../../../repo/state.ts';
import { fromEdge, type Finding } from '../finding.ts';
import { exits, type Io } from '../io.ts';

/** Where a file comes from. Read from the recorded state and the catalogue's index; nothing is rendered again. */
export interface Reason extends Pick<LockedFile, 'id' | 'owner' | 'kind' | 'envs'> {
  readonly path: string;
  /** The template, when this version still has it. */
  readonly template: string | null;
  /** What had to hold for it: words of its layer, each with the answer behind it. */
  readonly because: readonly string[];
}

/** `why PATH`. */
export function why(operand: string, io: Io, catalog: Catalog): Reason | Finding {
  const whole = resolve(io.cwd, operand);
  const root = rootOf(io.fs, whole) ?? rootOf(io.fs, join(io.cwd, 'x'));
  const lock = loadLock(io.fs, root ?? io.cwd);
  if (!lock.ok) return fromEdge(lock.problem);
  const path = relative(root ?? io.cwd, whole)
    .split(sep)
    .join('/');
  const file = lock.value.files.get(path);
  if (!file) return notOurs(path, io.fs, whole, lock.value);
  const source = catalog.entries.get(file.owner)?.sources.find(({ id }) => id === file.id);
  const { id, owner, kind, envs } = file;
  return {
    path,
    id,
    owner,
    kind,
    envs,
    template: source?.from ?? null,
    because: source ? conditions(source, owner, lock.value, catalog) : [],
  };
}

/** The folder at or above a path that holds the recorded state. */
function rootOf(fs: Fs, path: string): string | undefined {
  const above = dirname(path);
  if (kindOf(fs, join(above, lockPath)) === 'file') return above;
  return above === path ? undefined : rootOf(fs, above);
}

function notOurs(path: string, fs: Fs, whole: string, lock: Lock): Finding {
  const near = nearest(path, [...lock.files.keys()]);
  if (kindOf(fs, whole) !== 'absent') return { path, because: 'it was not generated: it is yours', exit: exits.usage };
  return {
    path,
    because: 'there is no such file',
    ...(near === undefined ? {} : { fix: `did you mean ${near}?` }),
    exit: exits.usage,
  };
}

function conditions({ layer }: Source, owner: string, { answers }: Lock, catalog: Catalog): string[] {
  const [slot = '', choice = ''] = owner.split('/');
  const chosen = answers[camel(slot)] === undefined ? [] : [`${camel(slot)} is ${choice}`];
  const port = layer.port === undefined ? [] : [`${owner} fulfils ${layer.port}`];
  return [...chosen, ...port, ...layer.words.map((word) => `${word} holds${behind(word, answers, catalog)}`)];
}

/** The answer that a word of a layer follows from, where it is one. */
function behind(word: string, answers: Lock['answers'], catalog: Catalog): string {
  const [name = '', value] = word.split('=');
  const found = flags(catalog).find(
    (flag) => flag.name === name || (value === undefined && flag.choices.some((one) => one.value === word)),
  );
  if (found === undefined || answers[found.id] === undefined) return '';
  const said = spell(answers[found.id]);
  // A laptop runs everything beside the service, whatever was answered for the other environments.
  const elsewhere = value === undefined && found.name !== name && !said.includes(word);
  return elsewhere ? ' (on a laptop)' : ` (${found.id} is ${said})`;
}

/** A reason for a person. */
export const whyText = ({ path, owner, template, kind, envs, because }: Reason): string =>
  [
    path,
    `  feature   ${owner}`,
    `  template  ${template ?? 'not in this version any more'}`,
    `  kind      ${kind === 'seed' ? 'seed: written once, yours since' : 'managed: takes fixes from new versions'}`,
    `  worlds    ${envs.join(', ')}`,
    ...because.map((one, i) => `  ${i === 0 ? 'because' : '       '}   ${one}`),
  ].join('\n');
