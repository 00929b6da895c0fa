import { applies, attempt, isGiven, type Source } from '../attempt.ts';
import { choicesOf, type Catalog } from '../catalog.ts';
import { deadEnds } from '../fix.ts';
import type { Option } from '../option.ts';
import { optionList, type OptionId } from '../options.ts';
import { normalise, spell } from '../values.ts';
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
  readonly validate?: (value: unknown, said?: Said) => true | string;
}

/** What no source above a dialogue answers and is worth asking, in asking order; sources below it give the defaults. */
export function questions(above: readonly Source[], below: readonly Source[], catalog: Catalog): Question[] {
  const open = optionList.filter(
    ([id, option]) => isReal(id, option, catalog) && !above.some((source) => isGiven(option, source.answers[id])),
  );
  const sources = (said: Said): Source[] => [...above, { name: 'prompts', answers: said }, ...below];
  return open.map(([id, option], index): Question => {
    const usual = (said: Said): unknown => attempt(sources(said), catalog).draft[id];
    const when = (said: Said): boolean => applies(option, attempt(sources(said), catalog).draft, catalog);
    const common = { name: id, message: option.ask, when };
    const later = open.slice(index + 1).map(([other]) => other);
    const dead = (said: Said, value: unknown): string | undefined =>
      deadEnds(sources({ ...said, [id]: value }), later, catalog)[0]?.because;
    const validate: Question['validate'] = (value, said = {}) =>
      normalise(id, value, catalog).because ?? dead(said, value) ?? true;
    if (!('choices' in option)) return { ...common, type: 'input', default: usual, validate };
    const choices: NonNullable<Question['choices']> = (said) =>
      offers(id, option, catalog).map((offer) => ({
        ...offer,
        disabled: shown(dead(said, offer.value)),
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

const shown = (reason: string | undefined): string | false => reason !== undefined && `(${reason})`;

/** Not quiet, and a real choice: with a single feature in its folder there is nothing to ask yet. */
const isReal = (id: OptionId, option: Option, catalog: Catalog): boolean =>
  !option.quiet &&
  (!('choices' in option) || choicesOf(id, option, catalog).length > (option.kind === 'picks' ? 0 : 1));
