import { describe, expect, test } from 'vitest';
import { questions, type Said } from '../../core/derive/prompts.ts';
import { resolve } from '../../core/resolve.ts';
import { answer } from '../../generators/create/answer.ts';
import { parse } from '../../generators/create/args.ts';
import { flags } from '../../core/derive/flags.ts';
import { small, type Written } from '../fixtures/catalog.ts';
import { interview, stockOf } from './face.ts';

const { catalog } = stockOf();
const asked = (above: Said = {}, answers: Said = {}): string[] =>
  Object.keys(interview(questions([{ name: 'flags', answers: above }], [], catalog), answers));
const offered = (id: string, said: Said, above: Said = {}): Record<string, string | false> => {
  const question = questions([{ name: 'flags', answers: above }], [], catalog).find(({ name }) => name === id);
  return Object.fromEntries((question?.choices?.(said) ?? []).map(({ value, disabled }) => [value, disabled]));
};

describe('questions', () => {
  test('only what is a choice and nobody has answered, in asking order', () => {
    const first = ['name', 'vectorDb', 'database', 'cache', 'runtime'];
    expect(asked()).toEqual([...first, 'cloud', 'region', 'hosting', 'ci', 'monitoring', 'auth', 'domain']);
    expect(asked({ runtime: 'compose' })).toEqual([...first.slice(0, 4), 'monitoring', 'auth']);
    expect(asked({ name: 'x', cache: 'none', auth: 'none', cloud: 'none' })).toEqual([
      ...['vectorDb', 'database', 'runtime', 'ci', 'monitoring', 'domain'],
    ]);
  });

  test('pressing Enter gives the defaults', () => {
    const said = interview(questions([], [], catalog), {});
    expect(resolve([{ name: 'prompts', answers: said }], catalog)).toMatchObject({
      ok: true,
      answers: {
        name: 'my-rag',
        vectorDb: 'pgvector',
        database: 'postgres',
        monitoring: ['prometheus'],
        auth: 'api-key',
      },
    });
  });

  test('lower sources give the default of a question, higher ones its absence', () => {
    const [name] = questions([], [{ name: 'directory', answers: { name: 'here' } }], catalog);
    expect(name?.default({})).toBe('here');
  });

  test('a choice that leads nowhere says why, a choice that a later answer can mend is open', () => {
    expect(offered('vectorDb', {})).toEqual({
      pgvector: false,
      qdrant: false,
      none: '(a RAG service searches a vector database)',
    });
    expect(offered('vectorDb', {}, { database: 'none' })).toMatchObject({
      pgvector: '(pgvector keeps its vectors in PostgreSQL)',
      qdrant: false,
    });
    expect(offered('database', { vectorDb: 'pgvector' })).toEqual({
      postgres: false,
      none: '(pgvector keeps its vectors in PostgreSQL)',
    });
    expect(offered('database', { vectorDb: 'qdrant' })).toEqual({ postgres: false, none: false });
  });

  test('a default that leads nowhere gives way to the first choice that does not', () => {
    const question = questions([{ name: 'flags', answers: { database: 'none' } }], [], catalog).find(
      ({ name }) => name === 'vectorDb',
    );
    expect(question?.default({})).toBe('qdrant');
  });

  test('a text is judged while it is typed', () => {
    const [name] = questions([], [], catalog);
    expect(name?.validate?.('my-rag')).toBe(true);
    expect(name?.validate?.('My RAG')).toContain('lower-case letters');
  });

  test('what no later answer can mend is said where it is typed, not after the last question', () => {
    const services = [{ name: 'valkey', label: 'Valkey', port: 1, purpose: '' }];
    const rules = [{ oneOf: { region: ['here'] }, because: 'no such region' }];
    const features = small.map((one) => ({
      ...one,
      ...(one.key === 'cloud/aws' ? { rules } : {}),
      ...(one.key === 'cache/valkey' ? { gives: { services } } : {}),
    }));
    const open = questions([], [], stockOf(features).catalog);
    const judge = (id: string, value: string): unknown =>
      open.find(({ name }) => name === id)?.validate?.(value, { name: 'my-rag', cloud: 'aws' });
    expect(judge('region', 'there')).toContain('no such region');
    expect(judge('region', 'here')).toBe(true);
    expect(judge('domain', 'no dot')).toContain('a host name');
    // The cache may still be left out.
    expect(judge('name', 'valkey')).toBe(true);
    const cached = questions([{ name: 'flags', answers: { cache: 'valkey' } }], [], stockOf(features).catalog);
    expect(cached[0]?.validate?.('valkey', {})).toContain('runs beside the service');
  });

  test('every way through the dialogue ends in answers that hold', () => {
    const walk = (said: Said): number => {
      const next = questions([], [], catalog).find(({ name, when }) => said[name] === undefined && when(said));
      if (!next) {
        expect(resolve([{ name: 'prompts', answers: said }], catalog).ok, JSON.stringify(said)).toBe(true);
        return 1;
      }
      const open = next.choices?.(said).filter(({ disabled }) => disabled === false) ?? [{ value: next.default(said) }];
      expect(open.length).toBeGreaterThan(0);
      return open.map(({ value }) => walk({ ...said, [next.name]: value })).reduce((sum, ways) => sum + ways, 0);
    };
    // pgvector with PostgreSQL, qdrant with and without; cache; a machine, or a cluster with or without a cloud (which
    // runs the stores in none, one or both environments) and with or without a pipeline; monitoring, auth.
    expect(walk({})).toBe(3 * 2 * (1 + (1 + 4) * 2) * 1 * 2);
  });
});

