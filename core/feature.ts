import type { Match } from './match.ts';
import type { Deployed } from './option.ts';
import type { OptionId } from './options.ts';

/**
 * A plain value; the name under which a secret store holds it (`postgres/password`); or the name under which the cloud
 * hands it over once it knows it (`postgres_host`).
 */
export type Value = string | { readonly stored: string } | { readonly handed: string };

/** A value of the manifests that each deployed environment has for itself; `from` takes an answer or a time-out. */
export interface PerEnv extends Readonly<Record<Deployed, Scalar | Block | { readonly from: `${string}.${string}` }>> {
  readonly type: 'int' | 'str' | 'map' | 'list';
}
export type Scalar = string | number;
/** Of a `map` or a `list`. */
export type Block = Readonly<Record<string, Scalar>> | readonly Scalar[];

export type SettingType = 'str' | 'int' | 'float' | 'bool' | 'csv';

/** One environment variable of the service, declared once; every file that mentions it is derived. */
export interface Setting {
  readonly name: string;
  readonly type: SettingType;
  /** Value of a host run (`make dev`), and everywhere when there is no `from`. */
  readonly default: string;
  readonly help: string;
  readonly secret?: true;
  /** A secret that nobody outside knows: made at random where the repository is set up. Without it a person supplies it. */
  readonly generate?: true;
  /** A secret that most do without: a store that keeps nothing empty holds a blank until somebody says it. */
  readonly optional?: true;
  /** What all instances of an environment may have together: each gets its part, and never more than the default. */
  readonly share?: number;
  /** Who supplies it in a container: `<port>.<key>`, `answer.<option id>` or `budget.<field>`. */
  readonly from?: `${string}.${string}`;
}

/** A limitation, kept by the feature that has it. Everything is in the match language, over each deployed world. */
export interface Rule {
  readonly when?: Match;
  readonly needs?: Match;
  readonly forbids?: Match;
  /** Largest and smallest allowed value of a number, length of a text: a number, or the option that sets the bound. */
  readonly max?: Bounds;
  readonly min?: Bounds;
  /** The only values that a text option may have, and values that it may not have. */
  readonly oneOf?: Texts;
  readonly noneOf?: Texts;
  readonly because: string;
}

export type Bounds = Partial<Record<OptionId, number | OptionId>>;
export type Texts = Partial<Record<OptionId, readonly string[]>>;

/** A need that this feature satisfies for others (or for itself), and what users of it get to know. */
export interface Fulfilment {
  readonly port: string;
  readonly when?: Match;
  readonly gives: Readonly<Record<string, Value>>;
}

/** A class of the generated service that implements one role of `app/contracts.py`. */
export interface Integration {
  readonly role: string;
  readonly id: string;
  readonly module: string;
  readonly symbol: string;
}

/** A server the service depends on. */
export interface Service {
  readonly name: string;
  readonly label: string;
  readonly port: number;
  readonly purpose: string;
  /** Where it serves metrics on its port, and the secret (file name) that is the bearer token for them. */
  readonly scrape?: { readonly path: string; readonly secret: string };
  /** A real one for the tests of the service, in a container that listens on `port` of the same machine. */
  readonly test?: TestServer;
}

export interface TestServer {
  readonly image: string;
  /** Options of `docker run`: what the image wants to know, and the command that says whether it can be used. */
  readonly options: string;
  /** The variable that tells the tests where it is, and what it says. */
  readonly variable: string;
  readonly url: string;
}

export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
  /** Upper bounds of a histogram's buckets, in the unit of its name. */
  readonly buckets?: readonly number[];
}

/** A folder `templates/<slot>/<id>/`, without its files: data only, no functions. */
export interface Feature {
  readonly label: string;
  readonly hint?: string;
  readonly traits?: readonly string[];
  readonly rules?: readonly Rule[];
  readonly uses?: readonly string[];
  readonly fulfils?: readonly Fulfilment[];
  readonly defaults?: Partial<Record<OptionId, string | number | Readonly<Record<Deployed, string>>>>;
  /** Generated paths, or folders ending in `/`, that belong to the user after the first write. */
  readonly seeds?: readonly string[];
  readonly gives?: {
    readonly settings?: readonly Setting[];
    readonly python?: readonly string[];
    readonly pythonDev?: readonly string[];
    readonly integrations?: readonly Integration[];
    readonly services?: readonly Service[];
    readonly metrics?: readonly Metric[];
    /** By name, as templates ask for them: `at.cpuRequest`. */
    readonly perEnv?: Readonly<Record<string, PerEnv>>;
    /** What this feature hands over when it is deployed, each with an example (`{env}` in it is the environment): `cloud.data_cidr`. */
    readonly handed?: Readonly<Record<string, string>>;
  };
}

/** Identity; it gives a feature.ts its type. */
export const defineFeature = (feature: Feature): Feature => feature;
