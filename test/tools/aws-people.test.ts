import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { act, type Act } from './acted.ts';

/** Who sits at the keyboard: profiles that are remembered, administrators that stay, and whoever signs where no pipeline does. */
const library = await load();
const answers = { runtime: 'kubernetes', cloud: 'aws', name: 'my-rag' };
const { tree } = make(answers, library);
const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-people-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const aws = `echo "\${AWS_PROFILE:-nobody} $1 $2" >>"$HOME/asked"
case "$AWS_PROFILE $*" in
  'stage sts get-caller-identity --query Account'*) echo 111122223333 ;;
  'prod sts get-caller-identity --query Account'*) echo 444455556666 ;;
  *'sts get-caller-identity --query Account'*) return 255 ;;
  *'sts get-caller-identity --query Arn'*) echo "\${ARN:-arn:aws:iam::111122223333:user/me}" ;;
  *get-login-password*) echo a-password ;;
  *get-parameters-by-path*) echo '["{\\"data_cidr\\": \\"10.0.0.0/20\\"}"]' ;;
  *'eks update-kubeconfig'*) [[ ! \${CLOSED:-} ]] ;;
  *describe-secret*) echo None ;;
esac`;
const tofu = `echo "\${AWS_PROFILE:-nobody} tofu" >>"$HOME/asked"
case "$*" in
  *'output -json name_servers'*) echo '["ns-1.example"]' ;;
  *'show -json'*) echo '{}' ;;
esac`;
const gh = `case "$*" in
  'repo view'*) echo acme/my-rag ;;
  'api repos/acme/my-rag'*) echo "acme 1 my-rag 2 2026-11-01T00:00:00Z" ;;
esac`;

const said = {
  STAGING_ACCOUNT_ID: '111122223333',
  PRODUCTION_ACCOUNT_ID: '444455556666',
  STAGING_PROFILE: 'stage',
  PRODUCTION_PROFILE: 'prod',
  ALARM_EMAIL: 'ops@example.com',
};
const scene = (of = tree): Act =>
  act(scratch, of, { aws, gh, tofu, git: ':', kubectl: ':', docker: 'cat >/dev/null', helm: ':' });
const staging = 'infra/aws/envs/staging/terraform.tfvars';
const bootstrap = (on: Act, env: Readonly<Record<string, string>> = said): ReturnType<Act['run']> =>
  on.run('ops/bootstrap', ['--yes'], { env });
const asked = (on: Act): string[] =>
  existsSync(join(on.home, 'asked')) ? on.read('../home/asked').split('\n').slice(0, -1) : [];

describe('the profile of an environment', () => {
  test('is said once, and every script asks as that person', async () => {
    const on = scene();
    const { code, stderr } = await bootstrap(on);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^1\. At whoever answers .*\n.*\n2\. Commit what was written\./m);
    expect(on.read('ops/local.env')).toBe('STAGING_PROFILE=stage\nPRODUCTION_PROFILE=prod\n');
    for (const [script, ...args] of [
      ['ops/secret-set', 'staging'],
      ['ops/ci/handover.sh', 'staging'],
      ['ops/ci/infra.sh', 'staging', 'plan'],
      ['ops/sign-in', 'staging'],
    ] as const) {
      on.write('../home/asked', '');
      const outcome = await on.run(script, args);
      expect(outcome.code, outcome.stderr).toBe(0);
      expect([...new Set(asked(on).map((line) => line.split(' ')[0]))], script).toEqual(['stage']);
    }
  });

  test('is what the environment of a command says, whatever is remembered', async () => {
    const on = scene();
    await bootstrap(on);
    on.write('../home/asked', '');
    const { code, stderr } = await on.run('ops/secret-set', ['staging'], { env: { STAGING_PROFILE: 'prod' } });
    expect(code).toBe(1);
    expect(stderr).toContain('you are in account 444455556666, and staging is 111122223333');
    expect(asked(on)).toEqual(['prod sts get-caller-identity']);
  });

  test('where nobody said one, the credentials at hand count, as in a pipeline', async () => {
    const on = scene();
    await on.run('ops/ci/handover.sh', ['staging'], { env: { AWS_PROFILE: 'of-the-job' } });
    expect(asked(on)).toEqual(['of-the-job ssm get-parameters-by-path']);
  });

  test('a second time, nothing has to be said again', async () => {
    const on = scene();
    await bootstrap(on);
    const before = on.read(staging);
    expect(await bootstrap(on, {})).toMatchObject({ code: 0 });
    expect(on.read(staging)).toBe(before);
  });
});

