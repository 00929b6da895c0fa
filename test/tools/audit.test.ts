import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { lay } from '../../scripts/folder.ts';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { needs, proof, run, treeInputs, type Outcome } from './tool.ts';

/** The audit of the lock by the real uv; the database is a stand-in on this machine that knows one hole. */
const { tree } = make({ runtime: 'compose', vectorDb: 'qdrant' }, await load());
const scratch = mkdtempSync(join(tmpdir(), 'audit-'));
const read = /^(Makefile|ops\/audit\.sh|pyproject\.toml|requirements.*\.txt)$/;
const inputs = treeInputs(new Map([...tree].filter(([path]) => read.test(path))));
/** Remembered as long as nothing changes that the audit reads: uv asks the index about every package. */
const once = (body: () => Promise<void>) => (): Promise<void> => proof('audit', inputs, body);

/** As OSV has it, as far as it counts here. */
const hole = {
  id: 'GHSA-xqr8-7jwr-rhp7',
  aliases: ['CVE-2023-37920'],
  modified: '2024-10-14T00:00:00Z',
  summary: 'an authority that is trusted no more',
  affected: [
    {
      package: { ecosystem: 'PyPI', name: 'certifi' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2023.7.22' }] }],
    },
  ],
};
interface Query {
  readonly package: { readonly name: string; readonly ecosystem: string };
  readonly version: string;
}
const asked: Query[] = [];
const database = createServer((request, response) => {
  let body = '';
  request
    .on('data', (part: Buffer) => (body += part.toString()))
    .on('end', () => {
      if (request.method === 'GET') return response.end(JSON.stringify(hole));
      const { queries } = JSON.parse(body) as { queries: Query[] };
      asked.push(...queries);
      const held = (one: Query): boolean => one.package.name === 'certifi' && one.version < '2023.7.22';
      const results = queries.map((one) => (held(one) ? { vulns: [{ id: hole.id, modified: hole.modified }] } : {}));
      return response.end(JSON.stringify({ results }));
    });
});
beforeAll(async () => {
  await new Promise<void>((ready) => database.listen(0, '127.0.0.1', ready));
});
afterAll(() => {
  database.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** `make audit` in a new repository, after a change. */
async function audit(change: (folder: string) => void, url?: string): Promise<Outcome> {
  const folder = mkdtempSync(join(scratch, 'repository-'));
  lay(tree, folder);
  change(folder);
  const port = (database.address() as AddressInfo).port;
  return run('make', ['audit'], { cwd: folder, env: { OSV_URL: url ?? `http://127.0.0.1:${port}` } });
}

/** An old version of one package in the lock, with the marker and the hashes that it had. */
const seed = (folder: string): void => {
  for (const name of ['requirements.txt', 'requirements-dev.txt']) {
    const before = readFileSync(join(folder, name), 'utf8');
    const after = before.replace(/^certifi==\S+/m, 'certifi==2022.12.7');
    expect(after).not.toBe(before);
    writeFileSync(join(folder, name), after);
  }
};
const except = (folder: string, lines: string): void =>
  writeFileSync(join(folder, '.trivyignore.yaml'), `vulnerabilities:\n${lines}`);

describe('the audit of the lock', () => {
  needs('uv', 'make')(
    'asks about every locked package, and passes when none has a hole',
    once(async () => {
      asked.length = 0;
      const { code, stdout, stderr } = await audit(() => undefined);
      expect(code, stdout + stderr).toBe(0);
      const locked = ['requirements.txt', 'requirements-dev.txt'].flatMap((name) =>
        [...new TextDecoder().decode(tree.get(name)?.bytes).matchAll(/^([a-z0-9-]+)==(\S+)/gm)].map(
          ([, one, version]) => `${one} ${version}`,
        ),
      );
      expect(locked.length).toBeGreaterThan(60);
      expect([...new Set(asked.map((one) => `${one.package.name} ${one.version}`))].sort()).toEqual(
        [...new Set(locked)].sort(),
      );
    }),
  );

  needs('uv', 'make')(
    'fails on a pin that has one, and says in which version it is repaired',
    once(async () => {
      const { code, stdout } = await audit(seed);
      expect(code).not.toBe(0);
      expect(stdout).toMatch(/certifi 2022\.12\.7 has 1 known vulnerability/);
      expect(stdout).toMatch(/Fixed in: 2023\.7\.22/);
    }),
  );

  needs('uv', 'make')(
    'an exception holds until its day, under either name, and never without one',
    once(async () => {
      const after = async (lines: string): Promise<number> =>
        (
          await audit((folder) => {
            seed(folder);
            except(folder, lines);
          })
        ).code;
      const other = '  - id: CVE-2020-1\n    statement: another\n    expired_at: 2020-01-01\n';
      for (const id of [hole.id, hole.aliases[0]])
        expect(await after(`${other}  - id: ${id}\n    expired_at: 2999-01-01\n    statement: "why"\n`), id).toBe(0);
      for (const lines of ['', '    expired_at: 2024-12-31\n'])
        expect(await after(`  - id: ${hole.id}\n    statement: why\n${lines}${other}`), lines).not.toBe(0);
    }),
  );

  needs('uv', 'make')(
    'a database that does not answer, or a lock that cannot be read, is no pass',
    once(async () => {
      const silent = await audit(() => undefined, 'http://127.0.0.1:9');
      expect(silent.code).not.toBe(0);
      const odd = await audit((folder) => writeFileSync(join(folder, 'requirements.txt'), 'idna>=3\n'));
      expect(odd.code).not.toBe(0);
      expect(odd.stderr).toContain('the locks cannot be read');
    }),
  );
});
