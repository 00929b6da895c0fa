import type { Catalog } from '../../core/catalog.ts';
import { deadEnds } from '../../core/fix.ts';
import { questions, type Question, type Said } from '../../core/derive/prompts.ts';
import type { Answers } from '../../core/options.ts';
import { resolve, type Resolved } from '../../core/resolve.ts';
import type { Request } from './args.ts';
import { asFlag, fromProblem, type Finding } from './finding.ts';
import { exits, type Io } from './io.ts';
import type { Sources } from './sources.ts';

/** Asks a person; throws what `isGivenUp` knows on Ctrl-C. */
export type Ask = (questions: readonly Question[]) => Promise<Said>;

export type Answered =
  | { readonly ok: true; readonly answers: Answers; readonly source: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** Nothing is ever asked of a script: no terminal, CI, `--yes` or `--json`. */
export const mayAsk = ({ on, file }: Request, io: Io): boolean =>
  // The streams last: opening them takes time.
  !on.has('yes') &&
  !on.has('json') &&
  file !== '-' &&
  ['', '0', 'false', undefined].includes(io.env.CI) &&
  io.stdin.isTTY === true &&
  io.stdout.isTTY === true;

/** Sources → complete answers. What is wrong is found before the first question, or all at once when nothing is asked. */
export async function answer(request: Request, sources: Sources, catalog: Catalog, ask?: Ask): Promise<Answered> {
  const wrong = [...request.findings, ...sources.findings];
  const all = [...sources.above, ...sources.below];
  const open = request.on.has('yes') ? [] : questions(sources.above, sources.below, catalog);
  if (!ask) return judged(resolve(all, catalog), [...wrong, ...missing(open)]);
  const dead = deadEnds(
    all,
    open.map(({ name }) => name),
    catalog,
  );
  const resolved = resolve(all, catalog);
  const hopeless = (resolved.ok ? [] : resolved.problems).filter((problem) =>
    dead.some(({ option, because }) => option === problem.option && because === problem.because),
  );
  if (wrong.length + hopeless.length > 0) return { ok: false, findings: [...wrong, ...hopeless.map(fromProblem)] };
  const said = await ask(open);
  return judged(resolve([...sources.above, { name: 'prompts', answers: said }, ...sources.below], catalog), []);
}

function judged(resolved: Resolved, wrong: readonly Finding[]): Answered {
  if (resolved.ok && wrong.length === 0) return resolved;
  return { ok: false, findings: [...wrong, ...(resolved.ok ? [] : resolved.problems.map(fromProblem))] };
}

/** What would be asked, had there been somebody to ask. */
const missing = (open: readonly Question[]): Finding[] =>
  open
    .filter((question) => question.when({}))
    .map(({ name, message, default: usual }) => ({
      option: name,
      because: `not answered: ${message}`,
      fix: `use ${asFlag(name, usual({}))}, or take all defaults with --yes`,
      answers: { [name]: usual({}) },
      exit: exits.usage,
    }));
