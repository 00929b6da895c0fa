/** Commands of this version, with what they take and a line of help each. */
export const commands = {
  create: { takes: '[dir]', says: 'a new repository (the word may be left out)' },
  plan: { takes: '[dir]', says: 'what that would write, without writing it; the same as --dry-run' },
  why: { takes: 'PATH', says: 'which feature, template and answers produced a file' },
  options: { takes: '', says: 'every option with its choices, and what cannot be combined' },
  schema: { takes: '', says: 'JSON Schema of an answers file' },
} as const;

export type Command = keyof typeof commands;

/** Words that later versions will give a meaning; they are no folder names today, so that nobody gets used to it. */
export const later: readonly string[] = [
  ...['upgrade', 'add', 'check', 'diff', 'resolve', 'undo', 'adopt', 'state', 'remove', 'eject'],
];

/** Flags beside the options. Those with `takes` are followed by a value. */
export const switches = {
  yes: { short: 'y', says: 'take the default of whatever is not answered, and ask nothing' },
  answers: { takes: 'FILE', says: 'read answers from a YAML or JSON file; - reads them from standard input' },
  set: { takes: 'id=value', says: 'one answer by its id, as in the answers file; may be repeated' },
  'dry-run': { says: 'write nothing, show what would be written' },
  json: { says: 'print one JSON document and nothing else; ask nothing' },
  'no-git': { says: 'do not make a git repository' },
  help: { short: 'h', says: 'this text' },
  version: { short: 'v', says: 'the version' },
} as const satisfies Record<string, { short?: string; takes?: string; says: string }>;

export type Switch = keyof typeof switches;
