import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { clear, stage, type Stage } from './delivery.ts';

/** How a job proves who it is, and how the repository at GitHub is prepared for that. */
const { tree } = make({ runtime: 'kubernetes', ci: 'github', cloud: 'none' }, await load());
const scratch = mkdtempSync(join(tmpdir(), 'sign-in-'));
afterAll(() => {
  clear(scratch);
});
const fresh = (): Stage => stage(scratch, tree);

describe('signing in without a key', () => {
  const request = {
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://issuer.invalid/token?v=2',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'let-me-in',
  };
  const cluster = (on: Stage): void => {
    writeFileSync(
      join(on.repository, 'ops/ci/identity/staging.env'),
      'SERVER=https://k8s.test:6443\nCA=Y2E=\nAUDIENCE=my-rag-staging\n',
    );
  };

  test('a job asks for a token for this cluster alone, and kubectl gets it anew whenever it asks', async () => {
    const on = fresh();
    cluster(on);
    const outcome = await on.run('.github/scripts/sign-in.sh', ['staging', 'deploy'], request);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(on.calls()[0]).toMatch(
      /^curl --config - .*--data-urlencode audience=my-rag-staging https:\/\/issuer\.invalid/,
    );
    expect(on.read('header')).toContain('Authorization: bearer let-me-in');
    expect(on.calls().join('\n')).not.toContain('let-me-in');
    const credentials = on.calls().find((call) => call.includes('set-credentials'));
    expect(credentials).toContain('--exec-command ops/ci/credential.sh');
    expect(credentials).toContain('id-token.sh my-rag-staging');
    expect(on.calls().at(-1)).toBe('kubectl --context my-rag-staging auth can-i create deployments --quiet');
  });

  test('the credential is the token, until a minute before it ends, in a file that nobody else reads', async () => {
    const on = fresh();
    const file = join(on.world, 'token');
    const again = `${join(on.repository, '.github/scripts/id-token.sh')} my-rag-staging`;
    const { stdout, code } = await on.run('ops/ci/credential.sh', [], {
      ...request,
      ID_TOKEN_FILE: file,
      ID_TOKEN_COMMAND: again,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'ExecCredential',
      status: { token: 'header.eyJleHAiOjIwMDAwMDAwMDB9.signature', expirationTimestamp: '2033-05-18T03:32:20Z' },
    });
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  test.each([
    ['the issuer gives none', { 'http/token': '{}' }, request],
    ['the job may not have one', {}, {}],
  ])('no token: %s', async (_, says, given) => {
    const on = fresh();
    cluster(on);
    for (const [path, text] of Object.entries(says)) on.say(path, text);
    expect((await on.run('.github/scripts/sign-in.sh', ['staging', 'deploy'], given)).code).not.toBe(0);
    expect(on.calls().filter((call) => call.startsWith('kubectl'))).toEqual([]);
  });

  test('a cluster that does not know us is named', async () => {
    const on = fresh();
    cluster(on);
    on.fail('auth');
    const outcome = await on.run('.github/scripts/sign-in.sh', ['staging', 'deploy'], request);
    expect(outcome.code).not.toBe(0);
    expect(outcome.stderr).toContain('https://k8s.test:6443 does not let us deploy');
  });

  test('the registry gets its password where no list of processes shows it', async () => {
    const on = fresh();
    const registry = { REGISTRY_USER: 'me', REGISTRY_PASSWORD: 'not-for-argv' };
    expect((await on.run('.github/scripts/sign-in.sh', ['staging', 'build'], registry)).code).toBe(0);
    expect(on.calls()).toEqual(['docker login --username me --password-stdin ghcr.io']);
    expect(on.read('stdin')).toBe('not-for-argv\n');
  });

  test("the job's own token goes to GitHub's registry, and to no other", async () => {
    const job = { JOB_TOKEN: 'of-this-job', REGISTRY_USER: '', REGISTRY_PASSWORD: '', GITHUB_ACTOR: 'me' };
    const on = fresh();
    expect((await on.run('.github/scripts/sign-in.sh', ['staging', 'build'], job)).code).toBe(0);
    expect(on.calls()).toEqual(['docker login --username me --password-stdin ghcr.io']);
    expect(on.read('stdin')).toBe('of-this-job\n');

    const elsewhere = fresh();
    writeFileSync(join(elsewhere.repository, 'ops/ci/identity/registry.env'), 'REPOSITORY=registry.test/acme/my-rag\n');
    const outcome = await elsewhere.run('.github/scripts/sign-in.sh', ['staging', 'build'], job);
    expect(outcome.stderr).toContain('not signed in to registry.test: set the secrets');
    expect(elsewhere.calls()).toEqual([]);
    const own = { ...job, REGISTRY_USER: 'robot', REGISTRY_PASSWORD: 'of-the-registry' };
    expect((await elsewhere.run('.github/scripts/sign-in.sh', ['staging', 'build'], own)).code).toBe(0);
    expect(elsewhere.read('stdin')).toBe('of-the-registry\n');
  });

  test.each([['staging', 'apply'], ['production'], ['local', 'deploy']])(
    'other roles are refused: %s %s',
    async (...args) => {
      expect((await fresh().run('ops/ci/login.sh', args)).code).toBe(2);
    },
  );
});

describe('preparing the repository at GitHub', () => {
  test('environments are for main alone, production waits for somebody, main changes by reviewed pull requests', async () => {
    const on = fresh();
    on.say('say/gh', '42\n');
    const outcome = await on.run('.github/scripts/setup.sh', ['somebody']);
    expect(outcome.code, outcome.stderr).toBe(0);
    const sent = on.read('stdin');
    expect(sent).toContain('"reviewers": [], "deployment_branch_policy"');
    expect(sent).toContain('"reviewers": [{"type": "User", "id": 42}]');
    const protection = /\{\n {2}"required_status_checks"[\s\S]*?\n\}/.exec(sent)?.[0] ?? '';
    expect(JSON.parse(protection)).toMatchObject({
      enforce_admins: true,
      allow_force_pushes: false,
      // An approval is for what was read: not for what its author pushes afterwards, nor for what a reader adds.
      required_pull_request_reviews: {
        required_approving_review_count: 1,
        dismiss_stale_reviews: true,
        require_last_push_approval: true,
      },
    });
    expect(on.calls().filter((call) => call.includes('deployment-branch-policies --field name=main'))).toHaveLength(2);
    expect(outcome.stdout).toContain('environment production: only main, after approval');
  });

  test('whoever works alone is not locked out of main, and nothing else is taken for a number', async () => {
    const on = fresh();
    on.say('say/gh', '42\n');
    expect(await on.run('.github/scripts/setup.sh', [], { APPROVALS: '0' })).toMatchObject({ code: 0 });
    const sent = on.read('stdin');
    expect(sent).toMatch(/"required_approving_review_count": 0,\n.*\n {4}"require_last_push_approval": false/);
    expect(await fresh().run('.github/scripts/setup.sh', [], { APPROVALS: '0, "x": 1' })).toMatchObject({ code: 2 });
  });
});
