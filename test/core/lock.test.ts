import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pruneLock, requirementsOf, staleRoots, type Lock } from '../../core/lock.ts';
import { either, parse, show } from '../../core/lock/marker.ts';
import { plan } from '../../core/plan.ts';
import { resolve } from '../../core/resolve.ts';
import { pythonOf } from '../../core/view/python.ts';
import { print } from '../../scripts/relock/file.ts';
import { collect } from '../../scripts/relock/features.ts';
import { made, small, type Written } from '../fixtures/catalog.ts';
import { installed, kept, lockOf, randomLock } from '../fixtures/locks.ts';
import { environments, meaning } from '../fixtures/markers.ts';

const pruned = (lock: Lock, ...roots: string[]) =>
  pruneLock(lock, roots).map(({ name, version, marker }) => `${name}==${version}${marker}`);

describe('reachability', () => {
  const lock = lockOf(
    { 'web>=1,<2': ['web'], valkey: ['valkey'], 'tester[all]': ['tester'] },
    { web: ['core'], valkey: [], core: [], tester: ['web', 'valkey'], left: ['core'], 'core-2': [] },
  );

  test('only what the requirements need, sorted, each once', () => {
    expect(pruned(lock, 'web>=1,<2')).toEqual(['core==1', 'web==1']);
    expect(pruned(lock, 'valkey', 'web>=1,<2')).toEqual(['core==1', 'valkey==1', 'web==1']);
    expect(pruned(lock, 'web>=1,<2', 'web>=1,<2')).toEqual(['core==1', 'web==1']);
    expect(pruned(lock)).toEqual([]);
  });

  test('hashes come along', () => {
    expect(pruneLock(lock, ['valkey'])).toEqual([
      { name: 'valkey', version: '1', marker: '', hashes: ['sha256:valkey-1'] },
    ]);
  });

  test('names are sorted as a whole: a dash does not come before the end', () => {
    const dashes = lockOf({ r: ['core-2', 'core', 'core-2-a'] }, { 'core-2': [], 'core-2-a': [], core: [] });
    expect(pruned(dashes, 'r')).toEqual(['core==1', 'core-2==1', 'core-2-a==1']);
  });

  test('a cycle ends', () => {
    expect(pruned(lockOf({ r: ['a'] }, { a: ["b ; os_name == 'nt'"], b: ['c'], c: ['a', 'b'] }), 'r')).toEqual([
      'a==1',
      "b==1 ; os_name == 'nt'",
      "c==1 ; os_name == 'nt'",
    ]);
  });

  test.each(['web', 'web>=1, <2', 'toString', '__proto__'])('an unknown %s is refused with the way out', (root) => {
    expect(() => pruneLock(lock, [root])).toThrow(
      `the Python lock was made without the requirement '${root}': make templates/lock.json anew with \`npm run relock\``,
    );
  });

  test('an edge that leads nowhere is refused', () => {
    expect(() => pruned(lockOf({ r: ['a==2'] }, { a: [] }), 'r')).toThrow(`does not hold 'a==2'`);
    expect(() => pruned(lockOf({ r: ['Not An Edge'] }, { a: [] }), 'r')).toThrow(`does not hold 'Not An Edge'`);
  });
});

describe('extras', () => {
  const sql = { needs: ['types'], extras: { binary: ["wheel ; implementation_name != 'pypy'"], pool: ['pool'] } };
  const rest = { types: [], wheel: [], pool: ['types'] };

  test('an extra brings its own dependencies and the package itself', () => {
    expect(pruned(lockOf({ r: ['sql'] }, { sql, ...rest }), 'r')).toEqual(['sql==1', 'types==1']);
    expect(pruned(lockOf({ r: ['sql[binary,pool]'] }, { sql, ...rest }), 'r')).toEqual([
      'pool==1',
      'sql==1',
      'types==1',
      "wheel==1 ; implementation_name != 'pypy'",
    ]);
  });

  test('an extra that only one path asks for keeps the marker of that path', () => {
    const lock = lockOf({ r: ['sql', "sql[pool] ; sys_platform == 'win32'"] }, { sql, ...rest });
    expect(pruned(lock, 'r')).toEqual(["pool==1 ; sys_platform == 'win32'", 'sql==1', 'types==1']);
  });

  test('an extra may ask for an extra of its own package', () => {
    const own = { extras: { all: ['sql[pool]'], pool: ['pool'] } };
    expect(pruned(lockOf({ r: ['sql[all]'] }, { sql: own, pool: [] }), 'r')).toEqual(['pool==1', 'sql==1']);
  });
});

