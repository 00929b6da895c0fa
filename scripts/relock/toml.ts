/** The tables of a uv.lock, in order; a table that is repeated (`[[package]]`) comes once each time. */
export interface Table {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Reads the TOML that uv itself writes, which is far less than TOML: a value is JSON but for `key = ` and last commas. */
export function tablesOf(text: string): Table[] {
  const sections = `[]\n${text}`.split(/^(?=\[)/m);
  return sections.map((section) => {
    const [title = '', ...body] = section.split('\n');
    const entries = body
      .join('\n')
      .split(/\n(?=[\w"-])/)
      .filter((entry) => entry.trim() !== '');
    return { name: title.replace(/[[\]]/g, ''), values: Object.fromEntries(entries.map(entryOf)) };
  });
}

function entryOf(entry: string): [key: string, value: unknown] {
  const [, key, value] = /^\s*([\w-]+) = ([\s\S]*)$/.exec(entry) ?? [];
  try {
    return [key ?? '', JSON.parse(jsonOf(value ?? ''))];
  } catch (cause) {
    throw new Error(`uv.lock says what relock cannot read: ${entry.slice(0, 200)}`, { cause });
  }
}

const parts = /("(?:[^"\\]|\\.)*")|([\w-]+) = |,(?=\s*[\]}])/g;

const jsonOf = (value: string): string =>
  value.replace(parts, (_, text: string | undefined, key: string | undefined) => text ?? (key ? `"${key}": ` : ''));
