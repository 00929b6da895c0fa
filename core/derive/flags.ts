import { choicesOf, type Catalog } from '../catalog.ts';
import { kebab } from '../names.ts';
import { optionList, type OptionId } from '../options.ts';
import { texts } from '../texts.ts';
import { deployed, type Option } from '../option.ts';

/** An option as the command line, the help and the documentation show it. */
export interface Flag {
  readonly id: OptionId;
  /** Without its dashes: `vector-db`. */
  readonly name: string;
  /** The question that it answers. */
  readonly ask: string;
  /** What follows it: the choices, or what kind of value. */
  readonly takes: string;
  readonly default: string;
  readonly choices: readonly { readonly value: string; readonly label: string; readonly hint: string }[];
  /** May be given several times, one value each. */
  readonly many: boolean;
  readonly quiet: boolean;
  readonly option: Option;
}

/** One flag for each option, in asking order. */
export const flags = (catalog: Catalog): Flag[] =>
  optionList.map(([id, option]) => {
    const choices = choicesOf(id, option, catalog);
    return {
      id,
      name: kebab(id),
      ask: option.ask,
      takes: takes(
        option,
        choices.map((choice) => choice.value),
      ),
      default: spell(option.default),
      choices,
      many: option.kind === 'picks',
      quiet: option.quiet ?? false,
      option,
    };
  });

function takes(option: Option, values: readonly string[]): string {
  if (option.kind === 'text') return texts[option.is].example;
  if (option.kind === 'number') return `${option.min}..${option.max}`;
  if (option.kind === 'picks') return `${values.join(',')}`;
  return values.join('|') + ('per' in option && option.per ? ` or ${deployed.map((env) => `${env}=…`).join(',')}` : '');
}

/** An answer as a flag spells it; the inverse of `normalise`: `a,b`, `none`, `staging=cluster,production=managed`. */
export function spell(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(',');
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value) as [string, string][];
    const words = new Set(pairs.map(([, word]) => word));
    return words.size === 1 ? [...words].join() : pairs.map((pair) => pair.join('=')).join(',');
  }
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
