import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Tree } from '../../core/tree.ts';
import { lay } from '../../scripts/folder.ts';
import { toolPath } from './locate.ts';
import type { Outcome } from './run.ts';

/** A generated repository whose commands of the outside world are played: each call is written down and answered. */
export interface Act {
  readonly repository: string;
  readonly home: string;
  /** Runs a script of the repository with something on standard input. */
  readonly run: (script: string, args: readonly string[], more?: More) => Promise<Outcome>;
  /** All calls so far, one a line: the command and its arguments. */
  readonly calls: () => string[];
  /** What the last call with this text in it got on standard input. */
  readonly input: (part: string) => string;
  readonly read: (path: string) => string;
  readonly write: (path: string, text: string) => void;
}

export interface More {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** What scripts of operation read: the rest would only be written for nothing. */
const scripted = /^(ops|infra|deploy\/platform)\//;

/**
 * Each command is a function of shell that gets the arguments; what it prints is the answer, its status the outcome.
 * Standard input of a call is kept beside its line.
 */
export function act(scratch: string, tree: Tree, commands: Readonly<Record<string, string>>): Act {
  const folder = mkdtempSync(join(scratch, 'act-'));
  const [repository, home, bin, inputs] = ['repository', 'home', 'bin', 'inputs'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  lay(new Map([...tree].filter(([path]) => scripted.test(path))), repository);
  for (const made of [home, bin, inputs]) mkdirSync(made, { recursive: true });
  const record = join(folder, 'calls');
  writeFileSync(record, '');
  for (const [name, body] of Object.entries(commands)) {
    const file = join(bin, name);
    writeFileSync(file, played(name, body, record, inputs));
    chmodSync(file, 0o755);
  }
  const calls = (): string[] => readFileSync(record, 'utf8').split('\n').slice(0, -1);
  return {
    repository,
    home,
    calls,
    input: (part) =>
      readFileSync(join(inputs, String(calls().findLastIndex((line) => line.includes(part)) + 1)), 'utf8'),
    read: (path) => readFileSync(join(repository, path), 'utf8'),
    write: (path, text) => {
      writeFileSync(join(repository, path), text);
    },
    run: async (script, args, { env = {}, input = '' } = {}) => {
      const { exitCode, stdout, stderr } = await execa(join(repository, script), args, {
        cwd: repository,
        env: { PATH: [bin, toolPath()].join(':'), HOME: home, ...env },
        extendEnv: false,
        input,
        reject: false,
        stripFinalNewline: false,
      });
      return { code: exitCode ?? -1, stdout, stderr };
    },
  };
}

function played(name: string, body: string, record: string, inputs: string): string {
  return `#!/usr/bin/env bash
exec 9>>${record}.lock && flock 9
printf '%s\\n' "${name} $*" >>${record}
number=$(wc -l <${record})
exec 9>&-
play() {
${body}
}
if [[ -p /dev/stdin || -f /dev/stdin ]]; then
  cat >${inputs}/$number
  play "$@" <${inputs}/$number
else
  play "$@"
fi
`;
}
