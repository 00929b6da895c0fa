import { execFileSync } from 'node:child_process';
import fs, { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { exec } from '../../generators/create/exec.ts';
import { needs } from '../tools/tool.ts';
import { face, type Left } from './face.ts';

/** Real git, with a configuration of its own. */
const test = needs('git');
const kept = { ...process.env };
let scratch: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-git-'));
  writeFileSync(join(scratch, 'gitconfig'), '[user]\n\tname = Somebody\n\temail = somebody@example.com\n');
  Object.assign(process.env, {
    GIT_CONFIG_GLOBAL: join(scratch, 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    HOME: scratch,
  });
  for (const name of ['GIT_AUTHOR_NAME', 'GIT_AUTHOR_EMAIL', 'GIT_COMMITTER_NAME', 'GIT_COMMITTER_EMAIL', 'EMAIL'])
    delete process.env[name];
});
afterEach(() => {
  process.env = { ...kept };
  rmSync(scratch, { recursive: true, force: true });
});

const run = (argv: readonly string[], cwd = scratch): Promise<Left> => face(argv, { fs, cwd, exec });
const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: join(scratch, 'x'), encoding: 'utf8' }).trim();

describe('git', () => {
  test('a repository on main with one commit that holds every file', async () => {
    const { out, exit } = await run(['x', '--yes']);
    expect(exit).toBe(0);
    expect(out).toContain('A git repository with a first commit was made.');
    expect(git('log', '--format=%an %s %D')).toBe('Somebody Create x with create-ai-deploy 0.0.0 HEAD -> main');
    expect(git('status', '--porcelain')).toBe('');
    expect(git('ls-files').split('\n')).toContain('.ai-deploy/lock.json');
  });

  test('--no-git leaves git alone', async () => {
    const { out } = await run(['x', '--yes', '--no-git']);
    expect(existsSync(join(scratch, 'x/.git'))).toBe(false);
    expect(out).not.toMatch(/\bgit\b/);
  });

  test('inside another repository there is no second one', async () => {
    execFileSync('git', ['init', '--quiet'], { cwd: scratch });
    expect((await run(['x', '--yes'])).out).toContain('inside another git repository');
    expect(existsSync(join(scratch, 'x/.git'))).toBe(false);
  });

  test('a fresh clone keeps its history; the commit is left to its owner', async () => {
    mkdirSync(join(scratch, 'x'));
    git('init', '--quiet');
    expect((await run(['x', '--yes'])).out).toContain('This is a git repository already');
    expect(git('status', '--porcelain')).toContain('?? Makefile');
  });

  test('nobody known to git: the files stay, and the summary says why nothing is committed', async () => {
    writeFileSync(join(scratch, 'gitconfig'), '[user]\n\tuseConfigOnly = true\n');
    const { out, exit } = await run(['x', '--yes']);
    expect(exit).toBe(0);
    expect(out).toContain('nothing is committed: git does not know you yet');
    expect(existsSync(join(scratch, 'x/Makefile'))).toBe(true);
  });

  test('a hook that refuses: the same', async () => {
    mkdirSync(join(scratch, 'hooks'));
    writeFileSync(join(scratch, 'hooks/pre-commit'), '#!/bin/sh\necho "not today" >&2\nexit 1\n');
    chmodSync(join(scratch, 'hooks/pre-commit'), 0o755);
    writeFileSync(
      join(scratch, 'gitconfig'),
      `[user]\n\tname = A\n\temail = a@b.c\n[core]\n\thooksPath = ${join(scratch, 'hooks')}\n`,
    );
    const { out, exit } = await run(['x', '--yes']);
    expect(exit).toBe(0);
    expect(out).toContain('nothing is committed: not today');
  });

  test('run from a hook of another repository, it does not write into that one', async () => {
    mkdirSync(join(scratch, 'other'));
    execFileSync('git', ['init', '--quiet'], { cwd: join(scratch, 'other') });
    process.env.GIT_DIR = join(scratch, 'other/.git');
    process.env.GIT_INDEX_FILE = join(scratch, 'other/.git/index');
    await run(['x', '--yes']);
    delete process.env.GIT_DIR;
    delete process.env.GIT_INDEX_FILE;
    expect(git('ls-files').split('\n')).toContain('Makefile');
    expect(execFileSync('git', ['ls-files'], { cwd: join(scratch, 'other'), encoding: 'utf8' })).toBe('');
  });

  test('without git it says so', async () => {
    process.env.PATH = scratch;
    const { out, exit } = await run(['x', '--yes']);
    expect(exit).toBe(0);
    expect(out).toContain('git is not installed');
  });
});
