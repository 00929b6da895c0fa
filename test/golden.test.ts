import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { load, root } from '../scripts/load.ts';
import { make } from '../scripts/make.ts';
import { presets } from './presets.ts';

/** Whole repositories, kept as plain files: what a change of a template does to users is the diff of these folders. */
const library = await load();

const listed = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();

describe.each(Object.entries(presets))('%s', (preset, answers) => {
  const folder = join(root, 'test/golden', preset);
  const { tree } = make(answers, library);

  test('the same files exist; `npm run golden` updates them', () => {
    expect(listed(folder)).toEqual([...tree.keys()]);
  });

  test('every file has the same bytes and mode; `npm run golden` updates them', () => {
    const different = [...tree].filter(([path, file]) => {
      const mode = (statSync(join(folder, path)).mode & 0o100) === 0 ? '644' : '755';
      return mode !== file.mode || !readFileSync(join(folder, path)).equals(file.bytes);
    });
    expect(different.map(([path]) => path)).toEqual([]);
  });
});
