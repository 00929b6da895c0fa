import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { clear, stage } from './delivery.ts';
import { releasing } from './releasing.ts';

/** What a release takes away, against a cluster that only remembers. */
const { tree } = make({ runtime: 'kubernetes', cloud: 'none' }, await load());
const scratch = mkdtempSync(join(tmpdir(), 'prune-'));
afterAll(() => {
  clear(scratch);
});

const { release } = releasing(scratch, tree);

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

test('an object whose kind has a new version stays, and so does what a Secret hangs on', async () => {
  const on = stage(scratch, tree);
  const before = [
    'keda.sh/v1alpha1 ScaledObject my-rag',
    'external-secrets.io/v1 ExternalSecret qdrant',
    'v1 Service a',
  ];
  expect((await release(on, 1, { more: before })).code).toBe(0);
  const outcome = await release(on, 2, { more: ['keda.sh/v1 ScaledObject my-rag'] });
  expect(outcome.code, outcome.stderr).toBe(0);
  expect(on.read('deleted').match(/^kind: .*/gm)).toEqual(['kind: Service']);
  expect(outcome.stderr).toContain('because it holds data: external-secrets.io/v1 ExternalSecret qdrant');
});
