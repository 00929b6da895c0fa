import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { docs } from '../core/derive/docs.ts';
import { schema } from '../core/derive/schema.ts';
import { api } from './api.ts';
import { load, root } from './load.ts';

/** The pages that are made from the source: path → text. */
export async function pages(): Promise<ReadonlyMap<string, string>> {
  const { catalog } = await load();
  const markdown = (text: string): Promise<string> =>
    format(text, { parser: 'markdown', printWidth: 120, singleQuote: true });
  return new Map([
    ['docs/options.md', await markdown(docs(catalog))],
    ['docs/schema.json', `${JSON.stringify(schema(catalog), null, 2)}\n`],
    ['docs/api.md', await markdown(api())],
  ]);
}

if (process.argv[1] === join(root, 'scripts/docs.ts'))
  for (const [path, text] of await pages()) {
    writeFileSync(join(root, path), text);
    console.log(path);
  }
