import { execa } from 'execa';
import type { Ended } from './io.ts';

/** What git finds in its environment when it runs us in a hook: every git command would talk about that repository. */
const elsewhere = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_PREFIX'];
const patience = 60_000;

/** Runs a program to its end, in English and without asking anything. A chunk of its own, as the only user of execa. */
export async function exec(file: string, args: readonly string[], cwd: string): Promise<Ended> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !elsewhere.includes(name)));
  const ended = await execa(file, args, {
    cwd,
    reject: false,
    stdin: 'ignore',
    timeout: patience,
    extendEnv: false,
    env: { ...env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' },
  });
  const why = ended.code === 'ENOENT' ? `${file} is not installed` : ended.timedOut ? `${file} did not answer` : '';
  return { ok: !ended.failed, stdout: ended.stdout, stderr: why || ended.stderr };
}
