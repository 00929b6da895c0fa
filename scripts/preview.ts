import { mkdirSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { plan } from '../core/plan.ts';
import { render } from '../core/render.ts';
import { resolve } from '../core/resolve.ts';
import { load } from './load.ts';

const args = process.argv.slice(2);
const out = args.includes('--out') ? args[args.indexOf('--out') + 1] : undefined;
const answers = Object.fromEntries(
  args.filter((arg) => arg.includes('=')).map((arg) => [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)]),
);
const library = await load();
const resolved = resolve([{ name: 'command line', answers }], library.catalog);
if (!resolved.ok) {
  console.error(JSON.stringify(resolved.problems, null, 2));
  process.exit(2);
}
const tree = render(plan(resolved.answers, library), library.bodies);
if (out) rmSync(out, { recursive: true, force: true });
for (const [path, file] of tree) {
  console.log(`${path.padEnd(56)} ${file.owner.padEnd(24)} ${file.kind.padEnd(8)} ${file.envs.join(' ')}`);
  if (!out) continue;
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), file.bytes);
  if (file.mode === '755') chmodSync(join(out, path), 0o755);
}
