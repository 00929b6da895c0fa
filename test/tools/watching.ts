import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '../../core/tree.ts';
import { lay } from '../../scripts/folder.ts';
import { ask, statusOf } from './http.ts';
import { tool } from './locate.ts';
import { steadyPort, until, type Scene } from './scene.ts';

/** Addresses of loopback in place of the containers' names. */
interface Addresses {
  readonly app: string;
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly webhook: string;
}

type Swap = readonly [path: RegExp, pattern: RegExp, by: string];

/**
 * All that differs from the generated files: names of containers become ports of loopback, receivers get the web hook
 * that their owner would write there, and whoever waits, waits less. Expressions, labels, routes and inhibitions stay.
 */
const swaps = ({ app, prometheus, alertmanager, webhook }: Addresses): Swap[] => [
  [/prometheus\.yml$/, /"app:9090"/, `"${app}"`],
  [/prometheus\.yml$/, /rules\/\*/, '../../monitoring/rules/*'],
  [/prometheus\.yml$/, /"127\.0\.0\.1:9090"/, `"${prometheus}"`],
  [/prometheus\.yml$/, /"alertmanager:9093"/, `"${alertmanager}"`],
  [/prometheus\.yml$/, /_interval: 15s/, '_interval: 1s'],
  [/rules\/.*\.yml$/, /for: \d+m$/m, 'for: 5s'],
  [/rules\/.*\.yml$/, /interval: 1m$/m, 'interval: 1s'],
  [/alertmanager\.yml$/, /^( +)- name: (\w+)$/m, `$1- name: $2\n$1  webhook_configs: [{ url: "http://${webhook}/" }]`],
  [/alertmanager\.yml$/, /(group_wait|group_interval): \d+[sm]/, '$1: 1s'],
];

/** Applies every swap wherever it fits; one that fits nowhere any more is a mistake of this list. */
function swapped(tree: Tree, all: readonly Swap[]): Tree {
  const texts = new Map([...tree].map(([path, { bytes }]) => [path, new TextDecoder().decode(bytes)]));
  for (const [path, pattern, by] of all) {
    const fits = [...texts].filter(([name, text]) => path.test(name) && pattern.test(text));
    if (fits.length === 0) throw new Error(`${String(pattern)} fits nothing`);
    for (const [name, text] of fits) texts.set(name, text.replaceAll(new RegExp(pattern, `g${pattern.flags}`), by));
  }
  const bytes = (path: string): Uint8Array => new TextEncoder().encode(texts.get(path));
  return new Map([...tree].map(([path, file]) => [path, { ...file, bytes: bytes(path) }]));
}

/** One message of Alertmanager, as the receiver got it. */
export interface Message {
  readonly receiver: string;
  readonly status: string;
  readonly alerts: readonly { status: string; labels: Record<string, string>; annotations: Record<string, string> }[];
}

export type Sample = { metric: Record<string, string>; value: [number, string] };

/** The generated monitoring, running. */
export interface Watching {
  /** Where the monitoring's own metrics are. */
  readonly expositions: readonly string[];
  readonly query: (expression: string) => Promise<{ result: Sample[]; complaints: string[] }>;
  readonly rules: () => Promise<{ name: string; query: string; type: string; health: string; lastError?: string }[]>;
  readonly messages: () => Message[];
}

/** Starts Prometheus, Alertmanager and a receiver with the files of a repository, watching a service at `metrics`. */
export async function watch(here: Scene, tree: Tree, metrics: string): Promise<Watching> {
  const port = async (): Promise<string> => `127.0.0.1:${await steadyPort()}`;
  const at = {
    app: new URL(metrics).host,
    prometheus: await port(),
    alertmanager: await port(),
    webhook: await port(),
  };
  const folder = join(here.folder, 'watching');
  lay(swapped(tree, swaps(at)), folder);
  const config = join(folder, 'deploy/compose/monitoring');
  const hook = join(folder, 'hook.jsonl');

  start(here, folder, 'node', [join(import.meta.dirname, 'webhook.mjs'), at.webhook.split(':')[1] ?? '', hook]);
  start(here, folder, 'alertmanager', [
    `--config.file=${config}/alertmanager.yml`,
    `--storage.path=${folder}/alertmanager`,
    '--cluster.listen-address=',
    `--web.listen-address=${at.alertmanager}`,
  ]);
  start(here, folder, 'prometheus', [
    `--config.file=${config}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/prometheus`,
    `--web.listen-address=${at.prometheus}`,
  ]);
  await until(
    'monitoring is there',
    30,
    async () =>
      (await statusOf(`http://${at.prometheus}/-/ready`)) === 200 &&
      (await statusOf(`http://${at.alertmanager}/-/ready`)) === 200,
  );
  return {
    expositions: [`http://${at.prometheus}/metrics`, `http://${at.alertmanager}/metrics`],
    ...questions(`http://${at.prometheus}/api/v1`),
    messages: () =>
      readFileSync(hook, 'utf8')
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Message),
  };
}

function questions(api: string): Pick<Watching, 'query' | 'rules'> {
  return {
    query: async (expression) => {
      const { status, text } = await ask(`${api}/query?query=${encodeURIComponent(expression)}`);
      if (status !== 200) throw new Error(`${expression}: ${text}`);
      type Body = { data: { result: Sample[] }; warnings?: string[]; infos?: string[] };
      const { data, warnings = [], infos = [] } = JSON.parse(text) as Body;
      return { result: data.result, complaints: [...warnings, ...infos] };
    },
    rules: async () => {
      type Rules = Awaited<ReturnType<Watching['rules']>>;
      const { text } = await ask(`${api}/rules`);
      return (JSON.parse(text) as { data: { groups: { rules: Rules }[] } }).data.groups.flatMap(({ rules }) => rules);
    },
  };
}

function start({ later }: Scene, folder: string, name: string, args: readonly string[]): void {
  const log = openSync(join(folder, `${name}.log`), 'a');
  const command = name === 'node' ? process.execPath : (tool(name) ?? name);
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', log, log], env: { ENVIRONMENT: 'staging' } });
  closeSync(log);
  const ended = once(child, 'exit');
  later(() => {
    child.kill('SIGKILL');
    return ended;
  });
}
