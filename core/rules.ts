import type { Catalog, Entry } from './catalog.ts';
import type { Bounds, Rule } from './feature.ts';
import { holds, wordsOf, type Match, type Tags } from './match.ts';
import { camel, nearest } from './names.ts';
import { optionList, options, type OptionId } from './options.ts';
import type { Problem } from './attempt.ts';
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
        because: `nothing chosen provides ${port} in ${world.name}`,
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
  return [...problems, ...outOfBounds(rule, draft), ...unknownTexts(rule, draft)];
}

/** Objects of the service and of the servers beside it live in one namespace, under their names. */
const sameName = (features: readonly Entry[], { name }: Draft): Problem[] =>
  features
    .filter(({ gives }) => gives?.services?.some((service) => service.name === name))
    .map(({ label }) => ({
      ...{ option: 'name', got: name, because: `${label} runs beside the service under this name` },
      fix: { name: `${String(name)}-service` },
    }));

/** Numbers that are too large or too small here; a bound may be the answer to another option. */
function outOfBounds({ max, min, because }: Rule, draft: Draft): Problem[] {
  const beyond = (
    bounds: Bounds | undefined,
    word: string,
    wrong: (value: number, bound: number) => boolean,
  ): Problem[] =>
    (Object.entries(bounds ?? {}) as [OptionId, number | OptionId][]).flatMap(([id, given]) => {
      const bound = Number(typeof given === 'number' ? given : draft[given]);
      if (draft[id] === null || !wrong(Number(draft[id]), bound)) return [];
      return [{ option: id, got: draft[id], because: `${because} (${word} ${bound})`, fix: { [id]: bound } }];
    });
  return [
    ...beyond(max, 'at most', (value, bound) => value > bound),
    ...beyond(min, 'at least', (value, bound) => value < bound),
  ];
}

/** Texts of which the feature knows all that there are. */
const unknownTexts = ({ oneOf, because }: Rule, draft: Draft): Problem[] =>
  (Object.entries(oneOf ?? {}) as [OptionId, readonly string[]][])
    .filter(([id, known]) => typeof draft[id] === 'string' && !known.includes(draft[id]))
    .map(([id, known]) => {
      const near = nearest(draft[id] as string, known);
      const fix = near === undefined ? {} : { fix: { [id]: near } };
      return { option: id, got: draft[id], because: `${because}: ${known.join(', ')}`, ...fix };
    });

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
