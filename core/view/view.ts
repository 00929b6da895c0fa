import type { Catalog, Entry } from '../catalog.ts';
import type { Integration, Metric, Service, TestServer } from '../feature.ts';
import type { Locked } from '../lock.ts';
import { by } from '../names.ts';
import { environments, type Deployed, type Env } from '../option.ts';
import type { Answers } from '../options.ts';
import type { World } from '../worlds.ts';
import type { Budget } from './budget.ts';
import { imageOf, placeOf } from './place.ts';
import { pythonOf, type PythonView } from './python.ts';
import { runnersOf, type Housed, type Running } from './running.ts';
import { shared } from './share.ts';
import { budgetIn, settingsOf, storedIn, type ShownSetting, type StoredSecret } from './settings.ts';
import { written, type Tokens } from './tokens.ts';

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
  /** Where it runs in a cluster; empty texts and zeros where it does not. */
  readonly namespace: string;
  readonly domain: string;
  readonly region: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** The name, short enough to be the stem of every name that a cloud limits (`<resource>-production-…`). */
  readonly resource: string;
  /** The deployed environments with their host names. */
  readonly deployed: readonly { readonly env: Deployed; readonly host: string }[];
  /** Tokens for values of the manifests: by environment, and known only to the cloud. */
  readonly at: Readonly<Record<string, string>>;
  readonly cloud: Readonly<Record<string, string>>;
  /** Bare words → whether they hold in a deployed world. Choices are not here: a template cannot name one. */
  readonly has: Readonly<Record<string, boolean>>;
  readonly settings: readonly ShownSetting[];
  /** Settings that are no secret; secrets; and those secrets that a person must supply. */
  readonly plain: readonly ShownSetting[];
  readonly secrets: readonly ShownSetting[];
  /** Settings that are known before an environment exists: no secrets, and nothing that the cloud hands over. */
  readonly told: Readonly<Record<Env, readonly ShownSetting[]>>;
  readonly given: readonly ShownSetting[];
  /** Secrets of deployed environments, by the name that a store knows them by. */
  readonly stored: readonly StoredSecret[];
  /** Of one deployed environment. */
  readonly storedFor: Readonly<Record<Deployed, readonly StoredSecret[]>>;
  readonly integrations: readonly Integration[];
  readonly roles: readonly { readonly role: string; readonly items: readonly Integration[] }[];
  readonly services: readonly Service[];
  /** The same, with who runs them where. */
  readonly running: readonly Running[];
  /** Of these, what we deploy ourselves, and where. */
  readonly housed: readonly Housed[];
  /** Services with metrics of their own. */
  readonly scraped: readonly Scraped[];
  /** The servers that tests want to be real, together; none when there is no such server. */
  readonly testbeds: readonly { readonly servers: readonly Tested[] }[];
  /** Registries outside a cloud: a pipeline enters them with its own token. */
  readonly registries: readonly string[];
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
  /** Address of the folder of runbooks, for those who are woken up. */
  readonly runbooks: string;
  readonly generator: { readonly version: string };
}

/** What the view is made from. */
export interface Seen {
  readonly answers: Answers;
  readonly catalog: Catalog;
  readonly features: readonly Entry[];
  readonly worlds: readonly World[];
  readonly tokens: Tokens;
  readonly locked: { readonly runtime: readonly Locked[]; readonly dev: readonly Locked[] };
  /** Paths of the plan with the worlds each is for. */
  readonly files: readonly { readonly path: string; readonly owner: string; readonly envs: readonly Env[] }[];
  readonly version: string;
}

/** Answers and what follows from them → the view. */
export function viewOf(seen: Seen): View {
  const { answers, features, worlds } = seen;
  const settings = shared(settingsOf(features, answers, worlds), worlds, seen.tokens);
  const integrations = gather(features, 'integrations').sort((a, b) => by('role')(a, b) || by('id')(a, b));
  const stored = storedIn(settings);
  const budgets = inEach((env) => budgetIn(worldCalled(env, worlds), answers));
  return {
    name: answers.name,
    description: answers.description,
    owner: answers.owner,
    image: imageOf(answers),
    port: answers.port,
    ...placeOf(answers),
    ...written(seen.tokens),
    has: wordsThatHold(seen),
    ...byKind(settings),
    told: inEach((env) => settings.filter((setting) => !setting.secret && setting.in[env].kind === 'text')),
    stored,
    storedFor: { staging: storedFor('staging', stored), production: storedFor('production', stored) },
    integrations,
    roles: rolesOf(integrations),
    services: gather(features, 'services').sort(by('name')),
    ...runnersOf(features, worlds),
    scraped: scrapedOf(features),
    testbeds: testbedsOf(features),
    registries: answers.registry === null ? [] : [answers.registry],
    metrics: gather(features, 'metrics')
      .map((metric) => ({ buckets: [], ...metric }))
      .sort(by('name')),
    features: features
      .filter(({ slot }) => slot !== 'base')
      .map(({ key, slot, id, label }) => ({ key, slot, id, label })),
    includes: inEach((env) => includesOf(seen, env)),
    budgets,
    budget: budgets.production,
    runbooks: `https://github.com/${answers.owner}/${answers.name}/blob/main/docs/runbooks`,
    generator: { version: seen.version },
    ...pythonOf(answers, features, seen.locked),
  };
}

const inEach = <T>(value: (env: Env) => T): Record<Env, T> =>
  Object.fromEntries(environments.map((env) => [env, value(env)])) as Record<Env, T>;

function worldCalled(env: Env, worlds: readonly World[]): World {
  const world = worlds.find(({ name }) => name === env);
  if (world === undefined) throw new Error(`there is no world ${env}`);
  return world;
}

const rolesOf = (integrations: readonly Integration[]): View['roles'] =>
  [...new Set(integrations.map(({ role }) => role))].map((role) => ({
    role,
    items: integrations.filter((integration) => integration.role === role),
  }));

/** The lists of settings that templates loop over. */
const byKind = (settings: readonly ShownSetting[]): Pick<View, 'settings' | 'plain' | 'secrets' | 'given'> => ({
  settings,
  plain: settings.filter((setting) => !setting.secret),
  secrets: settings.filter((setting) => setting.secret),
  given: settings.filter((setting) => setting.secret && !setting.generated),
});

const storedFor = (env: Deployed, stored: readonly StoredSecret[]): StoredSecret[] =>
  stored.filter(({ envs }) => envs.includes(env));

type Scraped = Pick<Service, 'name' | 'port'> & NonNullable<Service['scrape']>;

const scrapedOf = (features: readonly Entry[]): Scraped[] =>
  gather(features, 'services')
    .flatMap(({ name, port, scrape }) => (scrape ? [{ name, port, ...scrape }] : []))
    .sort(by('name'));

type Tested = Pick<Service, 'name' | 'port'> & TestServer;

function testbedsOf(features: readonly Entry[]): View['testbeds'] {
  const servers = gather(features, 'services')
    .flatMap(({ name, port, test }) => (test ? [{ ...test, name, port }] : []))
    .sort(by('name'));
  return servers.length > 0 ? [{ servers }] : [];
}

type Gives = Omit<NonNullable<Entry['gives']>, 'perEnv' | 'handed'>;

/** One list of all chosen features together. */
export function gather<K extends keyof Gives>(features: readonly Entry[], key: K): NonNullable<Gives[K]>[number][] {
  return features.flatMap((entry) => [...((entry.gives as Gives | undefined)?.[key] ?? [])]);
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
