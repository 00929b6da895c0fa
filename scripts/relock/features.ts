import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Feature } from '../../core/feature.ts';
import { rangesOf, type Lock } from '../../core/lock.ts';

export const templates = fileURLToPath(new URL('../../templates', import.meta.url));

/** The Python ranges of every feature, straight from its feature.ts: the catalogue cannot be loaded before it has a lock. */
export async function collect(folder: string = templates): Promise<Lock['made']> {
  const keys = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .flatMap((path) => /^([^/]+\/[^/]+)\/feature\.ts$/.exec(path)?.[1] ?? []);
  const read = async (key: string): Promise<Feature> =>
    ((await import(pathToFileURL(join(folder, key, 'feature.ts')).href)) as { default: Feature }).default;
  return rangesOf(await Promise.all(keys.map(async (key) => ({ key, ...(await read(key)) }))));
}
