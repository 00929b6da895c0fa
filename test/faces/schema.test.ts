import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { load, root } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { answersText, type Saved } from '../../repo/answers.ts';
import { presets } from '../presets.ts';
import { needs, run } from '../tools/tool.ts';

/** What an editor sees that knows docs/schema.json: a real validator says the same as resolve(). */
const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-schema-'));
const schema = join(root, 'docs/schema.json');
const validator = needs('check-jsonschema');
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** The texts that the validator refuses; one run for all of them, because starting it takes long. */
async function refused(texts: readonly string[]): Promise<string[]> {
  const files = texts.map((text, at) => {
    const file = join(scratch, `${at}.yaml`);
    writeFileSync(file, text);
    return file;
  });
  const { stdout } = await run('check-jsonschema', ['-o', 'json', '--schemafile', schema, ...files]);
  const { errors = [] } = JSON.parse(stdout) as { errors?: { filename: string }[] };
  return texts.filter((_, at) => errors.some(({ filename }) => filename.endsWith(`/${at}.yaml`)));
}

describe('docs/schema.json', () => {
  validator('is a schema', async () => {
    expect((await run('check-jsonschema', ['--check-metaschema', schema])).code).toBe(0);
  });

  validator('accepts what repositories keep, and plain answers', async () => {
    const library = await load();
    const kept = Object.values(presets).map((preset) =>
      answersText('0.1.0', make(preset, library).answers as unknown as Saved),
    );
    expect(await refused([...kept, 'vectorDb: qdrant\nmonitoring: []\nport: 8080\n', '{}'])).toEqual([]);
  });

  validator('refuses what resolve refuses', async () => {
    const answers = [
      'vectorDb: qdrnat',
      'port: 80',
      'name: My RAG',
      'monitoring: [prometheus, prometheus]',
      'vektorDb: x',
    ];
    const wrong = [...answers, ...answers.map((one) => `schema: 1\nanswers:\n  ${one}\n`), 'schema: 2\nanswers: {}'];
    expect(await refused(wrong)).toEqual(wrong);
  });
});
