import type { Catalog, Entry, Source } from './catalog.ts';
import { pruner, requirementsOf, type Lock } from './lock.ts';
import type { Env } from './option.ts';
import type { Answers } from './options.ts';
import { isWanted } from './parts.ts';
import { tokensOf, type Tokens } from './view/tokens.ts';
import { viewOf, type View } from './view/view.ts';
import { chosen, isActive, worldsOf, type World } from './worlds.ts';

/** One template that will be rendered, with the worlds it is for. */
export interface Todo extends Source {
  readonly owner: string;
  readonly envs: readonly Env[];
  readonly kind: 'managed' | 'seed';
}

/** What will be rendered, and all that the templates will see. */
export interface Plan {
  readonly view: View;
  readonly todo: readonly Todo[];
  readonly worlds: readonly World[];
  /** What the tokens of manifests stand for. */
  readonly tokens: Tokens;
}

/** What a plan is made from, beside the answers. */
export interface Library {
  readonly catalog: Catalog;
  readonly lock: Lock;
  /** Version of the generator. */
  readonly version: string;
}

/** Answers → the templates that apply and the view. Pure; the bodies of the templates are not needed yet. */
export function plan(answers: Answers, { catalog, lock, version }: Library): Plan {
  const features = chosen(answers, catalog);
  const worlds = worldsOf(answers, catalog);
  const todo = features.flatMap((entry) => {
    const active = worlds.filter((world) => isActive(entry, world.tags));
    const wanted = entry.sources.filter(({ path }) => isWanted(path, answers.parts));
    return wanted.flatMap((source) => planned(source, entry, active));
  });
  const prune = pruner(lock);
  const locked = {
    runtime: prune(requirementsOf(features, 'python')),
    dev: prune(requirementsOf(features, 'python', 'pythonDev')),
  };
  const tokens = tokensOf(features, answers, worlds);
  const view = viewOf({ answers, catalog, features, worlds, tokens, locked, files: todo, version });
  return { view, todo, worlds, tokens };
}

/** A template of a feature that is part of these worlds, unless its layer keeps it out of all of them. */
function planned(source: Source, entry: Entry, worlds: readonly World[]): Todo | [] {
  const { port, words } = source.layer;
  const envs = worlds
    .filter((world) => words.every((word) => world.tags.has(word)))
    .filter((world) => port === undefined || world.ports[port]?.by === entry.key)
    .map((world) => world.name);
  if (envs.length === 0) return [];
  const seed = entry.seeds?.some((path) => (path.endsWith('/') ? source.path.startsWith(path) : source.path === path));
  const { from, id, layer, path, ejs, mode } = source;
  return { from, id, layer, path, ejs, mode, owner: entry.key, envs, kind: seed ? 'seed' : 'managed' };
}
