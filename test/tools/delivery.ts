import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '../../core/tree.ts';
import { lay } from '../../scripts/folder.ts';
import { toolPath } from './locate.ts';
import { run, type Outcome } from './run.ts';

/** A generated repository beside a world that remembers what was asked of it: `fakes/` in front of everything on PATH. */
export interface Stage {
  readonly repository: string;
  /** The folder in which the fakes keep what they know. */
  readonly world: string;
  /** Runs a script of the repository, or a command. */
  readonly run: (script: string, args?: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Outcome>;
  /** Makes calls of this key fail, for ever or once. */
  readonly fail: (key: string, once?: 'once') => void;
  /** What a fake answers. */
  readonly say: (path: string, text: string) => void;
  /** What was called, a line each, without what is the same in all of them. */
  readonly calls: () => string[];
  /** Files that were applied, in their order. */
  readonly applied: () => string[];
  readonly releases: () => Record<string, string>;
  readonly read: (path: string) => string;
}

const recorded = ['docker', 'cosign', 'trivy', 'gh', 'k6', 'kubeconform', 'uv', 'go'];

/** A new world for one test, or a copy of one that has a past; the repository is laid out anew, too. */
export function stage(scratch: string, tree: Tree, past?: Stage): Stage {
  const folder = mkdtempSync(join(scratch, 'stage-'));
  const [repository, world, bin] = ['repository', 'world', 'bin'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  lay(tree, repository);
  for (const made of [bin, ...['fail', 'http', 'say'].map((name) => join(world, name))])
    mkdirSync(made, { recursive: true });
  writeFileSync(join(world, 'calls'), '');
  if (past) {
    cpSync(past.world, world, { recursive: true });
    if (existsSync(join(past.repository, 'build')))
      cpSync(join(past.repository, 'build'), join(repository, 'build'), { recursive: true });
  }
  const fakes = join(import.meta.dirname, 'fakes');
  for (const name of recorded) executable(join(bin, name), `exec "${fakes}/record" ${name} "$@"`);
  // Nobody waits in a test; what is waited for is there at once or never.
  executable(join(bin, 'sleep'), ':');
  const path = [bin, fakes, toolPath()].join(':');
  const read = (name: string): string => (existsSync(join(world, name)) ? readFileSync(join(world, name), 'utf8') : '');
  return {
    repository,
    world,
    read,
    run: (script, args = [], env = {}) =>
      run(script.includes('/') ? join(repository, script) : script, args, {
        cwd: repository,
        env: { PATH: path, CLUSTER: world, HOME: folder, RUNNER_TEMP: folder, ...env },
      }),
    fail: (key, once) => {
      writeFileSync(join(world, 'fail', key), once ?? '');
    },
    say: (name, text) => {
      writeFileSync(join(world, name), text);
    },
    calls: () =>
      read('calls')
        .split('\n')
        .filter(Boolean)
        .map((line) => line.replace(/--context \S+ --namespace \S+ /, '').replaceAll(`${repository}/`, '')),
    applied: () =>
      readdirSync(world)
        .filter((name) => name.startsWith('applied-'))
        .sort((a, b) => Number(a.slice(8)) - Number(b.slice(8)))
        .map(read),
    releases: () =>
      Object.fromEntries(
        readdirSync(world)
          .filter((name) => /^release-\d+$/.test(name))
          .map((name) => [name.slice(8), read(`${name}/state`).trim()]),
      ),
  };
}

/** Removes what the tests of a file left. */
export const clear = (scratch: string): void => {
  rmSync(scratch, { recursive: true, force: true });
};

function executable(file: string, text: string): void {
  writeFileSync(file, `#!/usr/bin/env bash\n${text}\n`);
  chmodSync(file, 0o755);
}

export const digestOf = (n: number): string => `sha256:${String(n).padStart(64, '0')}`;

/** A rendered environment, small: what a strategy rolls out, what surrounds it, and a setting that shows its version. */
export function rendered(config: string, more: readonly string[] = []): string {
  const object = (api: string, kind: string, name: string, component: string, rest = ''): string =>
    `apiVersion: ${api}\nkind: ${kind}\nmetadata:\n  labels:\n    app.kubernetes.io/component: ${component}\n  name: ${name}\n${rest}`;
  const image = (): string => 'spec:\n  template:\n    spec:\n      containers:\n      - image: my-rag\n';
  return [
    object('v1', 'ConfigMap', `service-${config}`, 'config', `data:\n  VERSION: ${config}\n`),
    object('apps/v1', 'Deployment', 'my-rag', 'service', image()),
    object('apps/v1', 'StatefulSet', 'postgres', 'postgres'),
    object('batch/v1', 'Job', 'my-rag-migrate', 'migrate', image()),
    ...more.map((one) => {
      const [api = '', kind = '', name = ''] = one.split(' ');
      return object(api, kind, name, 'service');
    }),
  ].join('---\n');
}
