import type { Feature } from './feature.ts';
import { kebab } from './names.ts';
import { environments, type Option } from './option.ts';
import { optionList, type OptionId } from './options.ts';
import { traits } from './words.ts';

/** A feature folder as a loader found it; reading the disk or the bundle is the loader's job. */
export interface Raw {
  readonly slot: string;
  readonly id: string;
  readonly feature: Feature;
  readonly files: readonly { readonly path: string; readonly mode: '644' | '755' }[];
}

/** Where a template applies: where this feature won the port, and where all the words hold. */
export interface Layer {
  readonly port?: string;
  readonly words: readonly string[];
}

/** One template: `[port=x/][@a+b/]path[.ejs]`. */
export interface Source {
  readonly from: string;
  readonly id: string;
  readonly layer: Layer;
  readonly path: string;
  readonly ejs: boolean;
  readonly mode: '644' | '755';
}

export interface Entry extends Feature {
  readonly slot: string;
  readonly id: string;
  /** `<slot>/<id>`. */
  readonly key: string;
  readonly sources: readonly Source[];
}

/** Every feature, sorted by key. Order never decides anything. */
export interface Catalog {
  readonly entries: ReadonlyMap<string, Entry>;
  /** Those of them that are part of every repository. */
  readonly always: readonly Entry[];
  /** Bare words of the match language that hold in at least one repository this catalogue can make. */
  readonly words: readonly string[];
}

/** Features of this slot are always part of a repository. */
export const always = 'base';

/** Puts loaded folders in order. `check()` says what is wrong with them; here nothing is judged. */
export function catalog(raws: readonly Raw[]): Catalog {
  const entries = raws.map(entryOf).sort((a, b) => (a.key < b.key ? -1 : 1));
  return {
    entries: new Map(entries.map((entry) => [entry.key, entry])),
    always: entries.filter(({ slot }) => slot === always),
    words: bareWords(),
  };
}

/** The values of a pick or picks, with a label and a hint each; empty for other kinds. */
export function choicesOf(
  id: OptionId,
  option: Option,
  from: Catalog,
): { value: string; label: string; hint: string }[] {
  if (option.kind !== 'pick' && option.kind !== 'picks') return [];
  if (option.choices !== 'features')
    return Object.entries(option.choices).map(([value, label]) => ({ value, label, hint: '' }));
  const found = [...from.entries.values()]
    .filter((entry) => entry.slot === kebab(id))
    .map((entry) => ({ value: entry.id, label: entry.label, hint: entry.hint ?? '' }));
  return option.none === undefined ? found : [...found, { value: 'none', label: 'None', hint: option.none }];
}

/** Bare words: environments, axis words, filled slots, traits. A folder's choice is always `slot=choice`. */
function bareWords(): string[] {
  const fromOptions = optionList.flatMap(([id, option]) => {
    if (option.kind !== 'pick' && option.kind !== 'picks') return [];
    if (option.choices === 'features') return [kebab(id)];
    return 'words' in option && option.words ? Object.keys(option.choices) : [];
  });
  return [...environments, ...fromOptions, ...Object.keys(traits)];
}

function entryOf(raw: Raw): Entry {
  const key = `${raw.slot}/${raw.id}`;
  return { ...raw.feature, slot: raw.slot, id: raw.id, key, sources: raw.files.map((file) => sourceOf(key, file)) };
}

function sourceOf(key: string, file: Raw['files'][number]): Source {
  const parts = /^(?:port=([a-z0-9-]+)\/)?(?:@([^/]+)\/)?(.+?)(\.ejs)?$/.exec(file.path);
  const path = parts?.[3] ?? file.path;
  return {
    from: `${key}/${file.path}`,
    id: `${key}:${path}`,
    layer: { ...(parts?.[1] && { port: parts[1] }), words: parts?.[2]?.split('+') ?? [] },
    path,
    ejs: parts?.[4] !== undefined,
    mode: file.mode,
  };
}
