import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { needs } from '../tools/tool.ts';
import { built } from './built.ts';

/** The dialogue on a real terminal, with the published command. */
const scratch = mkdtempSync(join(tmpdir(), 'ai-deploy-terminal-'));
let bin: string;

beforeAll(async () => {
  bin = join(await built(), 'create-ai-deploy/main.cjs');
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const [enter, down, space, interrupt] = ['\r', '\u001b[B', ' ', '\u0003'];
const python = needs('python3');

interface Talk {
  readonly exit: number;
  readonly shown: string;
  readonly left: number;
}

/** Waits for each text, types what belongs to it, and tells what was on the screen without its colours. */
function talk(argv: readonly string[], steps: readonly (readonly [waitFor: string, type: string])[]): Talk {
  const env: NodeJS.ProcessEnv = { ...process.env, TERM: 'xterm' };
  delete env.CI;
  const out = execFileSync(
    'python3',
    [join(import.meta.dirname, 'terminal.py'), JSON.stringify(steps), process.execPath, bin, ...argv],
    { encoding: 'utf8', cwd: scratch, env },
  );
  const { exit, shown, left } = JSON.parse(out) as Talk;
  return { exit, left, shown: shown.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '') };
}

describe('the dialogue', () => {
  python('Enter, Enter, Enter: the defaults, and no question for what the command line says', () => {
    const { exit, shown, left } = talk(
      ['asked', '--no-git', '--cache', 'none'],
      [
        ['Vector database', enter],
        ['Database', enter],
        ['Where it runs', enter],
        ['Cloud', enter],
        ['Region', enter],
        ['Who runs the stores', enter],
        ['CI and delivery', enter],
        ['Monitoring', enter],
        ['Who may call it', enter],
        ['Host name', enter],
      ],
    );
    expect({ exit, left }).toEqual({ exit: 0, left: 0 });
    expect(shown).not.toContain('Name of the service');
    expect(shown).toMatch(/vector-db +pgvector +prompts/);
    expect(shown).toMatch(/cache +none +flags/);
    expect(shown).toContain('npx create-ai-deploy@0.2.0 asked --yes --cache none');
    expect(readdirSync(join(scratch, 'asked'))).toContain('Makefile');
  });

  python('other choices, a refused name, a choice that leads nowhere', () => {
    const { exit, shown } = talk(
      ['--no-git'],
      [
        ['Name of the service', `My App${enter}`],
        ['lower-case letters', `${'\b'.repeat(20)}app-two${enter}`],
        ['retrieval searches a vector database', down + enter],
        ['Database', down + enter],
        ['Cache', enter],
        ['Where it runs', down + enter],
        ['Monitoring', space + enter],
        ['Who may call it', enter],
      ],
    );
    expect(exit).toBe(0);
    expect(shown).toContain(
      'npx create-ai-deploy@0.2.0 app-two --yes --vector-db qdrant --database none --runtime compose --monitoring none',
    );
    expect(readFileSync(join(scratch, 'app-two/ai-deploy.yaml'), 'utf8')).toContain('monitoring: []');
  });

  python('a region that does not exist is refused where it is typed', () => {
    const answered = [
      '--vector-db',
      'pgvector',
      '--database',
      'postgres',
      '--cache',
      'none',
      '--runtime',
      'kubernetes',
    ];
    const others = [
      '--cloud',
      'aws',
      '--hosting',
      'managed',
      '--ci',
      'github',
      '--monitoring',
      'none',
      '--auth',
      'none',
    ];
    const { exit, shown } = talk(
      ['somewhere', '--dry-run', '--domain', 'rag.acme.com', ...answered, ...others],
      [
        ['Region', `mars${enter}`],
        ['no region of AWS', `${'\b'.repeat(20)}eu-west-1${enter}`],
      ],
    );
    expect(exit).toBe(0);
    expect(shown).toMatch(/region +eu-west-1 +prompts/);
  });

  python('Ctrl-C at any question: 130, one line, nothing written', () => {
    const before = readdirSync(scratch);
    for (const questions of [
      ['Vector database'],
      ['Vector database', 'Database'],
      ['Vector database', 'Database', 'Cache', 'Where it runs', 'Cloud'],
    ]) {
      const steps = questions.map((text, at) => [text, at === questions.length - 1 ? interrupt : enter] as const);
      const { exit, shown } = talk(['given-up'], steps);
      expect(exit).toBe(130);
      expect(shown.trimEnd().split(/\r?\n/).at(-1)).toBe('Interrupted; nothing was written.');
      expect(readdirSync(scratch)).toEqual(before);
    }
  });

  python('what is wrong on the command line is said before the first question', () => {
    const { exit, shown } = talk(['x', '--cache', 'redsi'], []);
    expect(exit).toBe(2);
    expect(shown).not.toContain('Vector database');
    expect(shown).toContain('--cache redsi');
  });
});
