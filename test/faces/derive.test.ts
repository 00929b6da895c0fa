import { describe, expect, test } from 'vitest';
import { attempt } from '../../core/attempt.ts';
import { docs, refusals } from '../../core/derive/docs.ts';
import { flags } from '../../core/derive/flags.ts';
import { pairs, pairsIn, valuesFor } from '../../core/derive/pairs.ts';
import { schema } from '../../core/derive/schema.ts';
import { kebab } from '../../core/names.ts';
import { optionList, options, type OptionId } from '../../core/options.ts';
import { resolve } from '../../core/resolve.ts';
import { fits } from '../../core/texts.ts';
import { normalise, spell } from '../../core/values.ts';
import { small, type Written } from '../fixtures/catalog.ts';
import { stockOf } from './face.ts';

const { catalog } = stockOf();

test('every default of a text is right by its own kind', () => {
  for (const [id, option] of optionList)
    if (option.kind === 'text') expect(fits(option.is, option.default.replace('{name}', 'my-rag')), id).toBe(true);
});

describe('flags', () => {
  test('one for each option, named after its id, none twice', () => {
    expect(flags(catalog).map(({ name }) => name)).toEqual(optionList.map(([id]) => kebab(id)));
    expect(new Set(flags(catalog).map(({ name }) => name)).size).toBe(optionList.length);
  });

  test('a default is what holds when nothing is answered: a feature may have moved it, and a text may look back', () => {
    const usual = Object.fromEntries(flags(catalog).map((flag) => [flag.id, flag.default]));
    expect(usual).toMatchObject({ embeddingDimension: '1024', hosting: 'managed', domain: '{name}.example.com' });
    // What does not apply by default has the default that it would have.
    expect(usual.registry).toBe('ghcr.io');
  });

  test('nothing, everything alike and everything different have a spelling', () => {
    expect(spell([])).toBe('none');
    expect(spell({ staging: 'cluster', production: 'cluster' })).toBe('cluster');
    expect(spell({ staging: 'cluster', production: 'managed' })).toBe('staging=cluster,production=managed');
  });

  test('what a flag spells is read back as the same answer', () => {
    const resolved = resolve([], catalog);
    if (!resolved.ok) throw new Error('refused');
    const values: [OptionId, unknown][] = [
      // what does not apply has no answer, and no flag
      ...(Object.entries(resolved.answers) as [OptionId, unknown][]).filter(([, value]) => value !== null),
      ['hosting', { staging: 'cluster', production: 'managed' }],
      ['monitoring', []],
      ['description', 'a, b=c --d "e"'],
    ];
    for (const [id, value] of values) expect(normalise(id, spell(value), catalog), id).toEqual({ value });
  });
});

describe('pairs', () => {
  const rules: Written[] = [
    ...small,
    {
      key: 'cache/redis',
      label: 'Redis',
      rules: [
        { needs: 'auth', because: 'a' },
        { forbids: 'vector-db=qdrant', because: 'b' },
      ],
    },
    {
      key: 'auth/oidc',
      label: 'OIDC',
      rules: [
        { needs: 'cache', because: 'c' },
        { when: 'vector-db=qdrant', needs: 'monitoring=prometheus', because: 'd' },
      ],
    },
    { key: 'monitoring/logs', label: 'Logs' },
    { key: 'cloud/somewhere', label: 'Somewhere', rules: [{ when: 'managed', forbids: 'cache=redis', because: 'e' }] },
  ];
  const ids: OptionId[] = ['vectorDb', 'database', 'cache', 'cloud', 'hosting', 'monitoring', 'auth'];

  /** The truth, by trying everything there is. */
  function allowed(of: readonly OptionId[], from: typeof catalog): Set<string> {
    const all = of.reduce<Record<string, string>[]>(
      (list, id) => list.flatMap((one) => valuesFor(id, from).map((value) => ({ ...one, [id]: value }))),
      [{}],
    );
    return new Set(
      all
        .filter((answers) => attempt([{ name: 'all', answers }], from).problems.length === 0)
        .flatMap((one) => pairsIn(one, of)),
    );
  }

  test.each([
    ['the small catalogue', small, ['vectorDb', 'database', 'cache', 'monitoring', 'auth'] as OptionId[]],
    ['a catalogue with rules in all directions', rules, ids],
  ])('%s: every allowed pair occurs, nothing else does', (_, written, of) => {
    const { catalog: from } = stockOf(written);
    const found = pairs(of, from);
    for (const answers of found)
      expect(resolve([{ name: 'pair', answers }], from).ok, JSON.stringify(answers)).toBe(true);
    const covered = new Set(found.flatMap((one) => pairsIn(one, of)));
    const wanted = allowed(of, from);
    expect([...wanted].filter((pair) => !covered.has(pair))).toEqual([]);
    expect([...covered].filter((pair) => !wanted.has(pair))).toEqual([]);
  });

  test('few combinations, always the same ones', () => {
    const { catalog: from } = stockOf(rules);
    const found = pairs(ids, from);
    const most = Math.max(
      ...ids.flatMap((a, i) => ids.slice(i + 1).map((b) => valuesFor(a, from).length * valuesFor(b, from).length)),
    );
    expect(found.length).toBeLessThanOrEqual(most * 2);
    expect(pairs(ids, from)).toEqual(found);
  });
});

describe('schema', () => {
  const made = schema(catalog) as { $defs: { answers: { properties: Record<string, Record<string, unknown>> } } };

  test('every option, with its default and its choices', () => {
    const { properties } = made.$defs.answers;
    expect(Object.keys(properties)).toEqual(Object.keys(options));
    expect(properties.vectorDb).toMatchObject({ enum: ['pgvector', 'qdrant', 'none'], default: 'pgvector' });
    expect(properties.port).toMatchObject({ type: 'integer', minimum: 1024, maximum: 65535 });
    expect(properties.monitoring).toMatchObject({
      type: 'array',
      items: { enum: ['prometheus'] },
      uniqueItems: true,
    });
    expect(properties.hosting?.anyOf).toHaveLength(2);
    expect(properties.embeddingDimension?.default).toBe(1024);
    expect(properties.domain).not.toHaveProperty('default');
  });

  test('patterns are those that answers are judged by', () => {
    const pattern = new RegExp(String(made.$defs.answers.properties.name?.pattern), 'u');
    expect(['my-rag', 'a'].every((name) => pattern.test(name))).toBe(true);
    expect(['My', 'a--b', '-a', 'a b'].some((name) => pattern.test(name))).toBe(false);
  });
});

describe('documentation', () => {
  test('says every option, every choice and every rule', () => {
    const text = docs(catalog);
    for (const { name, choices } of flags(catalog)) {
      expect(text).toContain(`\`--${name}\``);
      for (const { value } of choices) expect(text).toContain(`| \`${value}\` |`);
    }
    expect(refusals(catalog)).toContainEqual({
      feature: 'vector-db/pgvector',
      says: 'needs database=postgres',
      because: 'pgvector keeps its vectors in PostgreSQL',
    });
    expect(text).toContain(
      '| vector-db/pgvector | needs database=postgres | pgvector keeps its vectors in PostgreSQL |',
    );
  });
});
