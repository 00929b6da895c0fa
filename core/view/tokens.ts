import type { Entry } from '../catalog.ts';
import type { Block, PerEnv, Scalar } from '../feature.ts';
import { deployed, type Deployed } from '../option.ts';
import type { Answers } from '../options.ts';
import { tokenOf } from '../package/token.ts';
import type { World } from '../worlds.ts';
import { budgetIn, fixedValue } from './settings.ts';

/** A value of the manifests in each deployed environment, with nothing left to look up. */
export interface Known {
  readonly type: PerEnv['type'];
  readonly in: Readonly<Record<Deployed, Scalar | Block>>;
}

/** Everything that a token in a manifest may stand for. */
export interface Tokens {
  readonly perEnv: Readonly<Record<string, Known>>;
  /** What only the cloud knows → an example of it: `exampleOf`. */
  readonly handed: Readonly<Record<string, string>>;
}

/** An example of what the cloud hands over in an environment; `{env}` in it is the environment's name. */
export const exampleOf = ({ handed }: Tokens, key: string, env: Deployed): string =>
  (handed[key] ?? '').replaceAll('{env}', env);

/** Host name of the service in an environment. */
export const hostIn = (env: Deployed, domain: string): string => (env === 'production' ? domain : `${env}.${domain}`);

/** The values that chosen features declare, and those that every repository has: `environment` and `host`. */
export function tokensOf(features: readonly Entry[], answers: Answers, worlds: readonly World[]): Tokens {
  const perEnv: Record<string, Known> = {
    environment: known('str', (env) => env),
    host: known('str', (env) => hostIn(env, answers.domain ?? '')),
  };
  for (const [name, value] of features.flatMap(({ gives }) => Object.entries(gives?.perEnv ?? {}))) {
    if (name in perEnv) throw new Error(`the value at.${name} is declared twice`);
    perEnv[name] = known(value.type, (env) => lookedUp(value[env], env, answers, worlds));
  }
  return { perEnv, handed: Object.assign({}, ...features.map(({ gives }) => gives?.handed ?? {})) as Tokens['handed'] };
}

/** What templates write in place of the values: `at` and `cloud` of the view. */
export const written = (tokens: Tokens): { at: Record<string, string>; cloud: Record<string, string> } => ({
  at: Object.fromEntries(Object.keys(tokens.perEnv).map((name) => [name, tokenOf('at', name)])),
  cloud: Object.fromEntries(Object.keys(tokens.handed).map((name) => [name, tokenOf('cloud', name)])),
});

const known = (type: PerEnv['type'], value: (env: Deployed) => Scalar | Block): Known => ({
  type,
  in: Object.fromEntries(deployed.map((env) => [env, value(env)])) as Known['in'],
});

function lookedUp(value: PerEnv[Deployed], env: Deployed, answers: Answers, worlds: readonly World[]): Scalar | Block {
  if (typeof value !== 'object' || Array.isArray(value) || !('from' in value)) return value as Scalar | Block;
  const { from } = value as { from: string };
  const [head, key] = from.split('.');
  // A question that was not asked: no manifest is rendered that needs the answer.
  if (head === 'answer' && answers[key as keyof Answers] === null) return '';
  const world = worlds.find(({ name }) => name === env);
  const found = fixedValue(from, answers, world && budgetIn(world, answers));
  if (found === undefined) throw new Error(`a value of the manifests is taken from ${from}, which nobody gives`);
  return found;
}
