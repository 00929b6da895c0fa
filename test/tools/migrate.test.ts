import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { clear, rendered, stage, type Stage } from './delivery.ts';
import { env } from './releasing.ts';

/** What a migration waits for before it starts, against a cluster that only remembers. */
const { tree } = make({ runtime: 'kubernetes', cloud: 'aws' }, await load());
const scratch = mkdtempSync(join(tmpdir(), 'migrate-'));
afterAll(() => {
  clear(scratch);
});

/** A rendered release whose secrets are copied from a store. */
async function copying(...names: readonly string[]): Promise<Stage> {
  const on = stage(scratch, tree);
  on.say(
    'rendered',
    rendered(
      'v1',
      names.map((name) => `external-secrets.io/v1 ExternalSecret ${name}`),
    ),
  );
  for (const root of ['deploy/k8s', 'deploy/platform/tenant'])
    await on.run('cp', [`${root}/overlays/staging/cloud.env.example`, `${root}/overlays/staging/cloud.env`]);
  const made = await on.run('ops/ci/render.sh', ['staging'], env(1));
  expect(made.code, made.stderr).toBe(0);
  return on;
}

const migrated = (on: Stage): boolean => on.calls().some((call) => /apply .*component=migrate$/.test(call));

test('the migration starts once every secret is copied, and not before', async () => {
  const on = await copying('service', 'other');
  const outcome = await on.run('ops/ci/migrate.sh', ['staging'], env(1));
  expect(outcome.code, outcome.stderr).toBe(0);
  const calls = on.calls();
  const [asked, applied, started] = [
    /get externalsecret other/,
    /notin \(service, migrate\)$/,
    /component=migrate$/,
  ].map((one) => calls.findIndex((call) => one.test(call)));
  expect([applied, asked, started]).toEqual([applied, asked, started].sort((a, b) => (a ?? 0) - (b ?? 0)));
  expect(applied).toBeGreaterThan(0);
});

test.each([
  ['was never copied', '1||'],
  ['has no value', '1|False|'],
  ['is still the one of the release before', '2|True|1-a'],
  ['cannot be seen', ''],
])('a secret that %s is named, and nothing is migrated', async (_, answer) => {
  const on = await copying('service', 'other');
  on.say('copied-other', answer);
  const { code, stderr } = await on.run('ops/ci/migrate.sh', ['staging'], env(1));
  expect(code).toBe(1);
  expect(stderr).toContain('not copied into the namespace: other. ');
  expect(stderr).toContain('docs/secrets.md');
  expect(
    on.calls().some((call) => call.includes('get events --field-selector involvedObject.kind=ExternalSecret')),
  ).toBe(true);
  expect(migrated(on)).toBe(false);
});

test('a secret that is copied late is waited for', async () => {
  const on = await copying('service');
  on.say('copied-service', '1||');
  const late = on.run('ops/ci/migrate.sh', ['staging'], env(1, { SECRETS_TIMEOUT: '30' }));
  while (!on.calls().some((call) => call.includes('get externalsecret'))) await new Promise((go) => setTimeout(go, 20));
  on.say('copied-service', '1|True|1-a');
  expect((await late).code).toBe(0);
  expect(migrated(on)).toBe(true);
});
