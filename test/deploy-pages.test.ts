import { describe, expect, test } from 'vitest';
import { load } from '../scripts/load.ts';
import { make } from '../scripts/make.ts';
import type { Tree } from '../core/tree.ts';

/** The pages that lead from empty accounts to a first answer: what they name is there, and they tell nobody another's story. */
const library = await load();
const aws = { runtime: 'kubernetes', cloud: 'aws', ci: 'github', name: 'my-rag' };
const variants = {
  'with a pipeline': aws,
  'by hand': { ...aws, ci: 'none' },
  'a cluster without a cloud': { ...aws, cloud: 'none' },
  'a cluster without either': { ...aws, cloud: 'none', ci: 'none' },
};
const text = (tree: Tree, path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);

describe.each(Object.entries(variants))('%s', (_, answers) => {
  const { tree } = make(answers, library);

  test('commands without a suffix that pages speak of are there, and can be run', () => {
    const named = [...tree.keys()]
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) =>
        [...text(tree, path).matchAll(/(?<![\w/.-])(ops\/[a-z-]+)(?![\w/.*-])/g)].map(([, name = '']) => name),
      );
    const folders = new Set([...tree.keys()].map((path) => path.split('/').slice(0, -1).join('/')));
    const commands = [...new Set(named)].filter((name) => !folders.has(name));
    expect(commands.filter((name) => tree.get(name)?.mode !== '755')).toEqual([]);
  });

  test('whose signature counts is written down, or waits for its owner', () => {
    const signer = text(tree, 'ops/ci/identity/signer.env');
    expect(signer).toMatch(answers.ci === 'none' ? /^ISSUER=\nSIGNER=\n/m : /^ISSUER=https:.*\nSIGNER=https:.*\n/m);
    expect(tree.get('ops/ci/identity/signer.env')?.kind).toBe(answers.ci === 'none' ? 'seed' : 'managed');
  });
});

describe('accounts of AWS', () => {
  const pages = ['docs/deploy.md', 'docs/cloud.md', 'ops/bootstrap'];

  test('without a pipeline, no step is left to one', () => {
    const { tree } = make(variants['by hand'], library);
    const sentences = pages.flatMap((path) => text(tree, path).match(/.*\bpipeline\b(?!\.md).*/gi) ?? []);
    expect(sentences.filter((sentence) => !/where no pipeline/i.test(sentence))).toEqual([]);
  });

  test('what production costs is said before anybody can approve it, and is what the table says', () => {
    const { tree } = make(aws, library);
    const [, total = 'nothing'] = /\*\*Together, about\*\*.*\*\*(\d+)\*\* \|$/m.exec(text(tree, 'docs/cloud.md')) ?? [];
    const said = [...text(tree, 'docs/deploy.md').matchAll(/USD (\d+)\s+a\s+month/g)].map(([, usd]) => usd);
    expect(said).toEqual([total, total]);
    expect(text(tree, 'docs/pipeline-setup.md')).toMatch(/`production-infra` the first time builds production/);
  });

  test('examples of what is handed over belong to their environment', () => {
    const { tree } = make(aws, library);
    for (const [env, other] of [
      ['staging', 'production'],
      ['production', 'staging'],
    ] as const)
      for (const root of ['deploy/k8s', 'deploy/platform/tenant']) {
        const example = text(tree, `${root}/overlays/${env}/cloud.env.example`);
        expect(example).toContain(`-${env}`);
        expect(example).not.toMatch(new RegExp(`${other}|\\{env\\}`));
      }
  });

  test('the role that deploys may read the path that is asked for, to the letter', () => {
    const { tree } = make(aws, library);
    expect(text(tree, 'ops/ci/handover.sh')).toContain('--path "/my-rag/$1/handover" ');
    expect(text(tree, 'infra/aws/bootstrap/deploy.tf')).toContain(
      ':parameter/${var.service}/${var.environment}/handover"]',
    );
  });
});

describe('what is in the namespace', () => {
  const lines = (hosting: object): string[] =>
    text(make({ ...aws, hosting }, library).tree, 'docs/architecture.md').match(/.*StatefulSet.*/g) ?? [];

  test('is what these answers put there', () => {
    expect(lines({ staging: 'managed', production: 'managed' })).toEqual([]);
    expect(lines({ staging: 'cluster', production: 'managed' })).toEqual([
      '- A **StatefulSet** with a volume is PostgreSQL (staging): `deploy/k8s/postgres/`.',
      '- A **StatefulSet** with a volume is Valkey (staging): `deploy/k8s/valkey/`.',
    ]);
  });
});
