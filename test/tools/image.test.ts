import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect } from 'vitest';
import type { Tree } from '../../core/tree.ts';
import { lay } from '../../scripts/folder.ts';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { presets } from '../presets.ts';
import { contain, once, pidOf, type Container } from './container.ts';
import { ask, statusOf } from './http.ts';
import { played } from './played.ts';
import { steadyPort, until } from './scene.ts';
import { ingest, part, query } from './serving.ts';
import { postgres, valkey } from './stores.ts';
import { needs, run } from './tool.ts';

/** The unchanged Dockerfile, built by buildah on a stand-in of its base image, and what podman makes of the result. */
const library = await load();
const contextOf = (answers: Readonly<Record<string, unknown>>): Tree =>
  part(make(answers, library).tree, ['Dockerfile', '.dockerignore', 'app/', 'requirements']);
const [tree, lean] = [contextOf(presets.default), contextOf(presets.lean)];
const needing = needs('image.sh', 'pg.sh', 'valkey.sh');

const labels = { REVISION: '0123456789abcdef', VERSION: '1.2.3-test', CREATED: '2026-01-02T03:04:05Z' };
/** What lies about in a real clone and must not get into an image. */
const litter = [
  '.env',
  '.env.production',
  '.git/config',
  'app/.env',
  'app/__pycache__/old.pyc',
  'deploy/compose/secrets/key',
  'infra/production.tfvars',
  'tests/test_x.py',
];
const mark = 'PLANTED_SECRET';

const scratch = mkdtempSync(join(tmpdir(), 'image-'));
const images = new Map<string, Promise<string>>();
afterAll(async () => {
  for (const image of images.values())
    await image.then((tag) => run('image.sh', ['remove', tag])).catch(() => undefined);
  rmSync(scratch, { recursive: true, force: true });
});

/** An image that several tests look at, built when the first one really runs. */
function built(name: string, files: Tree, ...options: readonly string[]): Promise<string> {
  const build = async (): Promise<string> => {
    const [context, tag] = [join(scratch, name), `localhost/proof-${process.pid}:${name}`];
    lay(files, context);
    for (const path of litter) {
      mkdirSync(dirname(join(context, path)), { recursive: true });
      writeFileSync(join(context, path), `${mark}=1\n`);
    }
    const args = Object.entries(labels).map(([label, value]) => `--build-arg=${label}=${value}`);
    const { code, stdout, stderr } = await run('image.sh', ['build', context, tag, ...args, ...options], {
      timeout: 300_000,
    });
    expect(code, stdout.slice(-2000) + stderr.slice(-2000)).toBe(0);
    return tag;
  };
  const image = images.get(name) ?? build();
  images.set(name, image);
  return image;
}

async function sizeOf(tag: string): Promise<{ megabytes: number; application: number }> {
  const [total = NaN, own = NaN] = (await run('image.sh', ['size', tag])).stdout.split(' ').map(Number);
  return { megabytes: Math.round(total / 1e5) / 10, application: Math.round(own / 1e5) / 10 };
}

const ready = (container: Container): Promise<unknown> =>
  until(`ready: ${container.log()}`, 30, async () => (await statusOf(`${container.url}/readyz`)) === 200);

