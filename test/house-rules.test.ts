import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { always } from '../core/catalog.ts';
import { wordsOf } from '../core/match.ts';
import { ports, traits } from '../core/words.ts';
import { load, root } from '../scripts/load.ts';

/**
 * The house rules, each with the advice that goes with it. A failure here is a hint to split, rename or move something,
 * never a reason to raise a number.
 */

const ours = /^(core|repo|generators|scripts|test)\/.*\.(ts|mjs)$/;
const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split(
  '\n',
);
const files = listed.filter(
  (path) => path !== '' && !path.startsWith('test/golden/') && !path.startsWith('test/renders/'),
);
const sources = files.filter((path) => ours.test(path));
const templates = files.filter((path) => /^templates\/[^/]+\/[^/]+\/./.test(path));
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const lines = (path: string): number => text(path).split('\n').length - 1;
const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

const { catalog } = await load();
const entries = [...catalog.entries.values()];

describe('size', () => {
  test('no file is longer than 250 lines: split it where its name needs an "and"', () => {
    const data = /package-lock\.json$|\.sum$|\.pem$|\/dashboards\//;
    const long = [...sources, ...templates].filter((path) => !data.test(path) && lines(path) > 250);
    expect(long.map((path) => `${path}: ${lines(path)}`)).toEqual([]);
  });

  test('half of the files fit on two screens: at most 100 lines', () => {
    expect(median(sources.filter((path) => !path.startsWith('test/')).map(lines))).toBeLessThanOrEqual(100);
    expect(median(templates.map(lines))).toBeLessThanOrEqual(100);
  });

  test('a Yeoman face has at most 100 lines: what it does belongs to a function that both faces call', () => {
    const faces = sources.filter((path) => /^generators\/[^/]+\/index\.ts$/.test(path));
    expect(faces.length).toBeGreaterThan(0);
    expect(faces.filter((path) => lines(path) > 100)).toEqual([]);
  });
});

describe('templates', () => {
  const ejs = templates.filter((path) => path.endsWith('.ejs'));
  const tags = (path: string): string[] =>
    [...text(path).matchAll(/<%(?![-=%])_?([\s\S]*?)[-_]?%>/g)].map((match) => (match[1] ?? '').trim());
  const allowed = /^(if \(has(\.\w+|\['[a-z-]+'\])\) \{|for \(const [\w[\]{}, ]+ of [^)]+\) \{|\})$/;

  test('only `if (has.x)`, `for (const x of list)` and `}`: anything cleverer is a field of the View', () => {
    expect(
      ejs.flatMap((path) =>
        tags(path)
          .filter((tag) => !allowed.test(tag))
          .map((tag) => `${path}: ${tag}`),
      ),
    ).toEqual([]);
  });

  test('at most 6 control tags: split the file, or let a layer choose it', () => {
    const openers = (path: string): number => tags(path).filter((tag) => tag.endsWith('{')).length;
    expect(ejs.filter((path) => openers(path) > 6).map((path) => `${path}: ${openers(path)}`)).toEqual([]);
  });

  test('nested at most 2 deep: an inner list is a field of the View', () => {
    const depth = (path: string): number => {
      let [now, most] = [0, 0];
      for (const tag of tags(path)) most = Math.max(most, (now += tag === '}' ? -1 : 1));
      return most;
    };
    expect(ejs.filter((path) => depth(path) > 2)).toEqual([]);
  });

  test('the suffix .ejs is for templates: a file without a tag is copied, and its own linter can read it', () => {
    expect(ejs.filter((path) => !text(path).includes('<%'))).toEqual([]);
  });
});

describe('a choice is named only in its own folder', () => {
  const choices = entries.filter((entry) => entry.slot !== always);
  /** Terms of the outside world that happen to be spelled like a choice of ours, and names inside a cluster. */
  const terms =
    /\bimage:|"(type|query)": "prometheus"|headers?\b.*"api-key"|external-secrets\.io|^ +(namespace|service_account) += "/;
  /** A feature may name what one of its rules needs: it cannot be there without it. */
  const needed = (key: string): string[] =>
    entries
      .filter((entry) => entry.key === key)
      .flatMap((entry) => (entry.rules ?? []).flatMap(({ needs = [] }) => wordsOf(needs)));
  const word = (id: string): RegExp => new RegExp(`(?<![\\w./-])${id}(?![\\w/-])`);

  test('core knows no choice; a default in options.ts may name one', () => {
    const core = sources.filter((path) => path.startsWith('core/') && path !== 'core/options.ts');
    const code = (path: string): string => text(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    const named = core.flatMap((path) =>
      choices
        .filter(({ id }) => new RegExp(`['"\`=]${id}['"\`]`).test(code(path)))
        .map(({ key }) => `${path} names ${key}`),
    );
    expect(named).toEqual([]);
  });

  test('a template names no choice of another folder: ask `has.<slot>`, a trait, or use a port (an image line may)', () => {
    const named = templates
      .filter((path) => !path.endsWith('/feature.ts'))
      .flatMap((path) => {
        const body = text(path)
          .split('\n')
          .filter((line) => !terms.test(line))
          .join('\n');
        return (
          choices
            .filter(({ key, id }) => !path.startsWith(`templates/${key}/`) && word(id).test(body))
            // what belongs to a port may say its name
            .filter(({ id }) => !path.includes(`/port=${id}/`))
            .filter(({ slot, id }) => !needed(path.split('/').slice(1, 3).join('/')).includes(`${slot}=${id}`))
            .map(({ key }) => `${path} names ${key}`)
        );
      });
    expect(named).toEqual([]);
  });
});

describe('words', () => {
  test('every trait has a feature that has it and one that asks for it', () => {
    const asked = new Set(
      entries.flatMap((entry) => [
        ...entry.sources.flatMap((source) => source.layer.words),
        ...(entry.rules ?? []).flatMap((rule) => [rule.when, rule.needs, rule.forbids].flat()),
      ]),
    );
    for (const trait of Object.keys(traits)) {
      expect(
        entries.some((entry) => entry.traits?.includes(trait)),
        `${trait} is had`,
      ).toBe(true);
      expect(asked.has(trait), `${trait} is asked for`).toBe(true);
    }
  });

  test('every port has a fulfiller', () => {
    for (const port of Object.keys(ports))
      expect(
        entries.some((entry) => entry.fulfils?.some((one) => one.port === port)),
        port,
      ).toBe(true);
  });
});

describe('the project stands alone', () => {
  test('no machine paths and no download hosts in anything we ship', () => {
    const places =
      /\/(work|farm)\/|\/root\/\.(?!cache\/uv)|registry\.npmjs|files\.pythonhosted|pypi\.org\/simple|proxy\.golang/;
    const shipped = files.filter((path) => !/^(package-lock\.json|test\/|\.npmrc)/.test(path));
    expect(shipped.filter((path) => places.test(text(path)))).toEqual([]);
    expect(text('package-lock.json')).not.toContain('"resolved"');
  });
});
