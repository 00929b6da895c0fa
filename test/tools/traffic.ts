import { once } from 'node:events';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, open, type AskOptions } from './http.ts';
import { key } from './serving.ts';

const asking = (question: string): AskOptions => ({ json: { question }, headers: { authorization: `Bearer ${key}` } });

export interface Tally {
  readonly requests: number;
  /** One line per request that did not get 200. */
  readonly failures: readonly string[];
}

/** Clients that ask all the time, each over one connection that it keeps; `stop` waits for the last answers. */
export function traffic(url: string, clients = 16, pauseMs = 20): { stop: () => Promise<Tally> } {
  let going = true;
  let requests = 0;
  const failures: string[] = [];
  const client = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (going) {
      requests += 1;
      await ask(`${url}/v1/query`, { ...asking('What do ships carry?'), agent }).then(
        ({ status, text }) => status === 200 || failures.push(`${status} ${text.slice(0, 200)}`),
        (error: unknown) => failures.push(String(error)),
      );
      await sleep(pauseMs);
    }
    agent.destroy();
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  return {
    stop: async () => {
      going = false;
      await all;
      return { requests, failures };
    },
  };
}

/** A stream of events that is being read. */
export interface Streamed {
  /** The names of the events that came so far. */
  readonly events: () => string[];
  /** False when the connection broke before the response was complete. */
  readonly whole: Promise<boolean>;
  /** Hangs up. */
  readonly leave: () => void;
}

/** Asks for an answer that takes some seconds; returns when its first words are here. */
export async function stream(url: string, seconds: number): Promise<Streamed> {
  const question = `What do ships carry? Tell me for ${seconds} seconds.`;
  const response = await open(`${url}/v1/query/stream`, { ...asking(question), seconds: seconds + 30 });
  let text = '';
  response.setEncoding('utf8').on('data', (part: string) => (text += part));
  const whole = new Promise<boolean>((resolve) => {
    response.once('error', () => resolve(false)).once('close', () => resolve(response.complete));
  });
  await once(response, 'data');
  return { events: () => text.match(/(?<=^event: )\w+/gm) ?? [], whole, leave: () => response.destroy() };
}
