import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { roots } from '../../core/package/kustomize.ts';
import { deployed, type Deployed } from '../../core/option.ts';
import { fillAll } from '../../core/render.ts';
import { lay } from '../../scripts/folder.ts';
import { load } from '../../scripts/load.ts';
import { clusters } from '../clusters.ts';
import { combinations } from '../combinations.ts';
import { objectsIn, type Manifest } from '../objects.ts';
import { built } from './overlays.ts';
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
  const objectsOf = async (root: string, env: string): Promise<Manifest[]> => {
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
      const made = (await objectsOf(root, env)).filter(({ kind }) => kind !== 'PrometheusRule');
      expect(plain(made)).toBe(plain(direct));
    });
});

needs('kustomize')('size and nodes of instances are said in one file of an environment, and only there', async () => {
  const { tree } = clustered.find(({ plan }) => plan.view.has.cloud) ?? expect.fail('no cluster in a cloud');
  const folder = join(scratch, 'owned');
  lay(tree, folder);
  const pods = async (env: Deployed): Promise<Record<string, unknown>[]> =>
    parseAllDocuments(await built(folder, 'deploy/k8s/', env))
      .map((document) => document.toJS() as { kind: string; spec: { template: { spec: Record<string, unknown> } } })
      .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet' || kind === 'Job')
      .map(({ spec }) => spec.template.spec);
  const [before, staging] = [await pods('production'), await pods('staging')];
  expect(JSON.stringify([before, staging])).not.toMatch(/tolerations|nodeSelector/);

  const file = join(folder, 'deploy/k8s/overlays/production/instances.yaml');
  const text = readFileSync(file, 'utf8');
  const example = text.split('\n').flatMap((line) => (/^# {5}( *)(\S.*)$/.exec(line) ? [line.slice(2)] : []));
  writeFileSync(file, text.replace('    spec: {}\n', `${example.join('\n')}\n`));
  const after = await pods('production');
  const placed = after.filter((spec) => 'tolerations' in spec);
  expect(placed).toMatchObject([
    {
      nodeSelector: { 'node-type': 'ai-agent' },
      tolerations: [{ key: 'node-type', value: 'ai-agent', effect: 'NoSchedule' }],
      containers: [{ name: 'service', resources: { requests: { cpu: '1', memory: '2Gi' } } }],
    },
  ]);
  const [{ resources } = { resources: {} }] = placed[0]?.containers as { resources: object }[];
  expect(resources).toMatchObject({ limits: { memory: '2Gi' } });
  expect(resources).not.toHaveProperty('limits.cpu');
  expect(after.length).toBe(before.length);
  expect(await pods('staging')).toEqual(staging);
});
