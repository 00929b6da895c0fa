import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { act, type Act } from './acted.ts';

/** From empty accounts to database users, with everything outside played. */
const { tree } = make({ runtime: 'kubernetes', cloud: 'aws', name: 'my-rag' }, await load());
const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-bootstrap-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const digest = `sha256:${'a'.repeat(64)}`;
const aws = `case "$AWS_PROFILE $*" in
  'stage sts get-caller-identity --query Account'*) echo 111122223333 ;;
  'prod sts get-caller-identity --query Account'*) echo 444455556666 ;;
  *'sts get-caller-identity --query Arn'*) echo arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_1/me ;;
  *'iam get-role --role-name AWSReservedSSO_Admin_1'*) echo arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1 ;;
  *head-bucket*) [[ \${BUCKETS:-} ]] ;;
  *describe-images*) echo "\${NEWEST:-null}" ;;
  *get-parameters-by-path*) echo '["{\\"postgres_host\\": \\"db.example\\", \\"postgres_secret_arn\\": \\"arn:secret\\"}"]' ;;
  *describe-secret*) echo None ;;
esac`;
const gh = `case "$*" in
  'repo view'*) echo acme/my-rag ;;
  'api repos/acme/my-rag'*) echo "acme 1 my-rag 2 \${CREATED:-2026-11-01T00:00:00Z}" ;;
esac`;
const tofu = `case "$*" in
  *'output -json name_servers'*) echo '["ns-1.example","ns-2.example"]' ;;
  *'apply'*) [[ \${BROKEN:-} ]] && return 1; return 0 ;;
  *'providers lock'*) for a in "$@"; do [[ $a == -chdir=* ]] && touch "\${a#-chdir=}/.terraform.lock.hcl"; done; return 0 ;;
esac`;

const answers = {
  STAGING_ACCOUNT_ID: '111122223333',
  PRODUCTION_ACCOUNT_ID: '444455556666',
  STAGING_PROFILE: 'stage',
  PRODUCTION_PROFILE: 'prod',
  ALARM_EMAIL: 'ops@example.com',
};
const scene = (commands: Readonly<Record<string, string>> = {}): Act =>
  act(scratch, tree, { aws, gh, tofu, kubectl: ':', helm: ':', ...commands });
const tofuCalls = (made: Act): string[] =>
  made
    .calls()
    .filter((line) => line.startsWith('tofu') && !line.includes('providers lock') && !line.includes('-backend=false'))
    .map((line) => line.replace(/ -input=false| -no-color| -backend-config=\S+/g, ''));

