import type { Catalog, Entry } from '../catalog.ts';
import type { Integration, Metric, Service } from '../feature.ts';
import type { Locked } from '../lock.ts';
import { by } from '../names.ts';
import { environments, type Env } from '../option.ts';
import type { Answers } from '../options.ts';
import type { World } from '../worlds.ts';
import type { Budget } from './budget.ts';
import { pythonOf, type PythonView } from './python.ts';
import { budgetIn, settingsOf, type ShownSetting } from './settings.ts';

/**
 * Everything a template may see, derived once. Total (no optional field, so that a typo throws) and JSON-safe. No field
 * is text of the output: what a file says, its template says.
 */
export interface View extends PythonView {
  readonly name: string;
  readonly description: string;
  readonly owner: string;
  /** Repository of the image, without tag or digest. */
  readonly image: string;
  readonly port: number;
  /** Bare words → whether they hold in a deployed world. Choices are not here: a template cannot name one. */
  readonly has: Readonly<Record<string, boolean>>;
  readonly settings: readonly ShownSetting[];
  /** Settings that are no secret; secrets; and those secrets that a person must supply. */
  readonly plain: readonly ShownSetting[];
  readonly secrets: readonly ShownSetting[];
  readonly given: readonly ShownSetting[];
  readonly integrations: readonly Integration[];
  readonly roles: readonly { readonly role: string; readonly items: readonly Integration[] }[];
  readonly services: readonly Service[];
  /** Services with metrics of their own. */
  readonly scraped: readonly Scraped[];
  readonly metrics: readonly Required<Metric>[];
  readonly features: readonly {
    readonly key: string;
    readonly slot: string;
    readonly id: string;
    readonly label: string;
  }[];
  /** Compose files of backing services, by world. */
  readonly includes: Readonly<Record<Env, readonly string[]>>;
  readonly budgets: Readonly<Record<Env, Budget>>;
  readonly budget: Budget;
  readonly generator: { readonly version: string };
}

/** What the view is made from. */
export interface Seen {
  readonly answers: Answers;
  readonly catalog: Catalog;
  readonly features: readonly Entry[];
  readonly worlds: readonly World[];
  readonly locked: { readonly runtime: readonly Locked[]; readonly dev: readonly Locked[] };
  /** Paths of the plan with the worlds each is for. */
  readonly files: readonly { readonly path: string; readonly owner: string; readonly envs: readonly Env[] }[];
  readonly version: string;
}

/** Answers and what follows from them → the view. */
export function viewOf(seen: Seen): View {
  const { answers, features, worlds } = seen;
  const settings = settingsOf(features, answers, worlds);
  const integrations = gather(features, 'integrations').sort((a, b) => by('role')(a, b) || by('id')(a, b));
  const budgets = Object.fromEntries(worlds.map((world) => [world.name, budgetIn(world, answers)])) as Record<
    Env,
    Budget
  >;
  return {
    name: answers.name,
    description: answers.description,
    owner: answers.owner,
    image: `${answers.registry}/${answers.owner}/${answers.name}`,
    port: answers.port,
    has: wordsThatHold(seen),
    ...byKind(settings),
    integrations,
    roles: [...new Set(integrations.map(({ role }) => role))].map((role) => ({
      role,
      items: integrations.filter((integration) => integration.role === role),
    })),
    services: gather(features, 'services').sort(by('name')),
    scraped: scrapedOf(features),
    metrics: gather(features, 'metrics')
      .map((metric) => ({ buckets: [], ...metric }))
      .sort(by('name')),
    features: features
      .filter(({ slot }) => slot !== 'base')
      .map(({ key, slot, id, label }) => ({ key, slot, id, label })),
    includes: {
      local: includesOf(seen, 'local'),
      staging: includesOf(seen, 'staging'),
      production: includesOf(seen, 'production'),
    },
    budgets,
    budget: budgets.production,
    generator: { version: seen.version },
    ...pythonOf(answers, features, seen.locked),
  };
}

/** The lists of settings that templates loop over. */
const byKind = (settings: readonly ShownSetting[]): Pick<View, 'settings' | 'plain' | 'secrets' | 'given'> => ({
  settings,
  plain: settings.filter((setting) => !setting.secret),
  secrets: settings.filter((setting) => setting.secret),
  given: settings.filter((setting) => setting.secret && !setting.generated),
});

type Scraped = Pick<Service, 'name' | 'port'> & NonNullable<Service['scrape']>;

const scrapedOf = (features: readonly Entry[]): Scraped[] =>
  gather(features, 'services')
    .flatMap(({ name, port, scrape }) => (scrape ? [{ name, port, ...scrape }] : []))
    .sort(by('name'));

type Gives = NonNullable<Entry['gives']>;

/** One list of all chosen features together. */
export function gather<K extends keyof Gives>(features: readonly Entry[], key: K): NonNullable<Gives[K]>[number][] {
  return features.flatMap((entry) => [...(entry.gives?.[key] ?? [])]);
}

function wordsThatHold({ catalog, worlds }: Seen): Record<string, boolean> {
  const reached = worlds.filter((world) => world.name !== 'local');
  const words = catalog.words.filter((word) => !environments.includes(word as Env));
  return Object.fromEntries(words.map((word) => [word, reached.some((world) => world.tags.has(word))]));
}

const composeFile = /^deploy\/compose\/([a-z0-9-]+\.yml)$/;

function includesOf({ files }: Seen, env: Env): string[] {
  return files
    .filter((file) => file.envs.includes(env) && !file.owner.startsWith('base/'))
    .flatMap((file) => composeFile.exec(file.path)?.[1] ?? [])
    .sort();
}
