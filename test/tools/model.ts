import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { steadyPort, type Scene } from './scene.ts';
import type { Env } from './serving.ts';

/**
 * A stand-in for a model server that speaks the OpenAI protocol. A question that says `for N seconds` is answered as
 * slowly as that, word by word; one that says `and fail` is not answered; every other one at once. Returns what the
 * service is told about it.
 */
export async function model({ later }: Scene): Promise<Env> {
  const port = await steadyPort();
  const server = createServer((request, response) => {
    void text(request).then((asked) => {
      if (asked.includes('and fail')) response.writeHead(500).end();
      else void answer(response, Number(/for (\d+) seconds/.exec(asked)?.[1] ?? 0));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  later(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    CHAT_MODEL_PROVIDER: 'openai-compatible',
    LLM_BASE_URL: `http://127.0.0.1:${port}/v1`,
    LLM_API_KEY: 'none',
  };
}

async function answer(response: ServerResponse, seconds: number): Promise<void> {
  const words = Math.max(2, seconds * 5);
  const send = (data: object): boolean => response.write(`data: ${JSON.stringify(data)}\n\n`);
  const about = { id: 'answer', object: 'chat.completion.chunk', created: 0, model: 'stand-in' };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let word = 1; word <= words && !response.destroyed; word++) {
    send({
      ...about,
      choices: [{ index: 0, delta: { role: 'assistant', content: `word ${word} ` }, finish_reason: null }],
    });
    await sleep((seconds * 1000) / words);
  }
  send({ ...about, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  send({ ...about, choices: [], usage: { prompt_tokens: 10, completion_tokens: words, total_tokens: 10 + words } });
  response.end('data: [DONE]\n\n');
}
