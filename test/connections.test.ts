import { describe, expect, test } from 'vitest';
import { deployed, type Deployed } from '../core/option.ts';
import { fillAll } from '../core/render.ts';
import { atOnce } from '../core/view/share.ts';
import { load } from '../scripts/load.ts';
import { make } from '../scripts/make.ts';
import { clusters } from './clusters.ts';
import { clusterPairs, type Proved } from './combinations.ts';
import { objectsIn, type Manifest } from './objects.ts';

/** The service and its database, as they are rendered: whether all instances find a connection, and as whom they log in. */
const library = await load();
const cases = [...(await clusterPairs()), ...(await clusters())]
  .filter(({ plan }) => plan.view.has.database)
  .flatMap((one) => deployed.map((env) => ({ ...one, env, title: `${one.name}, ${env}` })));

/** Migration, backup, metrics, a person, and what the server itself keeps for its administrators. */
const others = 20;
/** GiB of the instance classes that are proposed. RDS lets in at most one connection for each 9 531 392 bytes. */
const memory: Readonly<Record<string, number>> = { 'db.t4g.medium': 4, 'db.m8g.large': 8 };

const text = ({ tree }: Pick<Proved, 'tree'>, path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);
const number = (found: string, pattern: RegExp): number => Number(pattern.exec(found)?.[1] ?? expect.fail(found));

/** Instances while a release replaces all of them. */
function instances(objects: readonly Manifest[]): number {
  const spec = (kind: string): Record<string, unknown> | undefined =>
    objects.find((one) => one.kind === kind)?.spec as Record<string, unknown> | undefined;
  const service = objects.find((one) => one.kind === 'Deployment' && JSON.stringify(one).includes('maxSurge'));
  const { replicas, strategy } = service?.spec as {
    replicas?: number;
    strategy: { rollingUpdate: { maxSurge: number } };
  };
  const most = spec('HorizontalPodAutoscaler')?.maxReplicas ?? spec('ScaledObject')?.maxReplicaCount ?? replicas;
  return 2 * Number(most) + strategy.rollingUpdate.maxSurge;
}

/** Connections that the server of an environment lets in. */
function allowed(one: Proved, env: Deployed, objects: readonly Manifest[]): number {
  const server = objects.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'postgres');
  if (server) return number(JSON.stringify(server), /max_connections=(\d+)/);
  const sizes = text(one, `infra/aws/envs/${env}/postgres.auto.tfvars`);
  const gib = memory[/instance_class *= "(.*)"/.exec(sizes)?.[1] ?? ''] ?? expect.fail(sizes);
  const limit = number(sizes, /max_connections *= (\d+)/);
  expect(limit).toBeLessThanOrEqual((gib * 2 ** 30) / 9_531_392);
  return limit;
}

test.each(cases)('all instances find a connection: $title', (one) => {
  const objects = objectsIn(fillAll(one.plan, library.bodies), one.plan, one.env);
  const pool = number(text(one, `deploy/k8s/overlays/${one.env}/service.env`), /^POSTGRES_POOL_MAX=(\d+)$/m);
  expect(pool).toBeGreaterThanOrEqual(2);
  expect(instances(objects) * pool + others).toBeLessThanOrEqual(allowed(one, one.env, objects));
});

test.each(cases)('who answers requests is not who owns the database: $title', (one) => {
  const told = text(one, `deploy/k8s/overlays/${one.env}/service.env`);
  const [user, migrator] = ['USER', 'MIGRATOR'].map((who) => new RegExp(`^POSTGRES_${who}=(.+)$`, 'm').exec(told)?.[1]);
  expect([user, migrator]).not.toContain(undefined);
  expect(user).not.toBe(migrator);
  const objects = objectsIn(fillAll(one.plan, library.bodies), one.plan, one.env);
  const server = objects.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'postgres');
  // Only its owner can make the user of the service.
  if (server) expect(JSON.stringify(server)).toContain(`{"name":"POSTGRES_USER","value":"${migrator ?? ''}"}`);
});

describe('the part of one instance', () => {
  const pools = (answers: object): Record<string, string | undefined> => {
    const { plan } = make({ runtime: 'kubernetes', ...answers }, library);
    return Object.fromEntries(
      Object.entries(plan.view.settings.find(({ name }) => name === 'POSTGRES_POOL_MAX')?.in ?? {}).map(
        ([env, { text }]) => [env, text],
      ),
    );
  };

  test('is the default where few share, less where many do, and counts a release', () => {
    expect(pools({})).toEqual({ local: '10', staging: '10', production: '8' });
    expect(pools({ maxReplicas: 44 })).toMatchObject({ production: '2' });
    expect(pools({ runtime: 'compose' })).toEqual({ local: '10', staging: '10', production: '10' });
    expect(atOnce(10)).toBe(21);
  });

  test('cannot be less than two: more instances are refused, with the reason', () => {
    expect(() => pools({ maxReplicas: 45 })).toThrow(/200 connections/);
    expect(pools({ maxReplicas: 100, database: 'none', vectorDb: 'qdrant' })).toEqual({});
  });
});
