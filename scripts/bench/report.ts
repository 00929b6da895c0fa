/** One table of docs/benchmarks.md with the sentences above it. */
export interface Section {
  readonly title: string;
  readonly says: readonly string[];
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Markdown as prettier leaves it alone. */
export function page(about: readonly string[], sections: readonly Section[]): string {
  return `${[...about, ...sections.flatMap(show)].join('\n\n')}\n`;
}

function show({ title, says, head, rows }: Section): string[] {
  const widths = head.map((cell, i) => Math.max(3, cell.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, i) => (cells[i] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [`## ${title}`, ...says, [line(head), rule, ...rows.map(line)].join('\n')];
}
