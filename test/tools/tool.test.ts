import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// The cache folder is read when the module is loaded: the tests below get one of their own.
const folder = mkdtempSync(join(tmpdir(), 'tool-test-'));
const before = process.env.AI_DEPLOY_CACHE;
process.env.AI_DEPLOY_CACHE = folder;
const { freePort, needs, proof, run, tool, treeInputs } = await import('./tool.ts');

beforeAll(() => {
  delete process.env.AI_DEPLOY_PROOFS;
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  if (before === undefined) delete process.env.AI_DEPLOY_CACHE;
  else process.env.AI_DEPLOY_CACHE = before;
});

describe('tool', () => {
  test('finds a command on PATH and nothing that does not exist', () => {
    expect(tool('bash')).toMatch(/^\/.*\/bash$/);
    expect(tool('no-such-tool')).toBeUndefined();
  });

  test('offers a script of ours only when what it starts is installed', () => {
    expect(tool('pg.sh')).toBeUndefined();
  });
});

describe('run', () => {
  test('returns code and both outputs, and hands on folder and environment', async () => {
    const outcome = await run('bash', ['-c', 'pwd; echo "$WORD" >&2; exit 3'], { cwd: '/', env: { WORD: 'hello' } });
    expect(outcome).toEqual({ code: 3, stdout: '/\n', stderr: 'hello\n' });
  });

  test('speaks of a missing command, a time-out and a signal the way a shell does', async () => {
    expect((await run('no-such-tool')).code).toBe(127);
    expect((await run('sleep', ['5'], { timeout: 50 })).code).toBe(124);
    expect((await run('bash', ['-c', 'kill -KILL $$'])).code).toBe(137);
  });

  test('finds a free port', async () => {
    expect(await freePort()).toBeGreaterThan(1024);
  });
});

describe('needs', () => {
  needs('bash')('runs a test whose tools are there', () => {
    expect(tool('bash')).toBeDefined();
  });

  test('names a missing tool in a skip, and fails when tools are required', async () => {
    const helper = pathToFileURL(join(import.meta.dirname, 'tool.ts')).href;
    const probe = `import { needs } from '${helper}';\nneeds('no-such-tool')('probe', () => { throw new Error('ran'); });\n`;
    writeFileSync(join(folder, 'probe.test.ts'), probe);
    const args = ['vitest', 'run', '--reporter=verbose', '--root', folder];
    const local = await run('npx', args, { env: { AI_DEPLOY_TOOLS: undefined, NO_COLOR: '1' } });
    expect(local.stdout).toContain('probe (missing: no-such-tool;');
    expect(local.code).toBe(0);
    const required = await run('npx', args, { env: { AI_DEPLOY_TOOLS: 'required', NO_COLOR: '1' } });
    expect(required.stdout + required.stderr).toContain('missing: no-such-tool;');
    expect(required.code).toBe(1);
  }, 60_000);
});

describe('proof', () => {
  test('does the work once for the same inputs and hands the value back', async () => {
    let runs = 0;
    const work = (): { runs: number } => ({ runs: ++runs });
    expect(await proof('once', ['a', Buffer.from('b')], work)).toEqual({ runs: 1 });
    expect(await proof('once', ['a', Buffer.from('b')], work)).toEqual({ runs: 1 });
    expect(runs).toBe(1);
  });

  test('does it again for other inputs, however they are cut', async () => {
    let runs = 0;
    const work = (): number => ++runs;
    await proof('cut', ['ab', 'c'], work);
    await proof('cut', ['a', 'bc'], work);
    expect(runs).toBe(2);
  });

  test('does it again when asked to', async () => {
    let runs = 0;
    const work = (): number => ++runs;
    await proof('again', [], work);
    process.env.AI_DEPLOY_PROOFS = 'again';
    await proof('again', [], work);
    delete process.env.AI_DEPLOY_PROOFS;
    expect(runs).toBe(2);
  });

  test('remembers no failure', async () => {
    const broken = (): Promise<void> => Promise.reject(new Error('no'));
    await expect(proof('broken', [], broken)).rejects.toThrow('no');
    const remembered = existsSync(join(folder, 'proofs')) ? readdirSync(join(folder, 'proofs')) : [];
    expect(remembered.filter((name) => name.startsWith('broken-'))).toEqual([]);
  });

  test('takes a tree in the order of its paths', () => {
    const file = (text: string): { bytes: Uint8Array; mode: string } => ({ bytes: Buffer.from(text), mode: '644' });
    const one = new Map([
      ['b', file('2')],
      ['a', file('1')],
    ]);
    const two = new Map([
      ['a', file('1')],
      ['b', file('2')],
    ]);
    expect(treeInputs(one)).toEqual(treeInputs(two));
  });
});
