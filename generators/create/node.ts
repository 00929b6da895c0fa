import fs from 'node:fs';
import { stop } from '../../repo/problem.ts';
import { exits, type Io } from './io.ts';

/** The real process. A stream is opened when it is first used: that takes longer than parsing the command line. */
export const nodeIo = (argv: readonly string[]): Io => ({
  argv,
  env: process.env,
  get cwd() {
    return here();
  },
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

/** The current folder, which somebody may have deleted meanwhile. */
function here(): string {
  try {
    return process.cwd();
  } catch {
    return stop({ code: 'blocked', because: 'the current folder is gone', fix: 'Go to a folder that exists.' });
  }
}

const known = new WeakSet<NodeJS.WriteStream>();

/** A reader that stops reading (`… | head`) is no error of ours; output that goes nowhere (a full disk) is one, told by the code. */
function patient(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  if (!known.has(stream))
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return;
      process.once('exit', () => {
        process.exitCode = exits.internal;
      });
    });
  known.add(stream);
  return stream;
}
