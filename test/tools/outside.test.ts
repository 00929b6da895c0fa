import { createServer, type RequestListener, type Server } from 'node:http';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { clear, stage, type Stage } from './delivery.ts';

/** What the pipeline does to a deployed service from outside, and what it reads in migrations before it deploys at all. */
const library = await load();
const { tree } = make({ runtime: 'kubernetes', cloud: 'none' }, library);
const scratch = mkdtempSync(join(tmpdir(), 'outside-'));
afterAll(() => {
  clear(scratch);
});
const fresh = (): Stage => stage(scratch, tree);

describe('smoke test', () => {
  const url = 'https://rag.test';

  test('asks what a client would ask, and shows the key to nobody', async () => {
    const on = fresh();
    const outcome = await on.run('ops/ci/smoke.sh', [url], { SMOKE_API_KEY: 'key-of-mine' });
    expect(outcome.code, outcome.stderr).toBe(0);
    const paths = on.calls().flatMap((call) => /https?:\/\/rag\.test(\/\S+)/.exec(call)?.[0] ?? []);
    expect(paths).toEqual([
      `${url}/readyz`,
      'http://rag.test/readyz',
      `${url}/v1/query`,
      `${url}/v1/query`,
      `${url}/v1/query/stream`,
    ]);
    expect(on.calls().join('\n') + outcome.stdout + outcome.stderr).not.toContain('key-of-mine');
    expect(on.read('header')).toBe('header = "Authorization: Bearer key-of-mine"');
  });

  test('without a key it says that it asked nothing', async () => {
    const on = fresh();
    const outcome = await on.run('ops/ci/smoke.sh', [url]);
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).toContain('no question was asked');
    expect(on.calls().some((call) => call.includes('/stream'))).toBe(false);
  });

  test('where nobody needs a key, nothing stands in the way of a question', async () => {
    const open = make({ runtime: 'kubernetes', cloud: 'none', auth: 'none' }, library).tree;
    const on = stage(scratch, open);
    on.say('http/refusal', '422');
    const outcome = await on.run('ops/ci/smoke.sh', [url]);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(outcome.stderr).toContain('answers a question, whole and as a stream');
    expect(on.read('header')).toBe('');
    on.say('http/answer', '{"answer": ""}');
    expect((await on.run('ops/ci/smoke.sh', [url])).stderr).toContain('the answer is empty');
    // Something in front wants to know who asks.
    on.say('http/refusal', '302');
    expect(await on.run('ops/ci/smoke.sh', [url])).toMatchObject({ code: 0 });
    on.say('http/refusal', '503');
    expect((await on.run('ops/ci/smoke.sh', [url])).stderr).toContain('a question answers 503');
  });

  test('goes elsewhere under the same name, for a gateway that has no DNS entry yet', async () => {
    const on = fresh();
    expect((await on.run('ops/ci/smoke.sh', [url], { CONNECT_TO: '192.0.2.1:443' })).code).toBe(0);
    expect(on.calls().every((call) => call.includes('--connect-to ::192.0.2.1:443'))).toBe(true);
  });

  test.each(['rag.test', 'https://rag.test/path', ''])('"%s" is no address', async (bad) => {
    expect((await fresh().run('ops/ci/smoke.sh', [bad])).code).toBe(2);
  });
});

