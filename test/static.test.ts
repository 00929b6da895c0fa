import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../scripts/load.ts';

/** The source as the tools of the trade see it. Three tests rather than one, so that a failure names the tool. */
test.each([
  ['tsc', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.']],
  ['eslint', ['node_modules/eslint/bin/eslint.js', '.']],
  ['prettier', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
])('%s finds nothing', { timeout: 180_000 }, (_, args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: join(root), encoding: 'utf8' });
  expect(`${stdout}${stderr}`.trim()).toBe('');
  expect(status).toBe(0);
});
