import { describe, expect, test } from 'vitest';
import type { Fs } from '../../repo/fs.ts';
import { applyTo, isInterrupted, recover } from '../../repo/transaction.ts';
import { faulty, hows, type How } from './faults.ts';
import { countCalls, done, kept, run, scenarios, see, type Scenario } from './scenarios.ts';
import { snapshot, text } from './support.ts';

/** One file replaced, one removed: small enough for every pair of calls. */
const pair = { name: 'a pair of changes', start: kept, changes: scenarios[2]!.changes.slice(0, 2) };
const small = { ...pair, before: see(kept()), after: done(pair), calls: countCalls(pair) };

describe.each(scenarios)('$name', (scenario) => {
  const before = see(scenario.start());
  const after = done(scenario);

  test('is carried out, and leaves nothing of its own', () => {
    const fs = scenario.start();
    applyTo(fs, '/r', scenario.changes);
    for (const { path, after: wanted } of scenario.changes) {
      const there = after[`/r/${path}`];
      if (wanted) expect(there?.slice(4)).toBe(Buffer.from(wanted.bytes).toString());
      else expect(there).toBeUndefined();
    }
    const replaced = scenario.changes.filter((change) => change.before !== null).map(({ path }) => path);
    const work = Object.keys(snapshot(fs, '/r/.ai-deploy')).filter((path) => path.startsWith('/r/.ai-deploy/txn/'));
    const files = work.filter((path) => !path.endsWith('/journal.json') && snapshot(fs, '/r')[path] !== 'folder');
    expect(files.sort()).toEqual(replaced.map((path) => `/r/.ai-deploy/txn/last/old/${path}`).sort());
    expect(isInterrupted(fs, '/r')).toBe(false);
  });

  test.each(hows)('leaves the folder as it was or as it should be: %s at every call', (how) => {
    const calls = countCalls(scenario);
    expect(calls).toBeGreaterThan(50);
    for (let at = 0; at < calls; at++) survive(scenario, at, how, before, after);
  });
});

test('recovering may be killed as well, at every pair of calls', () => {
  let pairs = 0;
  for (let at = 0; at < small.calls; at++) {
    for (let again = at % 5, reached = true; reached; again += 5, pairs++) {
      const fs = small.start();
      run(() => applyTo(faulty(fs, at, at % 3 ? 'kill' : 'dead', 'EIO').fs, '/r', small.changes));
      const dying = faulty(fs, again, 'torn');
      run(() => recover(dying.fs, '/r'));
      reached = dying.calls() > again;
      recover(fs, '/r');
      expect([small.before, small.after], `${at}, then ${again}`).toContainEqual(see(fs));
    }
  }
  expect(pairs).toBeGreaterThan(500);
});

/** A run that is refused one call, takes everything back, and is killed over that; false when it ended before. */
function diesTakingBack(fs: Fs, at: number, again: number): boolean {
  const dying = faulty(faulty(fs, at, 'once', 'EIO').fs, at + 1 + again, 'torn');
  run(() => applyTo(dying.fs, '/r', small.changes));
  return dying.calls() > at + 1 + again;
}

describe('taking back', () => {
  test('may be killed as well, at every pair of calls', () => {
    let undone = 0;
    for (let at = 0; at < small.calls; at++) {
      for (let again = at % 5, reached = true; reached; again += 5) {
        const fs = small.start();
        reached = diesTakingBack(fs, at, again);
        const recovered = recover(fs, '/r');
        if (recovered.ok && recovered.value === 'undone') undone++;
        expect([small.before, small.after], `${at}, then ${again}`).toContainEqual(see(fs));
      }
    }
    expect(undone).toBeGreaterThan(50);
  });

  test('leaves alone what somebody has edited meanwhile', () => {
    let edits = 0;
    for (let at = 0; at < small.calls; at++) {
      for (let again = at % 11, reached = true; reached; again += 11) {
        const fs = small.start();
        reached = diesTakingBack(fs, at, again);
        if (!fs.lstatSync('/r/.ai-deploy/txn/undo', { throwIfNoEntry: false })) continue;
        fs.unlinkSync('/r/Makefile');
        fs.writeFileSync('/r/Makefile', text('mine\n'), { flag: 'wx', mode: 0o644, flush: false });
        expect(recover(fs, '/r')).toEqual({ ok: true, value: 'undone' });
        expect(see(fs)['/r/Makefile'], `${at}, then ${again}`).toBe('644 mine\n');
        edits++;
      }
    }
    expect(edits).toBeGreaterThan(20);
  });
});

function survive(scenario: Scenario, at: number, how: How, before: object, after: object): void {
  const fs = scenario.start();
  const label = `${how} at call ${at}`;
  const result = run(() => applyTo(faulty(fs, at, how, how === 'dead' ? 'EIO' : 'ENOSPC').fs, '/r', scenario.changes));
  if (result !== 'killed' && result.ok) expect(see(fs), label).toEqual(after);
  if (result !== 'killed' && !result.ok && how !== 'dead') {
    expect(result.problem.because, label).toMatch(/^the disk is full; (?:nothing was changed|an earlier run)/);
    expect(see(fs), label).toEqual(before);
  }
  const recovered = recover(fs, '/r');
  expect(recovered.ok, label).toBe(true);
  expect([before, after], label).toContainEqual(see(fs));
  if (result !== 'killed' && !result.ok && result.problem.because.endsWith('nothing was changed'))
    expect(see(fs), label).toEqual(before);
  expect(isInterrupted(fs, '/r'), label).toBe(false);
  expect(recover(fs, '/r'), label).toEqual({ ok: true, value: 'nothing' });
}
