import { attempt } from '../attempt.ts';
import type { Catalog } from '../catalog.ts';
import { optionList, options, type OptionId } from '../options.ts';
import { offers } from './offers.ts';

/** Answers of one combination, as flags spell them. */
export type Combination = Readonly<Partial<Record<OptionId, string>>>;

/**
 * A small list of combinations in which every allowed pair of choices of these options occurs. Greedy, so not the very
 * smallest; always the same for the same catalogue. Options that are not listed keep their default, unless a rule needs
 * them to move.
 */
export function pairs(ids: readonly OptionId[], catalog: Catalog): Combination[] {
  const open = new Set(allPairs(ids, catalog));
  const found: Combination[] = [];
  for (const pair of open) {
    let pinned: Combination = Object.fromEntries(pair.split(' ').map((one) => one.split(/=(.*)/s, 2)));
    if (complete(pinned, catalog)) {
      for (const id of ids.filter((one) => pinned[one] === undefined)) pinned = best(pinned, id, ids, open, catalog);
      const whole = complete(pinned, catalog) ?? pinned;
      found.push(whole);
      pairsIn(whole, ids).forEach((one) => open.delete(one));
    }
    open.delete(pair);
  }
  return found;
}

/** The choices of an option: each value; of a many-option none, each alone, and all. */
export function valuesFor(id: OptionId, catalog: Catalog): string[] {
  const values = offers(id, options[id], catalog).map(({ value }) => value);
  return options[id].kind === 'picks' ? [...new Set(['none', ...values, values.join(',')])] : values;
}

/** `a=x b=y` for each two options and each two of their choices. */
const allPairs = (ids: readonly OptionId[], catalog: Catalog): string[] =>
  ids.flatMap((a, i) =>
    ids.slice(i + 1).flatMap((b) => valuesFor(a, catalog).flatMap((x) => valuesFor(b, catalog).map((y) => `${a}=${x} ${b}=${y}`))),
  );

export const pairsIn = (one: Combination, ids: readonly OptionId[]): string[] =>
  ids.flatMap((a, i) => ids.slice(i + 1).map((b) => `${a}=${one[a] ?? ''} ${b}=${one[b] ?? ''}`));

/** Takes for one option the choice that brings most pairs that are still open. */
function best(pinned: Combination, id: OptionId, ids: readonly OptionId[], open: ReadonlySet<string>, catalog: Catalog): Combination {
  const gain = (one: Combination): number => pairsIn(one, ids).filter((pair) => open.has(pair)).length;
  const able = valuesFor(id, catalog).map((value) => ({ ...pinned, [id]: value }));
  const ranked = able.map((one) => ({ one, gain: gain(one) })).sort((a, b) => b.gain - a.gain);
  return ranked.find(({ one }) => complete(one, catalog) !== undefined)?.one ?? pinned;
}

/** The same with as few further answers as it needs to be allowed, or undefined when nothing helps: a breadth-first search. */
function complete(pinned: Combination, catalog: Catalog): Combination | undefined {
  const queue: Combination[] = [pinned];
  const seen = new Set([JSON.stringify(pinned)]);
  for (const one of queue) {
    const wrong = attempt([{ name: 'pairs', answers: one }], catalog).problems.length;
    if (wrong === 0) return one;
    for (const [id, option] of optionList.filter(([other, { kind }]) => kind === 'pick' && one[other] === undefined))
      for (const { value } of offers(id, option, catalog)) {
        const next = { ...one, [id]: value };
        const left = attempt([{ name: 'pairs', answers: next }], catalog).problems.length;
        if (left >= wrong || seen.has(JSON.stringify(next))) continue;
        seen.add(JSON.stringify(next));
        queue.push(next);
      }
  }
  return undefined;
}
