import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { clear, stage, type Stage } from './delivery.ts';
import { releasing } from './releasing.ts';
import { run, type Outcome } from './run.ts';

/** A run of the pipeline that was approved after a newer one went out, against a cluster that only remembers. */
const { tree } = make({ runtime: 'kubernetes', ci: 'github', cloud: 'none' }, await load());
const scratch = mkdtempSync(join(tmpdir(), 'forward-'));
afterAll(() => {
  clear(scratch);
});
const { release } = releasing(scratch, tree);

const git = async (on: Stage, ...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
    cwd: on.repository,
  });
  expect(code, stderr).toBe(0);
  return stdout.trim();
};
const commit = async (on: Stage): Promise<string> => {
  await git(on, 'commit', '--quiet', '--allow-empty', '--message', 'x');
  return git(on, 'rev-parse', 'HEAD');
};
const forward = async (on: Stage, at: string): Promise<Outcome> => {
  await git(on, 'checkout', '--quiet', at);
  on.say('calls', '');
  return on.run('ops/ci/forward.sh', ['staging']);
};

/** A repository of three commits, the second of which is live. */
async function second(): Promise<{ on: Stage; commits: readonly [string, string, string] }> {
  const on = stage(scratch, tree);
  await git(on, 'init', '--quiet');
  const one = await commit(on);
  const two = await commit(on);
  expect((await release(on, 2)).code).toBe(0);
  return { on, commits: [one, two, await commit(on)] };
}

describe('only forward', () => {
  test('an older commit is refused before anything changes, with the way back', async () => {
    const { on, commits } = await second();
    const outcome = await forward(on, commits[0]);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain(
      `staging runs ${commits[1].slice(0, 12)}, which is newer than ${commits[0].slice(0, 12)}. Nothing was changed`,
    );
    expect(outcome.stderr).toContain('make rollback ENV=staging');
    expect(on.calls().every((call) => call.startsWith('kubectl get '))).toBe(true);
  });

  test('the same commit and a newer one may go out', async () => {
    const { on, commits } = await second();
    for (const one of commits.slice(1)) expect(await forward(on, one)).toMatchObject({ code: 0, stderr: '' });
  });

  test('after a rollback, what counts is what is live, not what was', async () => {
    const { on, commits } = await second();
    expect((await release(on, 3)).code).toBe(0);
    expect((await forward(on, commits[1])).code).toBe(1);
    expect((await on.run('ops/ci/rollback.sh', ['staging'])).code).toBe(0);
    expect((await forward(on, commits[1])).code).toBe(0);
    expect((await forward(on, commits[0])).code).toBe(1);
  });

  test('where nobody knows what is live, or it is in no history, it says so and lets it go out', async () => {
    const { on, commits } = await second();
    on.say('release-1/commit', `${'0'.repeat(40)}\n`);
    expect(await forward(on, commits[0])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('not in this history') as string,
    });
    on.say('release-1/commit', '');
    expect((await forward(on, commits[0])).stderr).toContain('nothing says which commit is live');
  });

  test('without the history it refuses, instead of finding nothing older', async () => {
    const { on, commits } = await second();
    on.say('../repository/.git/shallow', `${commits[2]}\n`);
    const outcome = await forward(on, commits[2]);
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('git fetch --unshallow') as string });
  });
});
