import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { pruneLock, requirementsOf, type Lock, type Locked } from '../../core/lock.ts';
import { collect } from '../../scripts/relock/features.ts';
import { changes, print } from '../../scripts/relock/file.ts';
import { pinsOf, pyproject } from '../../scripts/relock/project.ts';
import { superset } from '../../scripts/relock/superset.ts';
import { meaning } from '../fixtures/markers.ts';
import { needs, proof, run, tool, type Outcome } from './tool.ts';

const lock = JSON.parse(readFileSync(new URL('../../templates/lock.json', import.meta.url), 'utf8')) as Lock;
const scratch = mkdtempSync(join(tmpdir(), 'lock-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const features = (await collect()).filter((one) => requirementsOf([one], 'python', 'pythonDev').length > 0);
const isFixed = (key: string): boolean => /^(?:base|app)\//.test(key);
const choices = features.map(({ key }) => key).filter((key) => !isFixed(key));
/** Nothing chosen, each choice, every pair of choices, everything. */
const sets = [[], ...choices.flatMap((a, i) => [[a], ...choices.slice(i + 1).map((b) => [a, b])]), choices];
const usual = ['cache/valkey', 'database/postgres', 'llm/openai-compatible'];

/** The requirements of a set, for run time and beyond. */
function requirements(set: readonly string[]): { runtime: string[]; dev: string[] } {
  const chosen = features.filter(({ key }) => isFixed(key) || set.includes(key));
  return { runtime: requirementsOf(chosen, 'python'), dev: requirementsOf(chosen, 'pythonDev') };
}

/** What the lock has for a set, pruned as the engine does it. */
function prunedFor(set: readonly string[]): { runtime: string[]; dev: string[] } {
  const { runtime, dev } = requirements(set);
  return { runtime: facts(pruneLock(lock, runtime)), dev: facts(pruneLock(lock, [...runtime, ...dev])) };
}

/** A pyproject.toml with the requirements of a set and the pins of the whole lock. */
function projectOf(set: readonly string[]): string {
  const { runtime, dev } = requirements(set);
  return pyproject({
    requires: lock.requires,
    dependencies: runtime,
    extras: { dev },
    constraints: pinsOf(lock).map(({ name, version, marker }) => `${name}==${version}${marker}`),
  });
}

/** What uv alone makes of the same requirements and pins. */
const exported = (set: readonly string[]): Promise<{ runtime: string[]; dev: string[] }> =>
  proof('uv-export', [projectOf(set), lock.asOf], async () => {
    const folder = mkdtempSync(join(scratch, 'project-'));
    writeFileSync(join(folder, 'pyproject.toml'), projectOf(set));
    const uv = async (...args: string[]): Promise<string> => {
      const outcome = await run('uv', [...args, '--quiet', '--project', folder, '--exclude-newer', lock.asOf]);
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      return outcome.stdout;
    };
    await uv('lock');
    const all = ['export', '--locked', '--no-emit-project', '--no-header', '--no-annotate'];
    return { runtime: facts(linesOf(await uv(...all))), dev: facts(linesOf(await uv(...all, '--extra', 'dev'))) };
  });

/** A requirements file → its lines; a line of another form is an error. */
function linesOf(text: string): Locked[] {
  return text.split(/\n(?=\S)/).map((line) => {
    const form = /^([a-z0-9-]+)==(\S+)( ; [^\\]+?)?((?: \\\n {4}--hash=\S+)+)\s*$/;
    const [, name, version, marker = '', files] = form.exec(line) ?? [];
    if (!name || !version || !files) throw new Error(`not a line of a requirements file: ${line}`);
    return { name, version, marker, hashes: files.match(/sha256:[0-9a-f]{64}/g) ?? [] };
  });
}

const textOf = (lines: readonly Locked[]): string =>
  lines
    .map(({ name, version, marker, hashes }) => [
      `${name}==${version}${marker}`,
      ...hashes.map((one) => `--hash=${one}`),
    ])
    .map((parts) => `${parts.join(' \\\n    ')}\n`)
    .join('');

/** What must be the same: names, versions, what a marker means (its spelling may differ), and hashes, told shortly. */
const facts = (lines: readonly Locked[]): string[] =>
  lines.map((one) => `${one.name} ${one.version} ${meaning(one.marker)} ${digest([...one.hashes].sort())}`).sort();
const digest = (hashes: readonly string[]): string =>
  `${hashes.length} files ${createHash('sha256').update(hashes.join()).digest('hex')}`;

describe('what we keep and what uv exports is the same', () => {
  for (const set of sets)
    needs('uv')(`for ${set.join(' + ') || 'no choice'}`, async () => {
      expect(prunedFor(set)).toEqual(await exported(set));
    });

  const edits: readonly (readonly [string, (text: string) => string])[] = [
    ['a missing root edge', (text) => text.replace(': ["fastapi"]', ': []')],
    ['a swapped hash', (text) => text.replace(/("sha256:.{64}")(.*\n.*?)("sha256:.{64}")/, '$3$2$1')],
    ['a dropped marker', (text) => text.replace(/(anyio|httpcore2|tzdata|typing-extensions) ; [^"]+(?=")/g, '$1')],
    ['another version', (text) => text.replace(/("name":"anyio","version":")[^"]+/, '$11.0.0')],
  ];
  for (const [fault, edit] of edits)
    needs('uv')(`and ${fault} is seen`, async () => {
      const wrong = JSON.parse(edit(print(lock))) as Lock;
      expect(facts(pruneLock(wrong, requirements(usual).runtime))).not.toEqual((await exported(usual)).runtime);
    });
});

describe('hashes', () => {
  const lines = pruneLock(lock, requirements(usual).runtime);
  const install = (text: string): Promise<Outcome> => {
    const target = mkdtempSync(join(scratch, 'target-'));
    writeFileSync(join(target, 'requirements.txt'), text);
    const args = ['pip', 'install', '--require-hashes', '--only-binary', ':all:', '--target', join(target, 'site')];
    return run('uv', [...args, '-r', join(target, 'requirements.txt')], { timeout: 280_000 });
  };

  const installs = async (): Promise<void> => {
    expect(await install(textOf(lines))).toMatchObject({ code: 0 });
  };
  needs('uv')('the usual choices install', () => proof('lock-install', [textOf(lines)], installs), 300_000);

  needs('uv')('a file that is not the one we locked does not', async () => {
    const [first, ...rest] = lines;
    const edited = first && [{ ...first, hashes: [`sha256:${'0'.repeat(64)}`] }, ...rest];
    const { code, stderr } = await install(textOf(edited ?? []));
    expect(stderr).toContain(`Hash mismatch for \`${first?.name}==${first?.version}\``);
    expect(code).not.toBe(0);
  });
});

describe('relock', () => {
  const uv = tool('uv') ?? 'uv';
  const wide = ['anyio>=4,<5'];
  const versions = ({ packages }: Lock): string[] => packages.map(({ name, version }) => `${name} ${version}`);

  needs('uv')('gives the same file for the same moment', () => {
    expect(changes(lock, superset(Object.keys(lock.roots), { uv, from: lock, asOf: lock.asOf }))).toEqual([]);
  });

  needs('uv')('keeps pins that the ranges allow, and takes newer ones only when asked', () => {
    const spring = superset(wide, { uv, asOf: '2026-04-01T00:00:00Z' });
    expect(versions(superset(wide, { uv, from: spring, asOf: lock.asOf }))).toEqual(versions(spring));
    expect(versions(superset(wide, { uv, asOf: lock.asOf }))).not.toEqual(versions(spring));
  });

  needs('uv')('moves a pin that the ranges no longer allow', () => {
    const spring = superset(wide, { uv, asOf: '2026-04-01T00:00:00Z' });
    const [newest] = versions(superset(wide, { uv, asOf: lock.asOf }));
    const narrow = [`anyio>=${newest?.split(' ')[1]},<5`];
    expect(versions(superset(narrow, { uv, from: spring, asOf: lock.asOf }))[0]).toBe(newest);
  });
});
