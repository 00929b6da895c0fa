import type { Fs } from '../../repo/fs.ts';
import type { Io } from './io.ts';

/** A line for a person who waits; nothing at all when everything is as quick as it should be. */
export interface Progress {
  readonly step: (says: string) => void;
  readonly end: () => void;
  /** The same file system, showing how far the writing has come. */
  readonly watched: (fs: Fs, files: number) => Fs;
}

const patience = 1000;

/** Starts showing steps on the terminal once one of them has taken longer than a second. */
export function progress(io: Io, now: () => number = Date.now): Progress {
  let current = '';
  let since = now();
  let shown = false;
  const show = (text: string): void => {
    io.stderr.write(`\r\u001b[2K${text}`);
    shown = text !== '';
  };
  const tick = (text = current): void => {
    if (now() - since > patience && text !== '' && io.stderr.isTTY) show(`${text}…`);
  };
  const timer = setInterval(() => tick(), 250);
  timer.unref();
  return {
    step: (says) => {
      if (shown) show('');
      [current, since] = [says, now()];
    },
    end: () => {
      clearInterval(timer);
      if (shown) show('');
    },
    watched: (fs, files) => counting(fs, (done) => tick(`${current}: ${done} of ${files} files`)),
  };
}

/** Calls back after each file. Writing blocks the event loop, so no timer could tell. */
function counting(fs: Fs, told: (done: number) => void): Fs {
  let done = 0;
  const writeFileSync: Fs['writeFileSync'] = (...args) => {
    fs.writeFileSync(...args);
    told(++done);
  };
  // Its functions only: reading node's `fs.promises` would load a library.
  const own = Object.entries(Object.getOwnPropertyDescriptors(fs)).filter(
    ([, { value }]) => typeof value === 'function',
  );
  const same = Object.fromEntries(own.map(([name, { value }]) => [name, value as unknown])) as unknown as Fs;
  return { ...same, writeFileSync };
}