describe('ops/bootstrap', () => {
  test('names everything that it would have to ask, at once', async () => {
    const { run, calls } = scene();
    const { code, stderr } = await run('ops/bootstrap', ['--yes']);
    expect(code).toBe(2);
    for (const name of ['STAGING_ACCOUNT_ID', 'PRODUCTION_ACCOUNT_ID', 'ALARM_EMAIL'])
      expect(stderr).toContain(`${name}: `);
    expect(calls()).toEqual([]);
  });

  test('makes state, roles and zones of both accounts, then the registry, and writes down what it was told', async () => {
    const made = scene();
    expect(await made.run('ops/bootstrap', ['--yes'], { env: answers })).toMatchObject({ code: 0 });
    const bootstrap = 'tofu -chdir=infra/aws/bootstrap';
    const account = (name: string): string[] => [
      `${bootstrap} init -reconfigure`,
      `${bootstrap} apply -auto-approve -var-file=${name}.tfvars`,
      `${bootstrap} init -migrate-state -force-copy`,
      `${bootstrap} output -json name_servers`,
    ];
    expect(tofuCalls(made)).toEqual([
      ...account('staging'),
      ...account('production').slice(0, 3),
      'tofu -chdir=infra/aws/registry init -reconfigure',
      'tofu -chdir=infra/aws/registry apply -auto-approve',
      `${bootstrap} output -json name_servers`,
    ]);
    expect(existsSync(join(made.repository, 'infra/aws/bootstrap/backend_override.tf'))).toBe(false);
    expect(made.calls().find((line) => line.includes('-migrate-state'))).toContain(
      '-backend-config=bucket=my-rag-staging-tfstate-111122223333',
    );
    const production = made.read('infra/aws/bootstrap/production.tfvars');
    expect(production).toContain('delegations = { staging = ["ns-1.example", "ns-2.example"] }');
    expect(production).toContain('account_id  = "444455556666"');
    expect(production).toContain(
      'repository          = { owner = "acme", owner_id = 1, name = "my-rag", id = 2, immutable_subject = true }',
    );
    expect(made.read('infra/aws/envs/staging/terraform.tfvars')).toContain(
      'admin_principal_arns = ["arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1"]',
    );
    expect(made.read('infra/aws/registry/terraform.tfvars')).toContain('["444455556666", "111122223333"]');
  });

  test('run again, it moves no state', async () => {
    const made = scene();
    expect((await made.run('ops/bootstrap', ['--yes'], { env: { ...answers, BUCKETS: 'yes' } })).code).toBe(0);
    expect(tofuCalls(made).filter((line) => line.includes('-migrate-state'))).toEqual([]);
  });

  test('an older repository has the older subject, unless somebody says that it moved', async () => {
    const older = { ...answers, CREATED: '2024-01-01T00:00:00Z' };
    const made = scene();
    await made.run('ops/bootstrap', ['--yes'], { env: older });
    expect(made.read('infra/aws/registry/terraform.tfvars')).toContain('immutable_subject = false');
    await made.run('ops/bootstrap', ['--yes'], { env: { ...older, IMMUTABLE_SUBJECT: 'true' } });
    expect(made.read('infra/aws/registry/terraform.tfvars')).toContain('immutable_subject = true');
  });

  test.each([
    ['credentials of another account', { STAGING_PROFILE: 'prod' }, 'are of account 444455556666, not 111122223333'],
    ['one account for both', { PRODUCTION_ACCOUNT_ID: '111122223333' }, 'are two accounts'],
    ['no credentials', { STAGING_PROFILE: 'nobody' }, 'are of account , not 111122223333'],
  ])('changes nothing with %s', async (_, env, why) => {
    const made = scene();
    const { code, stderr } = await made.run('ops/bootstrap', ['--yes'], { env: { ...answers, ...env } });
    expect(code).toBe(1);
    expect(stderr).toContain(why);
    expect(tofuCalls(made)).toEqual([]);
  });

  test('stops where OpenTofu does, and does not go on to production', async () => {
    const made = scene();
    expect((await made.run('ops/bootstrap', ['--yes'], { env: { ...answers, BROKEN: 'yes' } })).code).toBe(1);
    expect(tofuCalls(made).some((line) => line.includes('production'))).toBe(false);
  });
});

