import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { snapshot, memory } from '../repo/support.ts';
import { face } from './face.ts';

describe('a new repository', () => {
  test('the files are there, and the report says what, from where, and what next', async () => {
    const { exit, out, err, fs } = await face(['my-rag', '--yes', '--vector-db', 'qdrant']);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    const paths = Object.keys(snapshot(fs, '/home/me/my-rag'));
    expect(paths).toContain('/home/me/my-rag/deploy/compose/qdrant.yml');
    expect(paths).toContain('/home/me/my-rag/.ai-deploy/lock.json');
    expect(out).toMatch(/name +my-rag +directory/);
    expect(out).toMatch(/vector-db +qdrant +flags/);
    expect(out).toMatch(/database +postgres +default/);
    expect(out).toMatch(/vector-store +vector-db\/qdrant +vector-db\/qdrant +vector-db\/qdrant/);
    expect(out).toMatch(/Next:\n {2}cd my-rag\n {2}make dev\n\nThe same again:\n {2}npx .*\n$/);
  });

  test('the last line makes the same repository again, byte by byte', async () => {
    const flags = [
      '--yes',
      '--name',
      'other',
      '--description',
      `it's "q" $(x) -- 🚀`,
      '--port=8080',
      '--monitoring',
      'none',
    ];
    const first = await face(['a dir', ...flags]);
    const line = first.out.trimEnd().split('\n').at(-1)?.trim() ?? '';
    expect(line).toBe(
      `npx create-ai-deploy@0.0.0 'a dir' --yes --name other --description 'it'\\''s "q" $(x) -- 🚀' --monitoring none --port 8080`,
    );
    const again = await face([
      'a dir',
      '--yes',
      '--name',
      'other',
      '--description',
      `it's "q" $(x) -- 🚀`,
      '--monitoring',
      'none',
      '--port',
      '8080',
    ]);
    expect(snapshot(again.fs, '/home/me')).toEqual(snapshot(first.fs, '/home/me'));
  });

  test('a default that nobody can deploy with is named', async () => {
    expect((await face(['x', '--yes'])).out).toContain(
      'Before a real deployment, answer --owner: it still is example.',
    );
    const own = ['--owner', 'acme', '--domain', 'rag.acme.com'];
    expect((await face(['x', '--yes', '--owner', 'acme'])).out).toContain('answer --domain: it still is x.example.com');
    expect((await face(['x', '--yes', ...own])).out).not.toContain('Before a real deployment');
  });

  test('whoever wants no keys is told what that means', async () => {
    const says = 'Nobody needs a key: whoever reaches the service may add documents, ask, and spend your tokens.';
    expect((await face(['x', '--yes', '--auth', 'none'])).out).toContain(says);
    expect((await face(['x', '--yes'])).out).not.toContain(says);
  });

  test('only what differs from the defaults is in that line; a default that another answer moves is none', async () => {
    const { json } = await face(['x', '--yes', '--json', '--vector-db', 'pgvector', '--embedding-dimension', '1024']);
    expect(json().commandLine).toBe('npx create-ai-deploy@0.0.0 x --yes');
  });

  test('without a folder the name is the folder', async () => {
    expect((await face(['--yes'])).out).toContain('cd my-rag');
    const { out, fs } = await face(['--yes', '--name', 'other']);
    expect(out).toMatch(/Wrote \d+ files, \d+ kB to other/);
    expect(out.trimEnd()).toMatch(/npx create-ai-deploy@0\.0\.0 other --yes$/);
    expect(fs.readdirSync('/home/me')).toEqual(['other']);
  });

  test.each([
    ['My Project 2', 'my-project-2'],
    ['.', 'me'],
    ['a/b/deep_Dir', 'deep-dir'],
  ])('the name follows the folder: %s', async (dir, name) => {
    const { json } = await face([dir, '--yes', '--json']);
    expect(json().answers.name).toEqual({ value: name, source: 'directory' });
  });

  test('in the current folder there is nowhere to go', async () => {
    const { json, fs } = await face(['.', '--yes', '--json']);
    expect(json().next).toEqual(['make dev', 'make test']);
    expect(fs.readdirSync('/home/me')).toContain('Makefile');
  });

  test('a word that is a command needs its path to be a folder', async () => {
    const { out, fs } = await face(['./plan', '--yes']);
    expect(fs.readdirSync('/home/me')).toContain('plan');
    expect(out).toContain('cd ./plan');
    expect((await face(['plan', '--yes'])).fs.readdirSync('/home/me')).toEqual([]);
  });

  test('a fresh clone is filled; what its host wrote is replaced and named', async () => {
    const files = { '/home/me/x/.git/HEAD': 'ref', '/home/me/x/README.md': '# x\n', '/home/me/x/LICENSE': 'MIT' };
    const { json, fs, exit } = await face(['x', '--yes', '--json'], { files });
    expect(exit).toBe(0);
    expect(json().files.find(({ path }) => path === 'README.md')?.action).toBe('replace');
    expect(json().notes.join('\n')).toContain('README.md');
    expect(Buffer.from(fs.readFileSync('/home/me/x/LICENSE')).toString()).toBe('MIT');
  });
});

