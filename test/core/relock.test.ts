import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Lock } from '../../core/lock.ts';
import { oldest } from '../../core/view/python.ts';
import { relock } from '../../scripts/relock.ts';
import { collect } from '../../scripts/relock/features.ts';
import { changes, print } from '../../scripts/relock/file.ts';
import { preferences, pyproject } from '../../scripts/relock/project.ts';
import { superset } from '../../scripts/relock/superset.ts';
import { readUvLock } from '../../scripts/relock/uvlock.ts';
import { lockOf } from '../fixtures/locks.ts';

const locked = `version = 1
revision = 5
requires-python = ">=3.11"
resolution-markers = [
    "python_full_version >= '3.12'",
    "python_full_version < '3.12'",
]

[options]
exclude-newer = "2030-01-01T00:00:00Z"

[[package]]
name = "np"
version = "1.0"
source = { registry = "https://index.invalid" }
resolution-markers = [
    "python_full_version < '3.12'",
]
sdist = { url = "https://index.invalid/np-1.0.tar.gz", hash = "sha256:bb", size = 20, upload-time = "2026-05-18T23:37:14Z" }
wheels = [
    { url = "https://index.invalid/np-1.0.whl", hash = "sha256:cc" },
    { url = "https://index.invalid/np-1.0-2.whl", hash = "sha256:aa" },
]

[[package]]
name = "scratch"
version = "0"
source = { virtual = "." }

[package.optional-dependencies]
root-0 = [
    { name = "np", version = "1.0", source = { registry = "https://index.invalid" }, marker = "python_full_version < '3.12'" },
]
root-1 = [
    { name = "sql", extra = ["binary", "pool"] },
]

[package.metadata]
requires-dist = [
    { name = "np", marker = "extra == 'root-0'" },
    { name = "sql", extras = ["binary", "pool"], marker = "extra == 'root-1'", specifier = ">=3,<4" },
]
provides-extras = ["root-0", "root-1"]

[[package]]
name = "sql"
version = "3.3"
source = { registry = "https://index.invalid" }
dependencies = [
    { name = "np", version = "1.0", source = { registry = "https://index.invalid" } },
]
wheels = [
    { url = "https://index.invalid/sql.whl", hash = "sha256:dd" },
]

[package.optional-dependencies]
binary = [
    { name = "np", version = "1.0", marker = "sys_platform == 'win32' and implementation_name != 'pypy'" },
]
pool = [
    { name = "sql" },
]
`;

describe('uv.lock', () => {
  test('edges, extras and hashes are kept; hosts and times are not', () => {
    expect(readUvLock(locked)).toEqual({
      extras: { 'root-0': ["np==1.0 ; python_full_version < '3.12'"], 'root-1': ['sql[binary,pool]'] },
      packages: [
        { name: 'np', version: '1.0', hashes: ['sha256:aa', 'sha256:bb', 'sha256:cc'] },
        {
          name: 'sql',
          version: '3.3',
          needs: ['np==1.0'],
          extras: {
            binary: ["np==1.0 ; sys_platform == 'win32' and implementation_name != 'pypy'"],
            pool: ['sql'],
          },
          hashes: ['sha256:dd'],
        },
      ],
    });
  });

  test.each([
    ['a later format', locked.replace('version = 1\n', 'version = 2\n'), 'not of version 1'],
    [
      'another source',
      locked.replace('{ registry = "https://index.invalid" }', '{ git = "g" }'),
      'np does not come from',
    ],
    ['no hash', locked.replace(/hash = /g, 'was = '), 'np does not come from'],
    ['an unknown shape', locked.replace('name = "np"', 'name = 2030-01-01'), 'cannot read: name = 2030'],
  ])('%s is refused', (_, text, because) => {
    expect(() => readUvLock(text)).toThrow(because);
  });
});

test('a scratch project holds requirements of its own, extras and constraints', () => {
  const text = pyproject({
    requires: '>=3.11',
    dependencies: ['w'],
    extras: { a: ['x>=1,<2', 'y'], b: ['z'] },
    constraints: ['x==1'],
  });
  expect(text).toBe(
    '[project]\nname = "scratch"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["w"]\n' +
      '\n[project.optional-dependencies]\na = ["x>=1,<2","y"]\nb = ["z"]\n' +
      '\n[tool.uv]\nconstraint-dependencies = ["x==1"]\n',
  );
});

const lock = lockOf({ r: ["a ; os_name == 'nt'", 'b'] }, { a: [], 'b==2': [] });

test('versions are handed to uv with the environments they are for', () => {
  const text = preferences(lock);
  expect(text).toContain('name = "b"\nversion = "2"\nsource = { registry = "https://index.invalid" }\n');
  expect(text).toContain(
    `name = "a"\nversion = "1"\nsource = { registry = "https://index.invalid" }\nresolution-markers = ["os_name == 'nt'"]\n`,
  );
});

