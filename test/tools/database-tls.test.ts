import { appendFileSync, chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { played } from './played.ts';
import { steadyPort, type Scene } from './scene.ts';
import { installOnce, ready, serve, serviceOf, type Env } from './serving.ts';
import { needs, run, type Outcome } from './tool.ts';

/** A real PostgreSQL that takes nothing but TLS, as a managed one: who is believed to be it, and who is not. */
const tree = serviceOf(make({}, await load()).tree);
const { home, remove } = installOnce(tree);
afterAll(remove);

interface Authority {
  readonly cert: string;
  /** Signs a certificate and its key, into `<folder>/server.crt` and `.key`. */
  readonly vouch: (folder: string, host: string) => Promise<void>;
}

async function authority(folder: string, name: string): Promise<Authority> {
  const openssl = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await run('openssl', args, { cwd: folder });
    if (code !== 0) throw new Error(stderr);
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  await openssl('req', '-x509', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`);
  return {
    cert: join(folder, `${name}.crt`),
    vouch: async (into, host) => {
      const [csr, extensions] = [join(folder, 'csr'), join(folder, 'extensions')];
      writeFileSync(extensions, `subjectAltName=DNS:${host}\n`);
      await openssl('req', ...key, '-subj', `/CN=${host}`, '-keyout', join(into, 'server.key'), '-out', csr);
      const by = ['-CA', `${name}.crt`, '-CAkey', `${name}.key`, '-CAcreateserial', '-days', '2'];
      await openssl('x509', '-req', '-in', csr, ...by, '-extfile', extensions, '-out', join(into, 'server.crt'));
      chmodSync(join(into, 'server.key'), 0o600);
    },
  };
}

/** A server that shows a certificate for `localhost` and refuses to talk in the clear. */
async function encrypted({ folder, later }: Scene, by: Authority): Promise<Env> {
  const [port, home] = [`${await steadyPort()}`, join(folder, 'postgres')];
  const call = async (command: string): Promise<void> => {
    const { code, stderr } = await run('pg.sh', [command, port, home], { env: { PG_CTL: 'pg_ctl-tls' } });
    if (code !== 0) throw new Error(`pg.sh ${command}: ${stderr}`);
  };
  await call('start');
  later(() => call('stop'));
  await call('stop');
  const data = join(home, 'data');
  await by.vouch(data, 'localhost');
  appendFileSync(join(data, 'postgresql.conf'), '\nssl = on\n');
  writeFileSync(join(data, 'pg_hba.conf'), 'hostssl all all all trust\n');
  await call('start');
  return { POSTGRES_HOST: 'localhost', POSTGRES_PORT: port, POSTGRES_SSLMODE: 'verify-full', TOKEN_LEDGER: 'postgres' };
}

needs(
  'make',
  'uv',
  'python3.13',
  'pg.sh',
  'pg_ctl-tls',
  'openssl',
)(
  'verify-full: the right authority and the right name, or no connection',
  played('database-tls', tree, async (here) => {
    const [ours, theirs] = [await authority(here.folder, 'ours'), await authority(here.folder, 'theirs')];
    const env = await encrypted(here, ours);
    const python = join(await home(), '.venv/bin/python');
    const migrate = async (changes: Env): Promise<Outcome> =>
      run(python, ['-m', 'app', 'migrate', '--wait', '0'], {
        cwd: await home(),
        env: { PATH: process.env.PATH ?? '', ...env, ...changes },
      });
    const refused = async (changes: Env, why: RegExp): Promise<void> => {
      const { code, stderr } = await migrate(changes);
      expect(stderr).toMatch(why);
      expect(stderr).not.toContain('Traceback');
      expect(code).toBe(1);
    };

    await refused({ POSTGRES_SSLROOTCERT: theirs.cert }, /certificate verify failed/);
    await refused({ POSTGRES_SSLROOTCERT: ours.cert, POSTGRES_HOST: '127.0.0.1' }, /does not match host name/);
    await refused(
      { POSTGRES_SSLROOTCERT: join(here.folder, 'nowhere.crt') },
      /root certificate file .* does not exist/,
    );
    await refused({ POSTGRES_SSLMODE: 'disable' }, /no encryption/);

    const known = { POSTGRES_SSLROOTCERT: ours.cert };
    const { code, stderr } = await migrate(known);
    expect(code, stderr).toBe(0);
    await ready(await serve(here, await home(), { ...env, ...known }));
  }),
);
