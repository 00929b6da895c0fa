import { attempt } from '../attempt.ts';
import type { Catalog } from '../catalog.ts';
import { optionList, type OptionId } from '../options.ts';
import { offers } from './offers.ts';

/** Answers of one combination, as flags spell them. */
export type Combination = Readonly<Partial<Record<OptionId, string>>>;

/**
 * The same answers with as few further ones as they need to be allowed, or undefined when nothing helps. Breadth first;
 * a step must mend something, so the search is short.
 */
export function complete(pinned: Combination, catalog: Catalog): Combination | undefined {
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
