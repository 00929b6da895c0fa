import type { Fs } from '../../../repo/fs.ts';
import { memory } from '../../repo/support.ts';
import type { Setting } from '../face.ts';
import type { Case } from './case.ts';

const yaml = (text: string): Setting => ({ files: { '/home/me/a.yaml': text } });
const withFile = ['x', '--yes', '--answers', 'a.yaml'];

/** Answers files that cannot be used. */
export const files: readonly Case[] = [
  ['two answers files', ['x', '--yes', '--answers', 'a', '--answers', 'b'], {}, 2, ['--answers', 'one answers file']],
  ['an answers file that is not there', withFile, {}, 2, ['a.yaml', 'there is no such file']],
  [
    'an answers file that is a folder',
    withFile,
    { files: { '/home/me/a.yaml/': '' } },
    2,
    ['a.yaml', 'it is a folder'],
  ],
  ['an answers file that is not YAML', withFile, yaml('a: [1,\nb: }'), 2, ['a.yaml', 'not YAML', 'line 2']],
  ['an answers file with a key twice', withFile, yaml('port: 8080\nport: 9090\n'), 2, ['a.yaml', 'unique']],
  ['an answers file that is a list', withFile, yaml('- qdrant\n'), 2, ['a.yaml', 'no map of answers']],
  ['an answers file that is a text', withFile, yaml('qdrant'), 2, ['a.yaml', 'no map of answers']],
  [
    'an answers file of two documents',
    withFile,
    yaml('port: 8080\n---\nport: 1\n'),
    2,
    ['a.yaml', 'multiple documents'],
  ],
  [
    'an answers file of a billion laughs',
    withFile,
    yaml(
      'a: &a [1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\n',
    ),
    2,
    ['a.yaml', 'Excessive alias'],
  ],
  ['an answers file that is not text', withFile, { fs: binary() }, 2, ['a.yaml', 'not UTF-8']],
  ['an answers file without end', withFile, yaml(`name: ${'x'.repeat(100_001)}`), 2, ['a.yaml', 'larger than 100 kB']],
  ['an answers file of a later format', withFile, yaml('schema: 2\nanswers: {}\n'), 2, ['a.yaml', 'schema 2']],
  [
    'an answers file with strange neighbours',
    withFile,
    yaml('answer: {}\nanswers: {}\n'),
    2,
    ['a.yaml', 'answer does not belong', 'use answers'],
  ],
  [
    'an answers file without a map of answers',
    withFile,
    yaml('answers: none\n'),
    2,
    ['a.yaml', 'answers is not a map'],
  ],
  [
    'unknown keys in an answers file',
    withFile,
    yaml('vector_db: qdrant\nport: 8080\n'),
    2,
    ['vector_db', 'in answers file', 'did you mean vectorDb?'],
  ],
  [
    'wrong types in an answers file',
    withFile,
    yaml('port: [1]\nname: {a: 1}\nvectorDb: true\nmonitoring: 7\n'),
    2,
    ['--port', '--name', '--vector-db', '--monitoring'],
  ],
];

const deep = 40_000;

/** Answers files that are made to hurt. */
export const attacks: readonly Case[] = [
  ['an alias that holds itself', withFile, yaml('name: &a [*a]\n'), 2, ['a.yaml', 'nested too deeply']],
  ['a document that holds itself', withFile, yaml('&a\nname: *a\n'), 2, ['a.yaml', 'nested too deeply']],
  [
    'JSON without a floor',
    withFile,
    yaml(`{"name": ${'['.repeat(deep)}${']'.repeat(deep)}}`),
    2,
    ['a.yaml', 'nested too deeply'],
  ],
  [
    'more keys than there are answers',
    withFile,
    yaml(`{${Array.from({ length: 8_000 }, (_, i) => `"k${i}": 1`).join()}}`),
    2,
    ['a.yaml', 'more than 1000 values'],
  ],
  ['a pipe or a device', ['x', '--yes', '--answers', 'a.yaml'], { fs: device() }, 2, ['a.yaml', 'a pipe or a device']],
  ['input without end', ['x', '--yes', '--answers', '-'], { stdin: 'x'.repeat(100_001) }, 2, ['-', '100 kB']],
];

/** A disk where the answers file is neither file nor folder; reading it would not come back. */
function device(): Fs {
  const fs = memory({ '/home/me/': '' });
  return Object.assign(fs, {
    statSync: () => ({ mode: 0o020666, isFile: () => false, isDirectory: () => false, isSymbolicLink: () => false }),
    readFileSync: () => {
      throw new Error('was read');
    },
  });
}

function binary(): Fs {
  const fs = memory({ '/home/me/': '' });
  fs.writeFileSync('/home/me/a.yaml', new Uint8Array([0xff, 0xfe, 0x00]), { flag: 'wx', mode: 0o644, flush: false });
  return fs;
}