test('the file: a line each, read back as it was', () => {
  expect(JSON.parse(print(lock))).toEqual(lock);
  expect(print(lock).split('\n')).toContain('    {"name":"a","version":"1","needs":[],"hashes":["sha256:a-1"]},');
});

test('what moved is told; time alone is nothing', () => {
  const after = lockOf({ r: ['a', 'b'] }, { 'a==3': [], 'b==2': [], c: [] });
  expect(changes(lock, after)).toEqual(['- a 1', '+ a 3', '+ c 1']);
  expect(changes(undefined, lock)).toEqual(['+ a 1', '+ b 2']);
  expect(changes(lock, { ...lock, asOf: '2031-01-01T00:00:00Z' })).toEqual([]);
  const moved = ['the same versions; requirements, edges or files differ'];
  expect(changes(lock, { ...lock, roots: { ...lock.roots, s: ['b'] } })).toEqual(moved);
});

describe('the command', () => {
  let folder = '';
  const feature = (key: string, gives: string): void => {
    mkdirSync(join(folder, key), { recursive: true });
    writeFileSync(join(folder, key, 'feature.ts'), `export default { label: 'x', gives: { ${gives} } };\n`);
  };
  const written = (): Lock => JSON.parse(readFileSync(join(folder, 'lock.json'), 'utf8')) as Lock;
  const asked = (): string[] => readFileSync(join(folder, 'asked'), 'utf8').trim().split(' ');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'features-'));
    vi.spyOn(console, 'log').mockReturnValue();
    // Stands in for uv: notes what it was asked and which versions it was given, and always answers the same.
    const uv = `#!/bin/sh
      echo "$@" >'${folder}/asked'
      cp "$4/pyproject.toml" '${folder}/project'
      cat "$4/uv.lock" >'${folder}/given' 2>/dev/null
      cp '${folder}/answer' "$4/uv.lock"\n`;
    writeFileSync(join(folder, 'uv'), uv, { mode: 0o755 });
    writeFileSync(join(folder, 'answer'), locked);
    vi.stubEnv('UV', join(folder, 'uv'));
    feature('a/x', "python: ['sql[pool,binary]>=3'], pythonDev: ['np']");
    feature('a/none', 'python: []');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  test('collects every folder with a feature.ts', async () => {
    feature('b/y', "python: ['z>=1']");
    feature('a/x/deeper', "python: ['not a feature']");
    expect(await collect(folder)).toEqual([
      { key: 'a/none', label: 'x', gives: { python: [] } },
      { key: 'a/x', label: 'x', gives: { python: ['sql[pool,binary]>=3'], pythonDev: ['np'] } },
      { key: 'b/y', label: 'x', gives: { python: ['z>=1'] } },
    ]);
  });

  test('writes the file, then keeps its versions, unless asked to upgrade', async () => {
    expect(await relock([], folder)).toBe(0);
    expect(readFileSync(join(folder, 'project'), 'utf8')).toContain(
      '[project.optional-dependencies]\nroot-0 = ["np"]\nroot-1 = ["sql[pool,binary]>=3"]\n',
    );
    expect(written()).toMatchObject({
      requires: `>=${oldest}`,
      roots: { np: ["np==1.0 ; python_full_version < '3.12'"], 'sql[pool,binary]>=3': ['sql[binary,pool]'] },
    });
    expect(readFileSync(join(folder, 'given'), 'utf8')).toBe('');
    expect(await relock([], folder)).toBe(0);
    expect(readFileSync(join(folder, 'given'), 'utf8')).toContain('name = "sql"\nversion = "3.3"');
    await relock(['--upgrade'], folder);
    expect(readFileSync(join(folder, 'given'), 'utf8')).toBe('');
  });

  test('leaves a file alone when only time went by', async () => {
    await relock(['--cooldown'], folder);
    const before = written();
    await relock([], folder);
    expect(written()).toEqual(before);
    expect(Date.now() - Date.parse(before.asOf)).toBeGreaterThan(7 * 24 * 3600 * 1000 - 1000);
    expect(Date.now() - Date.parse(asked().at(-1) ?? '')).toBeLessThan(60_000);
  });

  test('--check looks at the same moment, writes nothing, and fails when something differs', async () => {
    await relock(['--cooldown'], folder);
    expect(await relock(['--check'], folder)).toBe(0);
    const before = written();
    expect(asked().slice(-2)).toEqual(['--exclude-newer', before.asOf]);
    writeFileSync(join(folder, 'answer'), locked.replaceAll('3.3', '3.4'));
    expect(await relock(['--check'], folder)).toBe(1);
    expect(written()).toEqual(before);
  });
});

test('without uv there is a way out', () => {
  expect(() => superset(['a'], { uv: '/nowhere/uv', asOf: lock.asOf })).toThrow(
    'relock needs uv: `pip install uv`, or set UV to where it is',
  );
});
