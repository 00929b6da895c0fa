import { plan, type Library, type Plan } from '../core/plan.ts';
import { render } from '../core/render.ts';
import { resolve } from '../core/resolve.ts';
import type { Answers } from '../core/options.ts';
import type { Tree } from '../core/tree.ts';
import type { Loaded } from './load.ts';

/** A repository in memory, for developer commands and tests. */
export interface Made {
  readonly answers: Answers;
  readonly plan: Plan;
  readonly tree: Tree;
}

/** Answers → repository; throws with every problem when the answers cannot be together. */
export function make(answers: Readonly<Record<string, unknown>>, library: Loaded): Made {
  const resolved = resolve([{ name: 'command line', answers }], library.catalog);
  if (!resolved.ok) throw new Error(resolved.problems.map(({ option, because }) => `${option}: ${because}`).join('\n'));
  const planned = plan(resolved.answers, library satisfies Library);
  return { answers: resolved.answers, plan: planned, tree: render(planned, library.bodies) };
}
