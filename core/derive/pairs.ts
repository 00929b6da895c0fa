import type { Catalog } from '../catalog.ts';
import { options, type OptionId } from '../options.ts';
import { complete, type Combination } from './complete.ts';
import { offers } from './offers.ts';

/**
 * A small list of combinations in which every allowed pair of choices of these options occurs. Greedy, so not the very
 * smallest; always the same for the same catalogue. Options that are not listed keep what is given, or their default,
 * unless a rule needs them to move.
 */
export function pairs(ids: readonly OptionId[], catalog: Catalog, given: Combination = {}): Combination[] {
  const open = new Set(allPairs(ids, catalog));
  const found: Combination[] = [];
  for (const pair of open) {
    const two = Object.fromEntries(pair.split(' ').map((one) => one.split(/=(.*)/s, 2))) as Combination;
    let pinned: Combination = { ...given, ...two };
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
    ids
      .slice(i + 1)
      .flatMap((b) => valuesFor(a, catalog).flatMap((x) => valuesFor(b, catalog).map((y) => `${a}=${x} ${b}=${y}`))),
  );

export const pairsIn = (one: Combination, ids: readonly OptionId[]): string[] =>
  ids.flatMap((a, i) => ids.slice(i + 1).map((b) => `${a}=${one[a] ?? ''} ${b}=${one[b] ?? ''}`));

/** Takes for one option the choice that brings most pairs that are still open. */
function best(
  pinned: Combination,
  id: OptionId,
  ids: readonly OptionId[],
  open: ReadonlySet<string>,
  catalog: Catalog,
): Combination {
  const gain = (one: Combination): number => pairsIn(one, ids).filter((pair) => open.has(pair)).length;
  const able = valuesFor(id, catalog).map((value) => ({ ...pinned, [id]: value }));
  const ranked = able.map((one) => ({ one, gain: gain(one) })).sort((a, b) => b.gain - a.gain);
  return ranked.find(({ one }) => complete(one, catalog) !== undefined)?.one ?? pinned;
}