describe('ops/sign-in', () => {
  const known = async (): Promise<Act> => {
    const on = scene();
    await bootstrap(on);
    rmSync(join(on.repository, 'ops/local.env'));
    return on;
  };

  test('gives kubectl a context and docker the registry, and remembers the profile', async () => {
    const on = await known();
    expect(await on.run('ops/sign-in', ['staging', 'stage'])).toMatchObject({ code: 0, stderr: '' });
    expect(on.calls()).toContain(
      'aws eks update-kubeconfig --name my-rag-staging --region eu-central-1 --alias my-rag-staging',
    );
    expect(on.calls()).toContain('kubectl config set-context my-rag-staging --namespace my-rag');
    expect(on.calls()).toContain(
      'docker login --username AWS --password-stdin 444455556666.dkr.ecr.eu-central-1.amazonaws.com',
    );
    expect(on.read('ops/local.env')).toBe('STAGING_PROFILE=stage\n');
  });

  test('without a cluster the registry is still opened', async () => {
    const on = await known();
    const { code, stderr } = await on.run('ops/sign-in', ['production', 'prod'], { env: { CLOSED: 'yes' } });
    expect(code).toBe(0);
    expect(stderr).toContain('kubectl has no context for production');
    expect(on.calls().some((line) => line.startsWith('docker login'))).toBe(true);
  });

  test.each([
    ['the profile of another account', 'prod', 'you are in account 444455556666, and staging is 111122223333'],
    ['a session that ended', 'gone', 'aws sso login --profile gone'],
  ])('remembers nothing with %s', async (_, profile, why) => {
    const on = await known();
    const { code, stderr } = await on.run('ops/sign-in', ['staging', profile]);
    expect(code).toBe(1);
    expect(stderr).toContain(why);
    expect(existsSync(join(on.repository, 'ops/local.env'))).toBe(false);
  });
});

describe('administrators', () => {
  test('the root user is refused before anything is written', async () => {
    const on = scene();
    const before = on.read(staging);
    const { code, stderr } = await bootstrap(on, { ...said, ARN: 'arn:aws:iam::111122223333:root' });
    expect(code).toBe(1);
    expect(stderr).toContain('for staging you are the root user');
    expect(stderr).toContain('STAGING_PROFILE');
    expect(on.read(staging)).toBe(before);
    expect(asked(on).some((line) => line.endsWith('tofu'))).toBe(false);
  });

  test('stay when somebody else runs it, and so does whoever hears about alarms', async () => {
    const on = scene();
    await bootstrap(on);
    await bootstrap(on, { ...said, ARN: 'arn:aws:iam::111122223333:user/you', ALARM_EMAIL: 'you@example.com' });
    const text = on.read(staging);
    expect(text).toContain(
      'admin_principal_arns = ["arn:aws:iam::111122223333:user/me", "arn:aws:iam::111122223333:user/you"]\n',
    );
    expect(text).toContain('alarm_emails         = ["ops@example.com", "you@example.com"]\n');
  });

  test('a list that somebody wrote over several lines is left to them', async () => {
    const on = scene();
    on.write(staging, on.read(staging).replace('arns = []', 'arns = [\n  "arn:aws:iam::111122223333:user/you",\n]'));
    const { code, stderr } = await bootstrap(on);
    expect(code).toBe(1);
    expect(stderr).toContain('add "arn:aws:iam::111122223333:user/me" to admin_principal_arns');
  });
});

describe('without a pipeline', () => {
  const { tree: byHand } = make({ ...answers, ci: 'none' }, library);

  test('somebody signs: asked once, and written down', async () => {
    const on = scene(byHand);
    const { code, stderr } = await bootstrap(on);
    expect(code).toBe(2);
    expect(stderr).toContain('SIGNER: ');
    expect(await bootstrap(on, { ...said, SIGNER: 'me@example.com' })).toMatchObject({ code: 0 });
    const signer = on.read('ops/ci/identity/signer.env');
    expect(signer).toMatch(/^ISSUER=https:\/\/accounts\.google\.com\nSIGNER=me@example\.com$/m);
    expect(await bootstrap(on)).toMatchObject({ code: 0 });
    expect(on.read('ops/ci/identity/signer.env')).toBe(signer);
  });

  test('with one, its signature is not replaced by a person’s', async () => {
    const on = scene();
    const before = on.read('ops/ci/identity/signer.env');
    expect(await bootstrap(on, { ...said, SIGNER: 'me@example.com' })).toMatchObject({ code: 0 });
    expect(on.read('ops/ci/identity/signer.env')).toBe(before);
  });
});
