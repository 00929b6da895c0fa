import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { build } from '../../scripts/build.ts';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { built } from '../faces/built.ts';
import { presets } from '../presets.ts';
import { needs, run, tool } from './tool.ts';

/** The same answers give the same bytes, whichever Node runs the published bin, and wherever, whenever and as whom. */
const scratch = mkdtempSync(join(tmpdir(), 'determinism-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const library = await load();

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Path → mode and digest of everything below a folder. */
function photograph(folder: string): Map<string, string> {
  return new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => {
        const mode = (statSync(file).mode & 0o777).toString(8);
        return [relative(folder, file), `${mode} ${digest(readFileSync(file))}`] as const;
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The first is the one that the project itself is developed with. */
const nodes = { node20: process.execPath, node22: 'node22', node24: 'node24' };
/** Two places that differ in all that must not matter. */
const places = {
  here: { TZ: 'UTC', LC_ALL: 'C', HOME: '/nonexistent', FORCE_COLOR: undefined },
  there: {
    TZ: 'Pacific/Kiritimati',
    LC_ALL: 'tr_TR.UTF-8',
    SOURCE_DATE_EPOCH: '1',
    USER: 'somebody',
    FORCE_COLOR: '3',
  },
};

describe.each(Object.entries(presets))('%s', (preset, answers) => {
  needs('node22', 'node24')('Node 20, 22 and 24 write the same bytes in two places, state files included', async () => {
    const main = join(await built(), 'create-ai-deploy/main.cjs');
    const given = join(scratch, `${preset}.json`);
    writeFileSync(given, JSON.stringify({ name: 'my-rag', ...answers }));
    const seen = new Map<string, Map<string, string>>();
    for (const [node, command] of Object.entries(nodes))
      for (const [place, env] of Object.entries(places)) {
        const cwd = join(scratch, preset, node, place);
        mkdirSync(cwd, { recursive: true });
        const args = [main, 'out', '--answers', given, '--yes', '--no-git'];
        const outcome = await run(tool(command) ?? command, args, { cwd, env });
        expect(outcome.code, outcome.stderr).toBe(0);
        seen.set(`${node} ${place}`, photograph(join(cwd, 'out')));
      }
    const [first, ...others] = [...seen];
    const [, photo = new Map<string, string>()] = first ?? [];
    for (const path of ['ai-deploy.yaml', '.ai-deploy/lock.json', '.ai-deploy/base.pack'])
      expect([...photo.keys()]).toContain(path);
    for (const [where, other] of others)
      expect([where, Object.fromEntries(other)]).toEqual([where, Object.fromEntries(photo)]);

    // and it is what the engine says, without the bundle, a process or a disk
    for (const [path, { bytes, mode }] of make({ name: 'my-rag', ...answers }, library).tree)
      expect([path, photo.get(path)]).toEqual([path, `${mode} ${digest(bytes)}`]);
  });
});

test('two builds in two places give the same packages', async () => {
  const [one, two] = [join(scratch, 'one'), join(scratch, 'deeper/down/two')];
  await build(one);
  await build(two);
  expect(Object.fromEntries(photograph(two))).toEqual(Object.fromEntries(photograph(one)));
});
