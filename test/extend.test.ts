import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { choicesOf } from '../core/catalog.ts';
import { options } from '../core/options.ts';
import { load, root, type Loaded } from '../scripts/load.ts';
import { make } from '../scripts/make.ts';

/**
 * Adding a choice touches one folder. Here a store with a port of its own, and a user of somebody else's port, are
 * copied under new names, as a contributor would begin, and nothing else is edited.
 */
const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-extend-'));
const templates = join(scratch, 'templates');
let library: Loaded;

beforeAll(async () => {
  cpSync(join(root, 'templates'), templates, { recursive: true });
  symlinkSync(join(root, 'core'), join(scratch, 'core'));
  copy('vector-db/qdrant', 'qdrant', 'lodestar');
  copy('vector-db/pgvector', 'pgvector', 'tablestar');
  copy('cache/valkey', 'valkey', 'quickstar');
  // What a cloud and a pipeline contain is named by the outside world: only their folders get new names.
  cpSync(join(templates, 'cloud/aws'), join(templates, 'cloud/nimbus'), { recursive: true });
  cpSync(join(templates, 'ci/github'), join(templates, 'ci/conveyor'), { recursive: true });
  library = await load(templates);
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** Copies a feature folder and gives everything in it a new name, in every capitalisation. */
function copy(key: string, from: string, to: string): void {
  const target = join(templates, key.replace(from, to));
  cpSync(join(templates, key), target, { recursive: true });
  const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const rename = (text: string): string =>
    text.replaceAll(from, to).replaceAll(title(from), title(to)).replaceAll(from.toUpperCase(), to.toUpperCase());
  const inside = readdirSync(target, { recursive: true, withFileTypes: true }).reverse();
  for (const entry of inside) {
    const path = join(entry.parentPath, entry.name);
    // Requirements and images name things of the outside world, which the copy goes on using.
    if (entry.isFile())
      writeFileSync(
        path,
        readFileSync(path, 'utf8')
          .split('\n')
          .map((line) => (/image:|python(Dev)?:|^\s+'[\w-]+(\[[\w,]+\])?[<>=]/.test(line) ? line : rename(line)))
          .join('\n'),
      );
    renameSync(path, join(entry.parentPath, rename(entry.name)));
  }
}

describe('a copied folder is a choice', () => {
  test('in the options', () => {
    expect(choicesOf('vectorDb', options.vectorDb, library.catalog).map(({ value }) => value)).toEqual([
      'lodestar',
      'pgvector',
      'qdrant',
      'tablestar',
      'none',
    ]);
    expect(choicesOf('cache', options.cache, library.catalog).map(({ value }) => value)).toContain('quickstar');
  });

  test.each([
    [{ vectorDb: 'lodestar' }, { vectorDb: 'qdrant' }, 'qdrant', 'lodestar'],
    [{ vectorDb: 'tablestar' }, { vectorDb: 'pgvector' }, 'pgvector', 'tablestar'],
    [{ cache: 'quickstar' }, { cache: 'valkey' }, 'valkey', 'quickstar'],
  ])('%j renders the same files as its model, under its own name', (copied, model, from, to) => {
    const paths = (answers: Record<string, string>): string[] => [
      ...make({ cloud: 'none', ...answers }, library).tree.keys(),
    ];
    expect(paths(copied)).toEqual(
      paths(model)
        .map((path) => path.replaceAll(from, to))
        .sort(),
    );
  });

  test.each([
    [{ cloud: 'nimbus' }, 'cloud/nimbus'],
    [{ ci: 'conveyor' }, 'ci/conveyor'],
  ])('%j brings the same files as its model, from its own folder', (copied, key) => {
    const [there, model] = [make(copied, library).tree, make({}, library).tree];
    expect([...there.keys()]).toEqual([...model.keys()]);
    const owned = [...there.values()].filter(({ owner }) => owner === key);
    expect(owned.length).toBeGreaterThan(5);
    // Nothing outside the folder knows which of the two was chosen.
    const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
    const different = [...there].filter(([path, { bytes }]) => text(bytes) !== text(model.get(path)?.bytes));
    expect(different.map(([path]) => path)).toEqual([]);
  });

  test('with the same limits: the copy of pgvector needs a database too', () => {
    expect(() => make({ vectorDb: 'tablestar', database: 'none' }, library)).toThrow('database:');
  });
});
