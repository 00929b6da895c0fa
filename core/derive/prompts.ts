import { applies, attempt, type Problem, type Source } from '../attempt.ts';
import { choicesOf, type Catalog } from '../catalog.ts';
import { deadEnds } from '../fix.ts';
import type { Option } from '../option.ts';
import { optionList, type OptionId } from '../options.ts';
import { normalise } from '../values.ts';
import { spell } from './flags.ts';
import { offers, type Offer } from './offers.ts';

/** What a dialogue has been told so far. */
export type Said = Readonly<Record<string, unknown>>;

/** One question, as `inquirer.prompt` and Yeoman's `this.prompt` both take it. */
export interface Question {
  readonly type: 'input' | 'select' | 'checkbox';
  readonly name: OptionId;
  readonly message: string;
  readonly when: (said: Said) => boolean;
  readonly default: (said: Said) => unknown;
  readonly choices?: (said: Said) => (Offer & { readonly disabled: string | false; readonly checked: boolean })[];
  readonly validate?: (value: unknown) => true | string;
}

/** What no source above a dialogue answers and is worth asking, in asking order; sources below it give the defaults. */
export function questions(above: readonly Source[], below: readonly Source[], catalog: Catalog): Question[] {
  const open = optionList.filter(
    ([id, option]) => isReal(id, option, catalog) && above.every((source) => source.answers[id] === undefined),
  );
  const sources = (said: Said): Source[] => [...above, { name: 'prompts', answers: said }, ...below];
  return open.map(([id, option], index): Question => {
    const usual = (said: Said): unknown => attempt(sources(said), catalog).draft[id];
    const when = (said: Said): boolean => applies(option, attempt(sources(said), catalog).draft, catalog);
    const common = { name: id, message: option.ask, when };
    const validate = (value: unknown): true | string => normalise(id, value, catalog).because ?? true;
    if (!('choices' in option)) return { ...common, type: 'input', default: usual, validate };
    const later = open.slice(index + 1).map(([other]) => other);
    const choices: NonNullable<Question['choices']> = (said) =>
      offers(id, option, catalog).map((offer) => ({
        ...offer,
        disabled: reason(deadEnds(sources({ ...said, [id]: offer.value }), later, catalog)[0]),
        checked: [usual(said)].flat().includes(offer.value),
      }));
    if (option.kind === 'picks') return { ...common, type: 'checkbox', default: usual, choices };
    const best = (said: Said): unknown => {
      const open = choices(said).filter((choice) => choice.disabled === false);
      return (open.find(({ value }) => value === spell(usual(said))) ?? open[0])?.value;
    };
    return { ...common, type: 'select', default: best, choices };
  });
}

const reason = (problem: Problem | undefined): string | false => (problem ? `(${problem.because})` : false);

/** Not quiet, and a real choice: with a single feature in its folder there is nothing to ask yet. */
const isReal = (id: OptionId, option: Option, catalog: Catalog): boolean =>
  !option.quiet &&
  (!('choices' in option) || choicesOf(id, option, catalog).length > (option.kind === 'picks' ? 0 : 1));
