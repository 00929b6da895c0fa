import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as Engine from '../../generators/create/engine.ts';
import { presets } from '../presets.ts';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { built } from './built.ts';

/** The two packages as they are published. */
const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-published-'));
let packages: string;
let bin: string;

beforeAll(async () => {
  packages = await built();
  bin = join(packages, 'create-ai-deploy/main.cjs');
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const all = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
const manifest = (name: string): Record<string, Record<string, string>> =>
  JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;

describe('what is in the packages', () => {
  test('create-ai-deploy installs nothing and runs nothing at installation', () => {
    const { dependencies, scripts, engines, bin: bins } = manifest('create-ai-deploy');
    expect({ dependencies, scripts }).toEqual({});
    expect(engines).toEqual({ node: '>=20.19' });
    expect(bins).toEqual({ 'create-ai-deploy': 'main.cjs' });
    expect(statSync(bin).mode & 0o111).not.toBe(0);
    expect(readFileSync(bin, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test('generator-ai-deploy depends on Yeoman and on the engine of its own version', () => {
    const { dependencies, version } = manifest('generator-ai-deploy');
    expect(dependencies).toEqual({ 'create-ai-deploy': version, 'yeoman-generator': '^8.4.0' });
    expect(manifest('create-ai-deploy').version).toBe(version);
  });

  test('Yeoman finds one generator, and takes nothing else for one', () => {
    expect(all(join(packages, 'generator-ai-deploy')).filter((path) => path.includes('index.'))).toEqual([
      'generators/app/index.js',
    ]);
    expect(all(join(packages, 'create-ai-deploy')).filter((path) => /(^|\/)index\./.test(path))).toEqual([]);
  });

  test.each(['create-ai-deploy', 'generator-ai-deploy'])(
    'npm packs every file of %s, in less than a megabyte',
    (name) => {
      const [packed] = JSON.parse(
        execFileSync('npm', ['pack', '--dry-run', '--json'], {
          cwd: join(packages, name),
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      ) as { size: number; files: { path: string }[] }[];
      expect(packed?.files.map(({ path }) => path).sort()).toEqual(all(join(packages, name)));
      expect(packed?.size).toBeLessThan(1_000_000);
      for (const path of ['README.md', 'LICENSE']) expect(all(join(packages, name))).toContain(path);
    },
  );

  test('every library inside has its licence beside it', () => {
    const notices = readFileSync(join(packages, 'create-ai-deploy/THIRD-PARTY-LICENSES'), 'utf8');
    for (const name of ['yaml', 'inquirer', 'execa', 'cross-spawn'])
      expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
    expect(notices).not.toContain('undefined');
  });
});

describe('what it makes', () => {
  test.each(Object.entries(presets))('%s: the bytes of the source tree', async (name, answers) => {
    const file = join(scratch, `${name}.json`);
    writeFileSync(file, JSON.stringify(answers));
    execFileSync(process.execPath, [bin, join(scratch, name, 'my-rag'), '--yes', '--no-git', '--answers', file]);
    const { tree } = make({ name: 'my-rag', ...answers }, await load());
    const there = all(join(scratch, name, 'my-rag')).filter(
      (path) => !path.startsWith('.ai-deploy/') && path !== 'ai-deploy.yaml',
    );
    expect(there).toEqual([...tree.keys()].sort());
    for (const [path, { bytes, mode }] of tree) {
      const whole = join(scratch, name, 'my-rag', path);
      expect(readFileSync(whole).equals(bytes), path).toBe(true);
      expect((statSync(whole).mode & 0o100) !== 0, path).toBe(mode === '755');
    }
  });

  test('--json is one document that lists every file', () => {
    const out = execFileSync(process.execPath, [bin, join(scratch, 'data'), '--yes', '--no-git', '--json'], {
      encoding: 'utf8',
    });
    const { files } = JSON.parse(out) as { files: { path: string; bytes: number }[] };
    expect(files.map(({ path }) => path).sort()).toEqual(all(join(scratch, 'data')));
    for (const { path, bytes } of files) expect(statSync(join(scratch, 'data', path)).size).toBe(bytes);
  });

  test('the engine can be used as a library', async () => {
    const { openStock, plan, render, resolve } = (await import(
      pathToFileURL(join(packages, 'create-ai-deploy/engine.mjs')).href
    )) as typeof Engine;
    const { catalog, version, lock, bodies } = await openStock();
    const resolved = resolve([{ name: 'test', answers: {} }], catalog);
    if (!resolved.ok) throw new Error('refused');
    const planned = plan(resolved.answers, { catalog, version, lock: lock() });
    const tree = render(planned, bodies(planned.todo.map(({ owner }) => owner)));
    expect([...tree.keys()]).toEqual([...make({}, await load()).tree.keys()]);
  });
});

/** Runs the command and reports what Node has loaded at its end: built-in modules, files, and their bytes. */
function loaded(argv: readonly string[]): { natives: string[]; files: string[]; bytes: number } {
  const report = join(scratch, 'loaded.json');
  const watch = join(scratch, 'watch.cjs');
  writeFileSync(
    watch,
    `const fs = require('node:fs'); const read = fs.readFileSync; const seen = new Set();
     fs.readFileSync = (path, ...rest) => { seen.add(String(path)); return read(path, ...rest); };
     process.on('exit', () => fs.writeFileSync(${JSON.stringify(report)}, JSON.stringify(
       { natives: process.moduleLoadList, files: [...new Set([...seen, ...Object.keys(require.cache)])] })));`,
  );
  execFileSync(process.execPath, ['--require', watch, bin, ...argv], { stdio: 'ignore', cwd: scratch });
  const { natives, files } = JSON.parse(readFileSync(report, 'utf8')) as { natives: string[]; files: string[] };
  const ours = files.filter((path) => path.startsWith(dirname(bin)));
  return {
    natives,
    files: ours.map((path) => relative(dirname(bin), path)).sort(),
    bytes: ours.reduce((sum, path) => sum + statSync(path).size, 0),
  };
}

/** Bytes of the files in a folder, without the state of the repository. */
const written = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('.ai-deploy'))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

describe('start-up', () => {
  test('creating loads the command, the lock and the features that were planned: no prompts, no YAML, no execa', () => {
    const { natives, files, bytes } = loaded([
      join(scratch, 'measured'),
      '--yes',
      '--no-git',
      '--vector-db',
      'qdrant',
      '--cache',
      'none',
    ]);
    const features = new Set(
      files.filter((path) => path.startsWith('catalogue/')).map((path) => path.replace(/\.(bin|js)$/, '')),
    );
    expect(files.filter((path) => !path.startsWith('catalogue/'))).toEqual(['main.cjs']);
    expect(features).toContain('catalogue/vector-db.qdrant');
    expect([...features].filter((path) => /pgvector|valkey/.test(path))).toEqual([]);
    // the command, the index and the Python lock, and what a feature brings: its code, its bodies
    expect(files.length).toBeLessThanOrEqual(2 * features.size + 3);
    // no more than a quarter of a megabyte beside what is written
    expect(bytes).toBeLessThanOrEqual(250_000 + written(join(scratch, 'measured')));
    const heavy =
      /NativeModule (child_process|http|net|tty|worker_threads|readline|internal\/modules\/esm\/hooks|fs\/promises)$/;
    expect(natives.filter((name) => heavy.test(name))).toEqual([]);
  });

  test('help and schema load the command and the index', () => {
    for (const argv of [['--help'], ['schema'], ['options'], ['--version']])
      expect(loaded(argv).files).toEqual(['catalogue/features.json', 'main.cjs']);
  });

  test('an answers file in JSON needs no YAML library', () => {
    writeFileSync(join(scratch, 'a.json'), '{"cache": "none"}');
    expect(loaded(['my-rag', '--yes', '--dry-run', '--answers', 'a.json']).files).not.toContain('yaml.mjs');
  });
});

describe('in a pipe', () => {
  test.each([['options'], ['schema'], ['my-rag --yes --dry-run'], ['my-rag --yes --dry-run --json']])(
    '%s | head -1 ends quietly',
    (words) => {
      const { status, stderr } = spawnSync(
        'bash',
        ['-c', `set -o pipefail; node "$BIN" ${words} | head -c 1 >/dev/null; echo "\${PIPESTATUS[0]}"`],
        {
          encoding: 'utf8',
          env: { ...process.env, BIN: bin },
          cwd: scratch,
        },
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );

  test('answers come in, one document goes out', () => {
    const out = execFileSync(process.execPath, [bin, 'piped', '--yes', '--dry-run', '--json', '--answers', '-'], {
      input: 'vectorDb: qdrant\n',
      encoding: 'utf8',
      cwd: scratch,
    });
    expect((JSON.parse(out) as { answers: Record<string, unknown> }).answers.vectorDb).toEqual({
      value: 'qdrant',
      source: 'answers file',
    });
    expect(existsSync(join(scratch, 'piped'))).toBe(false);
  });
});
