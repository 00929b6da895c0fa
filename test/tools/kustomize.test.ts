import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { roots } from '../../core/package/kustomize.ts';
import { deployed } from '../../core/option.ts';
import { fillAll } from '../../core/render.ts';
import { lay } from '../../scripts/folder.ts';
import { load } from '../../scripts/load.ts';
import { clusters } from '../clusters.ts';
import { combinations } from '../combinations.ts';
import { objectsIn, type Manifest } from '../objects.ts';
import { needs, run } from './tool.ts';

/** Overlays and their patches must make exactly what the templates say with the values of the environment in them. */
const { bodies } = await load();
const clustered = [...(await combinations()), ...(await clusters())].filter(({ plan }) => plan.view.has.kubernetes);
const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-kustomize-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const key = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`;
const sorted = (objects: readonly Manifest[]): Manifest[] => [...objects].sort((a, b) => (key(a) < key(b) ? -1 : 1));

/** What kustomize adds by itself: the namespace, generated ConfigMaps, and the hash in their names. */
const plain = (objects: readonly Manifest[]): string =>
  JSON.stringify(
    sorted(objects.filter((one) => one.kind !== 'ConfigMap')).map((one) => ({
      ...one,
      metadata: { ...one.metadata, namespace: undefined },
    })),
    inOrder,
    1,
  ).replaceAll(/"service-[a-z0-9]{10}"/g, '"service"');

/** The order of keys means nothing, and kustomize has one of its own. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe.each(clustered)('$name', ({ name, plan, tree }) => {
  const folder = join(scratch, name.replaceAll(/\W+/g, '-'));
  const built = async (root: string, env: string): Promise<Manifest[]> => {
    const overlay = join(folder, root, 'overlays', env);
    if (tree.has(`${root}overlays/${env}/cloud.env.example`))
      cpSync(join(overlay, 'cloud.env.example'), join(overlay, 'cloud.env'));
    const { code, stdout, stderr } = await run('kustomize', ['build', overlay]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  };
  const cases = roots.flatMap((root) => deployed.map((env) => [root, env] as const));
  for (const [root, env] of cases)
    needs('kustomize')(`${root} in ${env}`, async () => {
      lay(tree, folder);
      const direct = objectsIn(fillAll(plan, bodies), plan, env, root);
      expect(direct.length).toBeGreaterThan(0);
      const made = (await built(root, env)).filter(({ kind }) => kind !== 'PrometheusRule');
      expect(plain(made)).toBe(plain(direct));
    });
});
