import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';
import { lay } from '../../scripts/folder.ts';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { clear, stage } from './delivery.ts';
import { needs, run, type Outcome } from './tool.ts';

/** What people are told at the end of a run, received by a web hook on this machine. */
const { tree } = make({ runtime: 'kubernetes', ci: 'github', cloud: 'none' }, await load());
const scratch = mkdtempSync(join(tmpdir(), 'notify-'));
const folder = join(scratch, 'repository');
interface Message {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}
const told: Message[] = [];
let status = 200;
const hook = createServer((request, response) => {
  let body = '';
  request
    .on('data', (part: Buffer) => (body += part.toString()))
    .on('end', () => {
      told.push({ url: request.url ?? '', headers: request.headers, body: JSON.parse(body) });
      response.writeHead(status).end('ok');
    });
});
beforeAll(async () => {
  lay(tree, folder);
  await new Promise<void>((ready) => hook.listen(0, '127.0.0.1', ready));
});
beforeEach(() => {
  told.length = 0;
  status = 200;
});
afterAll(() => {
  hook.close();
  clear(scratch);
});
const secret = 'T0/B0/s3cret';
const address = (): string => `http://127.0.0.1:${(hook.address() as AddressInfo).port}/${secret}`;
const github = {
  GITHUB_SERVER_URL: 'https://github.test',
  GITHUB_REPOSITORY: 'acme/my-rag',
  GITHUB_RUN_ID: '7',
};
const notify = (args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> =>
  run(join(folder, 'ops/ci/notify.sh'), args, { cwd: folder, env: { NOTIFY_WEBHOOK: address(), ...env } });
const afterRun = (results: string, env: Record<string, string> = {}): Promise<Outcome> =>
  run(join(folder, '.github/scripts/notify.sh'), ['release of abc'], {
    cwd: folder,
    env: { ...github, NOTIFY_WEBHOOK: address(), RESULTS: results, ...env },
  });

describe('a message', () => {
  needs('curl')('says what, how it ended and where to look; and the text breaks out of nothing', async () => {
    const outcome = await notify(['failure', 'a "quoted" \\ back\nslash', 'https://ci.test/1']);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ url: `/${secret}`, headers: { 'content-type': 'application/json' } });
    expect(told[0]?.body).toEqual({ text: '❌ my-rag: a "quoted" \\ back slash: failure https://ci.test/1' });
  });

  needs('curl')('is a card for Microsoft Teams', async () => {
    expect((await notify(['success', 'release'], { NOTIFY_FORMAT: 'teams' })).code).toBe(0);
    const text = { type: 'TextBlock', wrap: true, text: '✅ my-rag: release: success' };
    expect(told[0]?.body).toEqual({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: { type: 'AdaptiveCard', version: '1.4', body: [text] },
        },
      ],
    });
  });

  needs('curl')('that is refused fails, and shows the address to nobody', async () => {
    status = 404;
    const { code, stdout, stderr } = await notify(['success', 'release']);
    expect(code).toBe(1);
    expect(stderr).toContain('did not take the message');
    expect(stdout + stderr).not.toContain('s3cret');
    const on = stage(scratch, tree);
    await on.run('ops/ci/notify.sh', ['success', 'release'], { NOTIFY_WEBHOOK: `https://chat.test/${secret}` });
    expect(on.calls().some((call) => call.startsWith('curl'))).toBe(true);
    expect(on.calls().join('\n')).not.toContain('s3cret');
  });

  needs('curl')('of another kind or format is none', async () => {
    for (const args of [[], ['failed', 'release'], ['failure']]) expect((await notify(args)).code).toBe(2);
    expect((await notify(['failure', 'release'], { NOTIFY_FORMAT: 'irc' })).code).toBe(1);
    expect(told).toEqual([]);
  });
});

describe('the end of a run', () => {
  needs('curl')('is the worst of its jobs, with a link to the run', async () => {
    const ends: Record<string, string> = {
      'success success': '✅ my-rag: release of abc: success',
      'success failure skipped cancelled': '❌ my-rag: release of abc: failure',
      'success cancelled skipped': '⚠️ my-rag: release of abc: cancelled',
    };
    for (const [results, text] of Object.entries(ends)) {
      expect((await afterRun(results)).code, results).toBe(0);
      expect(told.at(-1)?.body).toEqual({ text: `${text} https://github.test/acme/my-rag/actions/runs/7` });
    }
    expect((await afterRun('skipped skipped')).code).toBe(0);
    expect(told).toHaveLength(3);
  });

  needs('curl')('without a web hook tells nobody, says so, and is no failure', async () => {
    for (const results of ['success', 'failure']) {
      const outcome = await afterRun(results, { NOTIFY_WEBHOOK: '' });
      expect(outcome.code).toBe(0);
      expect(outcome.stdout).toMatch(/^::notice title=Nobody was told::/);
    }
    expect(await notify(['failure', 'release'], { NOTIFY_WEBHOOK: '' })).toMatchObject({
      code: 0,
      stderr: 'NOTIFY_WEBHOOK is not set: nobody is told\n',
    });
    expect(told).toEqual([]);
  });
});
