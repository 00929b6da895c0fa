import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { deployed } from '../../core/option.ts';
import { lay } from '../../scripts/folder.ts';
import { clusters } from '../clusters.ts';
import { kubeconform } from './cluster.ts';
import { built, withDigest } from './overlays.ts';
import { needs, proof, run, treeInputs, type Outcome } from './tool.ts';

/** Manifests of every kind of cluster through the checkers, as they would be applied. A finding is an error, or a waiver stands beside the object. */
const minors = ['1.34.4', '1.35.4', '1.36.3'];
const scratch = mkdtempSync(join(tmpdir(), 'kubernetes-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Every optional thing off that would ask somebody else; one finding is enough to fail. */
const checkov = (...files: readonly string[]): Promise<Outcome> =>
  run(
    'checkov',
    [
      '--skip-download',
      '--framework',
      'kubernetes',
      '--quiet',
      '--compact',
      ...files.flatMap((file) => ['--file', file]),
    ],
    {
      env: { BC_SKIP_MAPPING: 'TRUE', LOG_LEVEL: 'ERROR' },
    },
  );
/** No CPU limit is a decision for the whole repository; all other waivers are annotations. */
const score = (file: string): Promise<Outcome> =>
  run('kube-score', [
    ...['score', '--kubernetes-version', 'v1.36', '--ignore-container-cpu-limit', '--exit-one-on-warning'],
    ...['--output-format', 'ci', file],
  ]);
const findings = ({ stdout }: Outcome): string[] =>
  stdout.split('\n').filter((line) => line !== '' && !/^\[(OK|SKIPPED)\]/.test(line));

describe.each(await clusters())('$name', ({ name, plan, tree }) => {
  const folder = join(scratch, name.replaceAll(/\W+/g, '-'));
  beforeAll(() => lay(tree, folder));

  const files = async (env: (typeof deployed)[number]): Promise<{ service: string; tenant: string }> => {
    const [service, tenant] = [join(folder, `${env}.yaml`), join(folder, `${env}-tenant.yaml`)];
    writeFileSync(service, withDigest(await built(folder, 'deploy/k8s/', env), plan.view.name));
    writeFileSync(tenant, await built(folder, 'deploy/platform/tenant/', env));
    return { service, tenant };
  };

  for (const env of deployed)
    needs(
      'kustomize',
      'kubeconform',
      'kube-score',
      'checkov',
    )(
      `${env} has no findings`,
      () =>
        proof(`kubernetes-${env}`, treeInputs(tree), async () => {
          const { service, tenant } = await files(env);
          const objects = [...tree.keys()].filter((path) =>
            /^deploy\/platform\/controllers\/.*\/objects\.yaml$/.test(path),
          );
          for (const minor of minors) {
            const { code, stdout } = await kubeconform(
              minor,
              service,
              tenant,
              ...objects.map((path) => join(folder, path)),
            );
            expect({ minor, code, stdout }).toMatchObject({
              minor,
              code: 0,
              stdout: expect.stringContaining('Skipped: 0') as string,
            });
          }
          const scored = await score(service);
          expect({ code: scored.code, findings: findings(scored) }).toEqual({ code: 0, findings: [] });
          const checked = await checkov(service, tenant);
          expect({ code: checked.code, out: checked.stdout }).toMatchObject({ code: 0 });
          expect(checked.stdout).toMatch(/Passed checks: \d{3,}, Failed checks: 0/);
        }),
      300_000,
    );
});

describe('the checkers see', () => {
  const spoilt = async (change: (manifests: string) => string): Promise<string> => {
    const [{ tree, plan } = expect.fail('there is no cluster')] = await clusters();
    const folder = join(scratch, 'spoilt');
    lay(tree, folder);
    const file = join(folder, 'spoilt.yaml');
    const whole = withDigest(await built(folder, 'deploy/k8s/', 'production'), plan.view.name);
    const changed = change(whole);
    expect(changed).not.toBe(whole);
    writeFileSync(file, changed);
    return file;
  };

  needs('kustomize', 'kubeconform')('a field that does not exist', async () => {
    const file = await spoilt((text) => text.replace('revisionHistoryLimit:', 'revisionHistory:'));
    expect((await kubeconform('1.36.3', file)).stdout).toContain("additional properties 'revisionHistory' not allowed");
  });

  needs('kustomize', 'kube-score')('a selector that matches nothing', async () => {
    const file = await spoilt((text) =>
      text.replace(/(kind: Service\n[\s\S]*?selector:\n[\s\S]*?component: )service/, '$1web'),
    );
    expect(findings(await score(file)).join()).toContain('selector does not match any pods');
  });

  needs('kustomize', 'checkov')('a container that may gain privileges', async () => {
    const file = await spoilt((text) =>
      text.replace('allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true'),
    );
    expect((await checkov(file)).stdout).toContain('CKV_K8S_20');
  });
});
