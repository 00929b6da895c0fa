import type { Catalog, Entry } from './catalog.ts';
import type { Rule } from './feature.ts';
import { holds, wordsOf, type Match, type Tags } from './match.ts';
import { camel } from './names.ts';
import { optionList, options, type OptionId } from './options.ts';
import type { Problem } from './attempt.ts';
import { chosen, worldsOf, type Draft } from './worlds.ts';

/** What these answers cannot have together: broken rules of the chosen features, and ports that nobody fulfils. */
export function impossible(draft: Draft, catalog: Catalog): Problem[] {
  const features = chosen(draft, catalog);
  const worlds = worldsOf(draft, catalog);
  const found = new Map<string, Problem>();
  const explained = new Set<string>();
  for (const world of worlds.filter(({ name }) => name !== 'local'))
    for (const entry of features)
      for (const problem of (entry.rules ?? []).flatMap((rule) => broken(rule, entry, world.tags, draft))) {
        found.set(problem.option + problem.because, problem);
        explained.add(entry.key);
      }
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
  for (const [id, most] of Object.entries(rule.max ?? {}) as [OptionId, number][])
    if (Number(draft[id]) > most)
      problems.push({ option: id, got: draft[id], because: `${rule.because} (at most ${most})`, fix: { [id]: most } });
  return problems;
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
