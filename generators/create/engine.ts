/**
 * `create-ai-deploy/engine`: the core's public API, this version's catalogue, and the two steps that both faces share.
 * Nothing here reads the process.
 */
export * from '../../core/api.ts';
export { openStock } from './catalogue.ts';
export type { Stock } from './stock.ts';
export { create } from './create.ts';
export type { Ask } from './answer.ts';
export type { Outcome, Reported } from './outcome.ts';
export type { Finding } from './finding.ts';
export { exits, type Ended, type Exit, type Io, type Out } from './io.ts';
export { parse, type Request } from './args.ts';
export { document } from './report/json.ts';
export { tell } from './report/text.ts';
export { nodeIo } from './node.ts';
