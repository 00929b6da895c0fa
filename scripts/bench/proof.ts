import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Section } from './report.ts';

/** Where the tools are, and what `.ci/run` wrote down about itself. */
export const cache = process.env.AI_DEPLOY_CACHE ?? join(homedir(), '.cache/ai-deploy');

export const title = 'The whole proof';

/** What the last whole proofs took, as `.ci/run` recorded them; no section where it never ran. */
export function proof(): Section[] {
  const file = join(cache, 'ci-runs.tsv');
  const runs = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const last = (began: string): string[][] =>
    runs
      .map((line) => line.split('\t'))
      .filter(([how]) => how === began)
      .slice(-1);
  const row = (name: string, [, tools = '', all = '', sum = '']: readonly string[]): string[] => [
    name,
    minutes(tools),
    minutes(all),
    sum,
  ];
  const rows = [
    ...last('nothing').map((run) => row('from nothing: no tool, no proof remembered', run)),
    ...last('warm').map((run) => row('warm: tools there, proofs of unchanged input remembered', run)),
  ];
  if (rows.length === 0) return [];
  return [
    {
      title,
      says: ['The last runs of `.ci/run` on this machine, minutes. Bounds: 65 from nothing, 20 warm.'],
      head: ['', 'until the tools were there', 'all', 'tests'],
      rows,
    },
  ];
}

const minutes = (seconds: string): string => (Number(seconds) / 60).toFixed(1);
