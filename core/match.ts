/**
 * The one language of layers, rules and `when`: 'a+b' is "and", a list is "or". There is no "not": a rule has `forbids`,
 * an option has `otherwise`, a folder has another layer.
 */
export type Match = string | readonly string[];

/** The words that hold in one environment, such as `compose`, `database`, `vector-db=qdrant`. */
export type Tags = ReadonlySet<string>;

const alternatives = (match: Match): readonly string[] => (typeof match === 'string' ? [match] : match);

/** Every word a match mentions. */
export const wordsOf = (match: Match): string[] => alternatives(match).flatMap((term) => term.split('+'));

/** True when at least one alternative has all its words among the tags; no match means "always". */
export const holds = (match: Match | undefined, tags: Tags): boolean =>
  match === undefined || alternatives(match).some((term) => term.split('+').every((word) => tags.has(word)));
