import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createConnection } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fillAll } from '../../core/render.ts';
import { load } from '../../scripts/load.ts';
import { clusters } from '../clusters.ts';
import { objectsIn } from '../objects.ts';
import { podsOf } from '../workloads.ts';
import { tool } from './locate.ts';
import { scene, steadyPort, until } from './scene.ts';
import { needs, run } from './tool.ts';

/** The shell lines inside manifests, run as they stand against what they talk to; only addresses and folders are others. */
const { bodies } = await load();
const { plan } = (await clusters()).find(({ name }) => name.includes('everything')) ?? expect.fail('no such cluster');
const objects = objectsIn(fillAll(plan, bodies), plan, 'production');
const shell = (name: string): { command: string[]; script: string } => {
  const words = objects.filter(({ metadata }) => metadata.name === name).flatMap(podsOf)[0]?.container.command ?? [];
  return { command: words.slice(0, -1), script: words.at(-1) ?? '' };
};

/** A server of snapshots: full storage snapshots by name, in whatever order. */
function snapshots(key: string): { listener: RequestListener; kept: Set<string> } {
  const kept = new Set(['full-2', 'full-1', 'full-3']);
  const listener: RequestListener = ({ method, url = '', headers }, response) => {
    if (headers['api-key'] !== key) return response.writeHead(401).end();
    if (method === 'POST') kept.add('full-4');
    if (method === 'DELETE') kept.delete(url.replace('/snapshots/', ''));
    const result = [...kept].map((name) => ({ name, size: 1 }));
    return response.writeHead(200).end(JSON.stringify({ result, status: 'ok' }));
  };
  return { listener, kept };
}

test('the backup of Qdrant makes a snapshot, keeps the newest three, and fails when it is refused', () =>
  scene(async ({ folder, later }) => {
    const { listener, kept } = snapshots('k3y');
    const server = createServer(listener).listen(0, '127.0.0.1');
    later(() => server.close());
    await new Promise((ready) => server.once('listening', ready));
    const { command, script } = shell('qdrant-backup');
    const backup = (key: string): ReturnType<typeof run> => {
      writeFileSync(join(folder, 'qdrant_api_key'), key);
      const here = script
        .replace('/dev/tcp/qdrant/6333', `/dev/tcp/127.0.0.1/${(server.address() as AddressInfo).port}`)
        .replace('/etc/secrets', folder);
      return run(command[0] ?? '', [...command.slice(1), here]);
    };
    expect((await backup('other')).code).not.toBe(0);
    expect([...kept].sort()).toEqual(['full-1', 'full-2', 'full-3']);
    expect(await backup('k3y')).toMatchObject({ code: 0, stderr: '' });
    expect([...kept].sort()).toEqual(['full-2', 'full-3', 'full-4']);
  }));

needs('valkey-server')('Valkey starts from its manifest and wants the password of the file', () =>
  scene(async ({ folder, later }) => {
    const port = await steadyPort();
    for (const name of ['run', 'data']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'valkey_password'), 'pass-W0rd\n');
    const { command, script } = shell('valkey');
    const here = script
      .replaceAll('/run/valkey', join(folder, 'run'))
      .replace('/etc/secrets', folder)
      .replace('--dir /data', `--dir ${folder}/data --bind 127.0.0.1 --port ${port}`)
      .replace('exec valkey-server', `exec ${tool('valkey-server') ?? ''}`);
    const server = spawn(command[0] ?? '', [...command.slice(1), here], { stdio: 'ignore' });
    later(() => server.kill());
    const say = (...lines: string[]): Promise<string> =>
      new Promise((answered, failed) => {
        const socket = createConnection(port, '127.0.0.1', () =>
          socket.end(lines.map((line) => `${line}\r\n`).join('')),
        );
        let heard = '';
        socket
          .on('data', (data) => (heard += data.toString()))
          .on('end', () => answered(heard))
          .on('error', failed);
      });
    const refused = await until('Valkey', 10, () => say('PING'));
    expect(refused).toContain('-NOAUTH');
    expect(await say('AUTH pass-W0rd', 'CONFIG GET appendonly', 'CONFIG GET maxmemory-policy')).toMatch(
      /\+OK[\s\S]*yes[\s\S]*noeviction/,
    );
  }),
);
