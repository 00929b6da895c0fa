import fs from 'node:fs';
import type { Io } from './io.ts';

/** The real process. A stream is opened when it is first used: that takes longer than parsing the command line. */
export const nodeIo = (argv: readonly string[]): Io => ({
  argv,
  env: process.env,
  cwd: process.cwd(),
  get stdin() {
    return process.stdin;
  },
  get stdout() {
    return patient(process.stdout);
  },
  get stderr() {
    return patient(process.stderr);
  },
  fs,
  exec: async (...program) => (await import('./exec.ts')).exec(...program),
  onInterrupt: (heard) => {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, heard);
    return () => {
      for (const signal of signals) process.off(signal, heard);
    };
  },
});

const known = new WeakSet<NodeJS.WriteStream>();

/** A reader that stops reading (`… | head`) is no error of ours. */
function patient(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  if (!known.has(stream))
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  known.add(stream);
  return stream;
}
