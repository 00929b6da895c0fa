import { attempt } from '../attempt.ts';
import { choicesOf, type Catalog } from '../catalog.ts';
import { kebab } from '../names.ts';
import { optionList, type OptionId } from '../options.ts';
import { texts } from '../texts.ts';
import { spell } from '../values.ts';
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
export function flags(catalog: Catalog): Flag[] {
  let known: ReturnType<typeof usuals> | undefined;
  return optionList.map(([id, option]) => {
    const choices = choicesOf(id, option, catalog);
    return {
      id,
      name: kebab(id),
      ask: option.ask,
      takes: takes(
        option,
        choices.map((choice) => choice.value),
      ),
      // Only help and documentation want it, and it takes a pass over all options.
      get default() {
        return spell((known ??= usuals(catalog))(id, option));
      },
      choices,
      many: option.kind === 'picks',
      quiet: option.quiet ?? false,
      option,
    };
  });
}

/** What holds when nothing at all is answered; where that leaves an option out, its own default. */
export function usuals(catalog: Catalog): (id: OptionId, option: Option) => unknown {
  const { draft } = attempt([], catalog);
  return (id, option) =>
    option.kind === 'text' && option.default.includes('{') ? option.default : (draft[id] ?? option.default);
}

function takes(option: Option, values: readonly string[]): string {
  if (option.kind === 'text') return texts[option.is].example;
  if (option.kind === 'number') return `${option.min}..${option.max}`;
  if (option.kind === 'picks') return `${values.join(',')}`;
  return values.join('|') + ('per' in option && option.per ? ` or ${deployed.map((env) => `${env}=…`).join(',')}` : '');
}
