import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { ask } from './http.ts';
import { played } from './played.ts';
import { until } from './scene.ts';
import { ingest, install, installOnce, query, ready, serve, serviceOf } from './serving.ts';
import { needs, run } from './tool.ts';

/** What a developer sees every day: metrics that a linter of metrics accepts, and edits that are served at once. */
const tree = serviceOf(make({}, await load()).tree);
const { home, remove } = installOnce(tree);
afterAll(remove);

needs(
  'make',
  'uv',
  'python3.13',
  'promtool',
)(
  'what is scraped from a used service passes the linter of metrics',
  played('metrics-lint', tree, async (here) => {
    const service = await ready(await serve(here, await home(), {}));
    expect((await ingest(service.url, 'Ships carry containers.')).status).toBe(201);
    expect((await query(service.url, 'What do ships carry?')).status).toBe(200);
    const scraped = await ask(service.metrics);
    const file = join(here.folder, 'metrics');
    writeFileSync(file, scraped.text);
    const { code, stdout, stderr } = await run('bash', ['-c', `promtool check metrics --lint=all <'${file}'`]);
    expect(stdout + stderr).toBe('');
    expect(code).toBe(0);
  }),
);

needs(
  'make',
  'uv',
  'python3.13',
)(
  'an edit is served without a restart by hand',
  played('reload', tree, async (here) => {
    const folder = await install(here.folder, tree);
    const service = await ready(
      await serve(here, folder, { ENVIRONMENT: 'local' }, ['-m', 'app', 'serve', '--reload']),
    );
    const file = join(folder, 'app/health.py');
    const text = readFileSync(file, 'utf8').replace('"alive"', '"edited"');
    const edited = performance.now();
    let saved = -Infinity;
    await until('the edit is served', 30, async () => {
      // The service may answer a moment before somebody watches its files: then whoever edits saves once more.
      if (performance.now() - saved > 5000) {
        writeFileSync(file, text);
        saved = performance.now();
      }
      return (await ask(`${service.url}/livez`)).text.includes('edited');
    });
    return { seconds: (performance.now() - edited) / 1000 };
  }),
);
