import { flags } from '../../core/derive/flags.ts';
import { schema } from '../../core/derive/schema.ts';
import { problemOf } from '../../repo/problem.ts';
import { mayAsk, type Ask } from './answer.ts';
import { parse, type Request } from './args.ts';
import { help } from './commands/help.ts';
import { optionsData, optionsText } from './commands/options.ts';
import { why, whyText } from './commands/why.ts';
import { create } from './create.ts';
import { exitOf, fromEdge, type Finding } from './finding.ts';
import { isGivenUp } from './interrupt.ts';
import { exits, type Exit, type Io } from './io.ts';
import { document, print, problem } from './report/json.ts';
import { paint, visible } from './report/paint.ts';
import { refusal, tell } from './report/text.ts';
import type { Stock } from './stock.ts';

/** One run of the command line, from words to an exit code. What only some runs need is loaded by those: prompts, YAML, git. */
export async function run(io: Io, stock: Stock): Promise<Exit> {
  const request = parse(io.argv, flags(stock.catalog));
  try {
    return await dispatch(request, io, stock);
  } catch (error) {
    return failed(error, request, io, stock.version);
  }
}

function dispatch(request: Request, io: Io, stock: Stock): Exit | Promise<Exit> {
  if (request.on.has('help')) return helped(request, io, stock);
  if (request.on.has('version')) return answerWith({ version: stock.version }, stock.version, request, io);
  if (request.command === 'create' || request.command === 'plan') return created(request, io, stock);
  if (request.findings.length > 0) return refuse(request.findings, request, io, stock.version);
  if (request.command === 'schema') return answerWith(schema(stock.catalog), undefined, request, io);
  if (request.command === 'options') return listed(request, io, stock);
  return explained(request, io, stock);
}

async function created(request: Request, io: Io, stock: Stock): Promise<Exit> {
  const outcome = await create(request, io, stock, mayAsk(request, io) ? asking(io) : undefined);
  if (request.on.has('json')) print(io.stdout, document(outcome));
  else tell(outcome, io);
  return outcome.exit;
}

/** Prompts are a chunk of their own: most runs ask nothing. */
const asking =
  (io: Io): Ask =>
  async (questions) =>
    (await import('./dialogue.ts')).ask(questions, io);

function helped(request: Request, io: Io, stock: Stock): Exit {
  const dye = paint(request.on.has('json') ? { write: () => true } : io.stdout, io.env);
  const text = help(stock.catalog, stock.version, dye);
  return answerWith({ help: text }, text.trimEnd(), request, io);
}

function listed(request: Request, io: Io, stock: Stock): Exit {
  return answerWith(
    optionsData(stock.catalog),
    optionsText(stock.catalog, paint(io.stdout, io.env)).trimEnd(),
    request,
    io,
  );
}

function explained(request: Request, io: Io, stock: Stock): Exit {
  const reason = why(request.operand ?? '', io, stock.catalog);
  if ('exit' in reason) return refuse([reason], request, io, stock.version);
  return answerWith(reason, whyText(reason), request, io);
}

/** Prints data, or for a person the text that stands for it. */
function answerWith(data: object, text: string | undefined, { on }: Request, { stdout }: Io): Exit {
  if (on.has('json') || text === undefined) print(stdout, data);
  else stdout.write(`${text}\n`);
  return exits.ok;
}

function refuse(findings: readonly Finding[], { on }: Request, { stdout, stderr, env }: Io, version: string): Exit {
  const exit = exitOf(findings);
  if (on.has('json')) print(stdout, { tool: 'create-ai-deploy', version, exit, problems: findings.map(problem) });
  else stderr.write(refusal({ problems: findings, notes: [], exit }, paint(stderr, env)));
  return exit;
}

/** Ctrl-C at a prompt, an error of the system, or a mistake of ours, whose trace is only for those who want it. */
function failed(error: unknown, request: Request, io: Io, version: string): Exit {
  const finding = ofTheSystem(error);
  if (finding) return refuse([finding], request, io, version);
  const exit = isGivenUp(error) ? exits.interrupted : exits.internal;
  const because = isGivenUp(error) ? 'Interrupted; nothing was written.' : `Internal error: ${String(error)}`;
  if (request.on.has('json')) print(io.stdout, { tool: 'create-ai-deploy', version, exit, problems: [{ because }] });
  io.stderr.write(`${visible(because)}\n`);
  if (exit === exits.internal) {
    const trace = io.env.AI_DEPLOY_DEBUG === '1' && error instanceof Error ? error.stack : undefined;
    io.stderr.write(`${trace ?? 'AI_DEPLOY_DEBUG=1 shows where it happened.'}\n`);
  }
  return exit;
}

/** A full disk or a missing permission, wherever it was met. */
function ofTheSystem(error: unknown): Finding | undefined {
  try {
    return fromEdge(problemOf(error));
  } catch {
    return undefined;
  }
}
