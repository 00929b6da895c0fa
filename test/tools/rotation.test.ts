import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { lay } from '../../scripts/folder.ts';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { presets } from '../presets.ts';
import { contain } from './container.ts';
import { ask, statusOf } from './http.ts';
import { played } from './played.ts';
import { until } from './scene.ts';
import { key, part } from './serving.ts';
import { needs, run } from './tool.ts';
import { traffic } from './traffic.ts';

/** The image with a folder of secrets as Kubernetes mounts it, whose files are replaced under load. */
const files = make(presets.default, await load()).tree;
const tree = part(files, ['Dockerfile', '.dockerignore', 'app/', 'requirements']);
const tag = `localhost/proof-${process.pid}:rotation`;
afterAll(() => run('image.sh', ['remove', tag]));

/** Replaces all files at once, readable for the group of the process and nobody else, as kubelet does it. */
function mount(folder: string, version: string, secrets: Readonly<Record<string, string>>): void {
  mkdirSync(join(folder, version), { recursive: true });
  for (const [name, text] of Object.entries(secrets)) {
    const file = join(folder, version, name);
    writeFileSync(file, text, { mode: 0o440 });
    chownSync(file, 0, 10001);
    if (!existsSync(join(folder, name))) symlinkSync(join('..data', name), join(folder, name));
  }
  symlinkSync(version, join(folder, '..new'));
  renameSync(join(folder, '..new'), join(folder, '..data'));
}

const entries = (...keys: string[]): string =>
  keys.map((one) => `tester:${createHash('sha256').update(one).digest('hex')}`).join(',');

needs('image.sh')(
  'a key is replaced under load: nobody fails, and the old one is refused afterwards',
  played('rotation', tree, async (here) => {
    const context = join(here.folder, 'context');
    lay(tree, context);
    const { code, stderr } = await run('image.sh', ['build', context, tag], { timeout: 300_000 });
    expect(code, stderr.slice(-2000)).toBe(0);

    const [secrets, identity] = [join(here.folder, 'secrets'), join(here.folder, 'identity')];
    mount(secrets, '..1', { api_keys: entries(key, 'old') });
    mkdirSync(identity);
    const env = { API_KEYS: '', VECTOR_STORE: 'embedded', DATA_DIR: '/tmp/data' };
    const service = await contain(here, tag, env, [
      `--volume=${secrets}:/etc/secrets:ro`,
      // where the platform mounts the token of our identity, whatever else is mounted
      `--volume=${identity}:/var/run/secrets/identity:ro`,
    ]);
    await until('ready', 30, async () => (await statusOf(`${service.url}/readyz`)) === 200);

    const status = async (given: string): Promise<number> => {
      const headers = { authorization: `Bearer ${given}` };
      return (await ask(`${service.url}/v1/query`, { json: { question: 'Who?' }, headers })).status;
    };
    expect([await status('old'), await status('new')]).toEqual([200, 401]);
    const load = traffic(service.url);
    mount(secrets, '..2', { api_keys: entries(key, 'old', 'new') });
    await until('the new key is known', 10, async () => (await status('new')) === 200);
    const swapped = performance.now();
    mount(secrets, '..3', { api_keys: entries(key, 'new') });
    await until('the old key is refused', 10, async () => (await status('old')) === 401);
    const seconds = (performance.now() - swapped) / 1000;
    const { requests, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(100);
    expect(service.log()).not.toContain('secrets_refused');
    expect((await service.stop()).code).toBe(0);
    return { requests, secondsUntilRefused: Math.round(seconds * 10) / 10 };
  }),
  400_000,
);
