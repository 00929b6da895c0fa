import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/load.ts';
import { lay } from '../../scripts/folder.ts';
import { combinations } from '../combinations.ts';
import { promtoolFiles } from '../rules.ts';
import { needs, proof, run, treeInputs } from './tool.ts';

/** Every generated file, read by the tool that will read it at its user's. Zero findings; a waiver stands beside its line. */
const proved = await combinations();
const scratch = mkdtempSync(join(tmpdir(), 'repository-'));
/** Rules of alerts without the objects that they are in a cluster: what promtool reads. */
const unwrapped = mkdtempSync(join(tmpdir(), 'rules-'));
afterAll(() => {
  for (const folder of [scratch, unwrapped]) rmSync(folder, { recursive: true, force: true });
});

/** Words that must not be in anything we generate: retired software, open doors, things that look like a key. */
const forbidden = new RegExp(
  [
    'PodSecurityPolicy|policy/v1beta1|extensions/v1beta1|k8s\\.gcr\\.io|gcr\\.io/[a-z]+-|bitnami/',
    'minio/minio|quay\\.io/minio|minio/mc|minioadmin|promtail|loki-stack|jaegertracing\\.io/v1',
    'ingress\\.class:|nginx\\.ingress\\.kubernetes\\.io|:latest|docker-compose |^version: [\'"]?3',
    '\\{\\{resolve:|insecure-skip-tls-verify|aws-access-key-id|python-jose|passlib|uvicorn\\.workers',
    '\\bsk-[A-Za-z0-9]{3,}|changeme|CHANGE_ME|apprunner|TODO|FIXME',
  ].join('|'),
  'm',
);

describe.each(proved)('$name', ({ name, tree }) => {
  const folder = join(scratch, name.replaceAll(' ', '+'));
  const inputs = treeInputs(tree);
  const has = (path: string): boolean => tree.has(path);
  const under = (prefix: string, suffix: string): string[] =>
    [...tree.keys()].filter((path) => path.startsWith(prefix) && path.endsWith(suffix));

  /** Runs a tool in the repository and wants it silent about faults. */
  const clean = (
    tool: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    cwd: string = folder,
  ): void => {
    needs(tool)(`${tool} ${args.slice(0, 3).join(' ')}`, async () => {
      await proof(`${tool} ${args[0] ?? ''}`.replaceAll(/[^a-z]+/g, '-'), [...inputs, tool, ...args], async () => {
        const { code, stdout, stderr } = await run(tool, args, { cwd, env });
        expect(code, stdout + stderr).toBe(0);
      });
    });
  };

  beforeAll(async () => {
    lay(tree, folder);
    await run('git', ['init', '--quiet'], { cwd: folder });
    await run('git', ['add', '--all'], { cwd: folder });
    if (has('ops/secrets.sh')) expect((await run('ops/secrets.sh', [], { cwd: folder })).code).toBe(0);
  });

  test('nothing in it is forbidden', () => {
    const text = (path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);
    expect([...tree.keys()].filter((path) => forbidden.test(text(path)))).toEqual([]);
  });

  clean('hadolint', ['Dockerfile']);
  clean('dockerlint', ['Dockerfile']);
  // CKV_DOCKER_7 takes a FROM whose image is an ARG for one without a tag; hadolint resolves it.
  const docker = ['--framework', 'dockerfile', '--skip-check', 'CKV_DOCKER_7'];
  clean('checkov', ['--directory', '.', ...docker, '--compact', '--quiet', '--skip-download']);
  for (const file of ['compose.yml', 'compose.dev.yml'].map((one) => `deploy/compose/${one}`).filter(has)) {
    clean('docker-compose', ['--file', file, '--profile', '*', 'config', '--quiet'], {
      IMAGE: `ghcr.io/example/app@sha256:${'0'.repeat(64)}`,
      ENVIRONMENT: 'staging',
    });
    clean('check-jsonschema', ['--builtin-schema', 'vendor.compose-spec', file]);
  }
  clean('check-jsonschema', ['--builtin-schema', 'vendor.renovate', 'renovate.json']);
  // Commands that people type have no suffix.
  const scripts = [...tree.keys()].filter((path) => /^ops\/(.*\/)?[\w-]+(\.sh)?$/.test(path));
  clean('shellcheck', scripts);
  clean('shfmt', ['-d', '-i', '2', '-ci', ...scripts]);
  clean('mbake', ['validate', 'Makefile']);
  clean('make', ['--dry-run', 'dev', 'test', 'verify', 'up', 'image', 'lock', 'secrets', 'clean']);
  clean('yamllint', ['--strict', '--config-data', '{extends: relaxed, rules: {line-length: disable}}', '.']);
  clean('markdownlint-cli2', ['**/*.md']);
  clean('lychee', ['--offline', '--include-fragments', '--no-progress', ...under('', '.md')]);
  const drawn = ({ bytes }: { bytes: Uint8Array }): boolean => new TextDecoder().decode(bytes).includes('```mermaid');
  for (const page of under('', '.md').filter((path) => drawn(tree.get(path) ?? { bytes: new Uint8Array() })))
    clean('mermaid-check', [page]);
  // `notin` is an operator of label selectors
  clean('codespell', ['--skip', '.git,requirements*.txt,*.pem', '--ignore-words-list', 'notin', '.']);
  clean('gitleaks', ['dir', '--no-banner', '--redact', '.']);
  // Indentation is the formatters' business: continuation lines of make and text in quotes are not indented by tabs.
  clean('editorconfig-checker', ['-disable-indentation', '-disable-indent-size']);
  const prettier = join(root, 'node_modules/prettier/bin/prettier.cjs');
  clean('node', [prettier, '--check', '--no-config', '--log-level', 'warn', '**/*.{md,json,yml,yaml}']);

  const beside = 'deploy/compose/monitoring';
  if (has(`${beside}/prometheus.yml`))
    clean('promtool', ['check', 'config', '--syntax-only', `${beside}/prometheus.yml`]);
  if (has(`${beside}/alertmanager.yml`)) clean('amtool', ['check-config', `${beside}/alertmanager.yml`]);
  if (under('deploy/monitoring/', '').length > 0) {
    const here = join(unwrapped, name.replaceAll(' ', '+'));
    const [rules, tests] = ['rules', 'tests'].map((one) => under(`deploy/monitoring/${one}/`, '.yml'));
    for (const [path, body] of promtoolFiles(tree)) {
      mkdirSync(join(here, dirname(path)), { recursive: true });
      writeFileSync(join(here, path), body);
    }
    clean('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', ...(rules ?? [])], {}, here);
    clean('promtool', ['test', 'rules', ...(tests ?? [])], {}, here);
    clean('querylint', under('deploy/monitoring/dashboards/', '.json'));
  }

  needs('docker-compose', 'promtool')('its own verify script finds nothing either', async () => {
    await proof('verify', inputs, async () => {
      const outcome = await run('ops/verify.sh', [], { cwd: folder, env: { COMPOSE: 'docker-compose' } });
      expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
      // Providers would have to be fetched first; the tests of the infrastructure have them.
      const skipped = outcome.stdout
        .split('\n')
        .filter((line) => line.startsWith('skip ') && !line.includes('tofu validate'));
      expect(skipped).toEqual([]);
    });
  });
});

test('every proved repository was laid out', () => {
  expect(readdirSync(scratch).length).toBe(proved.length);
  expect(readFileSync(join(scratch, 'default', 'Makefile'), 'utf8')).toContain('make');
});
