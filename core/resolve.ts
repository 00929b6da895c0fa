import { attempt, type Problem, type Source } from './attempt.ts';
import type { Catalog } from './catalog.ts';
import { fixFor } from './fix.ts';
import type { Answers, OptionId } from './options.ts';

export type Resolved =
  | { readonly ok: true; readonly answers: Answers; readonly source: Readonly<Record<OptionId, string>> }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Named sources, highest first → complete answers, or every problem at once, each with a fix where one answer is enough. */
export function resolve(sources: readonly Source[], catalog: Catalog): Resolved {
  const attempted = attempt(sources, catalog);
  if (attempted.problems.length > 0)
    return { ok: false, problems: attempted.problems.map((problem) => fixFor(problem, attempted, sources, catalog)) };
  return { ok: true, answers: attempted.draft as Answers, source: attempted.source as Record<OptionId, string> };
}
