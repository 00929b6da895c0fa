import type { Fs } from '../../repo/fs.ts';

/** A stream that text is written to. */
export interface Out {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** What a program ended with. */
export interface Ended {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Everything a command may touch. Tests hand over their own: no command reads the process or the disk behind its back. */
export interface Io {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: AsyncIterable<string | Uint8Array> & { readonly isTTY?: boolean };
  readonly stdout: Out;
  readonly stderr: Out;
  readonly fs: Fs;
  /** Runs a program to its end; never throws for what the program does. */
  readonly exec: (file: string, args: readonly string[], cwd: string) => Promise<Ended>;
  /** Listens for Ctrl-C instead of dying from it; gives back how to stop listening. */
  readonly onInterrupt: (heard: () => void) => () => void;
}

/** Exit codes; scripts rely on them. */
export const exits = { ok: 0, internal: 1, usage: 2, blocked: 4, damaged: 5, interrupted: 130 } as const;
export type Exit = (typeof exits)[keyof typeof exits];
