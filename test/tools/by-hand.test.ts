import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { clear, stage, type Stage } from './delivery.ts';

/** What a person runs and no pipeline. */
const { tree } = make({ runtime: 'kubernetes', cloud: 'none' }, await load());
const scratch = mkdtempSync(join(tmpdir(), 'by-hand-'));
afterAll(() => {
  clear(scratch);
});
const fresh = (): Stage => stage(scratch, tree);

describe('before anybody depends on it', () => {
  test.each([
    ['is refused', '401', 'ok    a stranger cannot ask'],
    ['is heard', '422', 'FAIL  a stranger cannot ask: https://my-rag.example.com answers whoever asks'],
    ['was heard too often', '429', 'FAIL  a stranger cannot ask'],
  ])('a stranger %s', async (_, code, line) => {
    const on = fresh();
    on.say('http/refusal', code);
    expect((await on.run('ops/verify.sh', ['--production'])).stdout).toContain(line);
  });
});

describe('secret files', () => {
  test.each([
    ['llm_api_key', 0],
    ['llm_.*', 2],
    ['.*', 2],
  ])('a name is taken as it stands: %s', async (name, code) => {
    const on = fresh();
    expect((await on.run('ops/secrets.sh', ['set', name])).code).toBe(code);
    const made = readdirSync(join(on.repository, 'deploy/compose/secrets')).filter((one) => one !== '.gitignore');
    expect(made).toEqual(code === 0 ? [name] : []);
  });
});
