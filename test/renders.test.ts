import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolve } from '../core/resolve.ts';
import { readLock } from '../repo/lock.ts';
import { readPack } from '../repo/pack.ts';
import { stateFiles } from '../repo/state.ts';
import { load, root } from '../scripts/load.ts';
import { make } from '../scripts/make.ts';
import { presets } from './presets.ts';

/** The state of every preset, as each release wrote it: from these, every later release must be able to upgrade. */
const library = await load();
const renders = join(root, 'test/renders');
const kept = readdirSync(renders).flatMap((version) =>
  readdirSync(join(renders, version)).map((preset) => ({ version, preset, folder: join(renders, version, preset) })),
);

describe.each(kept)('$preset of $version', ({ version, folder, preset }) => {
  test('the lock is readable, and the pack has the base of every file in it', () => {
    const lock = readLock(readFileSync(join(folder, 'lock.json')));
    const pack = readPack(readFileSync(join(folder, 'base.pack')));
    if (!lock.ok || !pack.ok) throw new Error(lock.ok ? 'the pack cannot be read' : lock.problem.because);
    expect(lock.value.version).toBe(version);
    expect(pack.value.damaged).toEqual([]);
    const bases = [...lock.value.files.values()].map((file) => file.base);
    expect(bases.length).toBeGreaterThan(0);
    expect(bases.filter((sha) => !pack.value.blobs.has(sha))).toEqual([]);
  });

  test('its answers still mean the same: nothing is asked again that was answered', () => {
    const lock = readLock(readFileSync(join(folder, 'lock.json')));
    const saved = lock.ok ? lock.value.answers : {};
    const resolved = resolve([{ name: 'saved answers', answers: saved }], library.catalog);
    if (!resolved.ok) throw new Error(resolved.problems.map(({ option, because }) => `${option}: ${because}`).join());
    expect(Object.keys(saved).length).toBeGreaterThan(15);
    expect(resolved.answers).toMatchObject(saved);
  });

  test.runIf(version === library.version)(
    'this version still writes it; `npm run golden -- --release` keeps it',
    () => {
      const { tree, answers } = make(presets[preset as keyof typeof presets], library);
      for (const [path, bytes] of stateFiles({ tree, answers, version }))
        if (basename(path) !== '.gitignore')
          expect(readFileSync(join(folder, basename(path))).equals(bytes), basename(path)).toBe(true);
    },
  );
});
