import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lay } from '../../scripts/folder.ts';
import { clusters } from '../clusters.ts';
import { kubeconform } from './cluster.ts';
import { toolPath } from './locate.ts';
import { scene } from './scene.ts';
import { needs, run, type Outcome } from './tool.ts';

/** The installation of controllers, with a helm and a kubectl that write down what they are asked. */
const all = await clusters();
const [repository = expect.fail('there is no cluster')] = all;

/** What the fakes do, by a word of their command line: a line of shell. */
type Play = Readonly<Record<string, string>>;

interface Played {
  readonly outcome: Outcome;
  readonly asked: readonly string[];
}

const fake = (name: string, play: Play): string => `#!/usr/bin/env bash
echo "${name} $*" >>"$ASKED"
[[ " $* " != *' --filename - '* ]] || cat >/dev/null
case " $* " in
${Object.entries(play)
  .map(([word, line]) => `  *' ${word} '*) ${line} ;;`)
  .join('\n')}
esac
`;

const install = (args: readonly string[], play: Play = {}): Promise<Played> =>
  scene(async ({ folder }) => {
    lay(repository.tree, folder);
    const bin = join(folder, 'bin');
    const asked = join(folder, 'asked');
    mkdirSync(bin);
    writeFileSync(asked, '');
    for (const name of ['helm', 'kubectl']) {
      writeFileSync(join(bin, name), fake(name, play));
      chmodSync(join(bin, name), 0o755);
    }
    const outcome = await run('bash', ['deploy/platform/install.sh', ...args], {
      cwd: folder,
      env: { PATH: `${bin}:${toolPath()}`, ASKED: asked },
    });
    return { outcome, asked: readFileSync(asked, 'utf8').split('\n').filter(Boolean) };
  });

const { name } = repository.plan.view;
const context = `${name}-production`;

