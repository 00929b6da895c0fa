import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { lay } from './folder.ts';
import { load, root } from './load.ts';
import { make } from './make.ts';

const usage = `npm run preview -- [option=value…] [+text…] [--out DIR] [--diff REF]

  npm run preview -- vectorDb=qdrant                the files of a combination
  npm run preview -- vectorDb=qdrant +settings      …and what is in those whose path contains "settings"
  npm run preview -- vectorDb=qdrant --out /tmp/x   …written to a folder, which is replaced
  npm run preview -- vectorDb=qdrant --diff main    what this work tree changes in that repository, against a commit
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, diff: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});
const pairs = positionals.filter((word) => word.includes('='));
const shown = positionals.filter((word) => word.startsWith('+')).map((word) => word.slice(1));

if (values.help) process.stdout.write(usage);
else if (values.diff !== undefined) diff(values.diff);
else
  await preview().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  });

async function preview(): Promise<void> {
  const answers = Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const { tree } = make(answers, await load());
  for (const [path, file] of tree) {
    console.log(`${path.padEnd(60)} ${file.owner.padEnd(24)} ${file.kind.padEnd(8)} ${file.envs.join(' ')}`);
    if (shown.some((part) => path.includes(part)))
      console.log(new TextDecoder().decode(file.bytes).replace(/^/gm, '   │ '));
  }
  if (values.out !== undefined) lay(tree, resolve(values.out));
}

/** Renders the same answers with the other commit's own code and templates, and shows the difference. */
function diff(ref: string): void {
  const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-preview-'));
  const [there, before, after] = ['tree', 'before', 'after'].map((name) => join(scratch, name)) as [
    string,
    string,
    string,
  ];
  const run = (command: string, args: string[], cwd: string): number =>
    spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] }).status ?? 1;
  const render = (from: string, out: string): number =>
    run(join(root, 'node_modules/.bin/tsx'), ['scripts/preview.ts', ...pairs, '--out', out], from);
  try {
    if (run('git', ['worktree', 'add', '--detach', there, ref], root) !== 0) return;
    symlinkSync(join(root, 'node_modules'), join(there, 'node_modules'));
    if (render(there, before) === 0 && render(root, after) === 0)
      spawnSync('git', ['--no-pager', 'diff', '--no-index', 'before', 'after'], { cwd: scratch, stdio: 'inherit' });
  } finally {
    run('git', ['worktree', 'remove', '--force', there], root);
    rmSync(scratch, { recursive: true, force: true });
  }
}
