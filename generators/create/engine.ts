/**
 * `create-ai-deploy/engine`: the core's public API, this version's catalogue, and the two steps that both faces share.
 * Nothing here reads the process.
 */
export * from '../../core/api.ts';
export { openStock } from './catalogue.ts';
export type { Stock } from './stock.ts';
export { create, finish, prepare, type Prepared } from './create.ts';
export { mayAsk, type Ask } from './answer.ts';
export { asOperand } from './command-line.ts';
export { switches, type Switch } from './words.ts';
export type { Outcome, Reported } from './outcome.ts';
export type { Finding } from './finding.ts';
export { exits, type Ended, type Exit, type Io, type Out } from './io.ts';
export { parse, type Request } from './args.ts';
export { document } from './report/json.ts';
export { refusal, tell } from './report/text.ts';
export { paint } from './report/paint.ts';
export { nearest } from '../../core/names.ts';
export { isGivenUp } from './interrupt.ts';
export { nodeIo } from './node.ts';
