import { choicesOf, type Catalog } from '../catalog.ts';
import { deployed, type Option } from '../option.ts';
import type { OptionId } from '../options.ts';

/** One value that a dialogue, or a list of combinations, can take. */
export interface Offer {
  readonly value: string;
  readonly name: string;
  readonly description: string;
}

/** The values of a pick; where each deployed environment has its own, also their mixtures. */
export function offers(id: OptionId, option: Option, catalog: Catalog): Offer[] {
  const plain = choicesOf(id, option, catalog).map(({ value, label, hint }) => ({
    name: label,
    value,
    description: hint,
  }));
  if (!('per' in option && option.per)) return plain;
  const mixed = plain.flatMap((a) => plain.filter((b) => a !== b).map((b) => [a, b]));
  const each = (pair: readonly Offer[], is: string, and: string, field: 'name' | 'value'): string =>
    pair.map((offer, i) => `${deployed[i] ?? ''}${is}${offer[field]}`).join(and);
  return [
    ...plain,
    ...mixed.map((pair) => ({
      name: each(pair, ': ', ' · ', 'name'),
      value: each(pair, '=', ',', 'value'),
      description: '',
    })),
  ];
}
