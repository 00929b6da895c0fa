import { join } from 'node:path';
import { kindOf } from '../../repo/fs.ts';
import type { Io } from './io.ts';

/**
 * Makes a repository with a first commit where there is none yet. Nothing here can fail a command: the files are the
 * work, and what git refused is said in a note.
 */
export async function firstCommit(io: Io, directory: string, name: string, version: string): Promise<string> {
  if (kindOf(io.fs, join(directory, '.git')) !== 'absent')
    return 'This is a git repository already: commit the new files when you have looked at them.';
  const git = (...args: string[]): ReturnType<Io['exec']> => io.exec('git', args, directory);
  const inside = await git('rev-parse', '--is-inside-work-tree');
  if (inside.ok) return 'The folder is inside another git repository, so it did not get one of its own.';
  if (!/not a git repository/i.test(inside.stderr)) return `No git repository was made: ${reason(inside.stderr)}`;
  const made = await git('init', '--quiet', '--initial-branch=main');
  if (!made.ok) return `No git repository was made: ${reason(made.stderr)}`;
  const added = await git('add', '--all');
  const message = `Create ${name} with create-ai-deploy ${version}`;
  const committed = added.ok ? await git('commit', '--quiet', '--message', message) : added;
  if (committed.ok) return 'A git repository with a first commit was made.';
  return `A git repository was made, but nothing is committed: ${reason(committed.stderr || committed.stdout)}`;
}

/** The line that says why: git wraps advice around it. */
function reason(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const told = lines.find((line) => /^(fatal|error):/i.test(line) && !/unable to auto-detect/i.test(line));
  if (/tell me who you are|auto-detect email|empty ident/i.test(output))
    return 'git does not know you yet (git config --global user.name and user.email).';
  return told ?? lines.find((line) => line !== '') ?? 'git could not be run.';
}
