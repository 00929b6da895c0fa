import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Feature } from '../../core/feature.ts';

export const templates = fileURLToPath(new URL('../../templates', import.meta.url));

/** Every feature, straight from its feature.ts: the catalogue cannot be loaded before it has a lock. */
export async function collect(folder: string = templates): Promise<(Feature & { readonly key: string })[]> {
  const keys = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .flatMap((path) => /^([^/]+\/[^/]+)\/feature\.ts$/.exec(path)?.[1] ?? []);
  const read = async (key: string): Promise<Feature> =>
    ((await import(pathToFileURL(join(folder, key, 'feature.ts')).href)) as { default: Feature }).default;
  return Promise.all(keys.sort().map(async (key) => ({ key, ...(await read(key)) })));
}
