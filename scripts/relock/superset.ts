import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lock } from '../../core/lock.ts';
import { preferences, pyproject } from './project.ts';
import { readUvLock } from './uvlock.ts';

/** Oldest Python of the generated service; a test holds it against what pyproject.toml will say. */
export const oldest = '>=3.11';

/** How a resolution starts: from these versions, if any, and with the index as it was at this moment. */
export interface Start {
  readonly uv: string;
  readonly from?: Lock | undefined;
  readonly asOf: string;
}

/** One resolution of everything together: an extra or a dependency group per root, so that each keeps its own edges. */
export function superset(made: Lock['made'], { uv, from, asOf }: Start): Lock {
  const roots = Object.keys(made);
  const named = (dev: boolean): Record<string, readonly string[]> =>
    Object.fromEntries(
      roots.flatMap((root, at) => (root.endsWith(' dev') === dev ? [[`root-${at}`, made[root] ?? []]] : [])),
    );
  const project = pyproject({ requires: oldest, extras: named(false), groups: named(true) });
  const { extras, groups, packages } = readUvLock(uvLock(uv, { project, versions: from && preferences(from), asOf }));
  const edges = { ...extras, ...groups };
  return {
    requires: oldest,
    asOf,
    made,
    roots: Object.fromEntries(roots.map((root, at) => [root, edges[`root-${at}`] ?? []])),
    packages,
  };
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
