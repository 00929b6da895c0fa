import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { built } from './built.ts';

/** The published command in surroundings that are broken: no stack trace, and nothing left behind. */
const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-surroundings-'));
let bin: string;

beforeAll(async () => {
  bin = join(await built(), 'create-ai-deploy/main.cjs');
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

function sh(line: string): { code: number | null; out: string; err: string } {
  const script = `run() { "${process.execPath}" "${bin}" "$@"; }; ${line}`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { cwd: scratch, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

const trace = /\n\s+at .*:\d+|Error:/;

describe.runIf(existsSync('/dev/full'))('output that goes nowhere', () => {
  test.each(['schema', '--help', 'my-rag --yes --dry-run --json'])('%s: no trace, but a code that says so', (argv) => {
    const { code, err } = sh(`run ${argv} >/dev/full`);
    expect(code).toBe(1);
    expect(err).not.toMatch(trace);
  });

  test('a reader that has left is no error', () => {
    expect(sh('{ run schema; echo $? >&2; } | true').err).toBe('0\n');
  });
});

describe.skipIf(process.platform === 'win32')('a folder that is gone', () => {
  test('is named; what needs no folder works', () => {
    const { code, out, err } = sh('mkdir gone && cd gone && rmdir ../gone && run my-rag --yes --no-git --json');
    expect(err).not.toMatch(trace);
    expect(code).toBe(4);
    expect((JSON.parse(out) as { problems: { because: string }[] }).problems[0]?.because).toContain('is gone');
    expect(sh('mkdir gone && cd gone && rmdir ../gone && run --version').code).toBe(0);
    expect(readdirSync(scratch)).toEqual([]);
  });
});
