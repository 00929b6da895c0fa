import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { docker, hcl, html, json, md, py, sh } from '../../core/escape.ts';
import { camel, kebab, nearest, shortened } from '../../core/names.ts';
import { options, reserved } from '../../core/options.ts';
import { slugify, fits } from '../../core/texts.ts';
import { budgetOf } from '../../core/view/budget.ts';
import { execFileSync } from 'node:child_process';

const hostile = [
  `it's`,
  `"q"`,
  '$(reboot) `x`',
  '{{ x }} <% y %>',
  'a\\b',
  '🚀 \u2028 \u007f',
  '# no: comment',
  '- *',
  'yes',
  '1.10',
];

describe('escapes', () => {
  test.each(hostile)('json is the same value in YAML and JSON: %j', (text) => {
    expect(JSON.parse(json(text))).toBe(text);
    expect(parseYaml(`x: ${json(text)}`)).toEqual({ x: text });
  });

  test('py is the same value in Python', () => {
    const program = `import json,sys; print(json.dumps([${hostile.map(py).join(', ')}]))`;
    expect(JSON.parse(execFileSync('python3', ['-c', program], { encoding: 'utf8' }))).toEqual(hostile);
  });

  test('sh is one word with the same text', () => {
    const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${hostile.map(sh).join(' ')}`], { encoding: 'utf8' });
    expect(printed.split('\0').slice(0, -1)).toEqual(hostile);
    expect(sh('plain-word')).toBe('plain-word');
  });

  test('hcl evaluates nothing', () => {
    expect(hcl('a "${x}" %{ if y } \\')).toBe('"a \\"$${x}\\" %%{ if y } \\\\"');
  });

  test('md, docker and html leave nothing that means something', () => {
    expect(md('a | <b> [x](y) `c`')).toBe('a \\| &lt;b\\> \\[x\\](y) \\`c\\`');
    expect(docker('"$HOME" \\')).toBe('\\"\\$HOME\\" \\\\');
    expect(html(`<a b="c">'&`)).toBe('&#60;a b=&#34;c&#34;&#62;&#39;&#38;');
  });
});

describe('sentences', () => {
  test.each(['\u001b[31mred', 'a\u0000b', 'a\ud800b', 'a\u2028b', 'a\u202eb', 'a\u2066b', ' ', '\u00a0', ''])(
    '%j could change how a file is read or shown',
    (text) => {
      expect(fits('sentence', text)).toBe(false);
    },
  );

  test.each(['x', ' x ', 'Größe 👩‍💻 in 日本語', 'x'.repeat(200), `it's "$(q)" <%- y %> {{ z }} \\`])(
    '%j is one',
    (text) => {
      expect(fits('sentence', text)).toBe(true);
    },
  );
});

describe('names', () => {
  test('kebab and camel are inverse for every option, and reserved ids are free', () => {
    for (const id of Object.keys(options)) expect(camel(kebab(id))).toBe(id);
    expect(reserved.filter((id) => id in options)).toEqual([]);
  });

  test('nearest finds slips, not strangers', () => {
    expect(nearest('qdrnat', ['qdrant', 'pgvector'])).toBe('qdrant');
    expect(nearest('mongodb', ['qdrant', 'pgvector'])).toBeUndefined();
    expect(nearest('x'.repeat(100_000), ['qdrant'])).toBeUndefined();
  });

  test('a name is shortened to what fits, and two long names stay two', () => {
    const long = 'a'.repeat(25) + '-service-one';
    expect(shortened('my-rag', 29)).toBe('my-rag');
    expect(shortened(long, 29)).toHaveLength(29);
    expect(shortened(long, 29)).toBe(shortened(long, 29));
    expect(shortened(long, 29)).not.toBe(shortened('a'.repeat(25) + '-service-two', 29));
    expect(fits('slug', shortened('abcdefghijklmnopqrst-x-and-some-more', 29))).toBe(true);
  });

  test.each([
    ['My App', 'my-app'],
    ['Ünïcode_Näme', 'unicode-name'],
    ['2024-report', 'report'],
    ['--a--b--', 'a-b'],
    ['日本', undefined],
    ['x'.repeat(60), 'x'.repeat(40)],
  ])('a folder called %j gives the name %j', (folder, slug) => {
    expect(slugify(folder)).toBe(slug);
    if (slug !== undefined) expect(fits('slug', slug)).toBe(true);
  });
});

test('the time budget of the default answers is the one in the documentation', () => {
  expect(budgetOf(75, 20)).toEqual({
    maxStream: 75,
    drain: 20,
    graceful: 80,
    grace: 105,
    proxyTimeout: 80,
    idle: 90,
    keepAlive: 105,
    heartbeat: 15,
  });
});
