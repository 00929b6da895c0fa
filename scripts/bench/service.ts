import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '../../core/tree.ts';
import { presets } from '../../test/presets.ts';
import { tool } from '../../test/tools/locate.ts';
import { run } from '../../test/tools/run.ts';
import { scene, type Scene } from '../../test/tools/scene.ts';
import { install, serviceOf } from '../../test/tools/serving.ts';
import { takeover } from '../../test/tools/takeover.ts';
import { lay } from '../folder.ts';
import { load } from '../load.ts';
import { make } from '../make.ts';
import type { Section } from './report.ts';
import { coldStart } from './start.ts';
import { telemetry } from './telemetry.ts';

const needed = ['image.sh', 'pg.sh', 'valkey.sh', 'envoy.sh', 'uv', 'make', 'python3.13'];
const drain = 3;

/** How large, how quick, how steady: the service of the default repository, really running. */
export async function service(): Promise<Section[]> {
  const missing = needed.filter((name) => tool(name) === undefined);
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}; install with \`npm run tools\``);
  const library = await load();
  const [standard, lean] = [make(presets.default, library).tree, make(presets.lean, library).tree];
  return scene(async (here) => {
    const home = await install(here.folder, serviceOf(standard));
    return [
      await images(here, { standard, lean }),
      await coldStart(here, home),
      await telemetry(here, home),
      await takeovers(home),
    ];
  });
}

async function images(here: Scene, trees: { standard: Tree; lean: Tree }): Promise<Section> {
  const standard = await sizeOf(here, 'default', trees.standard);
  const lean = await sizeOf(here, 'lean', trees.lean);
  return {
    title: 'The image',
    says: [
      'Unpacked, bytecode included, built from the generated Dockerfile as it is. The base image is a stand-in, Debian trixie ' +
        'with its own Python 3.13 (104 MB, `test/tools/README.md`): the official one differs; the application layer does not.',
      `Goal for the default choices: 180 MB; measured **${standard.total.toFixed(0)} MB**.`,
    ],
    head: ['choices', 'MB', 'of it the application layer'],
    rows: [
      ['default: pgvector, Valkey, openai SDK', standard.total.toFixed(1), standard.own.toFixed(1)],
      ['lean: Qdrant and its client, openai SDK', lean.total.toFixed(1), lean.own.toFixed(1)],
    ],
  };
}

async function sizeOf(here: Scene, name: string, tree: Tree): Promise<{ total: number; own: number }> {
  const [context, tag] = [join(here.folder, 'context', name), `localhost/bench-${process.pid}:${name}`];
  mkdirSync(context, { recursive: true });
  lay(tree, context);
  const image = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run('image.sh', args, { timeout: 600_000 });
    if (code !== 0) throw new Error(`image.sh ${args.join(' ')}: ${stderr.slice(-2000)}`);
    return stdout;
  };
  await image('build', context, tag);
  here.later(() => image('remove', tag));
  const [total = NaN, own = NaN] = (await image('size', tag)).split(' ').map((bytes) => Number(bytes) / 1e6);
  return { total, own };
}

/** Each in a scene of its own: nothing of the first is left when the second begins. */
async function takeovers(home: string): Promise<Section> {
  const rows = [];
  for (const seconds of [drain, 0]) {
    const { requests, failures, handovers } = await scene((here) => takeover(here, home, seconds));
    const whole = handovers.filter((one) => one.whole && one.events.at(-1) === 'done').length;
    rows.push([
      seconds > 0 ? `drain of ${seconds} s` : 'no drain (control)',
      ...[requests, failures.length].map(String),
      `${whole} of ${handovers.length}`,
    ]);
  }
  return {
    title: 'A new process takes over',
    says: [
      'Two handovers behind Envoy, which asks `/readyz` every 0.5 s, with PostgreSQL and Valkey, under 16 keep-alive clients ' +
        'and one live stream that began before SIGTERM and outlasts the drain. Goal: no failed request.',
    ],
    head: ['', 'requests', 'failed', 'streams that ended with `done`'],
    rows,
  };
}
