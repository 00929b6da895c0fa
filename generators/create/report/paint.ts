import type { Io, Out } from '../io.ts';

const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], cyan: [36, 39] } as const;

export type Paint = Readonly<Record<keyof typeof codes, (text: string) => string>>;

/** Colours for a terminal; none elsewhere. FORCE_COLOR outranks NO_COLOR, as in Node itself. */
export function paint(out: Out, env: Io['env']): Paint {
  const forced = env.FORCE_COLOR;
  const plain = Boolean(env.NO_COLOR) || env.TERM === 'dumb' || out.isTTY !== true;
  const on = forced === undefined ? !plain : forced !== '0' && forced !== 'false';
  const dye =
    ([start, end]: readonly [number, number]) =>
    (text: string) =>
      on && text !== '' ? `\u001b[${start}m${text}\u001b[${end}m` : text;
  return Object.fromEntries(Object.entries(codes).map(([name, pair]) => [name, dye(pair)])) as Paint;
}

/** A text that cannot move the cursor, change colours or turn the direction of writing. */
export const visible = (text: string): string => (/^[ -~\n]*$/.test(text) ? text : shown(text));

const shown = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (char) =>
    char === '\n' ? char : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );

/** What somebody typed, shortened and harmless. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return visible(short.replaceAll('\n', '\\n'));
}

/** Rows of cells in columns that are as wide as they must be; the last one is not filled up. */
export function columns(rows: readonly (readonly string[])[], gap = 2): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + gap)))
      .join('')
      .trimEnd(),
  );
}
