import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { clear, stage, type Stage } from './delivery.ts';
import { env, releasing, version, type Options } from './releasing.ts';

/** A release from its file to its end, and every way back, against a cluster that only remembers. */
const { tree } = make({ runtime: 'kubernetes', cloud: 'none' }, await load());
const scratch = mkdtempSync(join(tmpdir(), 'release-'));
afterAll(() => {
  clear(scratch);
});

const { release, after } = releasing(scratch, tree);

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

  test('the first time it waits longer for its public address', async () => {
    const waits = async (on: Stage, n: number): Promise<string> => {
      writeFileSync(
        join(on.repository, 'ops/ci/smoke.sh'),
        '#!/bin/sh\nprintf "${SMOKE_TIMEOUT:-as ever}" >"$CLUSTER/waits"\n',
      );
      await release(on, n, { env: { SMOKE_TIMEOUT: '' } });
      return on.read('waits');
    };
    expect(await waits(await after(0), 1)).toBe('900');
    expect(await waits(await after(1), 2)).toBe('as ever');
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
  async function comesBack(options: Options, says: RegExp): Promise<Stage> {
    const on = await after(1);
    const before = on.read('live');
    const outcome = await release(on, 2, options);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(says);
    expect(version(on.applied().at(-1))).toBe('v1');
    expect(
      on.calls().some((call) => call.includes('rollback-staging.yaml --selector app.kubernetes.io/component!=migrate')),
    ).toBe(true);
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
    chmodSync(join(on.world, 'restarts'), 0o755);
    const outcome = await release(on, 2, { env: { WATCH_SECONDS: '5' } });
    expect(outcome.stderr).toContain('an instance restarted');
    expect(version(on.applied().at(-1))).toBe('v1');
  });

  test('what no pipeline has a right to apply: nothing is begun', async () => {
    const on = await after(1);
    const applied = on.applied().length;
    const outcome = await release(on, 2, { more: ['rbac.authorization.k8s.io/v1 RoleBinding mine'] });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('not part of any release: RoleBinding mine');
    expect(on.applied().length).toBe(applied);
  });

  test('what only it had is deleted again', async () => {
    const on = await comesBack(
      {
        more: ['keda.sh/v1alpha1 ScaledObject my-rag'],
        env: { SMOKE_API_KEY: 'k', LOAD: '1', LOAD_REQUESTS: '1', LOAD_SECONDS: '1' },
      },
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
