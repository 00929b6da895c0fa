import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generator } from './bench/generator.ts';
import { proof, title } from './bench/proof.ts';
import { page, type Section } from './bench/report.ts';
import { service } from './bench/service.ts';
import { root } from './load.ts';

const usage = `npm run bench                     measures everything and writes docs/benchmarks.md
npm run bench -- --only generator prints one half; the page is left alone, as its figures are from one run
npm run bench -- --only service
npm run bench -- --only proof      measures nothing: puts what the last runs of .ci/run took into the page
`;

const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
const halves: Record<string, () => Section[] | Promise<Section[]>> = { generator, service };

const file = join(root, 'docs/benchmarks.md');

if (values.help) process.stdout.write(usage);
else if (values.only === 'proof') {
  const [measured = ''] = readFileSync(file, 'utf8').split(`\n## ${title}`);
  writeFileSync(file, page([measured.trimEnd()], proof()));
} else if (values.only === undefined) {
  const about = machine();
  const sections = [...generator(), ...(await service()), ...proof()];
  writeFileSync(file, page(about, sections));
} else {
  const half = halves[values.only];
  if (half === undefined) {
    process.stderr.write(usage);
    process.exitCode = 2;
  } else process.stdout.write(page(machine(), await half()));
}

/** What the figures are, and what they are not. */
function machine(): string[] {
  const python = execFileSync('python3', ['--version'], { encoding: 'utf8' }).trim().replace('Python ', '');
  const [cpu] = cpus();
  const load = loadavg()[0] ?? NaN;
  return [
    '# Benchmarks',
    'Made by `npm run bench`; do not edit.',
    `One run on one machine: ${cpus().length} × ${(cpu?.model ?? 'unknown').trim()}, ` +
      `${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release().split('-')[0] ?? ''}, Node ${process.versions.node}, Python 3.13 for the ` +
      `service and ${python} on the machine; load average ${load.toFixed(1)} before the start.`,
    'What to read: ratios. Within a table everything was measured in turn in the same run, so a busy or slow machine changes ' +
      'all of its rows alike; the milliseconds are those of this machine and hour. CPU figures hold better than wall time.',
    'Not measured: an idle machine of your size, arm64, the official base image, TLS, a network (everything is loopback), a ' +
      'real model provider, load balancers other than Envoy. Nothing here is a limit that a test enforces by the clock.',
  ];
}
