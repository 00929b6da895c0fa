import { pairs } from '../core/derive/pairs.ts';
import type { OptionId } from '../core/options.ts';
import { load, type Loaded } from '../scripts/load.ts';
import { make, type Made } from '../scripts/make.ts';
import { presets } from './presets.ts';

/** A repository that is proved by real tools. */
export interface Proved extends Made {
  readonly name: string;
}

/** Options whose choices change the service; Python 3.14 is accepted and not proved, so `python` is not among them. */
const ofService = ['app', 'llm', 'vectorDb', 'database', 'cache', 'monitoring', 'auth'] as const;
/** Options whose choices change what surrounds it in a cluster. */
const ofCluster = [
  ...['cloud', 'ci', 'ingress', 'secrets', 'strategy', 'hosting', 'autoscaling'],
  ...['vectorDb', 'database', 'cache', 'monitoring', 'auth'],
] as OptionId[];

/** The presets, and combinations in which every allowed pair of choices of the service occurs, on one machine. */
export async function combinations(): Promise<Proved[]> {
  const library = await load();
  const kept = Object.entries(presets).map(([name, answers]) => ({ name, ...make(answers, library) }));
  return [...kept, ...paired(ofService, { runtime: 'compose' }, library)];
}

/** Combinations in which every allowed pair of choices around the service in a cluster occurs. */
export const clusterPairs = async (): Promise<Proved[]> => paired(ofCluster, { runtime: 'kubernetes' }, await load());

function paired(ids: readonly OptionId[], given: Readonly<Record<string, string>>, library: Loaded): Proved[] {
  return pairs(ids, library.catalog, given).map((answers) => ({
    name: ids
      .filter((id) => (answers[id] ?? 'none') !== 'none')
      .map((id) => answers[id] ?? '')
      .join(' '),
    ...make(answers, library),
  }));
}