describe('two versions of one package', () => {
  const forked = lockOf(
    { r: ["np==1 ; python_full_version < '3.12'", "np==2 ; python_full_version >= '3.12'"], s: ['np==2'] },
    { 'np==1': ['old'], 'np==2': ['new'], old: [], new: [] },
  );

  test('each keeps its environments, and so does what it needs', () => {
    expect(pruned(forked, 'r')).toEqual([
      "new==1 ; python_full_version >= '3.12'",
      "np==1 ; python_full_version < '3.12'",
      "np==2 ; python_full_version >= '3.12'",
      "old==1 ; python_full_version < '3.12'",
    ]);
  });

  test('an unconditional path wins', () => {
    expect(pruned(forked, 's', 'r')).toContain('np==2');
  });

  test('a package that both versions need is needed always', () => {
    const lock = lockOf(forked.roots, { 'np==1': ['c'], 'np==2': ['c'], c: [] });
    expect(pruned(lock, 'r')[0]).toBe('c==1');
  });

  test('a path that no environment can take is not a path', () => {
    const never = { 'np==1': ["late ; python_full_version >= '3.13'"], 'np==2': [], late: ['later'], later: [] };
    expect(pruned(lockOf(forked.roots, never), 'r')).toHaveLength(2);
  });
});

describe('markers', () => {
  const win = "sys_platform == 'win32'";
  const old = "python_full_version < '3.12'";

  test.each([
    ['always wins', ['', win], ''],
    ['a wider range takes a narrower one', ["python_full_version < '3.13'", old], "python_full_version < '3.13'"],
    ['the more special path says nothing new', [win, `${win} and ${old}`], win],
    ['opposites make always', [win, "sys_platform != 'win32'"], ''],
    ['ranges that touch make always', [old, "python_full_version >= '3.12'"], ''],
    ['what is left of an opposite', [win, `sys_platform != 'win32' and ${old}`], `${old} or ${win}`],
    ['opposites in company', [`${win} and ${old}`, `sys_platform != 'win32' and ${old}`], old],
    ['opposite words', ["'arm' in platform_machine", "'arm' not in platform_machine"], ''],
    ['up to and beyond', ["python_full_version <= '3.12.4'", "python_full_version > '3.12.4'"], ''],
    [
      'two halves with a gap',
      ["python_full_version < '3.12.4'", "python_full_version > '3.12.4'"],
      "python_full_version < '3.12.4' or python_full_version > '3.12.4'",
    ],
    [
      'a point in a range',
      ["python_full_version <= '3.12.4'", "python_full_version == '3.12.4'"],
      "python_full_version <= '3.12.4'",
    ],
    ['a point outside', ["python_full_version > '3.12.4' and python_full_version == '3.12.4'", old], old],
    [
      'a version is not its series',
      ["python_full_version == '3.12'", "python_full_version == '3.12.*'"],
      "python_full_version == '3.12.*'",
    ],
    ['both stay', [old, win], `${old} or ${win}`],
    ['parentheses', [`(${win} or os_name == 'nt') and ${old}`], `(os_name == 'nt' and ${old}) or (${old} and ${win})`],
    ['impossible', [`${win} and sys_platform == 'linux'`, old], old],
    ['several releases', ["python_full_version == '3.12.*'", old], `${old} or python_full_version == '3.12.*'`],
    ['double quotes', ['sys_platform == "win32"'], win],
    ['words as operators', ["'arm' not in platform_machine"], "'arm' not in platform_machine"],
  ])('%s', (_, texts, expected) => {
    expect(show(texts.map(parse).reduce(either))).toBe(expected);
  });

  test.each(['sys_platform', "sys_platform = 'x' or", "(os_name == 'nt'", "os_name == 'nt')", "a == 'b' ; c", '&&'])(
    'what is not a marker is refused: %s',
    (text) => expect(() => parse(text)).toThrow('cannot read the marker'),
  );
});

