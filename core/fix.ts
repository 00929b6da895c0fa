import { choicesOf, type Catalog } from './catalog.ts';
import { nearest } from './names.ts';
import { optionList, options, type OptionId } from './options.ts';
import type { Option } from './option.ts';
import { meant } from './texts.ts';
import { attempt, usualText, type Attempt, type Problem, type Source } from './attempt.ts';
import type { Draft } from './worlds.ts';

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
    const mends = problem.fix && Object.keys(problem.fix).every((id) => open.some((one) => one === id));
    const later = candidates(problem, found, catalog).filter(([id]) => open.includes(id));
    return !mends && fixAmong(later, problem, found, sources, catalog) === undefined;
  });
}

type Candidate = readonly [OptionId, unknown];

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
      const own = id === problem.option;
      if (option.kind !== 'pick')
        return own ? mended(option, problem.got, found.draft).map((value) => [id, value]) : [];
      const values = choicesOf(id, option, catalog).map((choice) => choice.value);
      const near = own && typeof problem.got === 'string' ? nearest(problem.got, values) : undefined;
      const best = [near, option.default].filter((value) => value !== undefined && values.includes(value));
      return [...new Set([...best, ...values])].map((value): Candidate => [id, value]);
    });
}

/** What a text or a number was probably meant to be, or the nearest that is allowed, best first. */
function mended(option: Option, got: unknown, draft: Draft): unknown[] {
  if (option.kind === 'number') return [Math.min(Math.max(Number(got) || 0, option.min), option.max), option.default];
  if (option.kind !== 'text') return [];
  // Where a default is no stand-in, it is what almost everybody takes; a name, a sentence or a model is nobody's but the user's.
  const usual = option.when === undefined || option.standIn ? [] : [usualText(option, draft)];
  const [best, ...others] = typeof got === 'string' ? meant(option.is, got) : [];
  return [best, ...usual, ...others].filter((value) => value !== undefined);
}
