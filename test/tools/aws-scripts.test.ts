import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { act, type Act } from './acted.ts';

/** The scripts that stand between a pipeline and AWS, with everything outside played. */
const { tree } = make({ runtime: 'kubernetes', cloud: 'aws', name: 'my-rag' }, await load());
const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-aws-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const account = '111122223333';
const aws = `case "$*" in
  'configure export-credentials'*) [[ \${DENIED:-} ]] && return 254; printf '{"Version": 1, "AccessKeyId": "made-up", "Role": "%s"}' "$AWS_ROLE_ARN" ;;
  *get-login-password*) echo a-password ;;
  *'sts get-caller-identity'*) echo "\${ACCOUNT:-${account}}" ;;
  *describe-secret*llm*) echo '{"x": ["AWSCURRENT"]}' ;;
  *describe-secret*) echo None ;;
  *get-secret-value*) echo alice:00 ;;
  *get-parameters-by-path*) echo "$HANDED" ;;
  *put-secret-value*) cat >/dev/null ;;
esac`;

function scene(commands: Readonly<Record<string, string>> = {}): Act {
  const made = act(scratch, tree, { aws, docker: ':', kubectl: ':', ...commands });
  for (const file of ['infra/aws/envs/staging', 'infra/aws/envs/production', 'infra/aws/registry']) {
    const path = `${file}/terraform.tfvars`;
    made.write(path, made.read(path).replace(/^(account_id *= ).*/m, `$1"${account}"`));
  }
  return made;
}

describe('ops/ci/login.sh', () => {
  const token = join(scratch, 'token');
  writeFileSync(token, 'made-up');
  const env = { ID_TOKEN_FILE: token };

  test('says for whom the token must be, without knowing an account', async () => {
    const plain = act(scratch, tree, { aws });
    expect(await plain.run('ops/ci/login.sh', ['--audience', 'staging', 'deploy'])).toMatchObject({
      code: 0,
      stdout: 'sts.amazonaws.com\n',
    });
    expect(plain.calls()).toEqual([]);
  });

  test('exchanges the token once, and leaves what it got in files that nobody else can read', async () => {
    const { run, home, calls } = scene();
    expect((await run('ops/ci/login.sh', ['production', 'plan'], { env })).code).toBe(0);
    expect(calls()).toEqual(['aws configure export-credentials --format process']);
    const credentials = join(home, '.aws/credentials-my-rag-production-plan.json');
    expect(readFileSync(credentials, 'utf8')).toContain(`arn:aws:iam::${account}:role/my-rag-production-plan`);
    expect(statSync(credentials).mode & 0o077).toBe(0);
    expect(readFileSync(join(home, '.aws/config'), 'utf8')).toContain(`credential_process = cat "${credentials}"`);
  });

  test('a deployment reaches the cluster and the registry; the password is on no command line', async () => {
    const { run, calls, input } = scene();
    expect((await run('ops/ci/login.sh', ['staging', 'deploy'], { env })).code).toBe(0);
    expect(calls()).toContain(
      'aws eks update-kubeconfig --name my-rag-staging --region eu-central-1 --alias my-rag-staging',
    );
    expect(calls()).toContain('kubectl config set-context my-rag-staging --namespace my-rag');
    expect(calls().join('\n')).not.toContain('a-password');
    expect(input('docker login')).toBe('a-password\n');
    expect(calls().find((line) => line.startsWith('docker'))).toContain(
      `${account}.dkr.ecr.eu-central-1.amazonaws.com`,
    );
  });

  test('a build is the role of the registry, and sees no cluster', async () => {
    const { run, home, calls } = scene();
    expect((await run('ops/ci/login.sh', ['staging', 'build'], { env })).code).toBe(0);
    expect(existsSync(join(home, '.aws/credentials-my-rag-build.json'))).toBe(true);
    expect(calls().some((line) => line.includes('eks'))).toBe(false);
  });

  test('ends when AWS says no, and leaves nothing behind', async () => {
    const { run, home } = scene();
    const { code, stderr } = await run('ops/ci/login.sh', ['staging', 'apply'], { env: { ...env, DENIED: 'yes' } });
    expect(code).toBe(1);
    expect(stderr).toContain('does not let this job be my-rag-staging-apply');
    expect(existsSync(join(home, '.aws/config'))).toBe(false);
  });

  test("touches nobody else's configuration", async () => {
    const made = scene();
    const mine = join(made.home, 'config');
    writeFileSync(mine, '[default]\n');
    const { code, stderr } = await made.run('ops/ci/login.sh', ['staging', 'plan'], {
      env: { ...env, AWS_CONFIG_FILE: mine },
    });
    expect({ code, config: readFileSync(mine, 'utf8') }).toEqual({ code: 1, config: '[default]\n' });
    expect(stderr).toContain('is not mine');
  });

  test('without an account it says who writes it', async () => {
    const plain = act(scratch, tree, { aws });
    const { code, stderr } = await plain.run('ops/ci/login.sh', ['staging', 'plan'], { env });
    expect(code).toBe(1);
    expect(stderr).toContain('run ops/bootstrap');
  });
});

