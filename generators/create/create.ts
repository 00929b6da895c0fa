import { resolve } from 'node:path';
import type { Answers } from '../../core/options.ts';
import { plan } from '../../core/plan.ts';
import { render } from '../../core/render.ts';
import type { World } from '../../core/worlds.ts';
import { planCreation } from '../../repo/create.ts';
import { outputs, type Output } from '../../repo/state.ts';
import { look } from '../../repo/target.ts';
import { answer, type Ask } from './answer.ts';
import type { Request } from './args.ts';
import { working } from './command-line.ts';
import { fromEdge, type Finding } from './finding.ts';
import type { Io } from './io.ts';
import { describe, refused, type Outcome } from './outcome.ts';
import { progress } from './progress.ts';
import { gather, type Sources } from './sources.ts';
import type { Stock } from './stock.ts';
import { heal, put } from './write.ts';

/** Complete answers and where they came from; nothing has been rendered or written. */
export interface Prepared {
  readonly request: Request;
  readonly sources: Sources;
  readonly answers: Answers;
  readonly source: Readonly<Record<string, string>>;
}

type Head = Pick<Outcome, 'command' | 'version' | 'dryRun'>;

/**
 * A new repository, or the plan of one:
 *
 *     gather ── Sources ─► answer ── Answers ─► make ── outputs ─► planCreation ── Creation ─► put
 *     └────────────── prepare ─────────────┘ └──────────────────── finish ─────────────────────┘
 */
export async function create(request: Request, io: Io, stock: Stock, ask?: Ask): Promise<Outcome> {
  const prepared = await prepare(request, io, stock, ask);
  return 'problems' in prepared ? prepared : finish(prepared, io, stock);
}

/** Command line → complete answers, or everything that is wrong. May ask. */
export async function prepare(request: Request, io: Io, stock: Stock, ask?: Ask): Promise<Prepared | Outcome> {
  const sources = await gather(request, io);
  const answered = await answer(request, sources, stock.catalog, ask);
  if (answered.ok) return { request, sources, answers: answered.answers, source: answered.source };
  const line = working(request, sources, answered.findings, stock.version, stock.catalog);
  return refused({ ...headOf(request, stock), line }, [...answered.findings, ...inTheWay(request, io)]);
}

/** Answers → a repository on disk, or its plan. */
export async function finish({ request, sources, answers, source }: Prepared, io: Io, stock: Stock): Promise<Outcome> {
  const head = headOf(request, stock);
  const folder = request.operand ?? answers.name;
  const directory = resolve(io.cwd, folder);
  const steps = progress(io);
  try {
    steps.step('Rendering');
    const { worlds, files } = make(answers, stock);
    const notes = [...otherVersion(sources.wanted, stock.version), ...(head.dryRun ? [] : heal(io, directory))];
    const about = { ...head, folder, directory, answers, source, worlds, notes };
    const creation = planCreation(io.fs, directory, files);
    if (!creation.ok) return refused(about, [fromEdge(creation.problem)]);
    const outcome = describe(about, creation.value, stock.catalog, io.cwd);
    return head.dryRun ? outcome : await put(creation.value, outcome, request, io, steps);
  } finally {
    steps.end();
  }
}

function headOf({ command, on }: Request, { version }: Stock): Head {
  const dryRun = command === 'plan' || on.has('dry-run');
  return { command: dryRun ? 'plan' : 'create', version, dryRun };
}

/** Answers → everything that stands in the repository, and who runs what in its worlds. */
export function make(
  answers: Answers,
  stock: Stock,
): { readonly worlds: readonly World[]; readonly files: ReadonlyMap<string, Output> } {
  const { catalog, version } = stock;
  const planned = plan(answers, { catalog, lock: stock.lock(), version });
  const bodies = stock.bodies([...new Set(planned.todo.map(({ owner }) => owner))]);
  return { worlds: planned.worlds, files: outputs({ tree: render(planned, bodies), answers, version }) };
}

/** What is wrong with the folder, told together with what is wrong with the answers. */
function inTheWay({ operand, findings }: Request, io: Io): Finding[] {
  if (operand === undefined || findings.some(({ option }) => option === 'dir')) return [];
  const target = look(io.fs, resolve(io.cwd, operand));
  return 'problem' in target ? [fromEdge(target.problem)] : [];
}

const otherVersion = (wanted: string | undefined, version: string): string[] =>
  wanted === undefined || wanted === version
    ? []
    : [`The answers file is from version ${wanted}; these templates are ${version}.`];