describe('a question for each environment', () => {
  const cloud: Written = {
    key: 'cloud/somewhere',
    label: 'Somewhere',
    fulfils: [{ port: 'postgres', when: 'managed', gives: { host: 'x' } }],
  };
  const { catalog: wider } = stockOf([...small, cloud]);
  const ask = (answers: Said): Said => interview(questions([], [], wider), answers);

  test('is asked only where it applies, and offers mixtures', () => {
    expect(ask({ cloud: 'none' })).not.toHaveProperty('hosting');
    expect(ask({ cloud: 'somewhere' })).toHaveProperty('hosting', 'managed');
    const hosting = questions([{ name: 'flags', answers: { cloud: 'somewhere' } }], [], wider).find(
      ({ name }) => name === 'hosting',
    );
    expect(hosting?.choices?.({}).map(({ value }) => value)).toEqual([
      'managed',
      'cluster',
      'staging=managed,production=cluster',
      'staging=cluster,production=managed',
    ]);
  });

  test('a mixture is an answer', () => {
    const said = ask({ cloud: 'somewhere', hosting: 'staging=cluster,production=managed' });
    expect(resolve([{ name: 'prompts', answers: said }], wider)).toMatchObject({
      ok: true,
      answers: { hosting: { staging: 'cluster', production: 'managed' } },
    });
  });
});

describe('before the first question', () => {
  const request = (argv: string[]) => parse(argv, flags(catalog));
  const never = () => Promise.reject(new Error('asked'));

  test('what is wrong is refused without asking', async () => {
    const sources = {
      above: [{ name: 'flags', answers: { database: 'none', vectorDb: 'pgvector' } }],
      below: [],
      findings: [],
    };
    const answered = await answer(request(['x']), sources, catalog, never);
    expect(answered).toMatchObject({
      ok: false,
      findings: [{ option: 'database', because: 'pgvector keeps its vectors in PostgreSQL' }],
    });
  });

  test('what a later question can mend is not wrong yet', async () => {
    const sources = { above: [{ name: 'flags', answers: { name: 'x', database: 'none' } }], below: [], findings: [] };
    const answered = await answer(request(['x']), sources, catalog, (list) => Promise.resolve(interview(list, {})));
    expect(answered).toMatchObject({
      ok: true,
      answers: { vectorDb: 'qdrant' },
      source: { vectorDb: 'prompts', name: 'flags' },
    });
  });
});