describe('install.sh', () => {
  needs()('walks the folders in their order, each with its version, and ends with the tenant', async () => {
    const { outcome, asked } = await install(['production']);
    expect(outcome.code).toBe(0);
    const changes = asked.filter((line) => !line.includes(' wait '));
    const of = (pattern: RegExp): number => changes.findIndex((line) => pattern.test(line));
    const order = [
      of(/--kustomize https:\/\/github.com\/kubernetes-sigs\/gateway-api\/config\/crd\?ref=v[\d.]+$/),
      of(/helm .*template envoy-gateway-crds oci:.* --version v[\d.]+ /),
      of(/helm .*upgrade --install envoy-gateway oci:.* --version v[\d.]+ .*--atomic/),
      of(/apply --server-side .*objects\.yaml$/),
      of(/helm .*upgrade --install keda keda --version [\d.]+ --repo https:/),
      of(/helm .*upgrade --install cert-manager oci:/),
      of(/apply --server-side .*--kustomize tenant\/overlays\/production$/),
    ];
    expect(order).not.toContain(-1);
    expect([...order].sort((a, b) => a - b)).toEqual(order);
    expect(order.at(-1)).toBe(changes.length - 1);
    for (const line of asked.filter((one) => !one.includes(' template ')))
      expect(line).toMatch(new RegExp(`--(kube-)?context ${context}( |$)`));
  });

  needs()('leaves out what the environment has not asked for', async () => {
    const { asked } = await install(['staging']);
    expect(asked.filter((line) => line.includes('keda'))).toEqual([]);
    expect(asked.some((line) => line.includes('cert-manager'))).toBe(true);
  });

  needs()('changes nothing in a dry run, and says the same as it would do', async () => {
    const { outcome, asked } = await install(['production', '--dry-run']);
    expect({ code: outcome.code, asked }).toEqual({ code: 0, asked: [] });
    const real = await install(['production']);
    const said = outcome.stdout.split('\n').filter((line) => line.startsWith('helm --kube-context'));
    expect(said).toEqual(real.asked.filter((line) => line.startsWith('helm --kube-context')));
    expect(said.length).toBeGreaterThan(2);
  });

  needs()('stops at what fails, says where, and does nothing after it', async () => {
    const { outcome, asked } = await install(['production'], { keda: 'echo "no space left" >&2; exit 1' });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/no space left\n.*stopped at 40-keda/);
    expect(asked.filter((line) => /cert-manager|tenant/.test(line))).toEqual([]);
    const crds = await install(['production'], { template: 'exit 1' });
    expect(crds.outcome).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('stopped at 15-envoy-gateway-crds') as string,
    });
  });

  needs()('says which version is there and whether it works', async () => {
    const release = (chart: string): string => `echo '[{"name":"x","status":"deployed","chart":"${chart}"}]'`;
    const versions = [...repository.tree]
      .filter(([path]) => path.endsWith('/chart.env'))
      .map(([, file]) => new TextDecoder().decode(file.bytes))
      .map((text) => [/CHART=.*?([\w-]+)$/m, /VERSION=(.*)$/m].map((one) => one.exec(text)?.[1] ?? ''));
    const play = Object.fromEntries(
      versions.map(([chart = '', version = '']) => [
        `--filter ^${chart.replace('gateway-helm', 'envoy-gateway').replace(/^kube-prometheus-stack/, 'prometheus')}$`,
        release(`${chart}-${version}`),
      ]),
    );
    const good = await install(['production', '--status'], play);
    expect(good.outcome.stdout).toMatch(/40-keda +wanted \S+ +keda-[\d.]+ deployed\n/);
    const missing = await install(['production', '--status']);
    expect(missing.outcome).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/60-cert-manager .*not installed/) as string,
    });
    const old = await install(['production', '--status'], { '--all': release('keda-1.0.0') });
    expect(old.outcome.code).toBe(1);
  });

  needs()('takes one controller back, and refuses what it does not know', async () => {
    for (const spelled of ['keda', '40-keda'])
      expect((await install(['production', '--rollback', spelled])).asked).toEqual([
        `helm --kube-context ${context} --namespace keda rollback keda --wait --timeout 10m`,
      ]);
    expect((await install(['production', '--rollback', 'kedda'])).outcome.stderr).toContain('there are: ');
    expect((await install(['production', '--rollback', '10-gateway-api'])).outcome.stderr).toContain(
      'no release of Helm',
    );
    expect((await install(['local'])).outcome.code).toBe(2);
    expect((await install(['production', '--now'])).outcome.code).toBe(2);
  });
});

/** Objects of our own that the installation applies: a folder named by source.env, or objects.yaml beside a chart. */
describe.each(all)('$name: what is applied beside charts', ({ tree }) => {
  const text = (path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);
  const under = 'deploy/platform/controllers/';
  const local = [...tree.keys()]
    .filter((path) => path.startsWith(under) && path.endsWith('/source.env'))
    .flatMap((path) => /^KUSTOMIZE=(?!https:)(.*)$/m.exec(text(path))?.[1] ?? []);
  const beside = [...tree.keys()].filter((path) => path.startsWith(under) && path.endsWith('/objects.yaml'));

  needs('kustomize', 'kubeconform')('is built and accepted', async () => {
    await scene(async ({ folder }) => {
      lay(tree, folder);
      for (const [i, source] of local.entries()) {
        const { code, stdout, stderr } = await run('kustomize', ['build', join(folder, 'deploy/platform', source)]);
        expect(code, stderr).toBe(0);
        writeFileSync(join(folder, `built-${i}.yaml`), stdout);
      }
      const files = [...local.map((_, i) => `built-${i}.yaml`), ...beside].map((path) => join(folder, path));
      if (files.length > 0) expect(await kubeconform('1.36.3', ...files)).toMatchObject({ code: 0 });
    });
  });

  test('volumes that name no class have one wherever a cloud brings the driver and no class', () => {
    const classes = [...tree.keys()].filter((path) => text(path).includes('is-default-class: "true"'));
    const clouded = tree.has('infra/aws/modules/service/cluster.tf');
    expect(classes).toHaveLength(clouded ? 1 : 0);
    // before the first controller that keeps something
    for (const path of classes) expect(path < `${under}30`).toBe(true);
  });
});
