import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../load.ts';

/** What the licences of the libraries inside a bundle ask for: their notices. */
export function noticesOf(inputs: readonly string[]): string {
  const folders = inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)]
    .sort()
    .map(notice)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function notice(folder: string): string {
  const read = (file: string): string => readFileSync(join(root, folder, file), 'utf8');
  const { name, version, license } = JSON.parse(read('package.json')) as Readonly<Record<string, string>>;
  const file = readdirSync(join(root, folder)).find((one) => /^licen[cs]e/i.test(one));
  return `${name} ${version}\n\n${file === undefined ? `Licence: ${license}` : read(file).trim()}\n`;
}
