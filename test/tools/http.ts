import { once } from 'node:events';
import { request, type Agent, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** From the first byte sent to the last one received. */
  readonly seconds: number;
}

export interface AskOptions {
  /** Sent as JSON by POST; without it, GET. */
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A connection of its own when there is none: nothing that happened before can disturb the question. */
  readonly agent?: Agent;
  readonly seconds?: number;
}

/** One HTTP request; rejects when the connection fails, also in the middle of the answer. */
export async function ask(url: string, options: AskOptions = {}): Promise<Answer> {
  const started = performance.now();
  const response = await open(url, options);
  const body = await text(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: body,
    seconds: (performance.now() - started) / 1000,
  };
}

/** The same, up to the headers of the answer: for streams. */
export async function open(url: string, { json, headers, agent, seconds = 30 }: AskOptions): Promise<IncomingMessage> {
  const body = json === undefined ? undefined : JSON.stringify(json);
  const type =
    body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const asked = request(url, {
    method: body === undefined ? 'GET' : 'POST',
    agent: agent ?? false,
    headers: { ...type, ...headers },
    signal: AbortSignal.timeout(seconds * 1000),
  });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
}

/** Only the status; 0 when nobody answers. */
export const statusOf = (url: string): Promise<number> =>
  ask(url, { seconds: 5 }).then(
    ({ status }) => status,
    () => 0,
  );
