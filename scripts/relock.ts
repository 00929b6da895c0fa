import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { requirementsOf, type Lock } from '../core/lock.ts';
import { collect, templates } from './relock/features.ts';
import { changes, print } from './relock/file.ts';
import { superset } from './relock/superset.ts';

const day = 24 * 60 * 60 * 1000;

/**
 * Requirements of all features → one resolution by uv → templates/lock.json.
 * Pins stay where the ranges allow it, unless `--upgrade`; `--cooldown` ignores what was published in the last 7 days;
 * `--check` resolves again as of the file's own moment and writes nothing.
 */
export async function relock(args: readonly string[], folder: string = templates): Promise<number> {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ args: [...args], options: { check: flag, upgrade: flag, cooldown: flag } });
  const file = join(folder, 'lock.json');
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Lock) : undefined;
  const moment = new Date(Date.now() - (values.cooldown ? 7 * day : 0)).toISOString().replace(/\.\d+/, '');
  const after = superset(requirementsOf(await collect(folder), 'python', 'pythonDev'), {
    uv: process.env.UV ?? 'uv',
    from: values.upgrade ? undefined : before,
    asOf: values.check ? (before?.asOf ?? moment) : moment,
  });
  const changed = changes(before, after);
  const all = `templates/lock.json (${after.packages.length} packages)`;
  changed.forEach((line) => console.log(line));
  if (changed.length === 0) console.log(`${all} is up to date`);
  else if (values.check) console.log(`${all} is not what \`npm run relock\` makes`);
  else {
    writeFileSync(file, print(after));
    console.log(`wrote ${all}`);
  }
  return values.check && changed.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  relock(process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 2;
    },
  );
