import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, realpathSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createConnection } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { fillAll } from '../../core/render.ts';
import { load } from '../../scripts/load.ts';
import { clusters } from '../clusters.ts';
import { objectsIn } from '../objects.ts';
import { podsOf } from '../workloads.ts';
import { tool, toolPath } from './locate.ts';
import { query } from './postgres-wire.ts';
import { scene, steadyPort, until } from './scene.ts';
import { postgres } from './stores.ts';
import { needs, run } from './tool.ts';

/** The shell lines inside manifests, run as they stand against what they talk to; only addresses and folders are others. */
const { bodies } = await load();
const { plan, tree } =
  (await clusters()).find(({ name }) => name.includes('everything')) ?? expect.fail('no such cluster');
const objects = objectsIn(fillAll(plan, bodies), plan, 'production');
const manifest = new TextDecoder().decode(tree.get('deploy/k8s/postgres/backup.yaml')?.bytes);
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

const servers = tool('pg_ctl');
const clients = servers === undefined ? '' : dirname(realpathSync(servers));

needs('pg.sh')('a dump of PostgreSQL is restored over what went wrong, by the command that stands beside it', () =>
  scene(async (one) => {
    const { folder } = one;
    const store = await postgres(one);
    await store.start();
    const port = store.env.POSTGRES_PORT ?? '';
    const env = { PATH: [clients, toolPath()].join(':'), PGPORT: port, PGHOST: '127.0.0.1' };
    const sql = (line: string): ReturnType<typeof query> => query(Number(port), line);
    await sql('create extension vector');
    await sql(
      "create table kept (id int primary key, what text, at vector(2)); insert into kept values (1, 'a', '[1,2]')",
    );

    const backups = join(folder, 'backup');
    mkdirSync(backups);
    writeFileSync(join(folder, 'postgres_password'), 'not-asked-here\n');
    const { command, script } = shell('postgres-backup');
    const backup = (host: string): ReturnType<typeof run> => {
      const here = script
        .replaceAll('--host=postgres', `--host=${host}`)
        .replaceAll('/backup', backups)
        .replace('/etc/secrets', folder);
      return run(command[0] ?? '', [...command.slice(1), here], { env });
    };
    for (const name of ['app-20200101T000000Z.dump', 'other.txt', 'app-20200102T000000Z.dump.part'])
      writeFileSync(join(backups, name), 'old');
    utimesSync(join(backups, 'app-20200101T000000Z.dump'), 0, 0);
    utimesSync(join(backups, 'other.txt'), 0, 0);
    expect((await backup('127.0.0.9')).code).not.toBe(0);
    expect(readdirSync(backups)).toContain('app-20200101T000000Z.dump');
    expect(await backup('127.0.0.1')).toMatchObject({ code: 0, stderr: '' });
    const [dump = '', ...others] = readdirSync(backups);
    expect(dump).toMatch(/^app-20\d{6}T\d{6}Z\.dump$/);
    expect(others).toEqual(['other.txt']);

    await sql("update kept set what = 'wrong'; insert into kept values (2, 'b', '[3,4]')");
    await sql('drop extension vector cascade');
    const restore = /^# +(pg_restore .*) FILE$/m.exec(manifest)?.[1] ?? expect.fail('no command in the manifest');
    const [program = '', ...words] = restore.replace('--host=postgres', '--host=127.0.0.1').split(' ');
    expect(await run(join(clients, program), [...words, join(backups, dump)], { env })).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await sql('select id, what, at from kept')).toEqual([['1', 'a', '[1,2]']]);
  }),
);
