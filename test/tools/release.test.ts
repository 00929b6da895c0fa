import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { clear, digestOf, rendered, stage, type Stage } from './delivery.ts';

/** A release from its file to its end, and every way back, against a cluster that only remembers. */
const { tree } = make({ runtime: 'kubernetes' }, await load());
const scratch = mkdtempSync(join(tmpdir(), 'release-'));
afterAll(() => {
  clear(scratch);
});

const image = 'registry.test/my-rag';
const env = (n: number, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  IMAGE: image,
  DIGEST: digestOf(n),
  WATCH_SECONDS: '0',
  SMOKE_TIMEOUT: '0',
  MIGRATE_TIMEOUT: '1',
  ...more,
});

/** Renders version `n` and releases it. */
async function release(
  on: Stage,
  n: number,
  options: { more?: string[]; env?: Record<string, string>; before?: () => void } = {},
): ReturnType<Stage['run']> {
  on.say('rendered', rendered(`v${n}`, options.more));
  const made = await on.run('ops/ci/render.sh', ['staging'], env(n));
  expect(made.code, made.stderr).toBe(0);
  options.before?.();
  return on.run('ops/ci/release.sh', ['staging'], env(n, options.env));
}

/** A cluster on which versions 1 to `n` went well. */
async function after(n: number): Promise<Stage> {
  const on = stage(scratch, tree);
  for (let version = 1; version <= n; version++) {
    const outcome = await release(on, version);
    expect(outcome.code, outcome.stderr).toBe(0);
  }
  return on;
}

const version = (text: string | undefined): string | undefined => /VERSION: (\S+)/.exec(text ?? '')?.[1];
const serviceRolledOut = (on: Stage, n: number): boolean =>
  on.calls().some((call) => call.includes('release-staging.yaml --selector app.kubernetes.io/component=service')) &&
  version(on.read('last')) === `v${n}`;

describe('a release that goes well', () => {
  test('looks before it changes, migrates before it rolls out, and is kept at the end', async () => {
    const on = await after(1);
    const order = [
      /apply .*component!=migrate --dry-run=server/,
      /apply .*component notin \(service, migrate\)$/,
      /rollout status statefulset\/postgres/,
      /delete job my-rag-migrate-000000000000/,
      /apply .*component=migrate$/,
      /get job my-rag-migrate-000000000000/,
      /apply .*component=service$/,
      /annotate --overwrite deployment\/my-rag release=[0-9a-f]{12}$/,
      /rollout status deployment\/my-rag/,
      /^curl .*https:\/\/staging\.my-rag\.example\.com\/readyz/,
      /create --filename -/,
    ];
    const calls = on.calls();
    const places = order.map((one) => calls.findIndex((call) => one.test(call)));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(on.releases()).toEqual({ 1: 'good' });
  });

  test('always names the cluster and the namespace', async () => {
    const on = await after(1);
    const kube = on
      .read('calls')
      .split('\n')
      .filter((line) => line.startsWith('kubectl '));
    expect(kube.length).toBeGreaterThan(10);
    expect(kube.filter((line) => !line.startsWith('kubectl --context my-rag-staging --namespace my-rag '))).toEqual([]);
  });

  test('deletes what it no longer has, but never data, and configuration that nobody can return to', async () => {
    const on = stage(scratch, tree);
    const gone = ['autoscaling/v2 HorizontalPodAutoscaler my-rag', 'apps/v1 StatefulSet qdrant'];
    expect((await release(on, 1, { more: gone })).code).toBe(0);
    on.say('maps', 'service-v0\nservice-v1\nservice-v2\n');
    const outcome = await release(on, 2);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(on.read('deleted')).toContain('kind: HorizontalPodAutoscaler');
    expect(on.read('deleted')).not.toContain('StatefulSet');
    expect(outcome.stderr).toContain('not deleted because it holds data: apps/v1 StatefulSet qdrant');
    const maps = on.calls().filter((call) => call.includes('delete configmap service-'));
    expect(maps).toEqual(['kubectl delete configmap service-v0']);
  });

  test('five are kept, and one that is released again is kept once', async () => {
    const on = await after(6);
    expect(Object.keys(on.releases())).toEqual(['2', '3', '4', '5', '6']);
    expect((await release(on, 4)).code).toBe(0);
    expect(Object.keys(on.releases())).toEqual(['2', '3', '5', '6', '7']);
  });

  test('a digest that is not the rendered one is refused', async () => {
    const on = await after(1);
    const outcome = await on.run('ops/ci/release.sh', ['staging'], env(2));
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('run ops/ci/render.sh staging');
  });
});

