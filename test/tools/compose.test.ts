import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { lay } from '../../scripts/folder.ts';
import { combinations } from '../combinations.ts';
import { toolPath } from './locate.ts';
import { scene, steadyPort, until } from './scene.ts';
import { needs, run, type Outcome } from './tool.ts';

/** Compose files as Compose itself understands them: what holds for every service of every combination. */
const proved = (await combinations()).filter(({ plan }) => plan.view.has.compose);
const scratch = mkdtempSync(join(tmpdir(), 'compose-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Service {
  readonly image?: string;
  readonly container_name?: string;
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly ports?: readonly { readonly host_ip?: string; readonly published: string }[];
  readonly volumes?: readonly { readonly type: string; readonly target: string }[];
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] };
  readonly restart?: string;
  readonly command?: readonly string[] | null;
}
interface Composed {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
}

const given = { IMAGE: `ghcr.io/example/app@sha256:${'0'.repeat(64)}`, ENVIRONMENT: 'production' };

describe.each(proved)('$name', ({ name, tree }) => {
  const folder = join(scratch, name.replaceAll(' ', '+'));
  const config = (file: string, env: Record<string, string | undefined>): Promise<Outcome> =>
    run('docker-compose', ['--file', `deploy/compose/${file}`, '--profile', '*', 'config', '--format', 'json'], {
      cwd: folder,
      env,
    });
  const composed = async (file: string): Promise<Composed> => {
    const { code, stdout, stderr } = await config(file, given);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return JSON.parse(stdout) as Composed;
  };
  const where = ({ services }: Composed, wrong: (service: Service, name: string) => boolean): string[] =>
    Object.entries(services)
      .filter(([key, service]) => wrong(service, key))
      .map(([key]) => key);

  beforeAll(() => lay(tree, folder));

  needs('docker-compose')('without an image and an environment, production says what to write where', async () => {
    for (const missing of ['IMAGE', 'ENVIRONMENT'] as const) {
      const { code, stderr } = await config('compose.yml', { ...given, [missing]: undefined });
      expect(code).not.toBe(0);
      expect(stderr).toContain(`put ${missing}=`);
      expect(stderr).toContain('into deploy/compose/.env');
    }
  });

  needs('docker-compose')('in both files: loopback only, ordered by health, state in volumes, no warning', async () => {
    for (const file of ['compose.yml', 'compose.dev.yml']) {
      const all = await composed(file);
      expect(where(all, ({ ports = [] }) => ports.some(({ host_ip }) => host_ip !== '127.0.0.1'))).toEqual([]);
      expect(where(all, ({ container_name }) => container_name !== undefined)).toEqual([]);
      expect(all.services.app?.depends_on).toMatchObject({
        migrate: { condition: 'service_completed_successfully' },
      });
      const stores = Object.values(all.services.migrate?.depends_on ?? {});
      expect(stores.map(({ condition }) => condition)).toEqual(stores.map(() => 'service_healthy'));
      const healthless = ({ healthcheck }: Service): boolean => healthcheck?.test === undefined;
      expect(where(all, healthless).filter((key) => key !== 'migrate' && key !== 'app')).toEqual([]);
      // The image of this major version refuses data that is mounted one folder deeper.
      const targets = all.services.postgres?.volumes?.map(({ type, target }) => [type, target]);
      expect(targets ?? [['volume', '/var/lib/postgresql']]).toEqual([['volume', '/var/lib/postgresql']]);
      // Secrets are files: nothing that looks like one may stand where `docker inspect` shows it.
      const named = /(PASSWORD|SECRET|TOKEN|KEYS?)$/;
      const told = ({ environment = {} }: Service): boolean => Object.keys(environment).some((key) => named.test(key));
      expect(where(all, told)).toEqual([]);
    }
  });

  needs('docker-compose')('in production nothing can be changed or gained, and stores cannot be reached', async () => {
    const all = await composed('compose.yml');
    expect(where(all, ({ read_only }) => read_only !== true)).toEqual([]);
    expect(where(all, ({ cap_drop }) => cap_drop?.join() !== 'ALL')).toEqual([]);
    expect(where(all, ({ security_opt = [] }) => !security_opt.includes('no-new-privileges:true'))).toEqual([]);
    expect(where(all, ({ restart }, key) => restart !== (key === 'migrate' ? 'no' : 'unless-stopped'))).toEqual([]);
    expect(all.networks.backend?.internal).toBe(true);
    expect(all.services.app?.image).toMatch(/@sha256:[0-9a-f]{64}$/);
    const stores = Object.keys(all.services.migrate?.depends_on ?? {});
    expect(stores.flatMap((key) => Object.keys(all.services[key]?.networks ?? {}))).toEqual(
      stores.map(() => 'backend'),
    );
  });
});

needs('docker-compose', 'valkey-server')('the cache never evicts what it counts, and writes it down', async () => {
  const { tree } = proved.find(({ answers }) => answers.cache !== 'none') ?? { tree: new Map() };
  await scene(async (here) => {
    lay(tree, here.folder);
    const args = ['--file', 'deploy/compose/compose.yml', 'config', '--format', 'json'];
    const { stdout } = await run('docker-compose', args, { cwd: here.folder, env: given });
    const command = (JSON.parse(stdout) as Composed).services.valkey?.command?.join(' ') ?? '';
    const port = await steadyPort();
    const flags = command.split('auth.conf ').at(-1)?.replace('/data', here.folder).replaceAll('""', "''") ?? '';
    const server = spawn('bash', ['-c', `exec valkey-server --port ${port} --bind 127.0.0.1 ${flags}`], {
      env: { PATH: toolPath() },
      stdio: 'ignore',
    });
    here.later(() => server.kill());
    const get = async (name: string): Promise<string> => {
      const socket = connect(port, '127.0.0.1');
      socket.end(`CONFIG GET ${name}\r\n`);
      return (await text(socket)).split('\r\n').at(-2) ?? '';
    };
    expect(await until('an answer', 10, () => get('maxmemory-policy'))).toBe('noeviction');
    expect(Number(await get('maxmemory'))).toBeGreaterThan(0);
    expect(await get('appendonly')).toBe('yes');
  });
});
