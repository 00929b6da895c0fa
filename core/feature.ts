import type { Match } from './match.ts';
import type { OptionId } from './options.ts';

/** A plain value, or the name under which a secret store holds it (`postgres/password`). */
export type Value = string | { readonly stored: string };

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
  /** Who supplies it in a container: `<port>.<key>`, `answer.<option id>` or `budget.<field>`. */
  readonly from?: `${string}.${string}`;
}

/** A limitation, kept by the feature that has it. Everything is in the match language, over each deployed world. */
export interface Rule {
  readonly when?: Match;
  readonly needs?: Match;
  readonly forbids?: Match;
  /** Largest allowed value of number options. */
  readonly max?: Partial<Record<OptionId, number>>;
  readonly because: string;
}

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
  readonly defaults?: Partial<Record<OptionId, string | number>>;
  /** Generated paths, or folders ending in `/`, that belong to the user after the first write. */
  readonly seeds?: readonly string[];
  readonly gives?: {
    readonly settings?: readonly Setting[];
    readonly python?: readonly string[];
    readonly pythonDev?: readonly string[];
    readonly integrations?: readonly Integration[];
    readonly services?: readonly Service[];
    readonly metrics?: readonly Metric[];
  };
}

/** Identity; it gives a feature.ts its type. */
export const defineFeature = (feature: Feature): Feature => feature;