describe('ops/bootstrap cluster', () => {
  async function prepared(env: Readonly<Record<string, string>>): Promise<{ made: Act; code: number; stderr: string }> {
    const made = scene({ kubectl: `case "$*" in *'get job'*) echo Complete ;; esac` });
    for (const script of ['ops/render-env.sh', 'deploy/platform/install.sh'])
      made.write(script, `#!/usr/bin/env bash\necho "${script} $*" >>"$HOME/steps"\n`);
    for (const name of ['envs/staging', 'registry']) {
      const path = `infra/aws/${name}/terraform.tfvars`;
      made.write(path, made.read(path).replace(/^(account_id *= ).*/m, '$1"111122223333"'));
    }
    const outcome = await made.run('ops/bootstrap', ['--yes', 'cluster', 'staging'], { env: { ...answers, ...env } });
    return { made, ...outcome };
  }

  test('installs, says which secrets wait, and makes the database users with the newest image', async () => {
    const { made, code, stderr } = await prepared({ NEWEST: digest });
    expect(code).toBe(0);
    expect(made.calls()).toContain(
      'aws eks update-kubeconfig --name my-rag-staging --region eu-central-1 --alias my-rag-staging',
    );
    expect(stderr).toContain('still empty: ops/secret-set staging llm/api-key');
    const put = made.calls().filter((line) => line.includes('put-secret-value'));
    expect(put.map((line) => / --secret-id (\S+)/.exec(line)?.[1])).toEqual(['my-rag/staging/llm/embedding-api-key']);
    expect(made.calls().find((line) => line.includes('describe-images'))).toContain('--registry-id 111122223333');
    const job = made.calls().findLastIndex((line) => line.includes('apply --server-side'));
    expect(made.calls()[job]).toContain('--context my-rag-staging');
  });

  test('without an image it says what comes first', async () => {
    const { made, code, stderr } = await prepared({});
    expect(code).toBe(0);
    expect(stderr).toContain('There is no image yet');
    expect(made.calls().some((line) => line.includes('delete job'))).toBe(false);
  });
});

describe('ops/database-bootstrap.sh', () => {
  const image = `111122223333.dkr.ecr.eu-central-1.amazonaws.com/my-rag@${digest}`;
  const job = (condition: string): string => `case "$*" in
    *'create configmap'*) echo 'kind: ConfigMap' ;;
    *'get job'*) echo ${condition} ;;
    *logs*) echo 'what the job said' ;;
  esac`;

  test('runs the image by its digest, in a namespace of its own', async () => {
    const made = scene({ kubectl: job('SuccessCriteriaMet Complete') });
    const { code, stdout } = await made.run('ops/database-bootstrap.sh', ['staging', image]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'what the job said\nthe database of staging has its users\n',
    });
    expect(made.calls().find((line) => line.includes('create configmap'))).toContain(
      '--namespace my-rag-database --dry-run=client --output yaml --from-literal host=db.example',
    );
    expect(made.calls().filter((line) => line.includes('apply --server-side'))).toHaveLength(3);
    expect(made.input('apply --server-side')).toContain(`image: ${image}\n`);
    expect(made.input('apply --server-side')).not.toMatch(/image: my-rag$/m);
  });

  test('fails when the job does, and shows what it said', async () => {
    const made = scene({ kubectl: job('FailureTarget Failed') });
    const { code, stdout, stderr } = await made.run('ops/database-bootstrap.sh', ['staging', image]);
    expect(code).toBe(1);
    expect(stdout).toContain('what the job said');
    expect(stderr).toContain('did not finish');
  });

  test('leaves a database alone that runs in the cluster', async () => {
    const made = scene();
    rmSync(join(made.repository, 'infra/aws/envs/staging/postgres.tf'));
    expect(await made.run('ops/database-bootstrap.sh', ['staging', image])).toMatchObject({
      code: 0,
      stdout: 'the database of staging is in its cluster, and makes its users itself\n',
    });
    expect(made.calls()).toEqual([]);
  });

  test('takes no image by tag', async () => {
    const made = scene();
    expect((await made.run('ops/database-bootstrap.sh', ['staging', 'my-rag:latest'])).code).toBe(1);
    expect(made.calls()).toEqual([]);
  });
});

test('ops/infra-lock.sh locks every root for laptops and runners', async () => {
  const made = scene();
  expect((await made.run('ops/infra-lock.sh', [])).code).toBe(0);
  const locked = made.calls().filter((line) => line.includes('providers lock'));
  expect(locked.map((line) => /-chdir=(\S+)/.exec(line)?.[1])).toEqual([
    'infra/aws/bootstrap',
    'infra/aws/registry',
    'infra/aws/envs/production',
    'infra/aws/envs/staging',
  ]);
  for (const line of locked)
    for (const platform of ['linux_amd64', 'linux_arm64', 'darwin_arm64'])
      expect(line).toContain(`-platform=${platform}`);
});
