import { plan } from '../../core/plan.ts';
import type { Question, Said } from '../../core/derive/prompts.ts';
import { nodeIo } from '../../generators/create/node.ts';
import type { Io } from '../../generators/create/io.ts';
import { run } from '../../generators/create/run.ts';
import type { Stock } from '../../generators/create/stock.ts';
import type { Fs } from '../../repo/fs.ts';
import { made, small, type Written } from '../fixtures/catalog.ts';
import { memory } from '../repo/support.ts';

/** The small catalogue with the files that reports look for. */
const written: Written[] = small.map((feature) =>
  feature.key === 'base/repo'
    ? { ...feature, files: { ...feature.files, Makefile: 'dev:\n', 'run.sh': '#!/bin/sh\n' } }
    : feature,
);

export const stockOf = (features: readonly Written[] = written): Stock => {
  const { catalog, bodies, lock, version } = made(features);
  return { catalog, version, lock: () => lock, bodies: () => bodies };
};

export const stock = stockOf();
export { plan };

/** What a test may set: the disk, the environment, the terminal, what stands in standard input. */
export interface Setting {
  readonly files?: Readonly<Record<string, string>>;
  readonly fs?: Fs;
  readonly env?: Io['env'];
  readonly stdin?: string;
  readonly tty?: boolean;
  readonly exec?: Io['exec'];
  readonly stock?: Stock;
  readonly cwd?: string;
  readonly onInterrupt?: Io['onInterrupt'];
}

/** What a run left: exit code, both streams, and the disk. */
export interface Left {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  readonly fs: Fs;
  /** Standard output as the one JSON document that it must be. */
  readonly json: () => Report;
}

/** The document of `--json`, as far as tests read it. */
export interface Report {
  readonly exit: number;
  readonly files: readonly { path: string; action: string; owner: string; bytes: number }[];
  readonly answers: Readonly<Record<string, { value: unknown; source: string }>>;
  readonly problems: readonly {
    option?: string;
    path?: string;
    got?: unknown;
    because: string;
    fix: string | null;
    answers: Said | null;
  }[];
  readonly next: readonly string[];
  readonly notes: readonly string[];
  readonly commandLine: string | null;
  readonly directory: string | null;
}

/** Runs the command in this process, on a disk in memory, in the folder /home/me. */
export async function face(argv: readonly string[], setting: Setting = {}): Promise<Left> {
  let [out, err] = ['', ''];
  const tty = setting.tty ?? false;
  const fs = setting.fs ?? memory({ '/home/me/': '', ...setting.files });
  const io: Io = {
    ...nodeIo(argv),
    env: setting.env ?? {},
    cwd: setting.cwd ?? '/home/me',
    stdin: Object.assign(said(setting.stdin ?? ''), { isTTY: tty }),
    stdout: { isTTY: tty, write: (text) => (out += text) },
    stderr: { isTTY: tty, write: (text) => (err += text) },
    fs,
    exec: setting.exec ?? (() => Promise.resolve({ ok: false, stdout: '', stderr: 'git is not installed' })),
    onInterrupt: setting.onInterrupt ?? (() => () => undefined),
  };
  const exit = await run(io, setting.stock ?? stock);
  return { exit, out, err, fs, json: () => JSON.parse(out) as Report };
}

async function* said(text: string): AsyncGenerator<string> {
  await Promise.resolve();
  yield text;
}

/** Goes through questions as a person would, giving these answers and the default otherwise. */
export function interview(asked: readonly Question[], answers: Said): Said {
  const told: Record<string, unknown> = {};
  for (const question of asked) {
    if (!question.when(told)) continue;
    told[question.name] = answers[question.name] ?? question.default(told);
  }
  return told;
}
