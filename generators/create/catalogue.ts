import type { Stock } from './stock.ts';

/**
 * The catalogue in the source tree: read and compiled from `templates/`. The build puts a module with the same function
 * in this one's place, which has the index in it and reads the rest from files beside the bundle.
 */
export async function openStock(): Promise<Stock> {
  const { load } = await import('../../scripts/load.ts');
  const { catalog, version, lock, bodies } = await load();
  return { catalog, version, lock: () => lock, bodies: () => bodies };
}
