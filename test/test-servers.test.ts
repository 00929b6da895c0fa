import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { load } from '../scripts/load.ts';
import { make } from '../scripts/make.ts';
import { folder, text, type Workflow } from './workflows.ts';

/** The servers that a pipeline starts beside the tests of the service. */
const library = await load();

test('a server of the tests is the one that compose starts', () => {
  for (const entry of library.catalog.entries.values())
    for (const { name, test: server } of entry.gives?.services ?? []) {
      if (server === undefined) continue;
      const source = entry.sources.find(({ path }) => path === `deploy/compose/${name}.yml`);
      const body = library.bodies.get(source?.from ?? '');
      expect(body, name).toContain(`image: ${server.image}\n`);
    }
});

test('without such a server, no job starts one', () => {
  const { tree } = make(
    { runtime: 'kubernetes', ci: 'github', cloud: 'none', database: 'none', cache: 'none', vectorDb: 'qdrant' },
    library,
  );
  const checks = parse(text(tree, `${folder}checks.yml`)) as Workflow;
  expect(checks.jobs.test?.services).toBeUndefined();
  expect([...tree.keys()]).not.toContain('ops/ci/lint-migrations.sh');
});
