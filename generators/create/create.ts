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
import { gather } from './sources.ts';
import type { Stock } from './stock.ts';
import { heal, put } from './write.ts';

/**
 * A new repository, or the plan of one:
 *
 *     gather ── Sources ─► answer ── Answers ─► make ── outputs ─► planCreation ── Creation ─► put
 */
export async function create(request: Request, io: Io, stock: Stock, ask?: Ask): Promise<Outcome> {
  const dryRun = request.command === 'plan' || request.on.has('dry-run');
  const head = { command: dryRun ? 'plan' : 'create', version: stock.version, dryRun } as const;
  const sources = await gather(request, io);
  const answered = await answer(request, sources, stock.catalog, ask);
  if (!answered.ok) {
    const line = working(request, sources, answered.findings, stock.version, stock.catalog);
    return refused({ ...head, line }, [...answered.findings, ...inTheWay(request, io)]);
  }
  const { answers, source } = answered;
  const folder = request.operand ?? answers.name;
  const directory = resolve(io.cwd, folder);
  const steps = progress(io);
  try {
    steps.step('Rendering');
    const { worlds, files } = make(answers, stock);
    const notes = [...otherVersion(sources.wanted, stock.version), ...(dryRun ? [] : heal(io, directory))];
    const about = { ...head, folder, directory, answers, source, worlds, notes };
    const creation = planCreation(io.fs, directory, files);
    if (!creation.ok) return refused(about, [fromEdge(creation.problem)]);
    const outcome = describe(about, creation.value, sources, stock.catalog, io.cwd);
    return dryRun ? outcome : await put(creation.value, outcome, request, io, steps);
  } finally {
    steps.end();
  }
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