describe('load test', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  const serve = (answer: RequestListener): Promise<string> =>
    new Promise((resolve) => {
      const server = createServer(answer).listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
      });
      servers.push(server);
    });
  const bounds = { LOAD_REQUESTS: '20', LOAD_SECONDS: '20' };
  const stream = 'event: sources\ndata: {}\n\nevent: token\ndata: {}\n\nevent: done\ndata: {}\n\n';

  test('streams that end well pass, and the key comes with each', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      response.end(stream);
    });
    const outcome = await fresh().run('ops/ci/load.sh', [url], { ...bounds, SMOKE_API_KEY: 'k' });
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(outcome.stdout).toMatch(/^20 requests, 20 good; first token: p50 \d\.\d\d s, p95 \d\.\d\d s\n$/);
    expect(new Set(seen)).toEqual(new Set(['POST /v1/query/stream Bearer k']));
    expect(seen).toHaveLength(20);
  });

  test.each([
    [
      'one of twenty is an error',
      (n: number) => (n === 7 ? 500 : 200),
      stream,
      /19 of 20 answers were good \(HTTP 500\)/,
    ],
    ['streams are cut', () => 200, 'event: token\ndata: {}\n\n', /0 of 20 answers were good \(cut before done\)/],
    [
      'the key is refused for its rate',
      (n: number) => (n % 3 === 0 ? 200 : 429),
      stream,
      /the rate limit refused most/,
    ],
  ])('fails when %s', async (_, code, body, says) => {
    let n = 0;
    const url = await serve((_request, response) => {
      response.writeHead(code(n++)).end(body);
    });
    const outcome = await fresh().run('ops/ci/load.sh', [url], { ...bounds, SMOKE_API_KEY: 'k' });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(says);
  });

  test('where nobody needs a key, questions are asked without one', async () => {
    const seen: string[] = [];
    const url = await serve((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      if (request.url === '/v1/query') response.writeHead(422).end();
      else response.end(stream);
    });
    const outcome = await fresh().run('ops/ci/load.sh', [url], bounds);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(outcome.stdout).toContain('20 good; first token');
    expect(new Set(seen.slice(1))).toEqual(new Set(['POST /v1/query/stream undefined']));
  });

  test('fails when too many are slow', async () => {
    let n = 0;
    const url = await serve((_request, response) => setTimeout(() => response.end(), n++ % 5 === 0 ? 1200 : 0));
    const outcome = await fresh().run('ops/ci/load.sh', [url], bounds);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/failed: only 16 of 20 were within 1\.0 s/);
  });

  test('a service that says nothing ends with the time that it was given', async () => {
    const url = await serve(() => undefined);
    const started = Date.now();
    const outcome = await fresh().run('ops/ci/load.sh', [url], { LOAD_REQUESTS: '6', LOAD_SECONDS: '2' });
    expect(outcome.code).toBe(1);
    expect(Date.now() - started).toBeLessThan(20_000);
  });

  test('a scenario of their own runs where k6 does', async () => {
    const on = fresh();
    writeFileSync(join(on.repository, 'ops/ci/load.js'), '');
    expect((await on.run('ops/ci/load.sh', ['https://rag.test'])).code).toBe(0);
    expect(on.calls()).toEqual(['k6 run --env URL=https://rag.test ops/ci/load.js']);
  });
});

describe('migrations only add', () => {
  const judge = async (sql: string): Promise<{ code: number; stderr: string }> => {
    const on = fresh();
    writeFileSync(join(on.repository, 'one.sql'), sql);
    return on.run('ops/ci/lint-migrations.sh', ['one.sql']);
  };

  test('what is generated does', async () => {
    const outcome = await fresh().run('ops/ci/lint-migrations.sh');
    expect(outcome.code, outcome.stderr).toBe(0);
  });

  test.each([
    'create table a (id int primary key, b text not null);',
    'create table if not exists a (id int); create unique index a_b on a (b); alter table a add constraint c check (id > 0);',
    'alter table a add column b text;',
    "alter table a add column b text not null default '';",
    'alter table a add column b int generated always as identity;',
    'alter table a add constraint c check (b > 0) not valid;',
    'alter table a drop constraint c;',
    'alter table a alter column b drop not null;',
    'create index a_b on a (b);',
    "insert into a (b) values ('drop it');",
    '-- drop table a;',
    'alter table a\n  drop column b; -- contract: unused since v3',
    '-- contract: nobody reads it since v3\ndrop table a;',
  ])('accepts %s', async (sql) => {
    const outcome = await judge(sql);
    expect(outcome.code, outcome.stderr).toBe(0);
  });

  test.each([
    'drop table a;',
    'DROP   VIEW\n a;',
    'alter table a drop column b;',
    'alter table a drop b;',
    'alter table a rename column b to c;',
    'alter table a rename to b;',
    'alter table a alter column b type bigint;',
    'alter table a alter column b set data type bigint;',
    'alter table a alter column b set not null;',
    'alter table a alter column b drop default;',
    'alter table a add column b text not null;',
    'alter table a add constraint c unique (b);',
    'alter table a add foreign key (b) references c;',
    'create unique index a_b on a (b);',
    'truncate a;',
    'delete from a where b;',
    'drop table a; -- contract:',
    '-- contract: unused since v3\ndrop table a; drop table b;',
    'create table b (id int); drop table a;',
    'create table b (id int); delete from a;',
  ])('refuses %s', async (sql) => {
    const outcome = await judge(sql);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/^one\.sql:\d+: /);
  });

  test('says in which line', async () => {
    expect((await judge('create table a (id int);\n\nalter table b\n  drop column c;\n')).stderr).toMatch(
      /^one\.sql:3: /,
    );
  });
});
