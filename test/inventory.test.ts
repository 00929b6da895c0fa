import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../scripts/load.ts';

/** `docs/inventory.md` is a promise to readers: nothing is missing in it, and what it names is really there. */
const page = readFileSync(join(root, 'docs/inventory.md'), 'utf8');

/** How many rows each of the five source documents has. */
const counts = { S0: 56, S1: 20, S2: 22, S3: 54, S4: 44 };
const ids = Object.entries(counts).flatMap(([document, count]) =>
  Array.from({ length: count }, (_, index) => `${document}-${`${index + 1}`.padStart(2, '0')}`),
);

interface Row {
  readonly id: string;
  readonly state: string;
  /** What an open row waits for. */
  readonly until: readonly string[];
  readonly words: string;
  /** The lines below it: `in`, `proof`, `there`, `why` or `note`, and the rest. */
  readonly facts: readonly (readonly [string, string])[];
}

const [, ...blocks] = page.split(/^(?=- \*\*S\d)/m);
const rows = blocks.map((block): Row => {
  const [first = '', ...rest] = (block.split(/\n\n/)[0] ?? '').trimEnd().split('\n');
  const form = /^- \*\*(S\d-\d\d)\*\* · (done|refused|open)(?: \(([^)]+)\))? · (.+)$/.exec(first);
  if (!form) throw new Error(`not a row: ${first}`);
  const [, id = '', state = '', until, words = ''] = form;
  const facts = rest.map((line): [string, string] => {
    const [, name, value] = /^ {2}- (in|proof|there|why|note): (.+)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`${id}: not a fact: ${line}`);
    return [name, value];
  });
  return { id, state, until: until?.split(', ') ?? [], words, facts };
});

const facts = (row: Row, name: string): string[] => row.facts.filter(([key]) => key === name).map(([, value]) => value);
const inState = (state: string): Row[] => rows.filter((row) => row.state === state);
const idsWhere = (list: readonly Row[], wrong: (row: Row) => boolean): string[] =>
  list.filter(wrong).map(({ id }) => id);

describe('rows', () => {
  test('every id is there once, in order', () => {
    expect(ids).toHaveLength(196);
    expect(rows.map(({ id }) => id)).toEqual(ids);
  });

  test('each says in at most 12 words what it asks for', () => {
    expect(idsWhere(rows, ({ words }) => words.split(' ').length > 12)).toEqual([]);
  });

  test('a done row names where it is and what proves it', () => {
    const unproved = (row: Row): boolean => facts(row, 'in').length === 0 || facts(row, 'proof').length === 0;
    expect(idsWhere(inState('done'), unproved)).toEqual([]);
  });

  test('a refused row names its reason', () => {
    expect(idsWhere(inState('refused'), (row) => facts(row, 'why').length === 0)).toEqual([]);
  });

  test('an open row names a step of the table, and no other row does', () => {
    const steps = [...page.matchAll(/^\| ([\w.-]+) +\| /gm)].map(([, step]) => step);
    expect(
      idsWhere(inState('open'), ({ until }) => until.length === 0 || !until.every((one) => steps.includes(one))),
    ).toEqual([]);
    expect(idsWhere(rows, ({ state, until }) => state !== 'open' && until.length > 0)).toEqual([]);
  });
});

describe('what it names', () => {
  test('every path exists', () => {
    const paths = [...page.matchAll(/`((?:core|docs|generators|repo|scripts|templates|test)\/[^`]+)`/g)];
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.map(([, path = '']) => path).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  /** `path`: "one title"; "another" */
  const proofs = rows.flatMap((row) => facts(row, 'proof').map((value) => [row.id, value] as const));

  test.each(proofs)('%s is proved by %s', (_, value) => {
    const [, path = '', titles = ''] = /^`([^`]+)`: (".+")$/.exec(value) ?? [];
    const lines = readFileSync(join(root, path), 'utf8').split('\n');
    for (const title of titles.slice(1, -1).split('"; "')) {
      const named = (line: string): boolean =>
        path.endsWith('.py') ? new RegExp(`def ${title}\\(`).test(line) : isTitle.test(line) && line.includes(title);
      expect(lines.some(named), `${path} has no test named ${title}`).toBe(true);
    }
  });
});

/** A line where a test, or a check of a generated repository, gets its title. */
const isTitle = /^\s*(\)\(|(test|it|describe|needs|needing|clean)\b.*\(|- name: )|^\s*\)?\(?[`'"]/;
