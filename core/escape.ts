/** How a value is written into each language, so that no answer can break a file. */

/** YAML and JSON scalars, TOML basic strings. U+2028/9 are legal JSON but line breaks to YAML; DEL is illegal in TOML. */
export const json = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u2028\u2029\u007f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A Python string literal, in the quotes that need fewer escapes, as `ruff format` prefers them. */
export function py(value: string): string {
  const body = json(value).slice(1, -1);
  const count = (quote: string): number => value.split(quote).length;
  return count('"') > count("'") ? `'${body.replaceAll('\\"', '"').replaceAll("'", "\\'")}'` : `"${body}"`;
}

/** One word of a POSIX shell. */
export const sh = (value: string): string =>
  /^[A-Za-z0-9_./:=@%+,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;

/** Text of Markdown: nothing in it becomes markup, a link or a table cell's end. */
export const md = (value: string): string =>
  value.replace(/[\\`*_{}[\]<>#|!~&$]/g, (c) => (c === '<' ? '&lt;' : `\\${c}`));

/** Inside the double quotes of a Dockerfile's LABEL or ENV, where `$` expands. */
export const docker = (value: string): string => value.replace(/["\\$]/g, (c) => `\\${c}`);

/** Text of HTML. */
export const html = (value: string): string => value.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** A string of HCL, quotes included, in which nothing is evaluated. */
export const hcl = (value: string): string => json(value).replace(/([$%])\{/g, '$1$1{');
