import { expect, test } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';

/** Who runs a server is what a page of the repository tells its reader. */
test('a server runs beside the service, or somebody else runs it, environment by environment', async () => {
  const hosting = { staging: 'cluster', production: 'managed' };
  const { plan } = make({ runtime: 'kubernetes', cloud: 'aws', hosting, vectorDb: 'qdrant' }, await load());
  const by = Object.fromEntries(plan.view.running.map((one) => [one.name, one.by]));
  const cloud = plan.view.features.find(({ slot }) => slot === 'cloud')?.label;
  expect(by).toEqual({
    postgres: { local: '', staging: '', production: cloud },
    qdrant: { local: '', staging: '', production: '' },
    valkey: { local: '', staging: '', production: cloud },
  });
  expect(plan.view.housed).toEqual([
    { name: 'postgres', label: 'PostgreSQL', envs: ['staging'] },
    { name: 'qdrant', label: 'Qdrant', envs: ['staging', 'production'] },
    { name: 'valkey', label: 'Valkey', envs: ['staging'] },
  ]);
});
