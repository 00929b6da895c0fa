import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
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
  'test/faces/built.ts',
];

/** The folder with both packages as they are published, and as npm would link them; built once for the same input. */
export async function built(): Promise<string> {
  const folder = join(tmpdir(), `ai-deploy-built-${hashOfInputs()}`);
  if (existsSync(folder)) return folder;
  sweep();
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(join(fresh, 'node_modules'), { recursive: true });
  await build(fresh);
  for (const name of ['create-ai-deploy', 'generator-ai-deploy'])
    symlinkSync(`../${name}`, join(fresh, 'node_modules', name));
  symlinkSync(join(root, 'node_modules/yeoman-generator'), join(fresh, 'node_modules/yeoman-generator'));
  try {
    renameSync(fresh, folder);
  } catch {
    // Another test file was quicker.
    rmSync(fresh, { recursive: true, force: true });
  }
  return folder;
}

/** Removes what an earlier day has left. */
function sweep(): void {
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith('ai-deploy-built-'))) {
    const path = join(tmpdir(), name);
    if (Date.now() - statSync(path).mtimeMs > 86_400_000) rmSync(path, { recursive: true, force: true });
  }
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
