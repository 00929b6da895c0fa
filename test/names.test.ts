import { describe, expect, test } from 'vitest';
import { deployed } from '../core/option.ts';
import { fillAll } from '../core/render.ts';
import { resolve } from '../core/resolve.ts';
import { load } from '../scripts/load.ts';
import { make, type Made } from '../scripts/make.ts';
import { objectsIn } from './objects.ts';

/** The longest answers that are accepted still make names that Kubernetes and a cloud accept, always the same ones. */
const library = await load();
const longest = 'abcdefghij'.repeat(4);
const clusters: readonly (readonly [string, Record<string, unknown>])[] = [
  ['aws', { name: longest, namespace: 'n'.repeat(54), domain: `${'d'.repeat(52)}.dev` }],
  ['any cluster', { name: longest, namespace: 'n'.repeat(63), cloud: 'none', vectorDb: 'qdrant' }],
];
const text = ({ tree }: Made, path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);

describe.each(clusters)('in %s', (_, answers) => {
  const made = make(answers, library);
  const filled = fillAll(made.plan, library.bodies);
  const roots = ['deploy/k8s/', 'deploy/platform/tenant/', 'deploy/platform/'];

  test.each(deployed)('names and labels of every object in %s have at most 63 characters', (env) => {
    const objects = roots.flatMap((root) => objectsIn(filled, made.plan, env, root));
    expect(objects.length).toBeGreaterThan(30);
    const long = objects.flatMap(({ kind, metadata }) => {
      // A release puts twelve letters of its digest behind the name of a Job; rights in a whole cluster carry two names.
      const name = kind === 'Job' ? `${metadata.name}-123456789012` : metadata.name;
      const most = kind.startsWith('Cluster') ? 253 : 63;
      const words = [metadata.namespace ?? '', ...Object.values(metadata.labels ?? {})];
      return [...(name.length > most ? [`${kind} ${name}`] : []), ...words.filter((word) => word.length > 63)];
    });
    expect(long).toEqual([]);
  });
});

describe('in AWS', () => {
  const stemOf = (name: string): string =>
    /^name += "(.*)"$/m.exec(text(make({ name }, library), 'infra/aws/bootstrap/staging.tfvars'))?.[1] ?? '';
  /** Most characters of a name, by the kind of thing that has it; others have more room than these. */
  const limits: Readonly<Record<string, number>> = {
    aws_backup_plan: 50,
    aws_backup_restore_testing_plan: 50,
    aws_backup_selection: 50,
    aws_backup_vault: 50,
    aws_db_instance: 63,
    aws_eks_cluster: 100,
    aws_elasticache_replication_group: 40,
    aws_elasticache_user: 40,
    aws_elasticache_user_group: 40,
    aws_iam_role: 64,
    aws_s3_bucket: 63,
    module: 64,
  };

  test('a short name is its own stem; a long one has a stem that fits, always the same, and never that of another', () => {
    expect(stemOf('my-rag')).toBe('my-rag');
    const stem = stemOf(longest);
    expect(stem).toMatch(/^[a-z][a-z0-9-]{1,28}$/);
    expect(stem).toBe('abcdefghijabcdefghija-1ibzowt');
    const others = ['y', 'z', '9'].map((letter) => stemOf(`${longest.slice(0, -1)}${letter}`));
    expect(new Set([stem, ...others]).size).toBe(4);
  });

  test('every name that begins with the stem fits, in the longest environment', () => {
    const made = make({ name: longest }, library);
    const stem = `${stemOf(longest)}-production`;
    const found = [...made.tree.keys()]
      .filter((path) => path.endsWith('.tf'))
      .flatMap((path) => text(made, path).split(/^(?=resource|module|data)/m))
      .flatMap((block) => {
        const kind = /^(?:resource "(\w+)"|(module)) /.exec(block)?.slice(1).find(Boolean);
        const names = [
          ...block.matchAll(
            /^ {2}(?:name|identifier|bucket|user_id|user_group_id|replication_group_id) += (.*\blocal\.stem\b.*)$/gm,
          ),
        ];
        return kind === undefined ? [] : names.map(([, written = '']) => [kind, said(written, stem)] as const);
      });
    expect(new Set(found.map(([kind]) => kind)).size).toBeGreaterThan(10);
    expect(found.filter(([kind, name]) => name.length > (limits[kind] ?? 128))).toEqual([]);
    expect(found.filter(([kind]) => kind === 'aws_elasticache_replication_group')).toHaveLength(1);
  });

  /** What OpenTofu makes of an expression with the stem in it; keys of loops are short words. */
  const said = (written: string, stem: string): string =>
    written
      .replace(/replace\((".*?"),.*\)/, '$1')
      .replace(/\$\{local\.stem\}|local\.stem/g, stem)
      .replace(/\$\{var\.account_id\}/g, '123456789012')
      .replace(/\$\{[^}]*\}/g, 'production')
      .replaceAll('"', '');
});

describe('namespaces', () => {
  test.each(clusters)('in %s, those of the controllers are refused', (_, answers) => {
    const made = make(answers, library);
    const taken = [...made.tree.keys()]
      .filter((path) => path.endsWith('/chart.env'))
      .flatMap((path) => /^NAMESPACE=(.*)$/m.exec(text(made, path))?.[1] ?? []);
    expect(taken.length).toBeGreaterThan(3);
    for (const namespace of taken) {
      const resolved = resolve([{ name: 'test', answers: { ...answers, namespace } }], library.catalog);
      const problems = resolved.ok ? [] : resolved.problems.map(({ option }) => option);
      expect(problems, namespace).toEqual(['namespace']);
    }
  });
});
