/**
 * The public API: answers in, a map of files out. Pure functions over data; `docs/api.md` is made from this file and a
 * test compares the two, so that nothing here changes by accident.
 *
 *     resolve() ── Answers | Problem[] ──► plan() ── Plan ──► render() ── Tree
 */
export { resolve, type Resolved } from './resolve.ts';
export { plan, type Library, type Plan } from './plan.ts';
export { render, type Bodies, type Template } from './render.ts';
export type { Problem, Source } from './attempt.ts';
export type { Catalog, Entry } from './catalog.ts';
export type { Deployed, Env, Option } from './option.ts';
export { optionList, options, type Answers, type OptionId } from './options.ts';
export type { File, Tree } from './tree.ts';
export type { World } from './worlds.ts';
export { flags, type Flag } from './derive/flags.ts';
export { questions, type Question, type Said } from './derive/prompts.ts';
export { schema, type Json } from './derive/schema.ts';
export { docs, refusals, type Refusal } from './derive/docs.ts';
export { pairs } from './derive/pairs.ts';
export { spell } from './values.ts';
export type { Combination } from './derive/complete.ts';
