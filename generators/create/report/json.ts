import type { Finding } from '../finding.ts';
import type { Out } from '../io.ts';
import type { Outcome } from '../outcome.ts';

/** The one document that `--json` prints. */
export const print = (stdout: Out, document: unknown): void => {
  stdout.write(`${JSON.stringify(document, bigints, 2)}\n`);
};

/** YAML knows whole numbers that JSON does not. */
const bigints = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** The outcome for a program. Keys are always there, so that nobody has to ask. */
export const document = (outcome: Outcome): object => ({
  tool: 'create-ai-deploy',
  version: outcome.version,
  command: outcome.command,
  exit: outcome.exit,
  dryRun: outcome.dryRun,
  directory: outcome.directory ?? null,
  answers: answers(outcome),
  worlds: Object.fromEntries(
    outcome.worlds.map(({ name, ports }) => [
      name,
      Object.fromEntries(Object.entries(ports).map(([port, { by }]) => [port, by])),
    ]),
  ),
  files: outcome.files,
  problems: outcome.problems.map(problem),
  notes: outcome.notes,
  next: outcome.next,
  commandLine: outcome.line ?? null,
});

const answers = ({ answers: given, source = {} }: Outcome): object =>
  Object.fromEntries(
    Object.entries(given ?? {}).map(([id, value]) => [id, { value, source: source[id] ?? 'default' }]),
  );

export const problem = ({ option, path, got, because, fix, answers: mended }: Finding): object => ({
  ...(option === undefined ? {} : { option }),
  ...(path === undefined ? {} : { path }),
  ...(got === undefined ? {} : { got }),
  because,
  fix: fix ?? null,
  answers: mended ?? null,
});
