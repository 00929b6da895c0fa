import { chmodSync, cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, face } from './build/bundle.ts';
import { parts, type Files } from './build/catalogue.ts';
import { createPackage, generatorPackage } from './build/packages.ts';
import { load, root } from './load.ts';

/** Lays out the two folders that are published: `dist/create-ai-deploy` and `dist/generator-ai-deploy`. */
export async function build(out: string, templates?: string): Promise<void> {
  const library = await load(templates);
  const create = new Map([
    ...(await bundle()),
    ...(await parts(library)),
    ['package.json', pretty(createPackage(library.version))],
  ]);
  const generator = new Map([
    ['generators/app/index.js', await face('generators/app/index.ts')],
    ['package.json', pretty(generatorPackage(library.version))],
  ]);
  lay(join(out, 'create-ai-deploy'), create, 'generators/create/README.md');
  lay(join(out, 'generator-ai-deploy'), generator, 'generators/app/README.md');
  chmodSync(join(out, 'create-ai-deploy/main.cjs'), 0o755);
}

const pretty = (data: object): string => `${JSON.stringify(data, null, 2)}\n`;

/** Beside the old folder first, so that a test that runs at the same time never sees half of it. */
function lay(folder: string, files: Files, readme: string): void {
  const fresh = `${folder}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(fresh, path)), { recursive: true });
    writeFileSync(join(fresh, path), text);
  }
  cpSync(join(root, readme), join(fresh, 'README.md'));
  cpSync(join(root, 'LICENSE'), join(fresh, 'LICENSE'));
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

if (import.meta.url === `file://${process.argv[1] ?? ''}`) {
  const { values } = parseArgs({ options: { out: { type: 'string' }, templates: { type: 'string' } } });
  await build(resolve(values.out ?? join(root, 'dist')), values.templates && resolve(values.templates));
}
