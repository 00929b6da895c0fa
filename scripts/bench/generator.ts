import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../load.ts';
import { peakMemory, race, type Contender, type Timed } from './measure.ts';
import { cache } from './proof.ts';
import type { Section } from './report.ts';

const bin = join(root, 'dist/create-ai-deploy/main.cjs');
const rounds = 21;

/** How long, how large: the default repository by the published bin, beside what the machine itself costs. */
export function generator(): Section[] {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-bench-'));
  try {
    const model = join(scratch, 'model');
    execFileSync(process.execPath, [bin, model, '--yes', '--no-git'], { stdio: 'ignore' });
    return [...timings(scratch, model), package_(), yeoman(scratch, model)];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Once as this machine is, and once without what it adds to the start of every Node process. */
function timings(scratch: string, model: string): Section[] {
  const { NODE_EXTRA_CA_CERTS: certificates, ...bare } = process.env;
  const here = timing(join(scratch, 'here'), model, process.env, 'Generating the default repository');
  if (certificates === undefined) return [here];
  const section = timing(join(scratch, 'bare'), model, bare, 'The same without NODE_EXTRA_CA_CERTS');
  const why = 'The variable is set on this machine and makes every Node process read a file of certificates first.';
  return [here, { ...section, says: [why, ...section.says] }];
}

function timing(folder: string, model: string, env: NodeJS.ProcessEnv, title: string): Section {
  mkdirSync(folder);
  const contenders: Contender[] = [
    { name: '`node -e 0`', command: [process.execPath, '-e', '0'], env },
    { name: '`cp -r` of the same files', command: ['cp', '-r', model, join(folder, 'copy-{round}')], env },
    {
      name: 'create-ai-deploy, default repository',
      command: [process.execPath, bin, join(folder, 'ours-{round}'), '--yes', '--no-git'],
      env,
    },
    { ...vite(folder), env },
  ];
  const times = race(contenders, rounds);
  const [node, copy, ours] = times as [Timed, Timed, Timed];
  const bound = 1.6 * node.median + 1.5 * copy.median;
  const files = listed(model);
  const memory = peakMemory(bin, [join(folder, 'memory'), '--yes', '--no-git']);
  return {
    title,
    says: [
      `${files.length} files, ${Math.round(files.reduce((sum, path) => sum + statSync(path).size, 0) / 1024)} KB, git aside. ` +
        `${rounds} rounds in turn after one that does not count; whole processes, milliseconds, a new folder each time.`,
      `Bound: 1.6 × \`node -e 0\` + 1.5 × \`cp -r\` = ${bound.toFixed(0)} ms; measured ${ours.median.toFixed(0)} ms, ` +
        `**${(ours.median / bound).toFixed(2)} of the bound**. Peak memory ${memory.toFixed(0)} MiB (bound 55).`,
    ],
    head: ['', 'median', 'min', 'max', '× node'],
    rows: times.map((one) => [one.name, ...ms(one), (one.median / node.median).toFixed(2)]),
  };
}

function package_(): Section {
  const pack = (name: string): { size: number; unpackedSize: number; entryCount: number } => {
    const out = execFileSync('npm', ['pack', '--dry-run', '--json'], {
      cwd: join(root, 'dist', name),
      encoding: 'utf8',
    });
    const first = (JSON.parse(out) as { size: number; unpackedSize: number; entryCount: number }[])[0];
    if (first === undefined) throw new Error('npm pack says nothing');
    return first;
  };
  return {
    title: 'Packages',
    says: ['What `npm pack` makes. create-ai-deploy has no dependencies; its bound is 1 MB.'],
    head: ['package', 'KB packed', 'KB unpacked', 'files'],
    rows: ['create-ai-deploy', 'generator-ai-deploy'].map((name) => {
      const { size, unpackedSize, entryCount } = pack(name);
      return [name, String(Math.round(size / 1024)), String(Math.round(unpackedSize / 1024)), String(entryCount)];
    }),
  };
}

/** Both through Yeoman's own environment, without its lookup: what our face adds to a generator that only copies. */
function yeoman(scratch: string, model: string): Section {
  const run = join(root, 'scripts/bench/yeoman.mjs');
  const face = installed(scratch);
  const out = join(scratch, 'yo');
  const before = (): void => {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
  };
  const times = race(
    [
      {
        name: 'a Yeoman generator that copies the same files',
        command: [process.execPath, run, 'bare', model],
        cwd: out,
        before,
      },
      { name: 'yo ai-deploy', command: [process.execPath, run, 'ours', face], cwd: out, before },
    ],
    9,
  );
  const [bare, ours] = times as [Timed, Timed];
  return {
    title: 'The Yeoman face',
    says: [`Bound: 1.1 × a bare generator; measured **${(ours.median / bare.median).toFixed(2)} ×**.`],
    head: ['', 'median', 'min', 'max'],
    rows: times.map((one) => [one.name, ...ms(one)]),
  };
}

/** Both packages side by side, as npm would install them; returns the face's entry. */
function installed(scratch: string): string {
  const modules = join(scratch, 'node_modules');
  for (const name of ['create-ai-deploy', 'generator-ai-deploy'])
    cpSync(join(root, 'dist', name), join(modules, name), { recursive: true });
  symlinkSync(join(root, 'node_modules/yeoman-generator'), join(modules, 'yeoman-generator'));
  return join(modules, 'generator-ai-deploy/generators/app/index.js');
}

/** The yardstick everybody knows, installed once beside the tools. */
function vite(target: string): Contender {
  const folder = join(cache, 'bench');
  const main = join(folder, 'node_modules/create-vite/index.js');
  if (!existsSync(main)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
    spawnSync('npm', ['install', '--no-audit', '--no-fund', 'create-vite@9.3'], { cwd: folder, stdio: 'inherit' });
  }
  const command = [process.execPath, main, 'vite-{round}', '--template', 'react-ts', '--no-interactive'];
  return { name: 'create-vite 9.3, react-ts', command, cwd: target };
}

const ms = ({ median, min, max }: Timed): string[] => [median, min, max].map((one) => one.toFixed(0));

const listed = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
