import { describe, expect, test } from 'vitest';
import { sha256 } from '../../repo/fs.ts';
import { packOf, readPack, type Pack } from '../../repo/pack.ts';
import { chance, seed, text } from './support.ts';

const read = (bytes: Uint8Array): Pack => {
  const result = readPack(bytes);
  if (!result.ok) throw new Error(result.problem.because);
  return result.value;
};

/** Files that are as awkward as possible: heads inside, no final newline, carriage returns, bytes that are no text. */
function awkward(next: (below: number) => number, count: number): Map<string, Uint8Array> {
  const pieces = [
    '\n',
    '\r\n',
    '@@ ',
    `\n@@ ${'a'.repeat(64)} 3 raw x\nabc\n`,
    'key: value\n',
    'é',
    '😀',
    '\u0000',
    '',
  ];
  const files = new Map<string, Uint8Array>();
  for (let i = 0; i < count; i++) {
    const made = Array.from({ length: next(9) }, () => pieces[next(pieces.length)]).join('');
    const binary = Uint8Array.from({ length: next(300) }, () => next(256));
    files.set(`${'dir/'.repeat(next(3))}file ${String(i).padStart(2, '0')} é`, next(4) === 0 ? binary : text(made));
  }
  return files;
}

describe(`packs of random files (seed ${seed})`, () => {
  const next = chance(seed);

  test('give back every byte, and the same pack for the same files in any order', () => {
    for (let i = 0; i < 200; i++) {
      const files = awkward(next, next(12));
      const pack = packOf(files);
      const { blobs, damaged } = read(pack);
      expect(damaged).toEqual([]);
      for (const [path, bytes] of files)
        expect(Buffer.from(blobs.get(sha256(bytes))!), path).toEqual(Buffer.from(bytes));
      expect(packOf(new Map([...files].reverse()))).toEqual(pack);
    }
  });

  test('never give back wrong bytes, whatever is done to them', () => {
    for (let i = 0; i < 400; i++) {
      const pack = Buffer.from(packOf(awkward(next, 8)));
      const at = next(pack.length);
      const noise = Buffer.from(Array.from({ length: next(20) }, () => next(256)));
      const broken = Buffer.concat([pack.subarray(0, at), noise, pack.subarray(Math.min(pack.length, at + next(40)))]);
      const result = readPack(broken);
      for (const [sha, bytes] of result.ok ? result.value.blobs : []) expect(sha256(bytes)).toBe(sha);
    }
  });

  test('lose only the entry whose bytes were changed, and name it', () => {
    for (let i = 0; i < 200; i++) {
      const files = new Map(
        Array.from({ length: 6 }, (_, n) => [`f${n}`, text(`${n} ${'x'.repeat(next(50))}key: old\nend\n`)]),
      );
      const victim = `f${next(6)}`;
      const changed = Buffer.from(packOf(files))
        .toString()
        .replace(`\n${victim[1]} x`, `\n${victim[1]} `)
        .replace(`${victim[1]} key`, `${victim[1]}  key`);
      const { blobs, damaged } = read(Buffer.from(changed));
      expect(damaged).toEqual([victim]);
      for (const [path, bytes] of files)
        expect(blobs.has(sha256(bytes)), `${path} beside ${victim}`).toBe(path !== victim);
    }
  });
});

test('the format, byte for byte', () => {
  const pack = packOf(
    new Map([
      ['b.bin', Uint8Array.of(0, 255)],
      ['a.txt', text('hi\n')],
      ['c', text('')],
    ]),
  );
  expect(Buffer.from(pack).toString()).toBe(
    [
      'ai-deploy-base 1',
      `@@ ${sha256('hi\n')} 3 raw a.txt`,
      'hi',
      '',
      `@@ ${sha256(Uint8Array.of(0, 255))} 2 b64 b.bin`,
      'AP8=',
      `@@ ${sha256('')} 0 raw c`,
      '',
      '',
    ].join('\n'),
  );
});

test('base64 is cut at 76 columns', () => {
  const lines = Buffer.from(packOf(new Map([['x', new Uint8Array(200)]])))
    .toString()
    .split('\n');
  expect(lines.slice(2, -1).map((line) => line.length)).toEqual([76, 76, 76, 40]);
});

test('a checkout that changed every line end loses nothing', () => {
  const files = new Map([
    ['a', text('one\ntwo\n')],
    ['b', new Uint8Array(100)],
    ['c', text('')],
    ['d', text('no end')],
  ]);
  const windows = Buffer.from(packOf(files)).toString().replaceAll('\n', '\r\n');
  const { blobs, damaged } = read(Buffer.from(windows));
  expect(damaged).toEqual([]);
  for (const bytes of files.values()) expect(Buffer.from(blobs.get(sha256(bytes))!)).toEqual(Buffer.from(bytes));
});

test('a mass edit that also changes the lengths loses only what it touched', () => {
  const files = new Map([
    ['a', text('image: old\n')],
    ['b', text('plain\n')],
    ['c', text('image: old:1\n')],
  ]);
  const { blobs, damaged } = read(Buffer.from(Buffer.from(packOf(files)).toString().replaceAll('old', 'newer')));
  expect(damaged).toEqual(['a', 'c']);
  expect([...blobs.keys()]).toEqual([sha256('plain\n')]);
});

test('a file that is itself a pack cannot pass for the entries around it', () => {
  const inner = packOf(new Map([['Makefile', text('evil\n')]]));
  const { blobs } = read(
    packOf(
      new Map([
        ['Makefile', text('good\n')],
        ['a.pack', inner],
      ]),
    ),
  );
  expect([...blobs.keys()].sort()).toEqual([sha256('good\n'), sha256(inner)].sort());
});

test('what is no pack holds nothing; what a newer version wrote is refused', () => {
  expect(read(text(''))).toEqual({ blobs: new Map(), damaged: [] });
  expect(read(text('<html>\n@@ nonsense\n'))).toEqual({ blobs: new Map(), damaged: [] });
  expect(readPack(text('ai-deploy-base 2\n'))).toMatchObject({ ok: false, problem: { code: 'blocked' } });
});
