import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Feature } from '../core/feature.ts';
import { rangesOf, type Lock } from '../core/lock.ts';
import { preferences, pyproject } from './relock/project.ts';
import { readUvLock } from './relock/uvlock.ts';

const templates = fileURLToPath(new URL('../templates', import.meta.url));
const file = join(templates, 'lock.json');
const requires = '>=3.11';
const day = 24 * 60 * 60 * 1000;

/** How a resolution starts: from these versions if any, from the index as it was at this moment. */
interface Start {
  readonly from?: Lock | undefined;
  readonly asOf: string;
}

/** The Python ranges of every feature, straight from its feature.ts. */
export async function collect(): Promise<Lock['made']> {
  const keys = readdirSync(templates, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .flatMap((path) => /^([^/]+\/[^/]+)\/feature\.ts$/.exec(path)?.[1] ?? []);
  const read = async (key: string): Promise<Feature> =>
    ((await import(pathToFileURL(join(templates, key, 'feature.ts')).href)) as { default: Feature }).default;
  return rangesOf(await Promise.all(keys.map(async (key) => ({ key, ...(await read(key)) }))));
}

/** One resolution of everything together: an extra or a dependency group per root, so that each keeps its own edges. */
export function superset(made: Lock['made'], { from, asOf }: Start): Lock {
  const roots = Object.keys(made);
  const named = (dev: boolean): [string, readonly string[]][] =>
    roots.flatMap((root, at) => (root.endsWith(' dev') === dev ? [[`root-${at}`, made[root] ?? []]] : []));
  const project = { requires, extras: Object.fromEntries(named(false)), groups: Object.fromEntries(named(true)) };
  const { extras, groups, packages } = readUvLock(uvLock(pyproject(project), from && preferences(from), asOf));
  const edges = { ...extras, ...groups };
  return {
    requires,
    asOf,
    made,
    roots: Object.fromEntries(roots.map((root, at) => [root, edges[`root-${at}`] ?? []])),
    packages,
  };
}

function uvLock(project: string, versions: string | undefined, asOf: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'relock-'));
  try {
    writeFileSync(join(folder, 'pyproject.toml'), project);
    if (versions !== undefined) writeFileSync(join(folder, 'uv.lock'), versions);
    const args = ['lock', '--quiet', '--project', folder, '--exclude-newer', asOf];
    execFileSync(process.env['UV'] ?? 'uv', args, { stdio: ['ignore', 'inherit', 'inherit'] });
    return readFileSync(join(folder, 'uv.lock'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('relock needs uv: `pip install uv`, or set UV to where it is', { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One package, root or list of ranges a line: a diff shows what moved. */
export function print({ requires, asOf, made, roots, packages }: Lock): string {
  const lines = (of: object): string =>
    Object.entries(of)
      .map(([key, value]) => `\n    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
      .join();
  const rows = packages.map((one) => `\n    ${JSON.stringify(one)}`).join();
  return (
    `{\n  "requires": ${JSON.stringify(requires)},\n  "asOf": ${JSON.stringify(asOf)},\n` +
    `  "made": {${lines(made)}\n  },\n  "roots": {${lines(roots)}\n  },\n  "packages": [${rows}\n  ]\n}\n`
  );
}

const pins = (lock: Lock | undefined): string[] =>
  lock?.packages.map(({ name, version }) => `${name} ${version}`) ?? [];

/** What moved, a line each; a line for the rest when only ranges, edges or files did. */
function changes(before: Lock | undefined, after: Lock): string[] {
  const [old, now] = [pins(before), pins(after)];
  const moved = [
    ...old.filter((pin) => !now.includes(pin)).map((pin) => `- ${pin}`),
    ...now.filter((pin) => !old.includes(pin)).map((pin) => `+ ${pin}`),
  ].sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1));
  const same = before && print({ ...before, asOf: after.asOf }) === print(after);
  return same || moved.length > 0 ? moved : ['the same versions; ranges, edges or files differ'];
}

async function main(): Promise<void> {
  const boolean = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { check: boolean, upgrade: boolean, cooldown: boolean } });
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Lock) : undefined;
  const moment = new Date(Date.now() - (values.cooldown ? 7 * day : 0)).toISOString().replace(/\.\d+/, '');
  const start = { from: values.upgrade ? undefined : before, asOf: (values.check && before?.asOf) || moment };
  const after = superset(await collect(), start);
  const changed = changes(before, after);
  changed.forEach((line) => console.log(line));
  if (changed.length === 0) return console.log('templates/lock.json is up to date');
  if (values.check) {
    process.exitCode = 1;
    return console.log('templates/lock.json is not what `npm run relock` makes');
  }
  writeFileSync(file, print(after));
  console.log(`wrote templates/lock.json: ${after.packages.length} packages`);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