needing(
  'the default stage is the one that runs: an ordinary user, nothing but the service, at most 180 MB',
  played('image-contents', tree, async () => {
    const tag = await built('default', tree);
    const [{ Config: config }] = JSON.parse((await run('image.sh', ['inspect', tag])).stdout) as [{ Config: unknown }];
    expect(config).toMatchObject({
      User: '10001:10001',
      Cmd: ['python', '-m', 'app', 'serve'],
      StopSignal: 'SIGTERM',
      ExposedPorts: { '8000/tcp': {}, '9090/tcp': {} },
      Labels: {
        'org.opencontainers.image.revision': labels.REVISION,
        'org.opencontainers.image.version': labels.VERSION,
        'org.opencontainers.image.created': labels.CREATED,
      },
    });
    expect(JSON.stringify(config)).not.toContain(mark);

    // as root, so that no folder stays hidden
    const listed = await once(tag, {}, ['find', '/', '-xdev', '-printf', '%y %m %U %p\n'], ['--user=0:0']);
    const entries = listed.stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    const paths = new Set(entries.map(([, , , path = '']) => path));
    const found = (pattern: RegExp): string[] => [...paths].filter((path) => pattern.test(path));
    expect(found(/\/\.env|\/\.git(\/|$)|old\.pyc$|secrets\/|\/tests\/test_x/)).toEqual([]);
    expect((await once(tag, {}, ['grep', '-rl', mark, '/app'], ['--user=0:0'])).stdout).toBe('');
    expect(
      found(
        /site-packages\/(_?pytest|mypy|ruff|pip|uv)(\/|-)|bin\/(uvx?|pip3?|pytest|mypy|ruff|gcc|cc|make|git|curl|wget)$/,
      ),
    ).toEqual([]);
    expect(found(/\/\.cache(\/|$)|\/app\/requirements/)).toEqual([]);
    const code = entries.filter(([kind, , , path]) => kind !== 'l' && path?.startsWith('/app/'));
    expect(code.filter(([, mode, owner]) => owner !== '0' || /[2367]$/.test(mode ?? ''))).toEqual([]);
    const sources = found(/^\/app\/(app|\.venv\/lib)\/.*\.py$/);
    expect(sources.length).toBeGreaterThan(500);
    const bytecode = (path: string): string => path.replace(/([^/]+)\.py$/, '__pycache__/$1.cpython-313.pyc');
    expect(sources.filter((path) => !paths.has(bytecode(path)))).toEqual([]);

    const size = await sizeOf(tag);
    expect(size.megabytes).toBeLessThanOrEqual(180);
    return size;
  }),
  400_000,
);

needing(
  'it migrates, gets ready, answers, heals nothing by force and leaves in time: read-only, without a right',
  played('image-service', tree, async (here) => {
    const tag = await built('default', tree);
    const [pg, cache] = [await postgres(here), await valkey(here)];
    await Promise.all([pg.start(), cache.start()]);
    const env = { ...pg.env, ...cache.env, DRAIN_SECONDS: '2', GRACEFUL_SECONDS: '5' };
    for (const time of ['first', 'again'])
      expect(await once(tag, env, ['python', '-m', 'app', 'migrate']), time).toMatchObject({ code: 0 });

    const service = await contain(here, tag, env);
    await ready(service);
    expect(await service.health()).toBe(0);
    const pid = pidOf(service);
    process.kill(pid, 'SIGSTOP'); // alive for the kernel, but /livez cannot answer
    expect(await service.health()).not.toBe(0);
    process.kill(pid, 'SIGCONT');
    await until('healthy again', 10, async () => (await service.health()) === 0);

    expect((await service.exec('id', '-u')).stdout.trim()).toBe('10001');
    const status = (await service.exec('cat', '/proc/1/status')).stdout;
    expect(status).toMatch(/^CapEff:\s0+$/m);
    expect(status).toMatch(/^CapBnd:\s0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s1$/m);
    for (const path of ['/x', '/app/x', '/app/app/x', '/app/.venv/x', '/etc/x', '/var/tmp/x'])
      expect((await service.exec('touch', path)).stderr, path).toContain('Read-only file system');
    expect((await service.exec('touch', '/tmp/x')).code).toBe(0);

    expect((await ingest(service.url, 'Ships carry containers.')).status).toBe(201);
    const answer = await query(service.url, 'What do ships carry?');
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('Ships carry containers')]);
    expect((await ask(`${service.url}/`)).text).toContain('<script');

    const { code, seconds } = await service.stop();
    expect(code, service.log()).toBe(0);
    expect(seconds).toBeGreaterThan(2);
    expect(seconds).toBeLessThan(2 + 5 + 5);
    for (const line of service.log().trim().split('\n')) JSON.parse(line);
    return { stopSeconds: Math.round(seconds * 10) / 10 };
  }),
  400_000,
);

