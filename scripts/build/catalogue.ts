import { transform } from 'esbuild';
import type { Raw } from '../../core/catalog.ts';
import { partOf, type Index } from '../../generators/create/bundled.ts';
import type { Loaded } from '../load.ts';

/** Files of a package: path → content. */
export type Files = ReadonlyMap<string, string | Uint8Array>;

const encode = (body: unknown): Uint8Array => new TextEncoder().encode(String(body));

/** What is known of every feature without reading its files. */
function indexOf({ catalog, version, bodies }: Loaded): Index {
  const entries = [...catalog.entries.values()];
  const raws = entries.map(({ slot, id, key, sources, ...feature }): Raw => ({
    ...{ slot, id, feature },
    files: sources.map(({ from, mode }) => ({ path: from.slice(key.length + 1), mode })),
  }));
  const sizes = entries.map(({ key, sources }) => [
    key,
    sources.filter(({ ejs }) => !ejs).map(({ from }) => encode(bodies.get(from)).length),
  ]);
  return { version, raws, sizes: Object.fromEntries(sizes) as Index['sizes'] };
}

/**
 * Per feature a script with its compiled templates and a file with the bytes of those that are copied; index and lock.
 * What a template always says is no JavaScript: it stands behind the copied files, and the script says where. Node would
 * read it twice, once with the script and once with the function.
 */
export async function parts(loaded: Loaded): Promise<Files> {
  const { catalog, bodies, compiled, lock } = loaded;
  const files = new Map<string, string | Uint8Array>([
    ['catalogue/features.json', JSON.stringify(indexOf(loaded))],
    ['catalogue/lock.json', JSON.stringify(lock)],
  ]);
  for (const { key, sources } of catalog.entries.values()) {
    const copied = sources.filter(({ ejs }) => !ejs).map(({ from }) => encode(bodies.get(from)));
    let said = '';
    const functions = sources
      .filter(({ ejs }) => ejs)
      .map(({ from }) => {
        const code = (compiled.get(from) ?? '').replace(literal, (_, text: string) => {
          const value = JSON.parse(text.replaceAll('\t', '\\t')) as string;
          if (value.length < short) return `__append(${text})`;
          said += value;
          return `__append(said(${said.length - value.length}, ${said.length}))`;
        });
        return `${JSON.stringify(from)}: ${code}`;
      });
    if (sources.length > 0) files.set(`catalogue/${partOf(key)}.bin`, Buffer.concat([...copied, encode(said)]));
    if (functions.length === 0) continue;
    // The minifier keeps what is assigned; the script's value is what stands behind the sign.
    const { code } = await transform(`x=(said)=>({${functions.join(',\n')}})`, { minify: true, target: 'node20' });
    files.set(`catalogue/${partOf(key)}.js`, `(${code.trim().replace(/^x=/, '').replace(/;$/, '')})\n`);
  }
  return files;
}

/** What EJS makes of the text between two tags. */
const literal = /__append\(("(?:[^"\\]|\\.)*")\)/g;
/** A text that is no longer than the call that would fetch it stays where it is. */
const short = 16;

/** The module that takes the place of `generators/create/catalogue.ts`, for a bundle of either kind. */
export const opener = (kind: 'cjs' | 'esm'): string => `
  import { readFileSync } from 'node:fs';
  import { join } from 'node:path';
  import { openBundle } from './bundled.ts';
  const folder = join(${kind === 'cjs' ? '__dirname' : 'import.meta.dirname'}, 'catalogue');
  export const openStock = () => Promise.resolve(openBundle((name) => readFileSync(join(folder, name))));`;
