import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './load.ts';

/**
 * The whole promise in one command: builds the published package, generates a repository with defaults, starts it as its
 * README says, gives it a document, asks a question, prints the answer and stops.
 */
const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-demo-'));
const folder = join(scratch, 'my-rag');
const question = 'How long may a stream last?';
const text =
  'Operations handbook. A stream ends after seventy-five seconds. Restarts are announced on Tuesdays. ' +
  'The database is backed up every night.';

const say = (line: string): void => void process.stdout.write(`\n▸ ${line}\n`);
let service: ChildProcess | undefined;
process.exitCode = 1;
try {
  say('npm run build');
  if (!existsSync(join(root, 'dist/create-ai-deploy/main.cjs')) || !process.argv.includes('--no-build'))
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
  say(`create-ai-deploy ${folder} --yes`);
  execFileSync(process.execPath, [join(root, 'dist/create-ai-deploy/main.cjs'), folder, '--yes'], { stdio: 'inherit' });

  const [port, metricsPort] = [await freePort(), await freePort()];
  say(`make dev (on port ${port})`);
  const env = { ...process.env, PORT: String(port), METRICS_PORT: String(metricsPort) };
  service = spawn('make', ['dev'], { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  const url = `http://127.0.0.1:${port}`;
  await ready(`${url}/readyz`);

  say('POST /v1/documents');
  console.log(await post(`${url}/v1/documents`, { source: 'handbook.md', text }));
  say(`POST /v1/query "${question}"`);
  const answer = (await post(`${url}/v1/query`, { question })) as { answer: string; sources: { source: string }[] };
  console.log(answer.answer);
  console.log('Sources:', answer.sources.map(({ source }) => source).join(', '));
  if (!answer.answer.includes('seventy-five')) throw new Error('the answer does not quote the document');
  process.exitCode = 0;
} finally {
  await stop(service);
  rmSync(scratch, { recursive: true, force: true });
}
say('stopped; nothing is left behind');

async function ready(url: string): Promise<void> {
  for (let waited = 0; waited < 300; waited++) {
    if (service?.exitCode != null) throw new Error('make dev ended before the service was ready');
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await sleep(500);
  }
  throw new Error('the service did not get ready within 150 seconds');
}

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer local-dev-key' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** make and the service are one process group of ours. */
async function stop(child: ChildProcess | undefined): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null) return;
  process.kill(-child.pid, 'SIGTERM');
  for (let waited = 0; waited < 100 && child.exitCode === null && child.signalCode === null; waited++) await sleep(100);
  if (child.exitCode === null && child.signalCode === null) spawnSync('kill', ['-KILL', `-${child.pid}`]);
}
