import type { Io } from './io.ts';

/** What inquirer throws when a person gives up at a prompt, whoever has loaded it. */
export const isGivenUp = (error: unknown): boolean => error instanceof Error && error.name === 'ExitPromptError';

/** Listens for Ctrl-C while something must not be cut in half; the signal of a blocking step arrives after it. */
export interface Guard {
  /** Whether Ctrl-C was pressed so far. */
  readonly pressed: () => Promise<boolean>;
  readonly end: () => void;
}

export function guard(io: Io): Guard {
  let heard = false;
  const end = io.onInterrupt(() => {
    heard = true;
  });
  return {
    end,
    // Signals are delivered between turns of the event loop: let one pass.
    pressed: () => new Promise((tell) => setImmediate(() => setImmediate(() => tell(heard)))),
  };
}
