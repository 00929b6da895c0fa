import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A scratch folder and all that is started in it. */
export interface Scene {
  readonly folder: string;
  /** What has to be ended or put back; done in reverse order. */
  readonly later: (undo: () => unknown) => void;
}

/** Plays a scene; whatever was started in it is gone afterwards, however it ended. */
export async function scene<T>(body: (scene: Scene) => T | Promise<T>): Promise<T> {
  const { begun, over } = begin();
  try {
    return await body(begun);
  } finally {
    await over();
  }
}

/** A scene that somebody else ends. */
export function begin(): { readonly begun: Scene; readonly over: () => Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), 'scene-'));
  const undos: (() => unknown)[] = [];
  const over = async (): Promise<void> => {
    for (const undo of undos.reverse()) await Promise.resolve().then(undo).catch(console.error);
    rmSync(folder, { recursive: true, force: true });
  };
  return { begun: { folder, later: (undo) => undos.push(undo) }, over };
}

/** Asks again until there is an answer: servers need a moment. Whatever `ask` throws counts as no answer. */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | false | undefined> | T | false | undefined,
): Promise<T> {
  let reason: unknown;
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(50)) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      reason = error;
    }
  }
  throw new Error(`${what}: not within ${seconds} seconds`, { cause: reason });
}

/**
 * A port of 127.0.0.1 below those that the system gives to outgoing connections: nobody else gets it while a server
 * that is to come back is away, and a client that knocks meanwhile cannot meet itself. With a count, so many in a row.
 */
export async function steadyPort(count = 1): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const row = Array.from({ length: count }, (_, i) => isFree(port + i));
    if ((await Promise.all(row)).every(Boolean)) return port;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
