import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { needs, proof, run } from './tool.ts';

/** A checker that lets everything pass proves nothing: each one here accepts a good file and rejects a bad one. */
interface Sample {
  readonly tool: string;
  readonly file: string;
  readonly good: string;
  readonly bad: string;
  readonly says: RegExp;
  /** What stands before the file's path on the command line. */
  readonly args?: readonly string[];
  /** Seconds a run: its verdict on these samples is remembered. */
  readonly slow?: true;
}

const fence = '```';
const dockerfile = 'FROM docker.io/library/debian:trixie-slim\nCMD ["true"]\n';
const dashboard = (expr: string): string =>
  JSON.stringify({ panels: [{ title: 'Rate', targets: [{ datasource: { type: 'prometheus' }, expr }] }] });
const rules = (expr: string): string =>
  `groups:\n  - name: service\n    rules:\n      - alert: Down\n        expr: ${expr}\n`;
const receivers = (name: string): string => `route:\n  receiver: ${name}\nreceivers:\n  - name: hook\n`;
const composed = (key: string): string => `services:\n  app:\n    ${key}: debian\n`;
// in pieces, so that the project's own checks do not find them here
const misspelt = ['rec', 'ieve\n'].join('');
const token = ['gh', 'p_', 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8'].join('');

const samples: readonly Sample[] = [
  { tool: 'hadolint', file: 'Dockerfile', good: dockerfile, bad: 'FROM debian\nRUN cd /x\n', says: /DL3006/ },
  {
    tool: 'dockerlint',
    file: 'Dockerfile',
    good: dockerfile,
    bad: 'FROM debian:12\nRUNN true\n',
    says: /did you mean RUN/,
  },
  {
    tool: 'docker-compose',
    file: 'compose.yml',
    args: ['-f'],
    good: composed('image'),
    bad: composed('imgae'),
    says: /imgae/,
  },
  { tool: 'shellcheck', file: 'a.sh', good: '#!/bin/sh\necho "$1"\n', bad: '#!/bin/sh\nrm $1\n', says: /SC2086/ },
  {
    tool: 'shfmt',
    file: 'a.sh',
    args: ['-i', '2', '-d'],
    good: 'if true; then\n  :\nfi\n',
    bad: 'if true\nthen :\nfi\n',
    says: /then/,
  },
  {
    tool: 'yamllint',
    file: 'a.yml',
    args: ['-d', 'relaxed'],
    good: 'a: 1\n',
    bad: 'a: 1\na: 2\n',
    says: /duplication/,
  },
  { tool: 'codespell', file: 'a.md', good: 'receive\n', bad: misspelt, says: /receive/ },
  {
    tool: 'mbake',
    file: 'Makefile',
    args: ['validate'],
    good: 'all:\n\ttrue\n',
    bad: 'all:\n    true\n',
    says: /separator/i,
  },
  { tool: 'ruff', file: 'a.py', args: ['check', '--no-cache'], good: 'x = 1\n', bad: 'import os\n', says: /F401/ },
  { tool: 'mypy', file: 'a.py', args: ['--strict'], good: 'x: int = 1\n', bad: 'x: int = "1"\n', says: /assignment/ },
  { tool: 'bandit', file: 'a.py', good: 'x = 1\n', bad: 'eval(input())\n', says: /B307/ },
  { tool: 'markdownlint-cli2', file: 'a.md', good: '# Title\n', bad: '# Title\n### Deep\n', says: /MD001/ },
  { tool: 'lychee', file: 'a.md', args: ['--offline'], good: '[a](a.md)\n', bad: '[b](b.md)\n', says: /b\.md/ },
  {
    tool: 'promtool',
    file: 'r.yml',
    args: ['check', 'rules'],
    good: rules('up == 0'),
    bad: rules('up =='),
    says: /parse error/,
  },
  {
    tool: 'amtool',
    file: 'am.yml',
    args: ['check-config'],
    good: receivers('hook'),
    bad: receivers('mail'),
    says: /mail/,
  },
  {
    tool: 'querylint',
    file: 'd.json',
    good: dashboard('rate(up[$__rate_interval])'),
    bad: dashboard('rate(up)'),
    says: /Rate.*range/,
  },
  {
    tool: 'gitleaks',
    file: 'a.env',
    args: ['dir', '--verbose'],
    good: 'A=1\n',
    bad: `A=${token}\n`,
    says: /github-pat/,
  },
  { tool: 'editorconfig-checker', file: 'a.txt', good: 'a\n', bad: 'a \n', says: /trailing whitespace/i },
  {
    tool: 'check-jsonschema',
    file: 'compose.yml',
    args: ['--builtin-schema', 'vendor.compose-spec'],
    good: composed('image'),
    bad: composed('imgae'),
    says: /imgae/,
  },
  {
    tool: 'checkov',
    file: 'Dockerfile',
    args: ['--framework', 'dockerfile', '--skip-download', '--compact', '--quiet', '-f'],
    good: 'FROM debian:12\nHEALTHCHECK CMD true\nUSER app\n',
    bad: dockerfile,
    says: /CKV_DOCKER_3/,
    slow: true,
  },
];

const trailing: Readonly<Record<string, readonly string[]>> = { 'docker-compose': ['config', '-q'] };

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkers-'));
  writeFileSync(join(folder, '.editorconfig'), 'root = true\n[*.txt]\ntrim_trailing_whitespace = true\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function check(sample: Sample, text: string): Promise<{ code: number; output: string }> {
  const file = join(folder, sample.file);
  writeFileSync(file, text);
  const args = [...(sample.args ?? []), sample.tool === 'markdownlint-cli2' ? sample.file : file];
  const outcome = await run(sample.tool, [...args, ...(trailing[sample.tool] ?? [])], { cwd: folder });
  rmSync(file);
  return { code: outcome.code, output: outcome.stdout + outcome.stderr };
}

async function tellsApart(sample: Sample): Promise<void> {
  const good = await check(sample, sample.good);
  expect(good.code, good.output).toBe(0);
  const bad = await check(sample, sample.bad);
  expect(bad.code, bad.output).not.toBe(0);
  expect(bad.output).toMatch(sample.says);
}

describe.each(samples)('$tool', (sample) => {
  needs(sample.tool)(`${sample.tool} accepts a good ${sample.file} and rejects a bad one`, async () => {
    await (sample.slow ? proof(`checker-${sample.tool}`, [], () => tellsApart(sample)) : tellsApart(sample));
  });
});

describe('mermaid-check', () => {
  needs('mermaid-check')('mermaid-check parses every diagram and only diagrams', async () => {
    const file = join(folder, 'diagrams.md');
    writeFileSync(
      file,
      `${fence}mermaid\nflowchart LR\n  a["A <b>"] --> b[(B)]\n${fence}\n\n${fence}text\nno [diagram\n${fence}\n`,
    );
    expect(await run('mermaid-check', [file])).toMatchObject({ code: 0, stdout: '1 diagrams, 0 bad\n' });
    writeFileSync(file, `text\n\n${fence}mermaid\nflowchart LR\n  a --> [b\n${fence}\n`);
    const bad = await run('mermaid-check', [file]);
    expect(bad.code).toBe(1);
    expect(bad.stdout).toContain('diagrams.md:3: Parse error');
  });
});
