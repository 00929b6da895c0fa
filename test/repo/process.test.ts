import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { create, planCreation } from '../../repo/create.ts';
import { outputs } from '../../repo/state.ts';
import { applyTo, recover } from '../../repo/transaction.ts';
import { writeNew } from '../../repo/write.ts';
import { answers, tree } from './example.ts';
import { snapshot, write } from './support.ts';

/** A process that creates a repository, and is killed by the system (SIGKILL) before its call number N on a real disk. */
const child = `
import * as real from 'node:fs';
import { create, planCreation } from '../../repo/create.ts';
import { outputs } from '../../repo/state.ts';
import { answers, tree } from './example.ts';

const [dir, at, signal] = process.argv.slice(2);
let count = 0;
const wrap = (call) => (...args) => {
  if (count++ === Number(at)) process.kill(process.pid, signal);
  return call(...args);
};
const plan = planCreation(real, dir, outputs({ tree, answers, version: '0.1.0' }));
if (!plan.ok) throw new Error(plan.problem.because);
const names = Object.keys(real).filter((name) => name.endsWith('Sync'));
if (signal === 'SIGINT') process.on('SIGINT', () => process.exit(130));
const result = create(Object.fromEntries(names.map((name) => [name, wrap(real[name])])), plan.value);
process.stdout.write(result.ok + ' ' + count);
if (signal === 'SIGINT') setTimeout(() => process.exit(1), 5000);
`;

const room = fs.mkdtempSync(join(tmpdir(), 'ai-deploy-kill-'));
const script = join(room, 'child.mjs');
const wanted = outputs({ tree, answers, version: '0.1.0' });

beforeAll(() => {
  const stdin = { contents: child, resolveDir: import.meta.dirname, loader: 'ts' as const };
  buildSync({ stdin, outfile: script, bundle: true, platform: 'node', format: 'esm' });
});
afterAll(() => fs.rmSync(room, { recursive: true }));

const run = (dir: string, at: number, signal = 'SIGKILL'): ReturnType<typeof spawnSync> =>
  spawnSync(process.execPath, [script, dir, String(at), signal], { encoding: 'utf8' });

const countCalls = (dir: string): number => Number(/^true (\d+)$/.exec(String(run(dir, -1).stdout))?.[1]);

test('a folder that is killed while it is filled is as it was, or as it should be', () => {
  const [whole, target] = [join(room, 'whole'), join(room, 'filled')];
  fs.mkdirSync(whole);
  const calls = countCalls(whole);
  expect(calls).toBeGreaterThan(50);
  const complete = Object.values(snapshot(fs, whole));
  const ends = new Set<string>();
  for (let at = 0; at < calls; at += Math.ceil(calls / 14)) {
    fs.mkdirSync(target);
    expect(run(target, at).signal).toBe('SIGKILL');
    const recovered = recover(fs, target);
    const is = Object.values(snapshot(fs, target));
    ends.add(recovered.ok ? recovered.value : recovered.problem.because);
    expect([[], complete], `killed before call ${at} of ${calls}`).toContainEqual(is);
    fs.rmSync(target, { recursive: true });
  }
  expect([...ends]).toEqual(expect.arrayContaining(['discarded', 'completed']));
});

test('a new folder is there completely or not at all, and the next run clears up', () => {
  const parent = join(room, 'parent');
  fs.mkdirSync(parent);
  const calls = countCalls(join(parent, 'first'));
  for (let at = 3; at < calls; at += Math.ceil(calls / 8)) {
    expect(run(join(parent, 'a', 'second'), at).signal).toBe('SIGKILL');
    expect(fs.existsSync(join(parent, 'a'))).toBe(false);
  }
  expect(writeNew(fs, join(parent, 'a', 'second'), wanted)).toEqual({ ok: true, value: undefined });
  expect(fs.readdirSync(parent).sort()).toEqual(['a', 'first']);
});

test('Ctrl-C with a handler arrives when the repository is complete', () => {
  const dir = join(room, 'interrupted');
  const { status, stdout } = run(dir, 20, 'SIGINT');
  expect([status, String(stdout).split(' ')[0]]).toEqual([130, 'true']);
  expect(fs.existsSync(join(dir, '.ai-deploy/lock.json'))).toBe(true);
});

test('on a real disk: one change after the other, past the umask', () => {
  const dir = join(room, 'changed');
  fs.mkdirSync(dir);
  fs.writeFileSync(join(dir, 'shared.txt'), '0');
  fs.chmodSync(join(dir, 'shared.txt'), 0o666);
  for (let turn = 0; turn < 3; turn++)
    expect(applyTo(fs, dir, [write('shared.txt', String(turn), String(turn + 1))])).toEqual({
      ok: true,
      value: undefined,
    });
  expect(fs.statSync(join(dir, 'shared.txt')).mode & 0o777).toBe(0o666);
  expect(fs.readFileSync(join(dir, '.ai-deploy/txn/last/old/shared.txt'), 'utf8')).toBe('2');
});

test('on a real disk: permissions, links and a folder that is not ours', () => {
  const dir = join(room, 'real');
  fs.mkdirSync(dir);
  const plan = planCreation(fs, dir, wanted);
  expect(plan.ok && create(fs, plan.value).ok).toBe(true);
  expect(fs.statSync(join(dir, 'ops/run.sh')).mode & 0o111).toBe(0o111 & ~process.umask());
  expect(fs.statSync(join(dir, 'README.md')).mode & 0o111).toBe(0);
  fs.symlinkSync(dir, join(room, 'link'));
  expect(planCreation(fs, join(room, 'link'), wanted)).toMatchObject({ problem: { because: 'it is a symbolic link' } });
  expect(planCreation(fs, dir, wanted)).toMatchObject({ ok: false, problem: { code: 'blocked', path: dir } });
});
