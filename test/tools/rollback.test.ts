import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { clear, digestOf, rendered } from './delivery.ts';
import { env, image, releasing, version } from './releasing.ts';

/** Going back on purpose, against a cluster that only remembers. */
const { tree } = make({ runtime: 'kubernetes', cloud: 'none' }, await load());
const scratch = mkdtempSync(join(tmpdir(), 'rollback-'));
afterAll(() => {
  clear(scratch);
});
const { release, after } = releasing(scratch, tree);

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

  test.each([
    ['a right in the whole cluster', 'rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
    ['a right in the namespace', 'rbac.authorization.k8s.io/v1', 'RoleBinding'],
    ['a secret', 'v1', 'Secret'],
  ])('whoever may write ConfigMaps gets nothing applied by an administrator: %s', async (_, api, kind) => {
    for (const planted of [1, 2]) {
      const on = await after(2);
      const text = `${rendered('v1')}---\napiVersion: ${api}\nkind: ${kind}\nmetadata:\n  name: mine\n`;
      on.say(`release-${planted}/data`, gzipSync(text).toString('base64'));
      const applied = on.applied().length;
      const outcome = await on.run('ops/ci/rollback.sh', ['staging']);
      expect(outcome.code).toBe(1);
      expect(outcome.stderr).toContain(`not part of any release: ${kind} mine`);
      expect(on.applied().length).toBe(applied);
      expect(on.read('deleted')).toBe('');
      expect(on.releases()).toEqual({ 1: 'good', 2: 'good' });
    }
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
