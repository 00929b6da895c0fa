import { describe, expect, test } from 'vitest';
import { resolve, type Resolved } from '../../core/resolve.ts';
import { made, small, type Written } from '../fixtures/catalog.ts';

const { catalog } = made(small);
const compose = { name: 'compose', answers: { runtime: 'compose' } };
const answer = (answers: Record<string, unknown>): Resolved => resolve([{ name: 'flags', answers }, compose], catalog);
const problems = (answers: Record<string, unknown>) => {
  const resolved = answer(answers);
  return resolved.ok ? [] : resolved.problems;
};

describe('precedence', () => {
  test('a higher source wins, and every answer says where it comes from', () => {
    const resolved = resolve(
      [
        { name: 'flags', answers: { name: 'from-flags' } },
        { name: 'answers file', answers: { name: 'from-file', port: 9000 } },
        compose,
      ],
      catalog,
    );
    if (!resolved.ok) throw new Error('refused');
    expect(resolved.answers).toMatchObject({ name: 'from-flags', port: 9000, vectorDb: 'pgvector' });
    expect(resolved.source).toMatchObject({ name: 'flags', port: 'answers file', vectorDb: 'default' });
  });

  test('a feature may set the default of a later option', () => {
    const resolved = answer({});
    expect(resolved.ok && resolved.answers.embeddingDimension).toBe(1024);
  });

  test('an option that does not apply takes its otherwise value', () => {
    const resolved = answer({});
    expect(resolved.ok && resolved.answers.hosting).toEqual({ staging: 'cluster', production: 'cluster' });
  });
});

describe('spelling', () => {
  test.each([
    [{ port: '8080' }, 'port', 8080],
    [{ python: 3.12 }, 'python', '3.12'],
    [{ monitoring: 'none' }, 'monitoring', []],
    [{ monitoring: 'prometheus,prometheus' }, 'monitoring', ['prometheus']],
    [{ parts: ['docs', 'service'] }, 'parts', ['service', 'docs']],
  ])('%j', (answers, id, expected) => {
    const resolved = answer(answers);
    expect(resolved.ok && resolved.answers[id as 'port']).toEqual(expected);
  });
});

describe('refusals', () => {
  test('all problems are found in one pass, in asking order', () => {
    const found = problems({ name: 'Not A Slug', vectorDb: 'qdrnat', port: 80, prot: 1 });
    expect(found.map(({ option }) => option)).toEqual(['prot', 'name', 'vectorDb', 'port']);
    expect(found[0]?.because).toContain('did you mean port?');
    expect(found[2]?.because).toContain('did you mean qdrant?');
    expect(found[3]?.because).toContain('from 1024 to 65535');
  });

  test('rag without a vector database: refused with the one answer that mends it', () => {
    expect(problems({ vectorDb: 'none' })[0]).toMatchObject({
      option: 'vectorDb',
      because: 'a RAG service searches a vector database',
      fix: { vectorDb: 'pgvector' },
    });
  });

  test('the fix respects what was answered: pgvector without a database', () => {
    expect(problems({ database: 'none' })).toEqual([
      {
        option: 'database',
        got: 'none',
        because: 'pgvector keeps its vectors in PostgreSQL',
        fix: { database: 'postgres' },
      },
    ]);
    expect(problems({ database: 'none', vectorDb: 'qdrant' })).toEqual([]);
  });

  test.each([
    ['a namespace of Kubernetes', { namespace: 'kube-system' }, 'namespace', 'belong to Kubernetes'],
    ['a name that would make one', { name: 'default' }, 'namespace', 'belong to Kubernetes'],
    ['a domain with a path', { domain: 'https://a.example.com/' }, 'domain', 'without https://'],
    ['a domain too long for its certificate', { domain: `${'a'.repeat(49)}.example` }, 'domain', 'at most 56'],
    ['no number of instances', { minReplicas: 0 }, 'minReplicas', 'from 1'],
  ])('%s', (_, answers, option, because) => {
    const found = problems({ runtime: 'kubernetes', cloud: 'none', ...answers });
    expect(found.find((problem) => problem.option === option)?.because).toContain(because);
  });

  test('a bound that is another answer, and a text of which all values are known', () => {
    const rules: Written = {
      key: 'base/rules',
      label: 'Rules',
      rules: [
        { max: { minReplicas: 'maxReplicas' }, min: { minReplicas: 2 }, because: 'so many' },
        { oneOf: { region: ['here', 'there'] }, because: 'there is no such region' },
      ],
    };
    const cloud: Written = { key: 'cloud/sky', label: 'Sky' };
    const { catalog: both } = made([...small, rules, cloud]);
    const answers = { runtime: 'kubernetes', cloud: 'sky', region: 'her', minReplicas: 20 };
    const resolved = resolve([{ name: 'flags', answers }], both);
    expect(resolved.ok ? [] : resolved.problems).toEqual([
      { option: 'minReplicas', got: 20, because: 'so many (at most 10)', fix: { maxReplicas: 20 } },
      { option: 'region', got: 'her', because: 'there is no such region: here, there', fix: { region: 'here' } },
    ]);
  });

  test('the name of a server that runs beside it', () => {
    const { catalog: served } = made([
      ...small,
      { key: 'base/x', label: 'X', gives: { services: [{ name: 'x1', label: 'X', port: 1, purpose: '' }] } },
    ]);
    const resolved = resolve([{ name: 'flags', answers: { name: 'x1' } }, compose], served);
    expect(!resolved.ok && resolved.problems[0]).toMatchObject({ option: 'name', fix: { name: 'x1-service' } });
  });

  test('an answer to a question that is not asked is refused, unless it says the same', () => {
    expect(problems({ hosting: 'cluster' })).toEqual([]);
    expect(problems({ hosting: 'managed' })[0]?.because).toContain('applies only with cloud');
  });

  test.each([
    ['quotes', 'a"b'],
    ['command substitution', 'x$(reboot)'],
    ['newline', 'a\nb'],
    ['mustache', '{{ a }}'],
    ['EJS', '<% a %>'],
    ['emoji', '🚀'],
    ['length', 'a'.repeat(10_000)],
    ['two dashes', 'a--b'],
    ['last dash', 'a-'],
    ['digit first', '1a'],
    ['empty', ''],
    ['list', ['a']],
    ['null byte', 'a\0'],
  ])('a hostile name is refused with a reason: %s', (_, name) => {
    const [problem] = problems({ name });
    expect(problem?.option).toBe('name');
    expect(problem?.because).toMatch(/lower-case letters/);
  });

  test.each(['a\nb', '\u2028', 'x'.repeat(201), '   ', 42n, { a: 1 }])(
    'a description is one line: %#',
    (description) => {
      expect(problems({ description })[0]?.option).toBe('description');
    },
  );

  test('a description may hold anything that is visible', () => {
    expect(problems({ description: `it's "q" $(x) {{ }} <% %> 🚀 \\` })).toEqual([]);
  });
});
