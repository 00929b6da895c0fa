import { parseAllDocuments } from 'yaml';
import { docsIn } from '../core/package/document.ts';
import { valuesIn } from '../core/package/patch.ts';
import { filled, type Token } from '../core/package/token.ts';
import type { Deployed } from '../core/option.ts';
import type { Plan } from '../core/plan.ts';
import type { Tree } from '../core/tree.ts';
import { exampleOf } from '../core/view/tokens.ts';

/** An object of a cluster, as much of it as every kind has. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/**
 * The objects of one root in one environment, by the shortest way: the templates with the environment's values in them.
 * `test/tools/kustomize.test.ts` proves that the overlays make the same.
 */
export function objectsIn(filledTree: Tree, plan: Plan, env: Deployed, root = 'deploy/k8s/'): Manifest[] {
  const known = valuesIn(env, plan.tokens);
  const value = (token: Token): ReturnType<typeof known> =>
    token.kind === 'cloud' ? exampleOf(plan.tokens, token.name, env) : known(token);
  const read = (folder: RegExp): Manifest[] =>
    [...filledTree]
      .filter(
        ([path, file]) => path.startsWith(root) && folder.test(path.slice(root.length)) && file.envs.includes(env),
      )
      .flatMap(([, file]) => docsIn(new TextDecoder().decode(file.bytes)))
      .flatMap(({ lines }) => parseAllDocuments(lines.map((line) => filled(line, value)).join('\n')))
      .map((document) => document.toJS() as Manifest);
  const patches = read(new RegExp(`^overlays/${env}/[^/]+\\.yaml$`));
  return read(/^(?!overlays\/)[a-z0-9-]+\/[^/]+\.yaml$/).map((object) =>
    patches.filter((patch) => keyOf(patch) === keyOf(object)).reduce(merged, object),
  );
}

const keyOf = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`;

/** A patch of maps and scalars, which is all that a template writes into an overlay. */
function merged<T>(object: T, patch: T): T {
  if (typeof object !== 'object' || typeof patch !== 'object' || object === null || patch === null) return patch;
  const result = { ...object } as Record<string, unknown>;
  for (const [key, value] of Object.entries(patch)) result[key] = key in result ? merged(result[key], value) : value;
  return result as T;
}
