import { describe, expect, test } from 'vitest';
import type { Change } from '../../repo/collect.ts';
import type { Fs } from '../../repo/fs.ts';
import { applyTo, recover } from '../../repo/transaction.ts';
import { faulty } from './faults.ts';
import { countCalls, kept, run } from './scenarios.ts';
import { disk, memory, remove, snapshot, write } from './support.ts';

describe('what a transaction respects', () => {
  const one = [write('Makefile', 'all: 1\n', 'all: 2\n')];

  test('permissions of a file that exists, and the executable bit of the new one', () => {
    const fs = kept();
    applyTo(fs, '/r', [write('secret.env', 'KEY=1\n', 'KEY=2\n'), write('ops/run.sh', '#!/bin/sh\n', 'x', '755')]);
    expect(snapshot(fs, '/r')['/r/secret.env']).toBe('640 KEY=2\n');
    expect(fs.lstatSync('/r/ops/run.sh', { throwIfNoEntry: false })!.mode & 0o111).toBe(0o111);
  });

  test('the earlier bytes are kept until the next run', () => {
    const fs = kept();
    applyTo(fs, '/r', one);
    expect(snapshot(fs, '/r/.ai-deploy/txn')).toMatchObject({ '/r/.ai-deploy/txn/last/old/Makefile': '666 all: 1\n' });
    applyTo(fs, '/r', [write('mine.txt', 'mine\n', 'ours\n')]);
    const old = Object.keys(snapshot(fs, '/r/.ai-deploy/txn')).filter((path) => path.includes('/old/'));
    expect(old).toEqual(['/r/.ai-deploy/txn/last/old/mine.txt']);
  });

  test.each([
    ['edited', write('Makefile', 'all: 0\n', 'all: 2\n')],
    ['deleted', write('Brewfile', 'x\n', 'y\n')],
    ['made', write('Makefile', null, 'all: 2\n')],
  ])('a file that somebody has %s meanwhile: nothing is changed', (_, change) => {
    const fs = kept();
    const before = snapshot(fs, '/r');
    const result = applyTo(fs, '/r', [write('mine.txt', 'mine\n', 'ours\n'), change]);
    expect(result).toMatchObject({
      ok: false,
      problem: { code: 'blocked', path: change.path, fix: 'Run the command again.' },
    });
    expect(snapshot(fs, '/r')).toEqual(before);
  });

  test('a folder goes with its last file, and stays with any other', () => {
    const fs = kept();
    fs.mkdirSync('/r/deploy/other');
    expect(applyTo(fs, '/r', [remove('deploy/gone/only.yml', 'x\n'), remove('mine.txt', 'mine\n')]).ok).toBe(true);
    expect(fs.readdirSync('/r/deploy')).toEqual(['other']);
  });

  test('a run that was decided and then killed comes first', () => {
    const fs = kept();
    const decided = (): boolean => fs.lstatSync('/r/.ai-deploy/txn/now', { throwIfNoEntry: false }) !== undefined;
    for (let at = 0; !decided(); at++) run(() => applyTo(faulty(fs, at, 'kill').fs, '/r', one));
    expect(applyTo(fs, '/r', [write('mine.txt', 'mine\n', 'ours\n')]).ok).toBe(true);
    expect(snapshot(fs, '/r')).toMatchObject({ '/r/Makefile': '666 all: 2\n', '/r/mine.txt': '666 ours\n' });
  });

  test('a run that was decided but has lost its bytes says where the earlier ones are', () => {
    const fs = kept();
    const waiting = '/r/.ai-deploy/txn/now/new/Makefile';
    const decided = (): boolean => fs.lstatSync(waiting, { throwIfNoEntry: false }) !== undefined;
    for (let at = 0; !decided(); at++) run(() => applyTo(faulty(fs, at, 'kill').fs, '/r', one));
    fs.unlinkSync(waiting);
    const result = recover(fs, '/r');
    expect(result).toMatchObject({ ok: false, problem: { code: 'damaged', path: 'Makefile' } });
    expect(!result.ok && result.problem.fix).toContain('.ai-deploy/txn/now/old');
  });

  test('no change at all writes nothing', () => {
    const { fs, calls } = faulty(kept(), 0, 'kill');
    expect(applyTo(fs, '/r', [])).toEqual({ ok: true, value: undefined });
    expect(calls()).toBe(0);
  });

  test('an edit made after a run was killed is never overwritten', () => {
    const stops = new Set<string>();
    for (let at = 0; at < countCalls({ name: '', start: kept, changes: one }); at++) {
      const fs = kept();
      run(() => applyTo(faulty(fs, at, 'kill').fs, '/r', one));
      fs.unlinkSync('/r/Makefile');
      fs.writeFileSync('/r/Makefile', Buffer.from('mine\n'), { flag: 'wx', mode: 0o644, flush: false });
      const result = recover(fs, '/r');
      stops.add(result.ok ? result.value : result.problem.code);
      expect(Buffer.from(fs.readFileSync('/r/Makefile')).toString()).toBe('mine\n');
      if (result.ok) continue;
      expect(result.problem).toMatchObject({ code: 'blocked', path: 'Makefile' });
      fs.renameSync('/r/Makefile', '/r/Makefile.mine');
      expect(recover(fs, '/r')).toEqual({ ok: true, value: 'completed' });
      expect(Buffer.from(fs.readFileSync('/r/Makefile')).toString()).toBe('all: 2\n');
    }
    expect([...stops].sort()).toEqual(['blocked', 'completed', 'discarded', 'nothing']);
  });
});

