import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { built } from './built.ts';

/** Signals at the published command while it writes: the folder is as it was, or as it should be. */
const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-signals-'));
const slow = join(scratch, 'slow.cjs');
const work = join(scratch, 'work');
/** The smaller of the two repositories: enough files to stop between, and half the time. */
const answers = ['--yes', '--no-git', '--runtime', 'compose'];
let bin: string;
let whole: string[];

beforeAll(async () => {
  bin = join(await built(), 'create-ai-deploy/main.cjs');
  // Makes every file take its time, and says when the first one is written.
  writeFileSync(
    slow,
    `const fs = require('node:fs'); const write = fs.writeFileSync; let first = true;
     fs.writeFileSync = (...args) => { if (first) write(1, 'writing\\n'); first = false;
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4); return write(...args); };`,
  );
  mkdirSync(work);
  spawnSync(process.execPath, [bin, 'whole', ...answers, '--name', 'x'], { cwd: scratch });
  whole = listed(join(scratch, 'whole'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const listed = (folder: string): string[] => (readdirSync(folder, { recursive: true }) as string[]).sort();

/** Starts a slow run, sends a signal some time after the first file, and waits for the end. */
function interrupted(signal: NodeJS.Signals, after: number): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, ['--require', slow, bin, 'x', ...answers], { cwd: work });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (out === '') setTimeout(() => child.kill(signal), after);
    out += chunk.toString();
  });
  return new Promise((done) => {
    child.on('close', (code) => {
      done({ code, out });
    });
  });
}

describe.each([
  ['a new folder', false],
  ['an empty folder', true],
])('%s', (_, exists) => {
  test.each([
    ['SIGINT', 0],
    ['SIGINT', 150],
    ['SIGTERM', 60],
  ] as const)('%s after %d ms: everything is there, and the code is 130', async (signal, after) => {
    rmSync(join(work, 'x'), { recursive: true, force: true });
    if (exists) mkdirSync(join(work, 'x'));
    const { code, out } = await interrupted(signal, after);
    expect(code).toBe(130);
    expect(out).toContain('the repository is complete');
    expect(readdirSync(work)).toEqual(['x']);
    expect(listed(join(work, 'x'))).toEqual(whole);
  });

  test('SIGKILL: the next run clears away what is left, and does its work', async () => {
    rmSync(join(work, 'x'), { recursive: true, force: true });
    if (exists) mkdirSync(join(work, 'x'));
    await interrupted('SIGKILL', 100);
    expect(existsSync(join(work, 'x', 'Makefile'))).toBe(false);
    const { status, stderr } = spawnSync(process.execPath, [bin, 'x', ...answers], {
      cwd: work,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readdirSync(work)).toEqual(['x']);
    expect(listed(join(work, 'x'))).toEqual(whole);
    expect(readFileSync(join(work, 'x', '.ai-deploy/lock.json'), 'utf8')).toContain('"renderHash"');
  });
});
