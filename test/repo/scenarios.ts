import { expect } from 'vitest';
import type { Change } from '../../repo/collect.ts';
import type { Fs } from '../../repo/fs.ts';
import { applyTo } from '../../repo/transaction.ts';
import { faulty, isKill } from './faults.ts';
import { memory, remove, snapshot, write } from './support.ts';

/** A folder, and what is to be changed in it. */
export interface Scenario {
  readonly name: string;
  readonly start: () => Fs;
  readonly changes: readonly Change[];
}

const lock = '.ai-deploy/lock.json';
const create = [
  write('README.md', null, '# new\n'),
  write('app/api/main.py', null, 'print()\n'),
  write('app/run.sh', null, '#!/bin/sh\n', '755'),
  write('.ai-deploy/base.pack', null, 'pack\n'),
  write(lock, null, '{}\n'),
];

/** A repository of an earlier run, with what that run kept. */
export function kept(): Fs {
  const fs = memory({
    '/r/.ai-deploy/lock.json': 'lock 1\n',
    '/r/.ai-deploy/txn/last/old/Makefile': 'from the run before\n',
    '/r/.ai-deploy/txn/last/journal.json': '{}\n',
    '/r/Makefile': 'all: 1\n',
    '/r/deploy/gone/only.yml': 'x\n',
    '/r/ops/run.sh': '#!/bin/sh\n',
    '/r/secret.env': 'KEY=1\n',
    '/r/mine.txt': 'mine\n',
    '/r/empty/': '',
  });
  fs.chmodSync('/r/secret.env', 0o640);
  return fs;
}

export const scenarios: readonly Scenario[] = [
  { name: 'a new repository in an empty folder', start: () => memory({ '/r/': '' }), changes: create },
  {
    name: 'a new repository in a fresh clone',
    start: () => memory({ '/r/.git/HEAD': 'ref\n', '/r/README.md': '# old\n' }),
    changes: [write('README.md', '# old\n', '# new\n'), ...create.slice(1)],
  },
  {
    name: 'a change of everything that can change',
    start: kept,
    changes: [
      write('Makefile', 'all: 1\n', 'all: 2\n'),
      remove('deploy/gone/only.yml', 'x\n'),
      write('ops/run.sh', '#!/bin/sh\n', '#!/bin/sh\n', '755'),
      write('secret.env', 'KEY=1\n', 'KEY=2\n'),
      write('empty/now/full.md', null, 'x\n'),
      write(lock, 'lock 1\n', 'lock 2\n'),
    ],
  },
];

/** What its owner sees of a folder: everything but the place where a run works. */
export const see = (fs: Fs): Record<string, string> => snapshot(fs, '/r', /\.ai-deploy\/txn$/);

/** What the folder should be afterwards. */
export function done({ start, changes }: Scenario): Record<string, string> {
  const fs = start();
  expect(applyTo(fs, '/r', changes)).toEqual({ ok: true, value: undefined });
  return see(fs);
}

/** Runs a step that a fault may end; tells what it returned, or that it was killed. */
export function run<T>(step: () => T): T | 'killed' {
  try {
    return step();
  } catch (error) {
    if (!isKill(error)) throw error;
    return 'killed';
  }
}

/** How often a scenario calls the file system. */
export function countCalls({ start, changes }: Scenario): number {
  const counted = faulty(start(), Infinity, 'kill');
  applyTo(counted.fs, '/r', changes);
  return counted.calls();
}