describe('what a transaction refuses', () => {
  const refused = (fs: Fs, changes: readonly Change[]): unknown => {
    const before = snapshot(fs, '/');
    const result = applyTo(fs, '/r', changes);
    expect(snapshot(fs, '/')).toEqual(before);
    return result.ok ? result : [result.problem.code, result.problem.path, result.problem.because];
  };

  test('to write through a symlinked folder, or over a link', () => {
    const fs = memory({ '/r/a.txt': 'a', '/outside/': '' });
    disk(fs).symlinkSync('/outside', '/r/docs');
    disk(fs).symlinkSync('/r/a.txt', '/r/b.txt');
    expect(refused(fs, [write('docs/x.md', null, 'x')])).toEqual([
      'blocked',
      'docs',
      'a symlink stands where a folder is needed',
    ]);
    expect(refused(fs, [write('b.txt', null, 'x')])).toEqual([
      'blocked',
      'b.txt',
      'a symlink stands where a file is needed',
    ]);
  });

  test('to keep its own files behind a link', () => {
    const fs = memory({ '/r/': '', '/outside/': '' });
    disk(fs).symlinkSync('/outside', '/r/.ai-deploy');
    expect(refused(fs, [write('x', null, 'x')])).toEqual([
      'blocked',
      '.ai-deploy',
      'a symlink stands where a folder is needed',
    ]);
  });

  test('to leave the folder', () => {
    expect(refused(memory({ '/r/': '' }), [write('../x', null, 'x')])).toEqual([
      'blocked',
      '../x',
      'the path leaves the folder',
    ]);
  });

  test('to work beside another run, but not to take over from a dead one', () => {
    const fs = memory({ '/r/Makefile': '1', '/r/.ai-deploy/txn/lock': `${process.ppid}\n` });
    const change = [write('Makefile', '1', '2')];
    expect(refused(fs, change)).toEqual([
      'blocked',
      '.ai-deploy/txn/lock',
      `another run (process ${process.ppid}) is working on this folder`,
    ]);
    for (const left of ['999999999\n', `${process.pid}\n`, '']) {
      const dead = memory({ '/r/Makefile': '1', '/r/.ai-deploy/txn/lock': left });
      expect(applyTo(dead, '/r', change).ok).toBe(true);
      expect(Object.keys(snapshot(dead, '/r')).filter((path) => path.includes('lock'))).toEqual([]);
    }
  });

  test('taking over from a dead run may be killed at any call', () => {
    for (let at = 0, ended = false; !ended; at++) {
      const fs = memory({ '/r/.ai-deploy/txn/lock': '999999999\n', '/r/.ai-deploy/txn/next/new/x': 'half' });
      ended = run(() => recover(faulty(fs, at, 'torn').fs, '/r')) !== 'killed';
      expect(recover(fs, '/r').ok).toBe(true);
      expect(snapshot(fs, '/r'), `call ${at}`).toEqual({});
    }
  });
});

describe('a journal that came with a cloned repository', () => {
  const planted = (path: string, folders: readonly string[] = []): Fs => {
    const steps = [{ path, before: null, after: 'a'.repeat(64) }];
    const journal = JSON.stringify({ schema: 1, steps, folders });
    return memory({
      '/r/.ai-deploy/txn/now/journal.json': journal,
      '/r/.ai-deploy/txn/now/new/x': 'evil',
      '/r/.git/': '',
    });
  };

  test.each(['../x', '.git/hooks/pre-commit', '/etc/x', 'a\\b'])('cannot write %s', (path) => {
    const fs = planted(path);
    const before = snapshot(fs, '/');
    expect(recover(fs, '/r')).toMatchObject({ ok: false, problem: { code: 'blocked', path } });
    expect(snapshot(fs, '/')).toEqual(before);
  });

  test('cannot reach through a link, nor remove a folder that it does not write to', () => {
    const fs = planted('docs/x');
    fs.mkdirSync('/outside');
    disk(fs).symlinkSync('/outside', '/r/docs');
    expect(recover(fs, '/r')).toMatchObject({ ok: false, problem: { code: 'blocked', path: 'docs' } });
    expect(recover(planted('x', ['other']), '/r')).toMatchObject({ ok: false, problem: { code: 'damaged' } });
  });

  test('is named when it cannot be read, and the files stay', () => {
    const fs = memory({ '/r/.ai-deploy/txn/now/journal.json': '{"schema":1', '/r/a': 'a' });
    expect(recover(fs, '/r')).toMatchObject({
      ok: false,
      problem: { code: 'damaged', path: '.ai-deploy/txn/now/journal.json' },
    });
    expect(snapshot(fs, '/r')['/r/a']).toBeDefined();
  });
});

test('nothing is moved into place before everything is on the disk, and the record of it all comes last', () => {
  const fs = kept();
  const calls: string[] = [];
  const watched = faulty(fs, Infinity, 'kill').fs;
  const changes = [
    write('.ai-deploy/lock.json', 'lock 1\n', 'lock 2\n'),
    write('.ai-deploy/base.pack', null, 'pack'),
    write('Makefile', 'all: 1\n', 'all: 2\n'),
    write('zebra', null, 'z'),
  ];
  const noted: Fs = {
    ...watched,
    writeFileSync: (path, bytes, options) => {
      if (!path.endsWith('/lock')) calls.push(options.flush ? 'synced' : 'not synced');
      watched.writeFileSync(path, bytes, options);
    },
    renameSync: (from, to) => {
      calls.push(to.replace('/r/.ai-deploy/txn/', '').replace('/r/', ''));
      watched.renameSync(from, to);
    },
  };
  expect(applyTo(noted, '/r', changes).ok).toBe(true);
  const order = ['now', 'Makefile', 'zebra', '.ai-deploy/base.pack', '.ai-deploy/lock.json', 'last'];
  expect(calls).toEqual([...Array<string>(7).fill('synced'), ...order]);
});
