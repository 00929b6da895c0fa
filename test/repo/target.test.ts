import { describe, expect, test } from 'vitest';
import { readFolder } from '../../repo/read.ts';
import { look } from '../../repo/target.ts';
import { disk, memory } from './support.ts';

const readme = (lines: number): string => Array.from({ length: lines }, (_, i) => `line ${i}`).join('\n') + '\n\n';

describe('a target that can be used', () => {
  test.each([
    ['absent', {}, { is: 'absent' }],
    ['empty', { '/t/': '' }, { is: 'empty' }],
    ['holding what a file manager drops', { '/t/.DS_Store': '' }, { is: 'empty' }],
    ['holding what a killed run left', { '/t/.ai-deploy/txn/next/new/x': '' }, { is: 'empty' }],
    ['only .git', { '/t/.git/HEAD': '' }, { is: 'fresh-clone', replaces: [] }],
    ['a submodule', { '/t/.git': 'gitdir: x' }, { is: 'fresh-clone', replaces: [] }],
    [
      'a fresh clone',
      {
        '/t/.git/HEAD': '',
        '/t/LICENSE': '',
        '/t/README.md': readme(10),
        '/t/.gitignore': '',
        '/t/.gitattributes': '',
      },
      { is: 'fresh-clone', replaces: ['.gitattributes', '.gitignore', 'README.md'] },
    ],
  ] as const)('%s', (_, files, target) => {
    expect(look(memory(files), '/t')).toEqual(target);
  });

  test('below folders that are still missing, and below a link of the user', () => {
    const fs = memory({ '/home/': '' });
    disk(fs).symlinkSync('/home', '/me');
    expect(look(fs, '/a/b/c')).toEqual({ is: 'absent' });
    expect(look(fs, '/me/new')).toEqual({ is: 'absent' });
  });
});

describe('a target that cannot be used', () => {
  test.each([
    ['a file', { '/t': '' }, 'file', '/t', 'a file stands there'],
    ['below a file', { '/t': '' }, 'file', '/t', 'a file stands where a folder is needed'],
    ['holding work', { '/t/app.py': '', '/t/.git/': '' }, 'not-empty', '/t', 'it is not empty: it holds app.py'],
    [
      'holding much',
      { '/t/a': '', '/t/b': '', '/t/c': '', '/t/d': '', '/t/e': '' },
      'not-empty',
      '/t',
      'it is not empty: it holds a, b, c and 2 more',
    ],
    ['a README, no clone', { '/t/README.md': '# x' }, 'not-empty', '/t', 'it is not empty: it holds README.md'],
    [
      'a README with work in it',
      { '/t/.git/': '', '/t/README.md': readme(11) },
      'not-empty',
      '/t',
      'its README.md has 11 lines, so somebody has worked on it',
    ],
    [
      'a folder called README.md',
      { '/t/.git/': '', '/t/README.md/': '' },
      'not-empty',
      '/t',
      'it is not empty: it holds README.md',
    ],
    [
      'a repository of ours',
      { '/t/.ai-deploy/lock.json': '{}' },
      'not-empty',
      '/t',
      'it is not empty: it holds .ai-deploy',
    ],
  ] as const)('%s', (name, files, is, path, because) => {
    const target = look(memory(files), name === 'below a file' ? '/t/x/y' : '/t');
    expect(target).toMatchObject({ is, problem: { code: 'blocked', path, because } });
  });

  test('a link, whether it leads somewhere or not', () => {
    const fs = memory({ '/empty/': '' });
    disk(fs).symlinkSync('/empty', '/t');
    disk(fs).symlinkSync('/nowhere', '/dangling');
    expect(look(fs, '/t')).toMatchObject({ is: 'symlink', problem: { because: 'it is a symbolic link' } });
    expect(look(fs, '/dangling/t')).toMatchObject({ is: 'symlink', problem: { path: '/dangling' } });
  });

  test.each([
    ['EACCES', 'you may not write there'],
    ['EROFS', 'the file system is read-only'],
  ])('one that cannot be written to: %s', (code, because) => {
    const fs = memory({ '/t/': '' });
    const denied = Object.assign(Object.create(fs) as typeof fs, {
      accessSync: () => {
        throw Object.assign(new Error(code), { code });
      },
    });
    expect(look(denied, '/t')).toMatchObject({ is: 'unwritable', problem: { path: '/t', because } });
    expect(look(denied, '/t/new')).toMatchObject({ is: 'unwritable', problem: { path: '/t', because } });
  });
});

test('reading a folder: sorted, links not followed, .git left out at any depth, the rest as asked', () => {
  const fs = memory({
    '/r/b.sh': 'b',
    '/r/a/x': 'x',
    '/r/a/.git/HEAD': '',
    '/r/.git': 'gitdir: y',
    '/r/.venv/lib': '',
  });
  fs.chmodSync('/r/b.sh', 0o755);
  disk(fs).symlinkSync('/r', '/r/loop');
  const result = readFolder(fs, '/r', (path) => path === '.venv');
  expect(
    result.ok && [...result.value].map(([path, entry]) => [path, entry.kind, 'mode' in entry ? entry.mode : '']),
  ).toEqual([
    ['a', 'folder', ''],
    ['a/x', 'file', '644'],
    ['b.sh', 'file', '755'],
    ['loop', 'symlink', ''],
  ]);
  expect(readFolder(fs, '/none')).toMatchObject({ ok: false, problem: { code: 'failed', path: '/none' } });
});
