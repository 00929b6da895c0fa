import { expect, test } from 'vitest';
import type { Fs } from '../../repo/fs.ts';
import { writeNew, type Files } from '../../repo/write.ts';
import { faulty, hows, isKill } from './faults.ts';
import { disk, memory, snapshot, text } from './support.ts';

const files: Files = new Map([
  ['.ai-deploy/lock.json', { bytes: text('{}\n'), mode: '644' }],
  ['README.md', { bytes: text('# x\n'), mode: '644' }],
  ['app/api/main.py', { bytes: text(''), mode: '644' }],
  ['app/run.sh', { bytes: text('#!/bin/sh\n'), mode: '755' }],
]);

const start = (): Fs => memory({ '/home/me/other.txt': 'other' });
const target = '/home/me/apps/2026/my-rag';
const complete = (): Record<string, string> => {
  const fs = start();
  writeNew(fs, target, files);
  return snapshot(fs, '/');
};

test('writes every file with its mode, through one rename, and makes the folders above', () => {
  expect(complete()).toEqual({
    ...snapshot(start(), '/'),
    '/home/me/apps': 'folder',
    '/home/me/apps/2026': 'folder',
    '/home/me/apps/2026/my-rag': 'folder',
    '/home/me/apps/2026/my-rag/.ai-deploy': 'folder',
    '/home/me/apps/2026/my-rag/.ai-deploy/lock.json': '666 {}\n',
    '/home/me/apps/2026/my-rag/README.md': '666 # x\n',
    '/home/me/apps/2026/my-rag/app': 'folder',
    '/home/me/apps/2026/my-rag/app/api': 'folder',
    '/home/me/apps/2026/my-rag/app/api/main.py': '666 ',
    '/home/me/apps/2026/my-rag/app/run.sh': '777 #!/bin/sh\n',
  });
});

test.each(hows)('%s at every call leaves nothing, or everything', (how) => {
  const [before, after] = [snapshot(start(), '/'), complete()];
  const count = faulty(start(), Infinity, how);
  writeNew(count.fs, target, files);
  expect(count.calls()).toBeGreaterThan(20);
  for (let at = 0; at < count.calls(); at++) {
    const fs = start();
    const ended = outcome(() => writeNew(faulty(fs, at, how, how === 'dead' ? 'EIO' : 'ENOSPC').fs, target, files));
    const visible = snapshot(fs, '/', /\/\.apps\.ai-deploy-\d+/);
    expect([before, after], `call ${at}`).toContainEqual(visible);
    if (ended === 'written') expect(snapshot(fs, '/')).toEqual(after);
    if (ended === 'refused' && how !== 'dead') expect(snapshot(fs, '/'), `call ${at}`).toEqual(before);
    // The next run clears away what a killed one left beside the target.
    const again = writeNew(fs, target, files);
    expect(again.ok || again.problem.because).toBe(ended === 'written' ? 'it exists already' : again.ok);
    expect(snapshot(fs, '/'), `call ${at}`).toEqual(after);
  }
});

function outcome(write: () => ReturnType<typeof writeNew>): 'written' | 'refused' | 'killed' {
  try {
    return write().ok ? 'written' : 'refused';
  } catch (error) {
    if (!isKill(error)) throw error;
    return 'killed';
  }
}

test('a full disk is one sentence that names the file', () => {
  const fs = start();
  const write = fs.writeFileSync.bind(fs);
  fs.writeFileSync = (path, ...rest) => {
    if (!path.endsWith('/README.md')) return write(path, ...rest);
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write', path });
  };
  expect(writeNew(fs, target, files)).toEqual({
    ok: false,
    problem: {
      code: 'failed',
      path: 'README.md',
      because: 'the disk is full; nothing was written',
      fix: 'Free some space, then run the command again.',
    },
  });
});

test('a folder above that refuses is named by the target', () => {
  const fs = start();
  fs.mkdirSync = (path) => {
    throw Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'mkdir', path });
  };
  expect(writeNew(fs, target, files)).toMatchObject({ ok: false, problem: { code: 'failed', path: target } });
});

test('a rename that a virus scanner holds up for a moment is tried again', () => {
  const fs = start();
  const held = { ...pick(fs), renameSync: holdUp(fs, 2) };
  expect(writeNew(held, target, files).ok).toBe(true);
  const stuck = { ...pick(fs), renameSync: holdUp(fs, Infinity) };
  expect(writeNew(stuck, '/home/me/second', files)).toMatchObject({
    problem: { because: 'permission denied; nothing was written' },
  });
  expect(snapshot(fs, '/')).toEqual(complete());
});

const pick = (fs: Fs): Fs => faulty(fs, Infinity, 'kill').fs;
function holdUp(fs: Fs, times: number): Fs['renameSync'] {
  let left = times;
  return (from, to) => {
    if (left-- > 0) throw Object.assign(new Error('EPERM'), { code: 'EPERM', syscall: 'rename', path: from });
    fs.renameSync(from, to);
  };
}

test('two runs at once: the second finds the name taken and takes nothing away', () => {
  const fs = start();
  const first = { ...pick(fs) };
  const racing = {
    ...first,
    writeFileSync: (...args: Parameters<Fs['writeFileSync']>) => {
      if (!fs.lstatSync('/home/me/apps', { throwIfNoEntry: false })) fs.mkdirSync('/home/me/apps');
      first.writeFileSync(...args);
    },
  };
  expect(writeNew(racing, target, files)).toMatchObject({ problem: { code: 'blocked', path: '/home/me/apps' } });
  expect(snapshot(fs, '/')).toEqual({ ...snapshot(start(), '/'), '/home/me/apps': 'folder' });
});

test('the staging folder of a run that is still at work is left alone', () => {
  const fs = start();
  fs.mkdirSync(`/home/me/.apps.ai-deploy-${process.ppid}`);
  fs.mkdirSync('/home/me/.apps.ai-deploy-999999999');
  fs.mkdirSync('/home/me/.apps.ai-deploy-notes');
  expect(writeNew(fs, target, files).ok).toBe(true);
  expect(fs.readdirSync('/home/me')).toEqual([
    `.apps.ai-deploy-${process.ppid}`,
    '.apps.ai-deploy-notes',
    'apps',
    'other.txt',
  ]);
});

test('a link that stands where the staging folder goes is removed, not followed', () => {
  const fs = start();
  disk(fs).symlinkSync('/home/me', `/home/me/.apps.ai-deploy-${process.pid}`);
  expect(writeNew(fs, target, files).ok).toBe(true);
  expect(snapshot(fs, '/')).toEqual(complete());
});

test('refuses a target that exists, and paths that are not safe, before it writes', () => {
  const fs = start();
  const before = snapshot(fs, '/');
  expect(writeNew(fs, '/home/me', files)).toMatchObject({ problem: { code: 'blocked', path: '/home/me' } });
  const unsafe: Files = new Map([['../x', { bytes: text(''), mode: '644' }]]);
  expect(writeNew(fs, target, unsafe)).toMatchObject({ problem: { code: 'blocked', path: '../x' } });
  expect(snapshot(fs, '/')).toEqual(before);
});
