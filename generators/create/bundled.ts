import { runInThisContext } from 'node:vm';
import { catalog, type Raw } from '../../core/catalog.ts';
import type { Lock } from '../../core/lock.ts';
import type { Bodies, Template } from '../../core/render.ts';
import type { Stock } from './stock.ts';

/** `features.json`: features without the bodies of their files. */
export interface Index {
  readonly version: string;
  readonly raws: readonly Raw[];
  /** By feature: the length of each file that is copied, in the order of its files. */
  readonly sizes: Readonly<Record<string, readonly number[]>>;
}

/** A feature's script: what its templates always say → the templates. */
type Script = (said: (from: number, to: number) => string) => Readonly<Record<string, Template>>;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** `vector-db/qdrant` → `vector-db.qdrant`: what the files of a feature are called in the bundle. */
export const partOf = (key: string): string => key.replace('/', '.');

/**
 * The catalogue of a published version, from a function that reads its parts. A feature's templates are a script whose
 * value they are, which is run without the ways of a module; its copied files are one file of bytes that is cut into
 * slices, which is ten times faster than having the same text in JavaScript. The last slice is what templates always say.
 */
export function openBundle(bytes: (name: string) => Uint8Array): Stock {
  const text = (name: string): string => decoder.decode(bytes(name));
  const data = (name: string): unknown => JSON.parse(text(name));
  const script = (name: string): Script => runInThisContext(text(name), { filename: name }) as Script;
  const { version, raws, sizes } = data('features.json') as Index;
  const all = catalog(raws);
  const bodiesOf = (key: string): [string, Template | Uint8Array][] => {
    const sources = all.entries.get(key)?.sources ?? [];
    if (sources.length === 0) return [];
    const copied = bytes(`${partOf(key)}.bin`);
    const lengths = [...(sizes[key] ?? [])];
    const said = decoder.decode(copied.subarray(lengths.reduce((sum, length) => sum + length, 0)));
    const compiled = sources.some(({ ejs }) => ejs)
      ? script(`${partOf(key)}.js`)((from, to) => said.slice(from, to))
      : {};
    let at = 0;
    return sources.flatMap(({ from, ejs }): [string, Template | Uint8Array][] => {
      const body = ejs ? compiled[from] : copied.subarray(at, (at += lengths.shift() ?? 0));
      return body === undefined ? [] : [[from, body]];
    });
  };
  return {
    catalog: all,
    version,
    lock: () => data('lock.json') as Lock,
    bodies: (keys): Bodies => new Map(keys.flatMap(bodiesOf)),
  };
}
