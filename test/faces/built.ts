import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../scripts/build.ts';
import { root } from '../../scripts/load.ts';

const inputs = [
  'core',
  'repo',
  'generators',
  'templates',
  'scripts/build',
  'scripts/build.ts',
  'scripts/compile.ts',
  'package.json',
];

/** The folder with both packages as they are published, built once for the same input. */
export async function built(): Promise<string> {
  const folder = join(tmpdir(), `ai-deploy-built-${hashOfInputs()}`);
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh);
  await build(fresh);
  try {
    renameSync(fresh, folder);
  } catch {
    // Another test file was quicker.
    rmSync(fresh, { recursive: true, force: true });
  }
  return folder;
}

function hashOfInputs(): string {
  const hash = createHash('sha256');
  for (const input of inputs)
    for (const path of filesOf(join(root, input)))
      hash.update(path).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

function filesOf(path: string): string[] {
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [path];
  }
}
