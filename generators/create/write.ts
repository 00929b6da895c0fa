import { create as write, type Creation } from '../../repo/create.ts';
import { isInterrupted, recover } from '../../repo/transaction.ts';
import type { Request } from './args.ts';
import { fromEdge } from './finding.ts';
import { firstCommit } from './git.ts';
import { guard } from './interrupt.ts';
import { exits, type Io } from './io.ts';
import { refused, type Outcome } from './outcome.ts';
import type { Progress } from './progress.ts';

/** Brings an earlier run that was killed to its end, before anything is judged by what lies there. */
export function heal(io: Io, directory: string): string[] {
  if (!isInterrupted(io.fs, directory)) return [];
  const recovered = recover(io.fs, directory);
  if (!recovered.ok)
    return [`An earlier run was interrupted here and cannot be brought to its end: ${recovered.problem.because}.`];
  return recovered.value === 'nothing' ? [] : [`An earlier run was interrupted here; it was ${recovered.value}.`];
}

/** Writes, then commits. Ctrl-C during the write is obeyed when the write is complete: all or nothing. */
export async function put(
  creation: Creation,
  outcome: Outcome,
  { on }: Request,
  io: Io,
  steps: Progress,
): Promise<Outcome> {
  const signals = guard(io);
  try {
    steps.step('Writing');
    const written = write(steps.watched(io.fs, creation.files.length), creation);
    if (!written.ok) return refused({ ...outcome, files: [] }, [fromEdge(written.problem)]);
    const stopped = 'Interrupted when every file had been written; the repository is complete';
    if (await signals.pressed())
      return { ...outcome, exit: exits.interrupted, notes: [...outcome.notes, `${stopped}.`] };
    if (on.has('no-git')) return outcome;
    steps.step('Committing');
    const note = await firstCommit(io, creation.dir, outcome.answers?.name ?? '', outcome.version);
    if (await signals.pressed())
      return { ...outcome, exit: exits.interrupted, notes: [...outcome.notes, `${stopped}, the commit may not be.`] };
    return { ...outcome, notes: [...outcome.notes, note] };
  } finally {
    signals.end();
  }
}
