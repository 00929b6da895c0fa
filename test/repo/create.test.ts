import { describe, expect, test } from 'vitest';
import { create, planCreation } from '../../repo/create.ts';
import type { Fs } from '../../repo/fs.ts';
import { outputs } from '../../repo/state.ts';
import { recover } from '../../repo/transaction.ts';
import { faulty, isKill } from './faults.ts';
import { answers, tree } from './example.ts';
import { memory, snapshot } from './support.ts';

const wanted = outputs({ tree, answers, version: '0.1.0' });
const plan = (fs: Fs, dir = '/t'): ReturnType<typeof planCreation> => planCreation(fs, dir, wanted);

function made(fs: Fs): Record<string, string> {
  const planned = plan(fs);
  if (!planned.ok) throw new Error(planned.problem.because);
  const before = snapshot(fs, '/');
  expect(plan(fs)).toEqual(planned);
  expect(snapshot(fs, '/'), 'planning writes nothing').toEqual(before);
  expect(create(fs, planned.value)).toEqual({ ok: true, value: undefined });
  return snapshot(fs, '/t');
}

describe('a new repository', () => {
  test('is the same in a folder that is missing and in one that is empty', () => {
    const fresh = made(memory());
    expect(made(memory({ '/t/': '' }))).toEqual(fresh);
    expect(Object.keys(fresh).filter((path) => fresh[path] !== 'folder')).toEqual(
      [...wanted.keys()].map((path) => `/t/${path}`).sort(),
    );
  });

  test('in a fresh clone keeps the licence, replaces the README and says so', () => {
    const fs = memory({ '/t/.git/HEAD': 'ref', '/t/LICENSE': 'MIT', '/t/README.md': '# my-rag' });
    const planned = plan(fs);
    expect(planned.ok && planned.value.target).toBe('fresh-clone');
    const replaced = planned.ok ? planned.value.files.filter(({ action }) => action === 'replace') : [];
    expect(replaced.map(({ path }) => path)).toEqual(['README.md']);
    const after = made(fs);
    expect(after).toMatchObject({
      '/t/LICENSE': '666 MIT',
      '/t/README.md': '666 # my-rag\n',
      '/t/.git/HEAD': '666 ref',
    });
    expect(after['/t/.ai-deploy/txn/last/old/README.md']).toBe('666 # my-rag');
  });

  test('is refused where something would be overwritten', () => {
    const licensed = new Map([...wanted, ['LICENSE', wanted.get('README.md')!]]);
    const result = planCreation(memory({ '/t/.git/': '', '/t/LICENSE': 'MIT' }), '/t', licensed);
    expect(result).toMatchObject({ ok: false, problem: { code: 'blocked', path: 'LICENSE' } });
    expect(plan(memory({ '/t/app.py': '' }))).toMatchObject({ ok: false, problem: { code: 'blocked', path: '/t' } });
    expect(plan(memory({ '/t/.git/': '', '/t/Licence': '' })).ok).toBe(true);
  });

  test('can be made after a run that was killed at any call', () => {
    const planned = plan(memory({ '/t/': '' }));
    if (!planned.ok) return expect.fail();
    const counted = faulty(memory({ '/t/': '' }), Infinity, 'kill');
    create(counted.fs, planned.value);
    const complete = made(memory({ '/t/': '' }));
    for (let at = 0; at < counted.calls(); at += 7) {
      const fs = memory({ '/t/': '' });
      try {
        create(faulty(fs, at, 'kill').fs, planned.value);
      } catch (error) {
        if (!isKill(error)) throw error;
      }
      recover(fs, '/t');
      if (Object.keys(snapshot(fs, '/t')).length === 0) made(fs);
      expect(snapshot(fs, '/t'), `call ${at}`).toEqual(complete);
    }
  });
});
