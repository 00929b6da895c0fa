import type { Catalog } from '../catalog.ts';
import { wordsOf } from '../match.ts';
import { options, type OptionId } from '../options.ts';
import { flags, type Flag } from './flags.ts';

/** A compatibility rule in words; whoever has the limitation states it. */
export interface Refusal {
  readonly feature: string;
  readonly says: string;
  readonly because: string;
}

/** The rules of all features, in the order of the catalogue. */
export const refusals = (catalog: Catalog): Refusal[] =>
  [...catalog.entries.values()].flatMap((entry) =>
    (entry.rules ?? []).map((rule) => ({
      feature: entry.key,
      says: [
        rule.needs === undefined ? '' : `needs ${or(rule.needs)}`,
        rule.forbids === undefined ? '' : `excludes ${or(rule.forbids)}`,
        ...Object.entries(rule.max ?? {}).map(([id, most]) => `allows ${id} up to ${most}${unit(id)}`),
        ...Object.entries(rule.min ?? {}).map(([id, least]) => `allows ${id} from ${least}${unit(id)}`),
        ...Object.keys(rule.oneOf ?? {}).map((id) => `knows each ${id}`),
        ...Object.entries(rule.noneOf ?? {}).map(([id, taken]) => `keeps ${id} ${taken.join(' and ')} for itself`),
        rule.when === undefined ? '' : `with ${or(rule.when)}`,
      ]
        .filter((part) => part !== '')
        .join(' '),
      because: rule.because,
    })),
  );

const unit = (id: string): string => (options[id as OptionId].kind === 'text' ? ' characters' : '');

const or = (match: string | readonly string[]): string =>
  (typeof match === 'string' ? [match] : match).map((term) => wordsOf(term).join(' and ')).join(' or ');

/** `docs/options.md`. */
export function docs(catalog: Catalog): string {
  const rules = refusals(catalog).map(({ feature, says, because }) => `| ${feature} | ${says} | ${because} |`);
  return [
    '# Options',
    '',
    'Every option is a flag (`--vector-db qdrant`), a key of the answers file (`vectorDb: qdrant`), a property of the JSON',
    'Schema and, unless it is marked quiet, a question. They are asked in this order; a default may depend on answers above it.',
    '',
    ...flags(catalog).flatMap(section),
    '## What cannot be combined',
    '',
    'Refused with the reason and, where one other answer is enough, with that answer.',
    '',
    ...['| feature | rule | reason |', '|---|---|---|', ...rules, ''],
  ].join('\n');
}

function section({ id, name, ask, takes, choices, default: usual, quiet, option }: Flag): string[] {
  const facts = [`\`--${name}\``, `\`${id}\``, `default \`${usual}\``, ...(quiet ? ['quiet'] : [])];
  const applies = option.when === undefined ? [] : [`Only with ${or(option.when)}.`, ''];
  const table = choices.map(({ value, label, hint }) => `| \`${value}\` | ${label} | ${hint} |`);
  const plain = option.kind === 'number' ? `A whole number: \`${takes}\`.` : `A text, for example \`${takes}\`.`;
  const values = table.length === 0 ? [plain] : ['| value | name | what it is |', '|---|---|---|', ...table];
  return [`## ${ask}`, '', facts.join(' · '), '', ...applies, ...values, ''];
}
