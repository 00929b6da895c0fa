import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect } from 'vitest';
import { cacheFolder, toolVersions } from './locate.ts';

export type Inputs = Uint8Array | Iterable<string | Uint8Array>;

const testFolder = resolve(import.meta.dirname, '..');
/** What a proof may start without importing it. */
const helpers = [
  'containers.sh',
  'envoy.sh',
  'envoy.yaml',
  'image.sh',
  'keda.sh',
  'kube.sh',
  'pg.sh',
  'process.sh',
  'valkey.sh',
  'webhook.mjs',
];

/**
 * Does something expensive inside a test, once per set of inputs. The key is made of the inputs, the versions of the
 * installed tools, and the source of the calling test with all that it imports from test/. Only a success is remembered,
 * with the (JSON) value that came out; AI_DEPLOY_PROOFS=again looks at nothing remembered.
 */
export async function proof<T = void>(name: string, inputs: Inputs, body: () => T | Promise<T>): Promise<T> {
  const file = join(cacheFolder, 'proofs', `${name}-${proofKey(inputs, callingTest(), body)}`);
  if (process.env.AI_DEPLOY_PROOFS !== 'again' && existsSync(file)) {
    console.log(`cached ${name}`);
    return (JSON.parse(readFileSync(file, 'utf8')) as { value: T }).value;
  }
  const value = await body();
  mkdirSync(dirname(file), { recursive: true });
  // a reader in another worker sees the whole file or none
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify({ name, value })}\n`);
  renameSync(`${file}.${process.pid}`, file);
  return value;
}

/** A generated repository as the input of a proof. */
export function treeInputs(tree: ReadonlyMap<string, { bytes: Uint8Array; mode: string }>): (string | Uint8Array)[] {
  return [...tree.keys()].sort().flatMap((path) => {
    const file = tree.get(path);
    return file ? [path, file.mode, file.bytes] : [];
  });
}

function proofKey(inputs: Inputs, test: string, body: () => unknown): string {
  const hash = createHash('sha256');
  // each part with its length, so that ['ab', 'c'] and ['a', 'bc'] differ
  const add = (part: string | Uint8Array): void => {
    const bytes = Buffer.from(part);
    hash.update(`${bytes.length}\n`).update(bytes);
  };
  for (const part of inputs instanceof Uint8Array ? [inputs] : inputs) add(part);
  add(toolVersions());
  add(body.toString());
  for (const file of sources(test)) {
    add(relative(testFolder, file));
    add(readFileSync(file));
  }
  return hash.digest('hex');
}

function callingTest(): string {
  const path = expect.getState().testPath;
  if (!path) throw new Error('proof() must be called inside a test');
  return path;
}

/** The test's file, what it imports from test/, and the helper scripts, sorted. */
function sources(test: string): string[] {
  const found = new Set(helpers.map((name) => join(import.meta.dirname, name)));
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const match of readFileSync(file, 'utf8').matchAll(/(?:from|import|import\()\s*'(\.[^']+)'/g)) {
      const imported = resolve(dirname(file), match[1] ?? '');
      if (imported.startsWith(testFolder) && existsSync(imported)) visit(imported);
    }
  };
  visit(test);
  return [...found].sort();
}