describe('a release that fails', () => {
  /** After one good release, the second fails; the first must be live again, configuration included. */
  async function comesBack(options: Parameters<typeof release>[2], says: RegExp): Promise<Stage> {
    const on = await after(1);
    const before = on.read('live');
    const outcome = await release(on, 2, options);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(says);
    expect(version(on.applied().at(-1))).toBe('v1');
    expect(on.calls().some((call) => call.includes('rollback-staging.yaml --selector app.kubernetes.io/component!=migrate'))).toBe(true);
    expect(on.read('live')).toBe(before);
    expect(on.releases()).toEqual({ 1: 'good' });
    return on;
  }
  const http = (name: string, text: string) => (on: Stage) => () => {
    on.say(`http/${name}`, text);
  };

  test('its migration: the service is not touched', async () => {
    const on = await after(1);
    const outcome = await release(on, 2, {
      before: () => {
        on.say('job', 'FailureTarget Failed');
        on.say('calls', '');
      },
    });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('did not succeed');
    expect(serviceRolledOut(on, 2)).toBe(false);
    expect(on.calls().some((call) => call.startsWith('kubectl logs job/my-rag-migrate-'))).toBe(true);
    expect(version(on.applied().at(-1))).toBe('v1');
    expect(on.releases()).toEqual({ 1: 'good' });
  });

  test('its migration does not end', async () => {
    const on = await after(1);
    const outcome = await release(on, 2, {
      env: { MIGRATE_TIMEOUT: '0' },
      before: () => {
        on.say('job', '');
      },
    });
    expect(outcome.code).toBe(1);
    expect(serviceRolledOut(on, 2)).toBe(false);
  });

  test('what the server would refuse changes nothing', async () => {
    const on = await after(1);
    const outcome = await release(on, 2, {
      before: () => {
        on.fail('dry-run');
        on.say('calls', '');
      },
    });
    expect(outcome.code).toBe(1);
    expect(on.applied().every((text) => version(text) === 'v1')).toBe(true);
  });

  test('its rollout', async () => {
    const on = await after(1);
    const outcome = await release(on, 2, {
      before: () => {
        on.fail('rollout-deployment', 'once');
      },
    });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('the rollout failed; the release before is live again');
    expect(version(on.applied().at(-1))).toBe('v1');
    expect(on.releases()).toEqual({ 1: 'good' });
  });

  test('its rollout, and the way back too: somebody is told', async () => {
    const on = await after(1);
    const outcome = await release(on, 2, {
      before: () => {
        on.fail('rollout-deployment');
      },
    });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('somebody must look now');
  });

  test.each([
    ['is not ready', 'ready', '503', /the smoke test failed; the release before is live again, but does not answer/],
    ['lets everybody in', 'refusal', '200', /a question without a key is not refused/],
    ['is not redirected to TLS', 'redirect', '200', /is not redirected/],
  ])('its smoke test: it %s', async (_, name, text, says) => {
    const on = await after(1);
    on.say(`http/${name}`, text);
    const outcome = await release(on, 2);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(says);
    expect(version(on.applied().at(-1))).toBe('v1');
  });

  test.each([
    ['an empty answer', 'answer', '{"answer": ""}', /the answer is empty/],
    ['a stream that was cut', 'stream', 'event: token\n', /did not end with its last event/],
  ])('its smoke test with a key: %s', async (_, name, text, says) => {
    const on = stage(scratch, tree);
    expect((await release(on, 1)).code).toBe(0);
    http(name, text)(on)();
    const outcome = await release(on, 2, { env: { SMOKE_API_KEY: 'a-key' } });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(says);
    expect(version(on.applied().at(-1))).toBe('v1');
  });

  test('its load test', async () => {
    const on = await after(1);
    const outcome = await release(on, 2, { env: { LOAD: '1', LOAD_REQUESTS: '1', LOAD_SECONDS: '1' } });
    expect(outcome.stderr).toMatch(/failed: 0 of 1 answers were good/);
    expect(outcome.stderr).toContain('the load test failed; the release before is live again');
    expect(version(on.applied().at(-1))).toBe('v1');
  });

  test('an instance that restarts while it is watched', async () => {
    const on = await after(1);
    on.say('restarts', '#!/usr/bin/env bash\necho x >>"$CLUSTER/asked"\nwc -l <"$CLUSTER/asked"\n');
    const { chmodSync } = await import('node:fs');
    chmodSync(join(on.world, 'restarts'), 0o755);
    const outcome = await release(on, 2, { env: { WATCH_SECONDS: '5' } });
    expect(outcome.stderr).toContain('an instance restarted');
    expect(version(on.applied().at(-1))).toBe('v1');
  });

  test('what only it had is deleted again', async () => {
    const on = await comesBack(
      { more: ['keda.sh/v1alpha1 ScaledObject my-rag'], env: { SMOKE_API_KEY: 'k', LOAD: '1', LOAD_REQUESTS: '1', LOAD_SECONDS: '1' } },
      /load test failed/,
    );
    expect(on.read('deleted')).toContain('kind: ScaledObject');
  });

  test('the very first one has nothing to return to, and says so', async () => {
    const on = stage(scratch, tree);
    on.fail('rollout-deployment');
    const outcome = await release(on, 1);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('No earlier release is kept here, so there is nothing to return to');
    expect(on.releases()).toEqual({});
  });
});