needing(
  'the dev stage has the tools, starts, and starts again when a file changes',
  played('image-dev', tree, async (here) => {
    const tag = await built('dev', tree, '--target=dev');
    const env = { VECTOR_STORE: 'embedded', DATA_DIR: '/tmp/data', ENVIRONMENT: 'local' };
    const service = await contain(here, tag, env, ['--read-only=false']);
    await ready(service);
    const starts = (): number => service.log().match(/Started server process/g)?.length ?? 0;
    expect(starts()).toBe(1);
    expect(await service.exec('python', '-c', 'import mypy, pytest, ruff')).toMatchObject({ code: 0 });
    expect(await service.exec('sh', '-c', 'echo "# changed" >>/app/app/main.py')).toMatchObject({ code: 0 });
    await until('started again', 20, () => starts() === 2);
    await ready(service);
    expect((await service.stop()).code).toBe(0);
    return sizeOf(tag);
  }),
  400_000,
);

needing(
  'the lean choices build too; without its store the service lives, is not ready, and says so',
  played('image-lean', lean, async (here) => {
    const tag = await built('lean', lean);
    const alone = await contain(here, tag, { VECTOR_STORE: 'embedded', DATA_DIR: '/tmp/data' });
    await ready(alone);
    expect((await ingest(alone.url, 'Ships carry containers.')).status).toBe(201);
    expect((await query(alone.url, 'What do ships carry?')).text).toContain('Ships carry containers');
    expect((await alone.stop()).code).toBe(0);

    const waiting = await contain(here, tag, { VECTOR_STORE: 'qdrant', QDRANT_URL: 'http://127.0.0.1:1' });
    await until('alive', 30, async () => (await statusOf(`${waiting.url}/livez`)) === 200);
    await until('it says why', 10, async () => (await ask(`${waiting.url}/readyz`)).text.includes('"qdrant"'));
    expect(await statusOf(`${waiting.url}/readyz`)).toBe(503);
    expect((await query(waiting.url, 'anybody there?')).status).toBe(503);
    return sizeOf(tag);
  }),
  400_000,
);

needing(
  'nothing enters a build but what the image is made of',
  played('image-context', tree, async () => {
    const dockerfile = tree.get('Dockerfile');
    if (!dockerfile) throw new Error('no Dockerfile');
    // a stage that keeps all it was given, behind the real ones
    const bytes = Buffer.concat([dockerfile.bytes, Buffer.from('FROM ${PYTHON_IMAGE} AS context\nCOPY . /context/\n')]);
    const tag = await built(
      'context',
      new Map([...tree, ['Dockerfile', { ...dockerfile, bytes }]]),
      '--target=context',
    );
    const { stdout } = await once(tag, {}, ['find', '/context', '-type', 'f']);
    const wanted = [...tree.keys()].filter((path) => !/^(Dockerfile|\.dockerignore)$/.test(path));
    expect(stdout.trim().split('\n').sort()).toEqual(wanted.map((path) => `/context/${path}`).sort());
  }),
  400_000,
);

/** A server that answers everything with one status, and the exit code of a command beside it. */
const beside = `
import http.server, os, subprocess, sys, threading
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(sys.argv[1]))
        self.end_headers()
server = http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.exit(subprocess.call(sys.argv[2:]))`;

needing(
  'its health check believes only a 200',
  played('image-health', tree, async () => {
    const tag = await built('default', tree);
    type Inspected = [{ Healthcheck: { Test: string[] } }];
    const [{ Healthcheck: check }] = JSON.parse((await run('image.sh', ['inspect', tag])).stdout) as Inspected;
    for (const [status, code] of Object.entries({ 200: 0, 404: 1, 503: 1 })) {
      const command = ['python', '-c', beside, status, ...check.Test.slice(1)];
      expect((await once(tag, { PORT: `${await steadyPort()}` }, command)).code, status).toBe(code);
    }
  }),
  400_000,
);
