import { describe, expect, test } from 'vitest';
import { optionList } from '../../core/options.ts';
import { kebab } from '../../core/names.ts';
import { progress } from '../../generators/create/progress.ts';
import type { Io } from '../../generators/create/io.ts';
import { commands, later, switches } from '../../generators/create/words.ts';
import { memory } from '../repo/support.ts';
import { face } from './face.ts';

describe('help', () => {
  test.each([[['--help']], [['-h']], [['x', '--nonsense', '--help']]])(
    '%j names every command, flag and option',
    async (argv) => {
      const { out, exit } = await face(argv);
      expect(exit).toBe(0);
      for (const name of Object.keys(commands)) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
      for (const name of [...Object.keys(switches), ...optionList.map(([id]) => kebab(id))])
        expect(out).toContain(`--${name} `);
      for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(160);
    },
  );

  test('the version', async () => {
    expect(await face(['-v'])).toMatchObject({ exit: 0, out: '0.0.0\n' });
    expect((await face(['--version', '--json'])).json()).toEqual({ version: '0.0.0' });
  });

  test.each(later)('%s belongs to a later version', async (word) => {
    const { exit, err, fs } = await face([word, '--yes']);
    expect({ exit, folder: fs.readdirSync('/home/me') }).toEqual({ exit: 2, folder: [] });
    expect(err).toContain(`the command ${word} is not in this version`);
    expect((await face([`./${word}`, '--yes'])).fs.readdirSync('/home/me')).toEqual([word]);
  });
});

describe('options and schema', () => {
  test('options shows choices, defaults and rules', async () => {
    const { out } = await face(['options']);
    expect(out).toMatch(/--vector-db {2}Vector database \[pgvector\]/);
    expect(out).toMatch(/qdrant +Qdrant/);
    expect(out).toContain('vector-db/pgvector needs database=postgres: pgvector keeps its vectors in PostgreSQL');
  });

  test('schema is the same with and without --json', async () => {
    const plain = await face(['schema']);
    expect(JSON.parse(plain.out)).toEqual((await face(['schema', '--json'])).json());
  });
});

describe('why', () => {
  const made = async () => (await face(['x', '--yes', '--vector-db', 'qdrant'])).fs;

  test('tells feature, template, kind and the answers behind a file', async () => {
    const { out, exit } = await face(['why', 'x/deploy/compose/qdrant.yml'], { fs: await made() });
    expect(exit).toBe(0);
    expect(out).toBe(
      [
        'deploy/compose/qdrant.yml',
        '  feature   vector-db/qdrant',
        '  template  vector-db/qdrant/port=qdrant/@compose/deploy/compose/qdrant.yml',
        '  kind      managed: takes fixes from new versions',
        '  worlds    local',
        '  because   vectorDb is qdrant',
        '            vector-db/qdrant fulfils qdrant',
        '            compose holds (on a laptop)',
        '',
      ].join('\n'),
    );
  });

  test('from inside the repository, and for seeds', async () => {
    const { out } = await face(['why', 'prompts.py'], { fs: await made(), cwd: '/home/me/x/app' });
    expect(out).toContain('app/rag/@owns-source/app/prompts.py');
    expect(out).toContain('seed: written once, yours since');
  });

  test('a file of your own, a slip, and a damaged state', async () => {
    const fs = await made();
    fs.writeFileSync('/home/me/x/mine.txt', Buffer.from('mine'), { flag: 'wx', mode: 0o644, flush: false });
    expect((await face(['why', 'x/mine.txt'], { fs })).err).toContain('it was not generated: it is yours');
    expect((await face(['why', 'x/READNE.md'], { fs })).err).toContain('did you mean README.md?');
    fs.unlinkSync('/home/me/x/.ai-deploy/lock.json');
    fs.writeFileSync('/home/me/x/.ai-deploy/lock.json', Buffer.from('{'), { flag: 'wx', mode: 0o644, flush: false });
    const { exit, err } = await face(['why', 'x/README.md'], { fs });
    expect(exit).toBe(5);
    expect(err).toContain('git checkout HEAD -- .ai-deploy/lock.json');
  });
});

describe('colours', () => {
  const escape = '\u001b[';
  test.each([
    [{}, false, false],
    [{}, true, true],
    [{ NO_COLOR: '1' }, true, false],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
  ])('%j, terminal %s: %s', async (env, tty, coloured) => {
    expect((await face(['options'], { env, tty })).out.includes(escape)).toBe(coloured);
    expect((await face(['--port'], { env, tty })).err.includes(escape)).toBe(coloured);
    expect((await face(['x', '--yes', '--json'], { env, tty })).out.includes(escape)).toBe(false);
  });
});

describe('progress', () => {
  const watch = (tty: boolean) => {
    let [err, now] = ['', 0];
    const steps = progress(
      { stderr: { isTTY: tty, write: (text: string) => (err += text) } } as unknown as Io,
      () => now,
    );
    const fs = memory();
    steps.step('Writing');
    const watched = steps.watched(fs, 3);
    for (const [at, name] of [
      [10, 'a'],
      [1500, 'b'],
      [1600, 'c'],
    ] as const) {
      now = at;
      watched.writeFileSync(`/${name}`, new Uint8Array(), { flag: 'wx', mode: 0o644, flush: false });
    }
    steps.end();
    return { err, files: fs.readdirSync('/') };
  };

  test('one line, once a step has taken longer than a second, and gone at the end', () => {
    const clear = '\r\u001b[2K';
    expect(watch(true)).toEqual({
      err: `${clear}Writing: 2 of 3 files…${clear}Writing: 3 of 3 files…${clear}`,
      files: ['a', 'b', 'c'],
    });
  });

  test('nothing where nobody looks', () => {
    expect(watch(false).err).toBe('');
  });
});

describe('Ctrl-C', () => {
  test('while it writes: the write ends, then the command does, with 130', async () => {
    let heard = (): void => undefined;
    const fs = memory({ '/home/me/': '' });
    const write = fs.writeFileSync.bind(fs);
    fs.writeFileSync = (...args) => {
      heard();
      write(...args);
    };
    const { exit, out } = await face(['x', '--yes'], {
      fs,
      onInterrupt: (listener) => {
        heard = listener;
        return () => undefined;
      },
    });
    expect(exit).toBe(130);
    expect(out).toContain('the repository is complete');
    expect(fs.readdirSync('/home/me')).toEqual(['x']);
  });
});
