import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { lay } from '../../scripts/folder.ts';
import { combinations } from '../combinations.ts';
import { freePort, needs, proof, run, tool, treeInputs } from './tool.ts';

/**
 * `make test` of every allowed pair of choices, as its owner types it: ruff, mypy --strict and pytest, with a real
 * PostgreSQL and a real Valkey where the tests ask for them.
 */
const proved = await combinations();
const scratch = mkdtempSync(join(tmpdir(), 'service-'));
const env: Record<string, string> = {};
let stop: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  if (tool('pg.sh') === undefined || tool('valkey.sh') === undefined) return;
  const [pg, valkey] = [String(await freePort()), String(await freePort())];
  const [pgFolder, valkeyFolder] = [join(scratch, 'pg'), join(scratch, 'valkey')];
  const start = async (name: string, port: string, folder: string): Promise<string> => {
    const outcome = await run(name, ['start', port, folder]);
    expect(outcome.code, outcome.stderr).toBe(0);
    stop.push(() => run(name, ['stop', port, folder]));
    return outcome.stdout.trim();
  };
  env.TEST_POSTGRES_URL = await start('pg.sh', pg, pgFolder);
  env.TEST_VALKEY_URL = await start('valkey.sh', valkey, valkeyFolder);
});
afterAll(async () => {
  for (const one of stop) await one();
  stop = [];
  rmSync(scratch, { recursive: true, force: true });
});

const pythons = (name: string): string[] => (name === 'default' ? ['python3', 'python3.13'] : ['python3.13']);

for (const { name, tree } of proved)
  for (const python of pythons(name))
    needs(
      'make',
      'uv',
      'pg.sh',
      'valkey.sh',
      python,
    )(
      `make test: ${name}, ${python}`,
      () =>
        proof('make-test', [...treeInputs(tree), python], async () => {
          const folder = join(scratch, `${name} ${python}`.replaceAll(' ', '+'));
          lay(tree, folder);
          const outcome = await run('make', ['test'], {
            cwd: folder,
            env: { ...env, UV_PYTHON: tool(python) },
            timeout: 900_000,
          });
          expect(outcome.code, outcome.stdout.slice(-6000) + outcome.stderr.slice(-3000)).toBe(0);
          expect(outcome.stdout).toMatch(/\d+ passed/);
          rmSync(folder, { recursive: true, force: true });
        }),
      900_000,
    );
