import { basename, relative } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { root } from '../load.ts';
import { opener, type Files } from './catalogue.ts';
import { noticesOf } from './notices.ts';

const folder = 'generators/create';
/** What most runs do without, and the two entries share. */
const lazy = ['dialogue', 'exec', 'yaml'];

const common = {
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node20',
  absWorkingDir: root,
  outdir: 'out',
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/**
 * The code of `create-ai-deploy`: the command as one CommonJS file, because Node starts that sooner than a module; the
 * engine as one module; and the lazy parts as a module each.
 */
export async function bundle(): Promise<Files> {
  const [command, engine, rest] = await Promise.all([
    one({
      ...common,
      format: 'cjs',
      minify: true,
      entryPoints: [`${folder}/main.ts`],
      outExtension: { '.js': '.cjs' },
      plugins: [stands('cjs'), apart],
    }),
    one({
      ...common,
      format: 'esm',
      minify: true,
      entryPoints: [`${folder}/engine.ts`],
      outExtension: { '.js': '.mjs' },
      plugins: [stands('esm'), apart],
    }),
    one({
      ...common,
      format: 'esm',
      minify: true,
      entryPoints: lazy.map((name) => `${folder}/${name}.ts`),
      outExtension: { '.js': '.mjs' },
    }),
  ]);
  const inputs = [command, engine, rest].flatMap((made) => made.inputs);
  return new Map([...command.files, ...engine.files, ...rest.files, ['THIRD-PARTY-LICENSES', noticesOf(inputs)]]);
}

/** A Yeoman face, which finds the engine and Yeoman in its own dependencies. */
export async function face(entry: string): Promise<string> {
  const external = ['yeoman-generator', 'create-ai-deploy/engine'];
  const { files } = await one({ ...common, format: 'esm', entryPoints: [entry], external });
  return files[0]?.[1] ?? '';
}

async function one(options: BuildOptions): Promise<{ files: [string, string][]; inputs: string[] }> {
  const { outputFiles = [], metafile } = await build(options);
  const files = outputFiles.map(({ path, text }): [string, string] => [basename(path), withRequire(path, text)]);
  return { files, inputs: Object.keys(metafile?.inputs ?? {}) };
}

/** Libraries from before ES modules call `require`. Only a module that holds one gets it. */
const withRequire = (path: string, text: string): string =>
  path.endsWith('.mjs') && text.includes('Dynamic require of')
    ? `import{createRequire as requireMaker}from"node:module";const require=requireMaker(import.meta.url);${text}`
    : text;

/** Puts the opened catalogue in the place of the module that reads the source tree. */
const stands = (kind: 'cjs' | 'esm'): Plugin => ({
  name: 'catalogue',
  setup: (builder) => {
    builder.onLoad({ filter: /[\\/]catalogue\.ts$/ }, ({ path }) =>
      relative(root, path).replaceAll('\\', '/') === `${folder}/catalogue.ts`
        ? { contents: opener(kind), loader: 'js' }
        : undefined,
    );
  },
});

/** Leaves the lazy parts outside: they are loaded from their own files. */
const apart: Plugin = {
  name: 'apart',
  setup: (builder) => {
    builder.onResolve({ filter: new RegExp(`^\\./(${lazy.join('|')})\\.ts$`) }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: path.replace(/\.ts$/, '.mjs'), external: true } : undefined,
    );
  },
};
