import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pages } from '../../scripts/docs.ts';
import { root } from '../../scripts/load.ts';

const made = await pages();

test.each([...made.keys()])('%s is what the source says: `npm run docs` writes it', (path) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(made.get(path));
});

test('every function of the public API says what it is for', () => {
  const sections = (made.get('docs/api.md') ?? '').split('\n### ').slice(1);
  const silent = sections.filter((section) => section.includes('```ts\nfunction') && /^\w+\n\n```/.test(section));
  expect(silent.map((section) => section.split('\n')[0])).toEqual([]);
});
