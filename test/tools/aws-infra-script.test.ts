import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { act, type Act } from './acted.ts';

/** ops/ci/infra.sh and the summary it writes; OpenTofu is played. */
const { tree } = make({ runtime: 'kubernetes', cloud: 'aws', name: 'my-rag' }, await load());
const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-infra-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const change = (address: string, ...actions: string[]): object => ({ address, change: { actions } });
const planned = {
  resource_changes: [
    change('module.a.new', 'create'),
    change('module.a.same', 'no-op'),
    change('module.a.gone', 'delete'),
    change('module.a.other', 'delete', 'create'),
    change('data.x', 'read'),
  ],
  planned_values: {
    root_module: {
      child_modules: [
        {
          resources: [
            {
              mode: 'managed',
              address: 'module.postgres.aws_db_instance.main',
              type: 'aws_db_instance',
              values: { instance_class: 'db.t4g.medium', multi_az: true, password: 'hunter2' },
            },
            { mode: 'managed', address: 'a.b', type: 'aws_db_instance', values: { instance_class: 'db.unknown' } },
            { mode: 'managed', address: 'nat', type: 'aws_nat_gateway', values: { secret_string: 'hunter2' } },
          ],
        },
      ],
    },
  },
};
const tofu = `case "$*" in
  *' show -json '*) echo "$PLANNED" ;;
  *' plan '*) printf '%s' "$TF_ENCRYPTION" >"$HOME/encryption"; for a in "$@"; do [[ $a == -out=* ]] && echo plan >"\${a#-out=}"; done; return "\${PLAN_STATUS:-2}" ;;
  *' apply '*) return "\${APPLY_STATUS:-0}" ;;
esac`;

function scene(locked = true): Act {
  const made = act(scratch, tree, { tofu });
  const tfvars = 'infra/aws/envs/staging/terraform.tfvars';
  made.write(tfvars, made.read(tfvars).replace(/^(account_id *= ).*/m, '$1"111122223333"'));
  execFileSync('git', ['init', '--quiet'], { cwd: made.repository });
  if (locked) {
    made.write('infra/aws/envs/staging/.terraform.lock.hcl', '# locked\n');
    execFileSync('git', ['add', 'infra'], { cwd: made.repository });
  }
  return made;
}
const env = { PLANNED: JSON.stringify(planned) };
const infra = (made: Act, task: string, more: Readonly<Record<string, string>> = {}): ReturnType<Act['run']> =>
  made.run('ops/ci/infra.sh', ['staging', task], { env: { ...env, ...more } });

describe('plan', () => {
  test('locks nothing, reads no secret, and says what would change without a value', async () => {
    const made = scene();
    const { code, stdout } = await infra(made, 'plan');
    expect(code).toBe(0);
    expect(made.calls()).toEqual([
      'tofu -chdir=infra/aws/envs/staging init -lockfile=readonly -reconfigure -no-color -backend-config=bucket=my-rag-staging-tfstate-111122223333 -backend-config=region=eu-central-1',
      expect.stringContaining('plan -lock=false -refresh=false -detailed-exitcode'),
      expect.stringContaining('show -json'),
    ]);
    expect(stdout).toBe(made.read('build/infra-staging.md'));
    expect(stdout).toContain('### Infrastructure of staging: 1 to destroy, 1 to replace, 1 to add');
    expect(stdout.indexOf('module.a.gone')).toBeLessThan(stdout.indexOf('module.a.new'));
    expect(stdout).not.toContain('module.a.same');
    expect(stdout).not.toContain('hunter2');
  });

  test('says what it costs, a standby twice, and what it has no price for', async () => {
    const { stdout } = await infra(scene(), 'plan');
    expect(stdout).toContain(`About ${54 * 2 + 38} USD a month`);
    expect(stdout).toContain('No price is known for a.b (db.unknown).');
  });

  test.each([
    ['nothing is there', {}, true],
    ['only data was looked up', { resources: [{ mode: 'data', address: 'data.x' }] }, true],
    ['something is there', { child_modules: [{ resources: [{ mode: 'managed', address: 'a.b' }] }] }, false],
  ])('says that approving builds all of it, when %s', async (_, before, says) => {
    const plan = { ...planned, prior_state: { values: { root_module: before } } };
    const { stdout } = await infra(scene(), 'plan', { PLANNED: JSON.stringify(plan) });
    expect(stdout.includes('There is no staging yet. Whoever approves this builds all of it')).toBe(says);
  });

  test('is encrypted by a key of the account, and in the clear refused', async () => {
    const made = scene();
    await infra(made, 'plan');
    const encryption = execFileSync('cat', [join(made.home, 'encryption')], { encoding: 'utf8' });
    expect(encryption).toContain('kms_key_id = "alias/my-rag-staging-state"');
    expect(encryption).toMatch(/plan \{\n {2}method {3}= method\.aes_gcm\.state\n {2}enforced = true\n\}/);
  });

  test('fails when OpenTofu does, and leaves no summary of an older plan', async () => {
    const made = scene();
    await infra(made, 'plan');
    expect((await infra(made, 'plan', { PLAN_STATUS: '1' })).code).toBe(1);
    expect(existsSync(join(made.repository, 'build/infra-staging.md'))).toBe(false);
  });
});

describe('apply', () => {
  test('applies the plan that is there, and waits for the lock', async () => {
    const made = scene();
    await infra(made, 'plan');
    expect((await infra(made, 'apply')).code).toBe(0);
    expect(made.calls().at(-1)).toMatch(/ apply -lock-timeout=5m -no-color \S+\/build\/infra-staging\.tfplan$/);
  });

  test('does nothing without a plan', async () => {
    const made = scene();
    const { code, stderr } = await infra(made, 'apply');
    expect(code).toBe(2);
    expect(stderr).toContain('plan first');
    expect(made.calls().some((line) => line.includes(' apply '))).toBe(false);
  });

  test('fails when applying does', async () => {
    const made = scene();
    await infra(made, 'plan');
    expect((await infra(made, 'apply', { APPLY_STATUS: '1' })).code).toBe(1);
  });
});

describe('drift', () => {
  test('ends with 2 when reality differs, and leaves values of secrets alone', async () => {
    const made = scene();
    const { code, stdout } = await infra(made, 'drift');
    expect(code).toBe(2);
    expect(stdout).toContain('module.a.gone');
    expect(made.calls().find((line) => line.includes(' plan '))).toContain(
      '-exclude=aws_secretsmanager_secret_version.generated',
    );
  });

  test('ends with 0 when nothing does, and with 1 when it cannot tell', async () => {
    expect((await infra(scene(), 'drift', { PLAN_STATUS: '0' })).code).toBe(0);
    expect((await infra(scene(), 'drift', { PLAN_STATUS: '1' })).code).toBe(1);
  });
});

test.each(['plan', 'apply', 'drift'])('%s refuses providers that are not locked in a commit', async (task) => {
  const made = scene(false);
  const { code, stderr } = await infra(made, task);
  expect(code).toBe(2);
  expect(stderr).toContain('run make infra-lock');
  expect(made.calls()).toEqual([]);
});

test('says who writes the account', async () => {
  const { code, stderr } = await act(scratch, tree, { tofu }).run('ops/ci/infra.sh', ['production', 'plan']);
  expect(code).toBe(2);
  expect(stderr).toContain('run ops/bootstrap');
});
