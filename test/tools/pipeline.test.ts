import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { choicesOf } from '../../core/catalog.ts';
import { options } from '../../core/options.ts';
import { lay } from '../../scripts/folder.ts';
import { load, root } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { needs, proof, run, tool, treeInputs, type Outcome } from './tool.ts';

/** Workflows and scripts as their own tools read them, and the tools themselves: what is broken must be found. */
const library = await load();
const scratch = mkdtempSync(join(tmpdir(), 'pipeline-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const repositories = [
  ...choicesOf('cloud', options.cloud, library.catalog).map(({ value }) => ({ cloud: value, database: 'postgres' })),
  { cloud: 'none', database: 'none', cache: 'none', vectorDb: 'qdrant', auth: 'none' },
].map((answers) => ({
  name: `${answers.cloud}-${answers.database}`,
  tree: make({ runtime: 'kubernetes', ci: 'github', ...answers }, library).tree,
}));

const checkWorkflows = (cwd: string): Record<string, () => Promise<Outcome>> => ({
  actionlint: () => run('actionlint', ['-shellcheck', tool('shellcheck') ?? ''], { cwd }),
  zizmor: () => run('zizmor', ['--offline', '--no-progress', '--persona', 'regular', '.github'], { cwd }),
});

describe.each(repositories)('$name', ({ name, tree }) => {
  const cwd = join(scratch, name);
  const inputs = treeInputs(new Map([...tree].filter(([path]) => /^(\.github|ops|docs|deploy)\//.test(path))));
  const under = (prefix: string, suffix: string): string[] =>
    [...tree.keys()].filter((path) => path.startsWith(prefix) && path.endsWith(suffix));

  beforeAll(async () => {
    lay(tree, cwd);
    for (const args of [
      ['init', '--quiet'],
      ['add', '--all'],
    ])
      await run('git', args, { cwd });
  });

  const clean = (names: readonly string[], title: string, check: () => Promise<Outcome>): void => {
    needs(...names)(title, async () => {
      await proof(`pipeline-${names[0]}`, [...inputs, title], async () => {
        const { code, stdout, stderr } = await check();
        expect(code, stdout + stderr).toBe(0);
      });
    });
  };

  const workflows = under('.github/workflows/', '.yml');
  const scripts = [...under('.github/', '.sh'), ...under('ops/', '.sh')];
  clean(['actionlint', 'shellcheck'], 'actionlint, with shellcheck', () => checkWorkflows(cwd).actionlint!());
  clean(['zizmor'], 'zizmor', () => checkWorkflows(cwd).zizmor!());
  clean(['check-jsonschema'], 'their schema', () =>
    run('check-jsonschema', ['--builtin-schema', 'vendor.github-workflows', ...workflows], { cwd }),
  );
  clean(['shellcheck'], 'shellcheck', () => run('shellcheck', scripts, { cwd }));
  clean(['shfmt'], 'shfmt', () => run('shfmt', ['-d', '-i', '2', '-ci', ...scripts], { cwd }));
  clean(['ruff'], 'ruff', () => run('ruff', ['check', '--no-cache', 'ops'], { cwd }));
  clean(['ruff'], 'ruff format', () => run('ruff', ['format', '--no-cache', '--check', 'ops/ci/load.py'], { cwd }));
  clean(['mbake'], 'make files', () => run('mbake', ['validate', ...under('ops/', '.mk')], { cwd }));
  clean(['node'], 'prettier', () => {
    const prettier = join(root, 'node_modules/prettier/bin/prettier.cjs');
    return run('node', [prettier, '--check', '--no-config', ...workflows, ...under('docs/pipeline', '.md')], { cwd });
  });
  clean(['markdownlint-cli2'], 'markdownlint', () => run('markdownlint-cli2', under('docs/pipeline', '.md'), { cwd }));
  clean(['lychee'], 'links', () =>
    run('lychee', ['--offline', '--include-fragments', '--no-progress', ...under('docs/pipeline', '.md')], { cwd }),
  );
  clean(['mermaid-check'], 'diagrams', () => run('mermaid-check', ['docs/pipeline.md'], { cwd }));

  needs('kustomize')(
    'rendered by the real kustomize, an environment has one image of ours, by its digest',
    async () => {
      await proof('pipeline-render', inputs, async () => {
        const digest = `sha256:${'7'.repeat(64)}`;
        const env = { IMAGE: 'registry.test/my-rag', DIGEST: digest };
        for (const environment of ['staging', 'production']) {
          const handed = await run(join(cwd, 'ops/render-env.sh'), ['--example', environment], { cwd });
          expect(handed.code, handed.stderr).toBe(0);
          const { code, stderr } = await run(join(cwd, 'ops/ci/render.sh'), [environment], { cwd, env });
          expect(code, stderr).toBe(0);
          const text = readFileSync(join(cwd, `build/release-${environment}.yaml`), 'utf8');
          const objects = parseAllDocuments(text).map(
            (document) =>
              document.toJS() as { kind: string; metadata: { name: string; labels?: Record<string, string> } },
          );
          const images = text.match(/image: \S*my-rag\S*/g) ?? [];
          expect(new Set(images)).toEqual(new Set([`image: registry.test/my-rag@${digest}`]));
          // Each object says what it belongs to: that decides when it is applied, and what a rollback looks at.
          expect(objects.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/part-of'] !== 'my-rag')).toEqual(
            [],
          );
          expect(objects.filter(({ metadata }) => !metadata.labels?.['app.kubernetes.io/component'])).toEqual([]);
          const jobs = objects.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name);
          expect(jobs).toEqual(['my-rag-migrate-777777777777']);
        }
      });
    },
  );
});

describe('what is broken is found', () => {
  const broken = async (file: string, from: RegExp | string, to: string): Promise<Record<string, Outcome>> => {
    const cwd = join(scratch, `broken-${Math.abs(file.length * 31 + to.length)}`);
    lay(repositories[0]!.tree, cwd);
    await run('git', ['init', '--quiet'], { cwd });
    const path = join(cwd, '.github/workflows', file);
    const before = readFileSync(path, 'utf8');
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    writeFileSync(path, after);
    const checks = checkWorkflows(cwd);
    return { actionlint: await checks.actionlint!(), zizmor: await checks.zizmor!() };
  };

  needs(
    'actionlint',
    'zizmor',
    'shellcheck',
  )('a tag instead of a commit', async () => {
    const { zizmor } = await broken('ci.yml', /@[0-9a-f]{40} # (v\S+)/, '@$1');
    expect(zizmor?.code).not.toBe(0);
    expect(zizmor?.stdout).toContain('unpinned-uses');
  });

  needs(
    'actionlint',
    'zizmor',
    'shellcheck',
  )('a title in a script', async () => {
    const { actionlint, zizmor } = await broken(
      'checks.yml',
      'run: make test',
      'run: echo "${{ github.event.pull_request.title }}"',
    );
    expect(actionlint?.stdout).toContain('potentially untrusted');
    expect(zizmor?.stdout).toContain('template-injection');
  });

  needs(
    'actionlint',
    'zizmor',
    'shellcheck',
  )('a job that needs one which is not there', async () => {
    const { actionlint } = await broken('ci.yml', 'needs: [build, staging]', 'needs: [build, stagin]');
    expect(actionlint?.stdout).toContain('stagin');
  });

  needs(
    'actionlint',
    'zizmor',
    'shellcheck',
  )('an input that the reusable workflow does not have', async () => {
    const { actionlint } = await broken('ci.yml', '      environment: staging\n', '      target: staging\n');
    expect(actionlint?.stdout).toMatch(/input "target" is not defined|input "environment" is required/);
  });

  needs(
    'actionlint',
    'zizmor',
    'shellcheck',
  )('rights for everything', async () => {
    const { zizmor } = await broken('deploy.yml', /    permissions:\n(?: {6}.*\n)+/, '    permissions: write-all\n');
    expect(zizmor?.stdout).toContain('excessive-permissions');
  });
});
