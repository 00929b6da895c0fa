import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import helpers from 'yeoman-test';
import { needs, tool } from '../tools/tool.ts';
import { built } from './built.ts';

/** The Yeoman face as it is published: in Yeoman's own test environment, and under the real yo. */
const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-yeoman-'));
const kept = { ci: process.env.CI, stdin: process.stdin.isTTY, stdout: process.stdout.isTTY, home: process.env.HOME };
let packages: string;
let face: string;
let model: Record<string, string>;

beforeAll(async () => {
  packages = await built();
  face = join(packages, 'generator-ai-deploy/generators/app/index.js');
  const bin = join(packages, 'create-ai-deploy/main.cjs');
  spawnSync(process.execPath, [bin, 'my-rag', '--yes', '--no-git', '--vector-db', 'qdrant'], { cwd: scratch });
  model = content(join(scratch, 'my-rag'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const content = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [
        path.slice(folder.length + 1),
        `${(statSync(path).mode & 0o777).toString(8)} ${readFileSync(path, 'latin1')}`,
      ]),
  );

const terminal = (there: boolean): void => {
  process.stdin.isTTY = there;
  process.stdout.isTTY = there;
};

describe('in Yeoman', () => {
  beforeEach(() => {
    process.env.HOME = scratch;
    terminal(false);
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.env.HOME = kept.home;
    process.exitCode = 0;
    if (kept.ci !== undefined) process.env.CI = kept.ci;
    process.stdin.isTTY = kept.stdin;
    process.stdout.isTTY = kept.stdout;
  });
  const run = (options: Record<string, unknown>, args: string[] = ['my-rag']) =>
    helpers
      .run(face)
      .withArguments(args)
      .withOptions({ git: false, ...options } as object);

  test('options are the flags, and the files are those of create-ai-deploy', async () => {
    const { cwd } = await run({ yes: true, vectorDb: 'qdrant' });
    expect(content(join(cwd, 'my-rag'))).toEqual(model);
    expect(readdirSync(cwd)).toEqual(['my-rag']);
  });

  test('typed options of any kind are understood', async () => {
    const { cwd } = await run({
      yes: true,
      monitoring: [],
      hosting: { staging: 'cluster', production: 'cluster' },
      python: 3.12,
    });
    const answers = readFileSync(join(cwd, 'my-rag/ai-deploy.yaml'), 'utf8');
    expect(answers).toContain('monitoring: []');
    expect(answers).toContain('python: "3.12"');
  });

  test('prompts go through the adapter, with the questions of the other face', async () => {
    terminal(true);
    delete process.env.CI;
    const asked: string[] = [];
    const { cwd } = await run({ cache: 'none' }).withAnswers(
      { vectorDb: 'qdrant', database: 'none', monitoring: [], auth: 'none' },
      {
        callback: (answer, { question }) => {
          asked.push(question.name);
          return answer as unknown;
        },
      },
    );
    const around = ['runtime', 'cloud', 'region', 'hosting', 'ci', 'monitoring', 'auth', 'domain'];
    expect(asked).toEqual(['vectorDb', 'database', ...around]);
    expect(readFileSync(join(cwd, 'my-rag/ai-deploy.yaml'), 'utf8')).toMatch(
      /vectorDb: qdrant\n {2}database: none\n {2}cache: none/,
    );
  });

  test('without a terminal it fails with everything that is missing, and does not hang', async () => {
    const failed = await run({}).then(
      () => undefined,
      (error: unknown) => error as Error & { code: number },
    );
    expect(failed?.code).toBe(2);
    for (const text of ['--vector-db', '--database', '--cache', '--monitoring', '--auth', 'This would work:'])
      expect(failed?.message).toContain(text);
    expect(failed?.message).not.toMatch(/\n\s+at /);
  });

  test('--dry-run writes nothing anywhere', async () => {
    const { cwd } = await run({ yes: true, dryRun: true });
    expect(readdirSync(cwd)).toEqual([]);
    expect(readdirSync(scratch)).toEqual(['my-rag']);
  });
});

describe('under yo', () => {
  const home = join(scratch, 'home');
  const real = needs('yo');

  /** yo refuses to be root, and a container has nobody else; so it is told that it is not. */
  function yo(args: readonly string[], cwd: string): { status: number | null; stdout: string; stderr: string } {
    mkdirSync(cwd, { recursive: true });
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'nobody.cjs'), 'process.getuid = () => 1000;');
    const env = {
      ...process.env,
      HOME: home,
      NODE_PATH: join(packages, 'node_modules'),
      NO_UPDATE_NOTIFIER: '1',
      CI: '',
    };
    const argv = ['--require', join(home, 'nobody.cjs'), realpathSync(tool('yo') ?? ''), ...args];
    return spawnSync(process.execPath, argv, {
      cwd,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
  }

  real('lists one generator', () => {
    expect(yo(['--generators'], join(scratch, 'w')).stdout).toMatch(/ai-deploy\s*$/);
  });

  real('makes the repository', () => {
    const { status, stdout } = yo(
      ['ai-deploy', 'my-rag', '--vector-db', 'qdrant', '--yes', '--no-git', '--force'],
      join(scratch, 'w1'),
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/vector-db +qdrant +flags/);
    expect(content(join(scratch, 'w1/my-rag'))).toEqual(model);
    expect(readdirSync(join(scratch, 'w1'))).toEqual(['my-rag']);
  });

  real('names what is wrong, with our exit code and without a trace', () => {
    const cases: [string[], number, string[]][] = [
      [['ai-deploy', 'x'], 2, ['--vector-db', 'not answered']],
      [
        ['ai-deploy', 'x', '--yes', '--vectordb', 'qdrant', '--port', '80', '--cache', 'redsi'],
        2,
        ['there is no such flag', 'did you mean --vector-db?', '--vector-db qdrant', '--port 80', '--cache redsi'],
      ],
      [['ai-deploy', '../w1/my-rag', '--yes'], 4, ['it is not empty']],
    ];
    for (const [args, code, texts] of cases) {
      const { status, stderr } = yo(args, join(scratch, 'w2'));
      expect(status, args.join(' ')).toBe(code);
      for (const text of texts) expect(stderr).toContain(text);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(existsSync(join(scratch, 'w2/x'))).toBe(false);
    }
  });

  real('--help names our options', () => {
    const { stdout } = yo(['ai-deploy', '--help'], join(scratch, 'w3'));
    for (const text of ['--vector-db', '--yes', '--dry-run', 'dir']) expect(stdout).toContain(text);
  });
});
