import { implies, negated, spell, type Atom } from './atom.ts';

/** All of these comparisons; none of them means "always". */
type Group = readonly Atom[];

/** When a package is wanted: in any of these groups. No group means "never". */
export type Marker = readonly Group[];

export const always: Marker = [[]];

/** `a or b`. Gives back `a` itself when `b` adds nothing, so that a walk can see that it has arrived. */
export function either(a: Marker, b: Marker): Marker {
  let groups = a;
  for (const group of b)
    if (!groups.some((wide) => covers(wide, group)))
      groups = [...groups.filter((narrow) => !covers(group, narrow)), group];
  return groups;
}

/** `a and b`, without the groups that no environment can satisfy. */
export function both(a: Marker, b: Marker): Marker {
  if (a === always) return b;
  if (b === always) return a;
  const groups = a.flatMap((left) => b.map((right) => tightened([...left, ...right]))).filter(isPossible);
  return either([], groups);
}

/** As a requirements line spells it; '' for "always". */
export function show(marker: Marker): string {
  const groups = simplified(marker).map((group) => group.map(spell).sort());
  const lone = groups.length === 1;
  return groups
    .map((group) => (lone || group.length === 1 ? group.join(' and ') : `(${group.join(' and ')})`))
    .sort()
    .join(' or ');
}

const operators = /^(?:[=!<>]=|[<>]|~=|===|in|not in)$/;
const operands = /^(?:\w+|'.*')$/;

/** The text of a PEP 508 marker → groups; '' is "always". */
export function parse(text: string): Marker {
  if (text === '') return always;
  const tokens = text.match(/[()]|'[^']*'|"[^"]*"|not\s+in\b|\w+|[<>=!~]+|\S/g) ?? [];
  const refuse = (): never => {
    throw new Error(`cannot read the marker ${JSON.stringify(text)}`);
  };
  const next = (form: RegExp): string => {
    const token = (tokens.shift() ?? '').replace(/^"(.*)"$/, "'$1'");
    return form.test(token) ? token : refuse();
  };
  const chain = (word: string, of: () => Marker, add: (a: Marker, b: Marker) => Marker): Marker => {
    let marker = of();
    while (tokens[0] === word) marker = (tokens.shift(), add(marker, of()));
    return marker;
  };
  const anyOf = (): Marker => chain('or', () => chain('and', one, both), either);
  const one = (): Marker => {
    if (tokens[0] !== '(') return [[{ left: next(operands), op: next(operators), right: next(operands) }]];
    tokens.shift();
    const inner = anyOf();
    next(/^\)$/);
    return inner;
  };
  const marker = anyOf();
  return tokens.length === 0 ? marker : refuse();
}

/** True when the first group holds wherever the second does. */
const covers = (wide: Group, narrow: Group): boolean => wide.every((b) => narrow.some((a) => implies(a, b)));

/** Without comparisons that another one of the group says already; of two equal ones the first stays. */
const tightened = (group: Group): Group =>
  group.filter((b, at) => !group.some((a, i) => i !== at && implies(a, b) && (i < at || !implies(b, a))));

const isPossible = (group: Group): boolean =>
  !group.some((b) => {
    const not = negated(b);
    return not !== undefined && group.some((a) => implies(a, not));
  });

/** Drops each comparison whose opposite another group has covered anyway: `x or (not x and y)` is `x or y`. */
function simplified(marker: Marker): Marker {
  for (const group of marker)
    for (const atom of group) {
      const rest = group.filter((other) => other !== atom);
      const not = negated(atom);
      const others = marker.filter((other) => other !== group);
      if (not && others.some((other) => covers(other, [...rest, not]))) return simplified(either(others, [rest]));
    }
  return marker;
}