describe('ops/ci/handover.sh', () => {
  const handed = (...concerns: object[]): Record<string, string> => ({
    HANDED: JSON.stringify(concerns.map((one) => JSON.stringify(one))),
  });
  const run = (env: Record<string, string>): ReturnType<Act['run']> =>
    scene().run('ops/ci/handover.sh', ['staging'], { env });

  test('puts the parameters of all concerns together', async () => {
    expect(await run(handed({ valkey_host: 'v' }, { data_cidr: '10.0.16.0/20' }))).toMatchObject({
      code: 0,
      stdout: 'data_cidr=10.0.16.0/20\nvalkey_host=v\n',
    });
  });

  test.each([
    ['nothing', handed(), 'apply the infrastructure first'],
    ['the same twice', handed({ a: '1' }, { a: '2' }), 'handed over twice'],
    ['two lines', handed({ a: 'b\nc=d' }), 'no value of one line'],
    ['an empty value', handed({ a: '' }), 'no value of one line'],
  ])('refuses %s', async (_, env, why) => {
    const { code, stdout, stderr } = await run(env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(why);
  });
});

describe('ops/secret-set', () => {
  test('a value comes by standard input and is never part of a command line', async () => {
    const { run, calls, input } = scene();
    expect(await run('ops/secret-set', ['staging', 'llm/api-key'], { input: 'sk-made-up\n' })).toMatchObject({
      code: 0,
    });
    expect(calls().join('\n')).not.toContain('sk-made-up');
    expect(input('put-secret-value --secret-id my-rag/staging/llm/api-key')).toBe('sk-made-up');
  });

  test('adds to a list behind a comma', async () => {
    const { run, input } = scene();
    expect((await run('ops/secret-set', ['production', 'add', 'auth/api-keys'], { input: 'bob:11' })).code).toBe(0);
    expect(input('put-secret-value')).toBe('alice:00,bob:11');
  });

  test('what nobody needs is a blank, because the copy wants a value', async () => {
    const { run, input } = scene();
    expect((await run('ops/secret-set', ['staging', 'none', 'llm/embedding-api-key'])).code).toBe(0);
    expect(input('put-secret-value --secret-id my-rag/staging/llm/embedding-api-key')).toBe(' ');
    expect((await run('ops/secret-set', ['staging', 'never', 'llm/api-key'])).code).toBe(2);
  });

  test('lists what is there and what waits for somebody', async () => {
    const { stdout } = await scene().run('ops/secret-set', ['staging']);
    expect(stdout).toContain('set    given     llm/api-key\n');
    expect(stdout).toContain('empty  given     auth/api-keys\n');
    expect(stdout).toContain('empty  generated valkey/password\n');
    expect(stdout).toMatch(/ optional  llm\/embedding-api-key\n/);
  });

  test.each([
    ['an unknown name', ['staging', 'llm/key'], {}, 'has no secret llm/key'],
    ['a pattern of names', ['staging', 'llm/.*'], {}, 'has no secret llm/.*'],
    ['nothing said', ['staging', 'llm/api-key'], {}, 'nothing was said'],
    ['the other account', ['staging', 'llm/api-key'], { ACCOUNT: '999999999999' }, 'you are in account 999999999999'],
  ])('refuses %s', async (_, args, env, why) => {
    const { run, calls } = scene();
    const { code, stderr } = await run('ops/secret-set', args, { env });
    expect(code).toBe(1);
    expect(stderr).toContain(why);
    expect(calls().filter((line) => line.includes('put-secret-value'))).toEqual([]);
  });
});
