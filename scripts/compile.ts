import ejs from 'ejs';

/** Names that are known in every template: JavaScript's own, and what the compiled function brings along. */
const globals = ['String', 'Number'];

/**
 * The source of a function `(view, print) => string` for a template. EJS runs here, at build time, and never in the
 * published tool. `<%-` (raw) goes through `print` like `<%=`, because EJS would swallow undefined and null.
 */
export function compile(text: string, from: string): string {
  const names = identifiers(text);
  const options = {
    filename: from,
    localsName: 'view',
    _with: false,
    strict: true,
    compileDebug: false,
    destructuredLocals: names,
  };
  const template = new ejs.Template(text.replaceAll('<%-', '<%='), options) as unknown as Compiled;
  try {
    template.compile();
  } catch (error) {
    throw new Error(`${from}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  return `(view, escapeFn) => { "use strict";\n${template.source}\n}`;
}

interface Compiled {
  compile(): unknown;
  readonly source: string;
}

const words = /(?<![.\w$'"])[A-Za-z_$][\w$]*/g;
const keywords = new Set(['for', 'const', 'of', 'if', 'else', 'true', 'false', 'null', 'typeof', 'new', 'in', 'let']);

/** Free names of the tags: what the template reads from the view. Loop variables are its own. */
function identifiers(text: string): string[] {
  const tags = [...text.matchAll(/<%[-=_]?([\s\S]*?)[-_]?%>/g)].map((match) => match[1] ?? '');
  const code = tags.join('\n').replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
  const own = new Set([...code.matchAll(/const\s+(?:(\w+)|[[{]([^\]}]*)[\]}])/g)].flatMap(named));
  const arrows = [...code.matchAll(/\(?(\w+)\)?\s*=>/g)].map((match) => match[1] ?? '');
  arrows.forEach((name) => own.add(name));
  const used = [...code.matchAll(words)].map((match) => match[0]);
  return [...new Set(used)].filter((name) => !own.has(name) && !keywords.has(name) && !globals.includes(name));
}

const named = (match: RegExpMatchArray): string[] =>
  match[1] === undefined ? (match[2] ?? '').split(',').map((name) => name.split(':').pop()?.trim() ?? '') : [match[1]];
