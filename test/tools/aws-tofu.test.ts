import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { lay } from '../../scripts/folder.ts';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { tofuEnv } from './cluster.ts';
import { needs, proof, run, treeInputs, type Outcome } from './tool.ts';

/** The infrastructure against the schemas of its provider: valid, tested, applied to a stand-in, and then nothing left to do. */
const library = await load();
const aws = { runtime: 'kubernetes', cloud: 'aws', name: 'my-rag' };
const variants = {
  'the default': aws,
  'staging in the cluster, no cache': {
    ...aws,
    vectorDb: 'qdrant',
    cache: 'none',
    hosting: { staging: 'cluster', production: 'managed' },
  },
  'no pipeline, a long name': {
    ...aws,
    ci: 'none',
    name: 'a-name-that-is-much-too-long-for-aws',
  },
};
const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-tofu-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const settings = `account_id           = "111122223333"
zones                = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
admin_principal_arns = ["arn:aws:iam::111122223333:role/admins"]
alarm_emails         = ["ops@example.com"]
`;
const rules = 'plugin "terraform" {\n  enabled = true\n  preset  = "all"\n}\n';

describe.each(Object.entries(variants))('%s', (name, answers) => {
  const folder = join(scratch, name.replaceAll(/\W+/g, '-'));
  const { tree } = make(answers, library);
  lay(tree, folder);
  const inputs = treeInputs(new Map([...tree].filter(([path]) => /^(infra|ops)\//.test(path))));
  /** Remembered, as long as neither the infrastructure nor its scripts change. */
  const once = (what: string, body: () => Promise<void>) => (): Promise<void> => proof(`tofu-${what}`, inputs, body);
  const tofu = (root: string, ...args: string[]): Promise<Outcome> =>
    run('tofu', args, { cwd: join(folder, root), env: tofuEnv, timeout: 900_000 });

  needs('tofu')(
    'is formatted and valid, and its own tests pass',
    once('tests', async () => {
      const outcome = await run('ops/infra-test.sh', [], { cwd: folder, env: tofuEnv, timeout: 900_000 });
      expect(outcome).toMatchObject({ code: 0 });
      const tested = readdirSync(join(folder, 'infra'), { recursive: true, encoding: 'utf8' }).filter((path) =>
        path.endsWith('.tftest.hcl'),
      );
      expect(outcome.stdout.match(/\.tftest\.hcl\.\.\. pass/g)).toHaveLength(tested.length);
    }),
    900_000,
  );

  needs('tofu')(
    'both environments are made, and then there is nothing left to do',
    once('apply', async () => {
      for (const env of ['staging', 'production']) {
        const root = `infra/aws/envs/${env}`;
        writeFileSync(join(folder, root, 'zz.auto.tfvars'), settings);
        writeFileSync(join(folder, root, 'backend_override.tf'), 'terraform {\n  backend "local" {}\n}\n');
        expect(await tofu(root, 'init', '-input=false', '-no-color')).toMatchObject({ code: 0 });
        expect(await tofu(root, 'apply', '-auto-approve', '-no-color')).toMatchObject({ code: 0, stderr: '' });
        expect(await tofu(root, 'plan', '-detailed-exitcode', '-no-color')).toMatchObject({ code: 0, stderr: '' });
        expect(leaks(readFileSync(join(folder, root, 'terraform.tfstate'), 'utf8'))).toEqual([]);
      }
    }),
    900_000,
  );

  needs('tflint')(
    'has no finding of tflint',
    once('lint', async () => {
      writeFileSync(join(folder, '.tflint.hcl'), rules);
      for (const root of roots(folder))
        expect(
          await run('tflint', [`--config=${join(folder, '.tflint.hcl')}`, `--chdir=${join(folder, root)}`]),
        ).toMatchObject({
          code: 0,
          stdout: '',
        });
    }),
  );

  needs('checkov')(
    'has no finding of checkov without a reason beside it',
    once('checkov', async () => {
      const scan = ['--skip-download', '--framework', 'terraform', '--compact', '--quiet', '--directory', 'infra'];
      const { code, stdout } = await run('checkov', scan, { cwd: folder });
      expect({ code, failed: stdout.match(/Failed checks: \d+/g) }).toEqual({ code: 0, failed: ['Failed checks: 0'] });
    }),
  );
});

const roots = (folder: string): string[] =>
  ['infra/aws', 'infra/aws/envs', 'infra/aws/modules'].flatMap((parent) =>
    readdirSync(join(folder, parent), { withFileTypes: true })
      .filter((one) => one.isDirectory() && !['envs', 'modules'].includes(one.name))
      .map((one) => `${parent}/${one.name}`),
  );

/** Attributes of a state that hold a password. */
function leaks(state: string): string[] {
  const { resources } = JSON.parse(state) as { resources: { type: string; instances: { attributes: object }[] }[] };
  return resources.flatMap(({ type, instances }) =>
    instances.flatMap(({ attributes }) =>
      Object.entries(attributes)
        .filter(
          ([key, value]) => /(^|_)(password|passwords|secret_string)(_wo)?$/.test(key) && typeof value === 'string',
        )
        .map(([key]) => `${type}.${key}`),
    ),
  );
}