test('random locks install what a walk in each environment installs', () => {
  const first = Number(process.env.SEED ?? Date.now() % 1e9);
  for (let seed = first; seed < first + 100; seed++) {
    const lock = randomLock(seed);
    for (const roots of [['a'], ['a', 'b'], ['c', 'b']]) {
      const lines = pruneLock(lock, roots);
      const hint = `SEED=${seed}, roots ${roots.join()}`;
      const told = environments.map((environment) => kept(lines, environment));
      expect(told, hint).toEqual(environments.map((environment) => installed(lock, roots, environment)));
      for (const { marker } of lines) expect(meaning(marker), hint).toContain('1');
      expect(pruneLock(lock, [...roots].reverse()), hint).toEqual(lines);
    }
  }
});

describe('templates/lock.json', () => {
  const text = readFileSync(new URL('../../templates/lock.json', import.meta.url), 'utf8');
  const lock = JSON.parse(text) as Lock;

  test('was made from the requirements in feature.ts: run `npm run relock` when this fails', async () => {
    expect(staleRoots(lock, requirementsOf(await collect(), 'python', 'pythonDev'))).toEqual([]);
    expect(lock.requires).toBe(pythonOf({ python: '3.13' } as never, [], { runtime: [], dev: [] }).python.requires);
  });

  test('names no host, and is printed as relock prints', () => {
    expect(text).not.toMatch(/https?:|\/\/|\.(?:org|com|io)\b/);
    expect(print(lock)).toBe(text);
  });

  test('every package can be reached, and every requirement leads to one', () => {
    expect(Object.values(lock.roots)).not.toContainEqual([]);
    const all = pruneLock(lock, Object.keys(lock.roots));
    const pins = (of: readonly { name: string; version: string }[]) =>
      of.map((one) => `${one.name} ${one.version}`).sort();
    expect(pins(all)).toEqual(pins(lock.packages));
    expect(all.every(({ hashes }) => hashes.every((hash) => /^sha256:[0-9a-f]{64}$/.test(hash)))).toBe(true);
  });

  test('takes milliseconds', () => {
    const start = performance.now();
    pruneLock(lock, Object.keys(lock.roots));
    expect(performance.now() - start).toBeLessThan(50);
  });
});

describe('requirements', () => {
  const features: readonly Written[] = [
    { key: 'base/web', label: 'Web', gives: { python: ['web>=1', 'core'], pythonDev: ['tester', 'web>=1'] } },
    { key: 'base/none', label: 'None' },
    { key: 'base/again', label: 'Again', gives: { python: ['web>=1'], pythonDev: [] } },
  ];
  const lock = lockOf({ core: ['core'], tester: ['tester'], 'web>=1': ['web'] }, { core: [], tester: [], web: [] });

  test('each once, sorted', () => {
    expect(requirementsOf(features, 'python')).toEqual(['core', 'web>=1']);
    expect(requirementsOf(features, 'pythonDev')).toEqual(['tester', 'web>=1']);
    expect(requirementsOf(features, 'pythonDev', 'python')).toEqual(['core', 'tester', 'web>=1']);
    expect(requirementsOf([], 'python')).toEqual([]);
  });

  test('a changed, a new and a vanished one make the lock stale; order does not', () => {
    expect(staleRoots(lock, ['web>=1', 'tester', 'core'])).toEqual([]);
    expect(staleRoots(lock, ['web>=2', 'core', 'z'])).toEqual(['tester', 'web>=1', 'web>=2', 'z']);
    expect(staleRoots(lock, ['web >=1', 'core', 'tester'])).toEqual(['web >=1', 'web>=1']);
  });

  test('development is the run time and more', () => {
    const { catalog, version } = made([...small, ...features]);
    const resolved = resolve([{ name: 'flags', answers: { runtime: 'compose' } }], catalog);
    if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
    const { view } = plan(resolved.answers, { catalog, lock, version });
    expect(view.requirements).toEqual(['core', 'web>=1']);
    expect(view.requirementsDev).toEqual(['tester', 'web>=1']);
    expect(view.lock.runtime.map(({ name }) => name)).toEqual(['core', 'web']);
    expect(view.lock.dev.map(({ name }) => name)).toEqual(['core', 'tester', 'web']);
  });
});
