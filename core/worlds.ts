import { always, type Catalog, type Entry } from './catalog.ts';
import type { Value } from './feature.ts';
import { holds, type Tags } from './match.ts';
import { kebab } from './names.ts';
import { environments, type Env, type Option } from './option.ts';
import { optionList, type OptionId } from './options.ts';

/** Answers on their way: any value, any option may be missing. */
export type Draft = Readonly<Partial<Record<OptionId, unknown>>>;

/** A port in one world: the feature that won it and what it gives. */
export interface Fulfilled {
  readonly by: string;
  readonly gives: Readonly<Record<string, Value>>;
}

/** One environment of the repository: the words that hold there and who runs what. */
export interface World {
  readonly name: Env;
  readonly tags: Tags;
  readonly ports: Readonly<Record<string, Fulfilled>>;
  /** Ports somebody uses and nobody fulfils; empty for answers that resolve() accepted. */
  readonly missing: readonly { readonly port: string; readonly user: Entry }[];
}

/** A laptop is always compose, whatever production is; what applies only elsewhere is not chosen there. */
const onLaptop: Draft = { runtime: 'compose' };

/** Makes the three worlds of a repository. */
export function worldsOf(draft: Draft, catalog: Catalog): World[] {
  const features = chosen(draft, catalog);
  return environments.map((name) => {
    const tags = tagsIn(name, draft, catalog);
    const active = features.filter((entry) => isActive(entry, tags));
    return { name, tags, ...fulfil(active, tags) };
  });
}

/** Whether a chosen feature is one in this environment too: an answer for each environment may choose it for only one. */
export const isActive = (entry: Pick<Entry, 'slot' | 'id'>, tags: Tags): boolean =>
  entry.slot === always || tags.has(`${entry.slot}=${entry.id}`);

/** The features that the answers choose, sorted by key; `base` features are always chosen. */
export function chosen(draft: Draft, catalog: Catalog): Entry[] {
  const keys = new Set(
    optionList.flatMap(([id, option]) =>
      'choices' in option && option.choices === 'features'
        ? valuesOf(draft[id]).map((value) => `${kebab(id)}/${value}`)
        : [],
    ),
  );
  return [...catalog.entries.values()].filter((entry) => entry.slot === always || keys.has(entry.key));
}

/** The words that hold in one environment. */
export function tagsIn(env: Env, draft: Draft, catalog: Catalog): Tags {
  const tags = tagsOfAll(env, catalog);
  for (const [id, option] of optionList) addTags(tags, env, id, option, draft, catalog);
  return tags;
}

/** The words that hold in an environment before anything is answered. */
export const tagsOfAll = (env: Env, catalog: Catalog): Set<string> =>
  new Set([env, ...catalog.always.flatMap((entry) => entry.traits ?? [])]);

/** Adds what one answer makes hold in an environment. An answer applies only where its question does. */
export function addTags(
  tags: Set<string>,
  env: Env,
  id: OptionId,
  option: Option,
  draft: Draft,
  catalog: Catalog,
): void {
  if (!('choices' in option)) return;
  const given = env === 'local' ? (onLaptop[id] ?? draft[id]) : draft[id];
  const answer = holds(option.when, tags) ? given : option.otherwise;
  const values = valuesOf('per' in option && option.per ? inWorld(answer, env) : answer);
  if (option.choices !== 'features') {
    if (option.words) values.forEach((value) => tags.add(value));
    return;
  }
  for (const value of values) {
    tags.add(`${kebab(id)}=${value}`);
    catalog.entries.get(`${kebab(id)}/${value}`)?.traits?.forEach((trait) => tags.add(trait));
    if (value !== 'none') tags.add(kebab(id));
  }
}

const inWorld = (value: unknown, env: Env): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[env] : value;

/** The words in an answer: one, a list, or one for each environment. */
const valuesOf = (value: unknown): string[] =>
  (typeof value === 'object' && value !== null ? Object.values(value) : [value]).filter(
    (one): one is string => typeof one === 'string',
  );

/** Winner of a port: somebody else's fulfilment, else the user's own. Two others at once are an error of the catalogue. */
function fulfil(features: readonly Entry[], tags: Tags): Pick<World, 'ports' | 'missing'> {
  const ports: Record<string, Fulfilled> = {};
  const missing: { port: string; user: Entry }[] = [];
  const wanted = new Map<string, Entry[]>();
  for (const user of features)
    for (const port of user.uses ?? []) wanted.set(port, [...(wanted.get(port) ?? []), user]);
  for (const entry of features) for (const { port } of entry.fulfils ?? []) if (!wanted.has(port)) wanted.set(port, []);
  for (const [port, users] of wanted) {
    const able = features.flatMap((entry) => {
      const first = entry.fulfils?.find((fulfilment) => fulfilment.port === port && holds(fulfilment.when, tags));
      return first ? [{ by: entry.key, gives: first.gives }] : [];
    });
    const others = able.filter((one) => !users.some((user) => user.key === one.by));
    if (others.length > 1)
      throw new Error(`port ${port} has two fulfillers: ${others.map((one) => one.by).join(' and ')}`);
    const winner = others[0] ?? able[0];
    if (winner) ports[port] = winner;
    else if (users[0]) missing.push({ port, user: users[0] });
  }
  return { ports, missing };
}
