import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lock } from '../../core/lock.ts';
import { oldest } from '../../core/view/python.ts';
import { preferences, pyproject } from './project.ts';
import { readUvLock } from './uvlock.ts';

/** How a resolution starts: from these versions, if any, and with the index as it was at this moment. */
export interface Start {
  readonly uv: string;
  readonly from?: Lock | undefined;
  readonly asOf: string;
}

/** One resolution of everything together: an extra per requirement, so that each keeps its own edges. */
export function superset(requirements: readonly string[], { uv, from, asOf }: Start): Lock {
  const requires = `>=${oldest}`;
  const named = requirements.map((one, at) => [one, `root-${at}`] as const);
  const project = pyproject({ requires, extras: Object.fromEntries(named.map(([one, extra]) => [extra, [one]])) });
  const { extras, packages } = readUvLock(uvLock(uv, { project, versions: from && preferences(from), asOf }));
  const roots = Object.fromEntries(named.map(([one, extra]) => [one, extras[extra] ?? []]));
  return { requires, asOf, roots, packages };
}

/** Runs uv in a folder of its own; says what uv.lock became. */
function uvLock(uv: string, input: { project: string; versions: string | undefined; asOf: string }): string {
  const folder = mkdtempSync(join(tmpdir(), 'relock-'));
  try {
    writeFileSync(join(folder, 'pyproject.toml'), input.project);
    if (input.versions !== undefined) writeFileSync(join(folder, 'uv.lock'), input.versions);
    const args = ['lock', '--quiet', '--project', folder, '--exclude-newer', input.asOf];
    execFileSync(uv, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    return readFileSync(join(folder, 'uv.lock'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('relock needs uv: `pip install uv`, or set UV to where it is', { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
