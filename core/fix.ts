import { choicesOf, type Catalog } from './catalog.ts';
import { nearest } from './names.ts';
import { optionList, options, type OptionId } from './options.ts';
import { slugify } from './texts.ts';
import { attempt, type Attempt, type Problem, type Source } from './attempt.ts';

const keyOf = (problem: Problem): string => `${problem.option}: ${problem.because}`;

/**
 * The problem with one changed answer that removes it and adds no other. Tried on its own option, then on answers that
 * nobody gave, then on the latest question; a problem that no single answer mends stays without a fix.
 */
export function fixFor(problem: Problem, found: Attempt, sources: readonly Source[], catalog: Catalog): Problem {
  // No answer to a known option mends the name of an unknown one, and a file may hold thousands of them.
  if (problem.fix || !Object.hasOwn(options, problem.option)) return problem;
  return fixAmong(candidates(problem, found, catalog), problem, found, sources, catalog) ?? problem;
}

/** What is wrong however the open questions will be answered. A prompt shows a choice that leads here as disabled. */
export function deadEnds(sources: readonly Source[], open: readonly OptionId[], catalog: Catalog): Problem[] {
  const found = attempt(sources, catalog);
  return found.problems.filter((problem) => {
    if (problem.fix) return !Object.keys(problem.fix).every((id) => open.some((one) => one === id));
    const later = candidates(problem, found, catalog).filter(([id]) => open.includes(id));
    return fixAmong(later, problem, found, sources, catalog) === undefined;
  });
}

type Candidate = readonly [OptionId, string];

function fixAmong(
  tried: readonly Candidate[],
  problem: Problem,
  found: Attempt,
  sources: readonly Source[],
  catalog: Catalog,
): Problem | undefined {
  const before = new Set(found.problems.map(keyOf));
  for (const [id, value] of tried) {
    const left = attempt([{ name: 'fix', answers: { [id]: value } }, ...sources], catalog).problems.map(keyOf);
    if (!left.includes(keyOf(problem)) && left.every((key) => before.has(key)))
      return { ...problem, fix: { [id]: value } };
  }
  return undefined;
}

function candidates(problem: Problem, found: Attempt, catalog: Catalog): Candidate[] {
  const rank = (id: OptionId): number => (id === problem.option ? 0 : found.source[id] === 'default' ? 1 : 2);
  return [...optionList]
    .reverse()
    .sort(([a], [b]) => rank(a) - rank(b))
    .flatMap(([id, option]): Candidate[] => {
      const typed = id === problem.option && typeof problem.got === 'string' ? problem.got : undefined;
      if (option.kind === 'text' && option.is === 'slug') return slugOf(id, typed);
      if (option.kind !== 'pick') return [];
      const values = choicesOf(id, option, catalog).map((choice) => choice.value);
      const meant = typed === undefined ? undefined : nearest(typed, values);
      const best = [meant, option.default].filter((value) => value !== undefined && values.includes(value)) as string[];
      return [...new Set([...best, ...values])].map((value): Candidate => [id, value]);
    });
}

/** A name with capitals and spaces has an obvious better form. */
function slugOf(id: OptionId, typed: string | undefined): Candidate[] {
  const slug = typed === undefined ? undefined : slugify(typed);
  return slug === undefined ? [] : [[id, slug]];
}