describe('--json', () => {
  test('one document: every file with action, owner and bytes, every answer with its source', async () => {
    const { json, fs, err } = await face(['x', '--yes', '--json', '--cache', 'none']);
    const report = json();
    const onDisk = Object.entries(snapshot(fs, '/home/me/x')).filter(([, content]) => content !== 'folder');
    expect(report.files.map(({ path }) => `/home/me/x/${path}`).sort()).toEqual(onDisk.map(([path]) => path).sort());
    for (const { path, bytes, action, owner } of report.files) {
      expect(fs.readFileSync(`/home/me/x/${path}`).length).toBe(bytes);
      expect({ action, owner }).toEqual({
        action: 'create',
        owner: expect.stringMatching(/^(state|[a-z-]+\/[a-z-]+)$/) as string,
      });
    }
    expect(report.answers.cache).toEqual({ value: 'none', source: 'flags' });
    expect(report).toMatchObject({ exit: 0, problems: [], next: ['cd x', 'make dev'], directory: '/home/me/x' });
    expect(err).toBe('');
  });

  test.each([
    [['--version']],
    [['--help']],
    [['schema']],
    [['options']],
    [['x', '--prot', '1']],
    [['why', 'nothing']],
    [['upgrade']],
  ])('also for %j', async (argv) => {
    expect(typeof (await face([...argv, '--json'])).json()).toBe('object');
  });
});

describe('nothing is written', () => {
  test.each([[['plan', 'x', '--yes']], [['x', '--yes', '--dry-run']]])('%j', async (argv) => {
    const fs = memory({ '/home/me/': '' });
    const { out, exit } = await face(argv, { fs });
    expect(exit).toBe(0);
    expect(snapshot(fs, '/')).toEqual(snapshot(memory({ '/home/me/': '' }), '/'));
    expect(out).toMatch(/create +README\.md +base\/repo +\d+/);
    expect(out).toContain('Nothing was written.');
    expect(out.trimEnd()).toMatch(/To write it:\n {2}npx create-ai-deploy@0\.0\.0 x --yes$/);
  });

  test('a dry run of what cannot be has the same code', async () => {
    const files = { '/home/me/x': 'a file' };
    expect((await face(['x', '--yes', '--dry-run'], { files })).exit).toBe(4);
    expect((await face(['x', '--yes'], { files })).exit).toBe(4);
  });
});

describe('answers files', () => {
  const answers = { vectorDb: 'qdrant', database: 'none', monitoring: [], port: 8081 };

  test.each([
    ['plain YAML', 'vectorDb: qdrant\ndatabase: none\nmonitoring: []\nport: 8081\n'],
    ['plain JSON', JSON.stringify(answers)],
    [
      'a whole file',
      `schema: 1\ngenerator: 0.0.0\nanswers:\n  vectorDb: qdrant\n  database: none\n  monitoring: none\n  port: "8081"\n`,
    ],
    ['a whole JSON file', JSON.stringify({ schema: 1, answers, upgrade: { pin: [] } })],
  ])('%s', async (_, text) => {
    const { json } = await face(['x', '--yes', '--json', '--answers', 'a.yaml'], {
      files: { '/home/me/a.yaml': text },
    });
    expect(json().answers).toMatchObject({
      vectorDb: { value: 'qdrant', source: 'answers file' },
      database: { value: 'none', source: 'answers file' },
      monitoring: { value: [], source: 'answers file' },
      port: { value: 8081, source: 'answers file' },
      cache: { value: 'valkey', source: 'default' },
    });
  });

  test('from standard input', async () => {
    const { json } = await face(['x', '--yes', '--json', '--answers', '-'], { stdin: 'cache: none' });
    expect(json().answers.cache).toEqual({ value: 'none', source: 'answers file' });
  });

  test('flags win over the file, the file over the folder', async () => {
    const files = { '/home/me/a.yaml': 'name: from-file\ncache: none\n' };
    const { json } = await face(['x', '--yes', '--json', '--answers', 'a.yaml', '--cache', 'valkey'], { files });
    expect(json().answers.name).toEqual({ value: 'from-file', source: 'answers file' });
    expect(json().answers.cache).toEqual({ value: 'valkey', source: 'flags' });
  });

  test('the file that a repository keeps makes that repository, without --yes and without a question', async () => {
    const first = await face(['x', '--yes', '--vector-db', 'qdrant', '--description', '"quoted": yes']);
    const kept = Buffer.from(first.fs.readFileSync('/home/me/x/ai-deploy.yaml')).toString();
    expect(parse(kept)).toMatchObject({ schema: 1, generator: '0.0.0' });
    const again = await face(['x', '--answers', '/tmp/a.yaml'], { files: { '/tmp/a.yaml': kept } });
    expect(again.err).toBe('');
    expect(snapshot(again.fs, '/home/me')).toEqual(snapshot(first.fs, '/home/me'));
  });

  test('a file of another version is used, and that is said', async () => {
    const files = { '/home/me/a.yaml': 'generator: 9.9.9\nanswers: {}\n' };
    expect((await face(['x', '--yes', '--answers', 'a.yaml'], { files })).out).toContain('from version 9.9.9');
  });
});
