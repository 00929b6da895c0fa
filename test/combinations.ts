import { pairs } from '../core/derive/pairs.ts';
import { load } from '../scripts/load.ts';
import { make, type Made } from '../scripts/make.ts';
import { presets } from './presets.ts';

/** A repository that is proved by real tools. */
export interface Proved extends Made {
  readonly name: string;
}

/** Options whose choices change what is generated; Python 3.14 is accepted and not proved, so `python` is not among them. */
const ids = ['app', 'llm', 'vectorDb', 'database', 'cache', 'monitoring', 'auth'] as const;

/** The presets, and combinations in which every allowed pair of choices occurs. */
export async function combinations(): Promise<Proved[]> {
  const library = await load();
  const kept = Object.entries(presets).map(([name, answers]) => ({ name, ...make(answers, library) }));
  const paired = pairs(ids, library.catalog).map((answers) => ({
    name: ids
      .map((id) => answers[id] ?? 'none')
      .filter((value) => value !== 'none')
      .join(' '),
    ...make(answers, library),
  }));
  return [...kept, ...paired];
}
