import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Fs } from '../../repo/fs.ts';
import { faulty } from '../repo/faults.ts';
import { memory, snapshot } from '../repo/support.ts';
import { attacks, files } from './cases/files.ts';
import { targets } from './cases/targets.ts';
import { usage } from './cases/usage.ts';
import { face, stock, type Setting } from './face.ts';

const cases = [...usage, ...files, ...attacks, ...targets];

describe.each(cases)('%s', (_, argv, setting, code, says) => {
  const fs = (): Fs => setting.fs ?? memory({ '/home/me/': '', ...setting.files });

  test('one clear message with option, reason and fix; nothing is left behind', async () => {
    const where = fs();
    const before = snapshot(where, '/');
    const { exit, out, err } = await face(argv, { ...setting, fs: where });
    expect({ exit, out }).toEqual({ exit: code, out: '' });
    for (const text of says) expect(err).toContain(text);
    expect(err).not.toMatch(/\n\s+at .*:\d+|Error:|undefined|\[object/);
    expect(err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(err.length).toBeLessThan(4000);
    expect(snapshot(where, '/')).toEqual(before);
  });

  test('the same as data', async () => {
    const { exit, err, json } = await face([...argv, '--json'], { ...setting, fs: fs() });
    expect({ exit, err, told: json().exit }).toEqual({ exit: code, err: '', told: code });
    expect(json().problems.length).toBeGreaterThan(0);
    for (const { because, option, path } of json().problems) expect(because && (option ?? path)).toBeTruthy();
  });
});

const mendable = cases.filter(
  ([, , , code, says]) => code === 2 && !says.some((text) => /not in this version|why needs/.test(text)),
);

test.each(mendable)('%s: the message ends with a command that works', async (_, argv, setting) => {
  const { err } = await face(argv, setting);
  const line = /This would work:\n {2}(.*)\n$/.exec(err)?.[1] ?? 'none';
  const words = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
  expect(words.slice(0, 2)).toEqual(['npx', 'create-ai-deploy@0.0.0']);
  expect((await face(words.slice(2))).err).toBe('');
});

describe('all at once', () => {
  test('everything that is wrong and everything that is missing, and the folder too', async () => {
    const files = { '/home/me/x': 'a file', '/home/me/a.yaml': 'cashe: none\nport: 1\n' };
    const { err, exit } = await face(['x', '--answers', 'a.yaml', '--vector-db', 'qdrnat', '--authh', 'none'], {
      files,
    });
    expect(exit).toBe(2);
    for (const text of [
      'cashe',
      '--port 1',
      '--vector-db qdrnat',
      '--authh',
      '--database',
      'not answered',
      '/home/me/x',
    ])
      expect(err).toContain(text);
    expect(err).toContain('for 15 reasons');
  });

  test('without a terminal every open question is reported, with its default as the fix', async () => {
    const { json, exit } = await face(['x', '--json']);
    expect(exit).toBe(2);
    expect(json().problems.map(({ option, answers }) => [option, answers])).toEqual([
      ['vectorDb', { vectorDb: 'pgvector' }],
      ['database', { database: 'postgres' }],
      ['cache', { cache: 'valkey' }],
      ['runtime', { runtime: 'kubernetes' }],
      ['cloud', { cloud: 'aws' }],
      ['region', { region: 'eu-central-1' }],
      ['hosting', { hosting: 'managed' }],
      ['ci', { ci: 'github' }],
      ['monitoring', { monitoring: ['prometheus'] }],
      ['auth', { auth: 'api-key' }],
      ['domain', { domain: 'x.example.com' }],
    ]);
    expect(json().commandLine).toBe(
      'npx create-ai-deploy@0.0.0 x --json --vector-db pgvector --database postgres --cache valkey --runtime kubernetes --cloud aws --region eu-central-1 --hosting managed --ci github --monitoring prometheus --auth api-key --domain x.example.com',
    );
  });

  test('the name is missing where there is no folder to take it from', async () => {
    expect((await face([])).err).toContain('--name');
    expect((await face(['日本'])).err).toContain('--name');
    expect((await face(['x'])).err).not.toContain('--name');
  });

  test.each([['1'], ['true'], ['yes']])('CI=%s: nothing is asked, even on a terminal', async (CI) => {
    expect((await face(['x'], { tty: true, env: { CI } })).err).toContain('not answered');
  });
});

describe('a disk that fails', () => {
  test.each(['full', 'dead', 'once'] as const)('%s at any call: nothing or everything', async (how) => {
    const calls = faulty(memory({ '/home/me/': '' }), Infinity, how);
    await face(['x', '--yes', '--no-git'], { fs: calls.fs });
    for (let at = 0; at < calls.calls(); at += 3) {
      const real = memory({ '/home/me/': '' });
      const { exit, err, out } = await face(['x', '--yes', '--no-git'], { fs: faulty(real, at, how).fs });
      const complete = real.readdirSync('/home/me').includes('x');
      expect({ exit, at }).toEqual({ exit: complete ? 0 : (expect.toBeOneOf([1, 4]) as number), at });
      expect(err).not.toMatch(/\n\s+at /);
      expect(complete ? out : err).toMatch(
        complete ? /Wrote/ : /the disk is full|nothing was written|the system|another/i,
      );
    }
  });

  test('a full disk is said in one line, with what to do', async () => {
    const real = memory({ '/home/me/': '' });
    const full = Object.assign({}, real, {
      writeFileSync: () => {
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
      },
    });
    const { exit, err } = await face(['x', '--yes'], { fs: full });
    expect(exit).toBe(1);
    expect(err).toContain('the disk is full; nothing was written');
    expect(err).toContain('Free some space');
    expect(real.readdirSync('/home/me')).toEqual([]);
  });
});

describe('a fault of ours', () => {
  const broken: Setting = { stock: { ...stock, bodies: () => new Map() } };

  test('is one line with exit code 1; the trace is for those who ask for it', async () => {
    const { exit, err } = await face(['x', '--yes'], broken);
    expect(exit).toBe(1);
    expect(err).toMatch(/^Internal error: Error: .* was planned but not loaded\nAI_DEPLOY_DEBUG=1 .*\n$/);
    expect((await face(['x', '--yes'], { ...broken, env: { AI_DEPLOY_DEBUG: '1' } })).err).toMatch(/\n\s+at /);
    expect((await face(['x', '--yes', '--json'], broken)).json().exit).toBe(1);
  });
});
