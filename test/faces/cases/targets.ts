import type { Fs } from '../../../repo/fs.ts';
import { disk, memory } from '../../repo/support.ts';
import type { Case } from './case.ts';

/** Folders that cannot take a repository. */
export const targets: readonly Case[] = [
  [
    'a target that is a file',
    ['x', '--yes'],
    { files: { '/home/me/x': 'mine' } },
    4,
    ['/home/me/x', 'a file stands there', 'Choose another folder'],
  ],
  ['a target below a file', ['x/z', '--yes'], { files: { '/home/me/x': 'mine' } }, 4, ['/home/me/x', 'a file stands']],
  [
    'a target that is not empty',
    ['x', '--yes'],
    { files: { '/home/me/x/app.py': 'mine' } },
    4,
    ['/home/me/x', 'not empty: it holds app.py'],
  ],
  ['a target that is a symbolic link', ['x', '--yes'], { fs: linked() }, 4, ['/home/me/x', 'symbolic link']],
  [
    'a target that is read-only',
    ['x', '--yes'],
    { fs: refusing('accessSync', 'EACCES') },
    4,
    ['you may not write there'],
  ],
  [
    'a disk that is read-only',
    ['x', '--yes'],
    { fs: refusing('accessSync', 'EROFS') },
    4,
    ['the file system is read-only'],
  ],
  ['a path that is no repository', ['why', 'README.md'], {}, 4, ['/home/me', 'not a repository that ai-deploy made']],
  ['why without a path', ['why'], {}, 2, ['why needs the path of a file']],
];

function linked(): Fs {
  const fs = memory({ '/home/me/real/': '' });
  disk(fs).symlinkSync('/home/me/real', '/home/me/x');
  return fs;
}

function refusing(call: 'accessSync', code: string): Fs {
  const fs = memory({ '/home/me/': '' });
  return Object.assign(fs, {
    [call]: () => {
      throw Object.assign(new Error(code), { code, syscall: 'access' });
    },
  });
}
