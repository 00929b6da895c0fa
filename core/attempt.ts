import type { Catalog } from './catalog.ts';
import { holds, wordsOf } from './match.ts';
import { kebab, nearest } from './names.ts';
import { deployed, type Option } from './option.ts';
import { optionList, options, type OptionId } from './options.ts';
import { impossible } from './rules.ts';
import { normalise, spell } from './values.ts';
import { addTags, chosen, tagsIn, tagsOfAll, type Draft } from './worlds.ts';

/** Where answers come from, highest rank first: flags, answers file, saved answers, detection. */
export interface Source {
  readonly name: string;
  readonly answers: Readonly<Record<string, unknown>>;
}

/** Why an answer cannot be used, and what to answer instead. */
export interface Problem {
  readonly option: string;
  readonly got: unknown;
  readonly because: string;
  readonly fix?: Readonly<Record<string, unknown>>;
}

/** What one pass over the options gives; `source` names the origin of each answer, `default` where nobody answered. */
export interface Attempt {
  readonly draft: Draft;
  readonly source: Readonly<Partial<Record<OptionId, string>>>;
  readonly problems: readonly Problem[];
}

/** One pass, in asking order: a default may look back. After a bad value it goes on with the default, to find all problems. */
export function attempt(sources: readonly Source[], catalog: Catalog): Attempt {
  const draft: Partial<Record<OptionId, unknown>> = {};
  const source: Partial<Record<OptionId, string>> = {};
  const problems = sources.flatMap(unknownOptions);
  const worlds = deployed.map((env) => ({ env, tags: tagsOfAll(env, catalog) }));
  for (const [id, option] of optionList) {
    const given = sources.find((one) => isGiven(option, one.answers[id]));
    const asked = worlds.some(({ tags }) => holds(option.when, tags));
    const got = given?.answers[id];
    const taken = asked ? answered(id, option, got, draft, catalog) : unasked(id, option, got, catalog);
    draft[id] = taken.value;
    source[id] = given && asked && !taken.problem ? given.name : 'default';
    if (taken.problem) problems.push(taken.problem);
    for (const { env, tags } of worlds) addTags(tags, env, id, option, draft, catalog);
  }
  return { draft, source, problems: [...problems, ...impossible(draft, catalog)] };
}

/** An answer that goes on, and what is wrong with the one that was given. */
interface Taken {
  readonly value: unknown;
  readonly problem?: Problem;
}

/** The given answer in its own spelling, or the default. */
function answered(id: OptionId, option: Option, got: unknown, draft: Draft, catalog: Catalog): Taken {
  const usual = defaultOf(id, draft, catalog) ?? usualText(option, draft) ?? option.default;
  const standard = normalise(id, usual, catalog);
  const found = got === undefined ? standard : normalise(id, got, catalog);
  if (found.because === undefined) return { value: found.value };
  // A default that is made from another answer can be wrong; all others are right (a test looks).
  if (got === undefined && usual === option.default) return { value: standard.value };
  return { value: standard.value, problem: { option: id, got: got ?? usual, because: found.because } };
}

/** Null is what a repository keeps where a question was not asked; it says nothing where the question is asked again. */
export const isGiven = (option: Option, got: unknown): boolean =>
  got !== undefined && (got !== null || option.when === undefined || option.otherwise !== undefined);

/** What stands where the question is not asked; another answer to it is refused. */
function unasked(id: OptionId, option: Option, got: unknown, catalog: Catalog): Taken {
  const value = option.otherwise === undefined ? null : normalise(id, option.otherwise, catalog).value;
  if (got === undefined || got === null) return { value };
  const same = JSON.stringify(normalise(id, got, catalog).value) === JSON.stringify(value);
  return same ? { value } : { value, problem: idle(id, got, value) };
}

/** Whether the question makes sense after the answers so far. */
export const applies = (option: Option, draft: Draft, catalog: Catalog): boolean =>
  option.when === undefined || deployed.some((env) => holds(option.when, tagsIn(env, draft, catalog)));

/** A text default with the answers in it that it looks back to: `{name}.example.com`. */
export function usualText(option: Option, draft: Draft): string | undefined {
  if (option.kind !== 'text') return undefined;
  return option.default.replace(/\{(\w+)\}/g, (_, id: OptionId) => spell(draft[id]));
}

/** What a chosen feature says the default of a later option is. */
function defaultOf(id: OptionId, draft: Draft, catalog: Catalog): unknown {
  const having = [...catalog.entries.values()].filter((entry) => entry.defaults?.[id] !== undefined);
  if (having.length === 0) return undefined;
  const keys = new Set(chosen(draft, catalog).map(({ key }) => key));
  return having.find(({ key }) => keys.has(key))?.defaults?.[id];
}

function idle(id: OptionId, got: unknown, value: unknown): Problem {
  const when = options[id] as { when?: string };
  return {
    option: id,
    got,
    because: `applies only with ${wordsOf(when.when ?? '').join(' or ')}`,
    fix: { [id]: value },
  };
}

function unknownOptions(source: Source): Problem[] {
  const ids = Object.keys(options);
  return Object.keys(source.answers)
    .filter((id) => !ids.includes(id))
    .map((id) => {
      const near = nearest(id, ids) ?? nearest(id, ids.map(kebab));
      const hint = near === undefined ? '`create-ai-deploy options` lists them all' : `did you mean ${near}?`;
      return { option: id, got: source.answers[id], because: `there is no such option (in ${source.name}); ${hint}` };
    });
}
