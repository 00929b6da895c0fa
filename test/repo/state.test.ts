import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Tree } from '../../core/tree.ts';
import { answersText, scalar } from '../../repo/answers.ts';
import { sha256 } from '../../repo/fs.ts';
import { lockText, readLock } from '../../repo/lock.ts';
import { attributeLines, loadLock, loadPack, outputs, stateFiles } from '../../repo/state.ts';
import { answers, tree } from './example.ts';
import { chance, memory, seed, text } from './support.ts';

const rendering = { tree, answers, version: '0.1.0' };
const decoded = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

test('the state files are, byte for byte, what the stored example says', async () => {
  const files = stateFiles(rendering);
  expect([...files.keys()]).toEqual([
    '.ai-deploy/.gitignore',
    '.ai-deploy/base.pack',
    '.ai-deploy/lock.json',
    'ai-deploy.yaml',
  ]);
  for (const [path, bytes] of files) {
    const name = path.replaceAll(/[./]+/g, '-').replace(/^-/, '');
    await expect(decoded(bytes)).toMatchFileSnapshot(`stored/${name}`);
  }
});

test('the order in which files are rendered, and of the answers in the lock, does not matter', () => {
  const backwards: Tree = new Map([...tree].reverse());
  const hosting = { production: 'managed', staging: 'cluster' };
  const turned = { ...Object.fromEntries(Object.entries(answers).reverse()), hosting };
  const [one, two] = [stateFiles(rendering), stateFiles({ tree: backwards, answers: turned, version: '0.1.0' })];
  for (const path of ['.ai-deploy/base.pack', '.ai-deploy/lock.json']) expect(two.get(path)).toEqual(one.get(path));
});

test('everything of a repository, sorted, each with its owner', () => {
  const all = outputs(rendering);
  expect([...all.keys()]).toEqual([...all.keys()].sort());
  expect(all.size).toBe(tree.size + 4);
  expect(all.get('ai-deploy.yaml')?.owner).toBe('state');
  expect(all.get('ops/run.sh')).toMatchObject({ mode: '755', owner: 'base/repo' });
  const file = tree.get('README.md')!;
  expect(() => outputs({ ...rendering, tree: new Map([['ai-deploy.yaml', file]]) })).toThrow('two owners');
});

test('the lines for .gitattributes name files that exist', () => {
  for (const line of attributeLines) expect(outputs(rendering).has(line.split(' ')[0]!)).toBe(true);
});

describe('ai-deploy.yaml', () => {
  test('says what it says to a YAML reader of either version', () => {
    for (const version of ['1.1', '1.2'] as const)
      expect(parse(answersText('0.1.0', answers), { version })).toEqual({ schema: 1, generator: '0.1.0', answers });
  });

  test(`any text survives (seed ${seed})`, () => {
    const next = chance(seed);
    const letters = [
      'a',
      'Z',
      '0',
      '1',
      '-',
      '.',
      '_',
      ':',
      '#',
      ' ',
      "'",
      '"',
      '\\',
      '\n',
      '\t',
      '\u0085',
      '\u2028',
      'é',
      '😀',
    ];
    const words = [
      'no',
      'Null',
      '~',
      '1e3',
      '0x1F',
      '12:30',
      '.inf',
      '2026-11-21',
      '-',
      '',
      '{{ x }}',
      '<% y %>',
      '\u007f',
      '\ufeffx',
    ];
    for (let i = 0; i < 2000; i++) {
      const made = Array.from({ length: next(12) }, () => letters[next(letters.length)]).join('');
      const value = i < words.length ? words[i]! : made;
      for (const version of ['1.1', '1.2'] as const)
        expect(parse(`a: ${scalar(value)}\n`, { version })).toEqual({ a: value });
      expect(scalar(value)).not.toMatch(/[\u007f-\u00a0\u2028\ufeff]/);
    }
  });
});

describe('lock.json', () => {
  const good = decoded(stateFiles(rendering).get('.ai-deploy/lock.json'));

  test('is read as it was written, also what later commands add', () => {
    const lock = readLock(text(good));
    if (!lock.ok) throw new Error(lock.problem.because);
    expect(lock.value.files.get('ops/run.sh')).toEqual({
      ...{ base: sha256('#!/bin/sh\n'), mode: '755', id: 'base/repo:ops/run.sh', owner: 'base/repo', kind: 'managed' },
      ...{ envs: ['local', 'staging', 'production'], v: '0.1.0' },
    });
    expect(lock.value.files.get('deploy/store.yml')?.stateful).toBe(true);
    expect(lockText(lock.value)).toBe(good);
    const moved = { ...lock.value.files.get('README.md')!, at: 'docs/README.md', deleted: true } as const;
    const later = { ...lock.value, pending: { a: { why: 'x' } }, files: new Map([['README.md', moved]]) };
    const again = readLock(text(lockText(later)));
    expect(again).toEqual({ ok: true, value: later });
  });

  test.each([
    ['a merge conflict', '<<<<<<< ours\n' + good, 'damaged'],
    ['half a file', good.slice(0, 500), 'damaged'],
    ['a list', '[]', 'damaged'],
    ['no schema', good.replace('"schema": 1', '"schema": "1"'), 'damaged'],
    ['a path that escapes', good.replace('"README.md":', '"../README.md":'), 'damaged'],
    ['a move that escapes', good.replace('"v":', '"at":"/etc/x","v":'), 'damaged'],
    ['a hash that is none', good.replace(/"base":"../, '"base":"'), 'damaged'],
    ['a newer schema', good.replace('"schema": 1', '"schema": 2').replace('0.1.0', '9.0.0'), 'blocked'],
  ])('%s is refused', (_, source, code) => {
    const result = readLock(text(source));
    expect(result).toMatchObject({ ok: false, problem: { code, path: '.ai-deploy/lock.json' } });
    if (code === 'blocked') expect(!result.ok && result.problem.fix).toContain('npx create-ai-deploy@9.0.0');
  });
});

test('the state of a folder is loaded, or the folder is named as not ours', () => {
  const fs = memory({ '/r/': '', '/other/': '' });
  fs.mkdirSync('/r/.ai-deploy');
  for (const [path, bytes] of stateFiles(rendering))
    fs.writeFileSync(`/r/${path}`, bytes, { flag: 'wx', mode: 0o644, flush: false });
  const [lock, pack] = [loadLock(fs, '/r'), loadPack(fs, '/r')];
  if (!lock.ok || !pack.ok) throw new Error('not loaded');
  for (const [path, { base }] of lock.value.files)
    expect(pack.value.blobs.get(base), path).toEqual(Buffer.from(tree.get(path)!.bytes));
  expect(loadLock(fs, '/other')).toMatchObject({ ok: false, problem: { code: 'blocked', path: '/other' } });
});
