import type { Setting } from '../face.ts';

/** Title, command line, where it happens, exit code, and texts that the message must have. */
export type Case = readonly [
  title: string,
  argv: readonly string[],
  setting: Setting,
  exit: number,
  says: readonly string[],
];
