import { describe, expect, test } from 'vitest';
import { check } from '../../core/check.ts';
import { plan } from '../../core/plan.ts';
import { render } from '../../core/render.ts';
import { resolve } from '../../core/resolve.ts';
import { made, small, type Written } from '../fixtures/catalog.ts';

function tree(answers: Record<string, unknown> = {}, written: readonly Written[] = small) {
  const library = made(written);
  const resolved = resolve([{ name: 'flags', answers: { runtime: 'compose', ...answers } }], library.catalog);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return render(plan(resolved.answers, library), library.bodies);
}
const text = (files: ReturnType<typeof tree>, path: string) => new TextDecoder().decode(files.get(path)?.bytes);
const plus = (file: string, body: string): Written[] => [
  ...small,
  { key: 'base/extra', label: 'Extra', files: { [file]: body } },
];

describe('layers and worlds', () => {
  test('a port folder is there for the feature that won the port, and the include list follows', () => {
    expect([...tree({ vectorDb: 'qdrant' }).keys()]).toContain('deploy/compose/qdrant.yml');
    expect([...tree().keys()]).not.toContain('deploy/compose/qdrant.yml');
    expect(text(tree({ vectorDb: 'qdrant' }), 'deploy/compose/compose.yml')).toBe('- postgres.yml\n- qdrant.yml\n');
  });

  test('{env} renders a file for each world; settings take the value of that world', () => {
    const files = tree({ vectorDb: 'qdrant', port: 8080 });
    expect(text(files, 'deploy/compose/env/local.env')).toBe(
      'DRAIN=0\nPORT=8080\nQDRANT_API_KEY=qdrant/api-key\nQDRANT_URL=http://qdrant:6333\nVECTOR_STORE=qdrant\n',
    );
    expect(text(files, 'deploy/compose/env/production.env')).toContain('DRAIN=20\n');
    expect(files.get('deploy/compose/env/staging.env')?.envs).toEqual(['staging']);
  });

  test('every file knows its owner, its template, its identity and whose it is', () => {
    expect(tree().get('app/prompts.py')).toMatchObject({
      id: 'app/rag:app/prompts.py',
      owner: 'app/rag',
      from: 'app/rag/@owns-source/app/prompts.py',
      kind: 'seed',
      mode: '644',
    });
  });

  test('parts leave out whole regions', () => {
    const paths = [...tree({ parts: ['docs'] }).keys()];
    expect(paths).toEqual(['.gitignore', 'README.md']);
  });

  test('paths are sorted and two runs give the same bytes', () => {
    expect([...tree().keys()]).toEqual([...tree().keys()].sort());
    expect(tree()).toEqual(tree());
  });
});

describe('a template cannot be half right', () => {
  test.each([
    ['an unknown name', '<%- nmae %>', 'view.nmae does not exist'],
    ['an unknown field', '<%- python.verison %>', 'view.python.verison does not exist'],
    ['an unknown word in has', '<% if (has.kubernetse) { %>x<% } %>', 'view.has.kubernetse does not exist'],
    ['an undefined value', '<%- settings[99] %>', 'settings.99 does not exist'],
    ['an object', '<%- python %>', 'prints object'],
    ['a boolean', '<%- has.compose %>', 'prints boolean'],
  ])('%s fails the run and names the template', (_, body, message) => {
    expect(() => tree({}, plus('x.txt.ejs', body))).toThrow(`base/extra/x.txt.ejs: `);
    expect(() => tree({}, plus('x.txt.ejs', body))).toThrow(message);
  });

  test('broken EJS fails when it is compiled', () => {
    expect(() => made(plus('x.txt.ejs', '<% for ( %>'))).toThrow('base/extra/x.txt.ejs');
  });

  test('a second owner of a path is an error', () => {
    expect(() => tree({}, plus('.gitignore', 'x\n'))).toThrow('.gitignore has two owners');
  });
});

describe('check', () => {
  const wrong = (one: Written): string[] => check(made([...small, one]).catalog);

  test('the small catalogue has no fault', () => {
    expect(check(made(small).catalog)).toEqual([]);
  });

  test.each<[string, Omit<Written, 'key' | 'label'>, string]>([
    ['unknown layer word', { files: { '@kubernetse/x': '' } }, 'unknown word "kubernetse"'],
    ['unsorted layer', { files: { '@local+compose/x': '' } }, 'write @compose+local'],
    ['nested layer', { files: { '@compose/a/@local/x': '' } }, 'a layer is a prefix, and only one'],
    ['port folder without fulfilment', { files: { 'port=qdrant/x': '' } }, 'does not fulfil'],
    ['unknown trait', { traits: ['fast'] }, 'trait "fast"'],
    ['unknown port', { uses: ['nothing'] }, 'nobody fulfils port nothing'],
    ['undeclared port', { fulfils: [{ port: 'mystery', gives: {} }] }, 'neither in core/words.ts nor'],
    ['other keys', { fulfils: [{ port: 'qdrant', gives: { host: 'x' } }] }, 'elsewhere it gives host'],
    ['rule about nothing', { rules: [{ needs: 'vector-db=faiss', because: 'x' }] }, 'unknown word "vector-db=faiss"'],
    [
      'setting from nobody',
      { gives: { settings: [{ name: 'A', type: 'str', default: '', help: '', from: 'qdrant.nope' }] } },
      'which nobody gives',
    ],
    [
      'setting twice',
      { gives: { settings: [{ name: 'PORT', type: 'str', default: '', help: '' }] } },
      'setting PORT is declared by',
    ],
    ['seed of nothing', { seeds: ['nothing.py'] }, 'seed nothing.py names no template'],
  ])('%s', (_, feature, message) => {
    expect(wrong({ key: 'base/odd', label: 'Odd', ...feature }).join('\n')).toContain(message);
  });

  test('two foreign fulfillers of a port are an error of the catalogue', () => {
    const rival: Written = {
      key: 'base/rival',
      label: 'Rival',
      fulfils: [{ port: 'vector-store', gives: { provider: 'x' } }],
    };
    expect(() => tree({}, [...small, rival])).toThrow('port vector-store has two fulfillers');
  });
});
