import type { Catalog, Entry } from './catalog.ts';
import type { Bounds, Rule, Texts } from './feature.ts';
import { holds, wordsOf, type Match, type Tags } from './match.ts';
import { camel, nearest } from './names.ts';
import { optionList, options, type OptionId } from './options.ts';
import type { Problem } from './attempt.ts';
import { ports } from './words.ts';
import { chosen, isActive, worldsOf, type Draft } from './worlds.ts';

/** What these answers cannot have together: broken rules of the chosen features, and ports that nobody fulfils. */
export function impossible(draft: Draft, catalog: Catalog): Problem[] {
  const features = chosen(draft, catalog);
  const worlds = worldsOf(draft, catalog);
  const found = new Map<string, Problem>();
  const explained = new Set<string>();
  for (const world of worlds.filter(({ name }) => name !== 'local'))
    for (const entry of features.filter((one) => isActive(one, world.tags)))
      for (const problem of (entry.rules ?? []).flatMap((rule) => broken(rule, entry, world.tags, draft))) {
        found.set(problem.option + problem.because, problem);
        explained.add(entry.key);
      }
  for (const problem of sameName(features, draft)) found.set(problem.option + problem.because, problem);
  for (const world of worlds)
    for (const { port, user } of world.missing.filter((one) => !explained.has(one.user.key))) {
      const option = optionOf(user);
      found.set(option + port, {
        option,
        got: draft[option],
        because: `nothing that is chosen ${does(port)} in ${world.name}`,
      });
    }
  return [...found.values()];
}

function broken(rule: Rule, entry: Entry, tags: Tags, draft: Draft): Problem[] {
  if (!holds(rule.when, tags)) return [];
  const lacks = rule.needs !== undefined && !holds(rule.needs, tags);
  const clashes = rule.forbids !== undefined && holds(rule.forbids, tags);
  const about = lacks ? rule.needs : clashes ? rule.forbids : undefined;
  const problems: Problem[] = [];
  if (about !== undefined) {
    const option = optionAbout(about) ?? optionOf(entry);
    problems.push({ option, got: draft[option], because: rule.because });
  }
  return [...problems, ...outOfBounds(rule, draft), ...wrongTexts(rule, draft)];
}

/** What somebody would have to do who fulfils a port. */
const does = (port: string): string =>
  port in ports ? (ports[port as keyof typeof ports].split(';')[0] ?? port) : `provides ${port}`;

/** Objects of the service and of the servers beside it live in one namespace, under their names. */
const sameName = (features: readonly Entry[], { name }: Draft): Problem[] =>
  features
    .filter(({ gives }) => gives?.services?.some((service) => service.name === name))
    .map(({ label }) => ({
      ...{ option: 'name', got: name, because: `${label} runs beside the service under this name` },
      fix: { name: `${String(name)}-service` },
    }));

/** Numbers and lengths that are too large or too small here; a bound may be the answer to another option, which gives way. */
function outOfBounds({ max, min, because }: Rule, draft: Draft): Problem[] {
  const beyond = (
    bounds: Bounds | undefined,
    word: string,
    wrong: (size: number, bound: number) => boolean,
    resized: (text: string, bound: number) => string,
  ): Problem[] =>
    (Object.entries(bounds ?? {}) as [OptionId, number | OptionId][]).flatMap(([id, given]) => {
      const value = draft[id];
      const bound = Number(typeof given === 'number' ? given : draft[given]);
      const isText = typeof value === 'string';
      if (value === null || !wrong(isText ? value.length : Number(value), bound)) return [];
      const own = { [id]: isText ? resized(value, bound) : bound };
      const says = `${because} (${word} ${bound}${isText ? ' characters' : ''})`;
      return [{ option: id, got: value, because: says, fix: typeof given === 'number' ? own : { [given]: value } }];
    });
  return [
    ...beyond(
      max,
      'at most',
      (size, bound) => size > bound,
      (text, bound) => text.slice(0, bound).replace(/-+$/, ''),
    ),
    ...beyond(
      min,
      'at least',
      (size, bound) => size < bound,
      (text) => `${text}-service`,
    ),
  ];
}

/** Texts of which the feature knows all that there are, or some that belong to somebody else. */
function wrongTexts({ oneOf, noneOf, because }: Rule, draft: Draft): Problem[] {
  const about = (texts: Texts | undefined): [OptionId, string, readonly string[]][] =>
    (Object.entries(texts ?? {}) as [OptionId, readonly string[]][]).flatMap(([id, known]) => {
      const got = draft[id];
      return typeof got === 'string' ? [[id, got, known]] : [];
    });
  const unknown = about(oneOf).filter(([, got, known]) => !known.includes(got));
  const taken = about(noneOf).filter(([, got, known]) => known.includes(got));
  return [
    ...unknown.map(([option, got, known]): Problem => {
      const near = nearest(got, known);
      const fix = near === undefined ? {} : { fix: { [option]: near } };
      return { option, got, because: `${because}: ${known.join(', ')}`, ...fix };
    }),
    ...taken.map(([option, got]) => ({ option, got, because })),
  ];
}

/** The option that a rule talks about: the user changes that one, not the feature that has the rule. */
function optionAbout(match: Match): OptionId | undefined {
  const ids = wordsOf(match).map((word) => camel(word.split('=')[0] ?? ''));
  return optionList.map(([id]) => id).find((id) => ids.includes(id));
}

/** The option a feature answers; a base feature has none, so the kind of service stands for it. */
const optionOf = (entry: Entry): OptionId => {
  const id = camel(entry.slot);
  return id in options ? (id as OptionId) : 'app';
};