describe('a rollback by hand', () => {
  test('goes back one, once more one more, and never forward', async () => {
    const on = await after(3);
    for (const expected of ['v2', 'v1']) {
      const outcome = await on.run('ops/ci/rollback.sh', ['staging']);
      expect(outcome.code, outcome.stderr).toBe(0);
      expect(version(on.applied().at(-1))).toBe(expected);
    }
    expect(on.releases()).toEqual({ 1: 'good', 2: 'withdrawn', 3: 'withdrawn' });
    const outcome = await on.run('ops/ci/rollback.sh', ['staging']);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('nothing to return to');
  });

  test('the next release counts on, and its way back passes by what was withdrawn', async () => {
    const on = await after(2);
    expect((await on.run('ops/ci/rollback.sh', ['staging'])).code).toBe(0);
    expect((await release(on, 3)).code).toBe(0);
    expect(on.releases()).toEqual({ 1: 'good', 2: 'withdrawn', 3: 'good' });
    expect((await on.run('ops/ci/rollback.sh', ['staging'])).code).toBe(0);
    expect(version(on.applied().at(-1))).toBe('v1');
  });

  test('a release that was cut short is left once, however often that is asked', async () => {
    const on = await after(2);
    on.say('rendered', rendered('v3'));
    expect((await on.run('ops/ci/render.sh', ['staging'], env(3))).code).toBe(0);
    for (let i = 0; i < 2; i++) {
      expect((await on.run('ops/ci/rollback.sh', ['staging', 'build/release-staging.yaml'])).code).toBe(0);
      expect(version(on.applied().at(-1))).toBe('v2');
    }
    expect(on.releases()).toEqual({ 1: 'good', 2: 'good' });
  });

  test('a kept release that cannot be read is not applied', async () => {
    const on = await after(2);
    on.say('release-1/data', Buffer.from('no archive').toString('base64'));
    const applied = on.applied().length;
    const outcome = await on.run('ops/ci/rollback.sh', ['staging']);
    expect(outcome.code).not.toBe(0);
    expect(on.applied().length).toBe(applied);
    expect(on.releases()).toEqual({ 1: 'good', 2: 'good' });
  });

  test('the list says which one is live', async () => {
    const on = await after(2);
    const { stdout } = await on.run('ops/ci/list.sh', ['staging']);
    expect(stdout).toMatch(new RegExp(`2  [0-9a-f]{12}  live +${image}@${digestOf(2)}\n`));
    expect(stdout).toMatch(new RegExp(`1  [0-9a-f]{12}  good +${image}@${digestOf(1)}\n`));
  });
});
