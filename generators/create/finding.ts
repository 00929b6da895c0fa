import type { Problem } from '../../core/attempt.ts';
import { sh } from '../../core/escape.ts';
import { kebab } from '../../core/names.ts';
import { spell } from '../../core/values.ts';
import type { RepoProblem } from '../../repo/problem.ts';
import { exits, type Exit } from './io.ts';

/** Why a command cannot do what it was asked to: what, where, why, and what to type instead. */
export interface Finding {
  /** An option id or a flag … */
  readonly option?: string;
  /** … or a file or folder. */
  readonly path?: string;
  readonly got?: unknown;
  readonly because: string;
  /** For a person. */
  readonly fix?: string;
  /** The same for a program: answers that would mend it. */
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly exit: Exit;
}

/** An answer as it is typed: `--vector-db qdrant`. A value that looks like a flag is tied to its own. */
export function asFlag(id: string, value: unknown): string {
  const text = spell(value);
  return `--${kebab(id)}${text.startsWith('-') ? '=' : ' '}${sh(text)}`;
}

/** What to type for an answer; null is the answer to a question that is not asked. */
const typed = (id: string, value: unknown): string =>
  value === null ? `leave --${kebab(id)} out` : `use ${asFlag(id, value)}`;

/** A refusal of the core. */
export function fromProblem({ option, got, because, fix }: Problem): Finding {
  const says = fix && Object.entries(fix).map(([id, value]) => typed(id, value));
  return {
    option,
    ...(got === undefined ? {} : { got }),
    because,
    ...(says ? { fix: says.join(', '), answers: fix } : {}),
    exit: exits.usage,
  };
}

/** A refusal of the edge. */
export const fromEdge = ({ code, path, because, fix }: RepoProblem): Finding => ({
  ...(path === undefined ? {} : { path }),
  because,
  fix,
  exit: code === 'damaged' ? exits.damaged : code === 'failed' ? exits.internal : exits.blocked,
});

/** The code of a command with these findings; wrong usage first, because it is mended first. */
export function exitOf(findings: readonly Finding[]): Exit {
  const codes = findings.map(({ exit }) => exit);
  return codes.includes(exits.usage) ? exits.usage : (codes[0] ?? exits.ok);
}
