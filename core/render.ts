import { docker, hcl, html, json, md, py, sh } from './escape.ts';
import type { Env } from './option.ts';
import { pack } from './package/package.ts';
import type { Plan, Todo } from './plan.ts';
import { strict } from './strict.ts';
import { put, type File, type Tree } from './tree.ts';

/** A template compiled at build time: the view in, text out. `print` turns each interpolated value into text. */
export type Template = (view: object, print: (value: unknown) => string) => string;

/** By `from`: the content of a file without suffix, or the function of one with `.ejs`. */
export type Bodies = ReadonlyMap<string, string | Uint8Array | Template>;

/** The plan → a map of files: templates filled, manifests packaged. */
export const render = (plan: Plan, bodies: Bodies): Tree => pack(fillAll(plan, bodies), plan);

/** Every template of the plan filled. One that fails, prints nothing where a value is due, or is absent fails the run. */
export function fillAll(plan: Plan, bodies: Bodies): Tree {
  const tree = new Map<string, File>();
  const encoder = new TextEncoder();
  const view = strict('view', { ...plan.view, ...escapes });
  for (const todo of plan.todo)
    for (const { path, scope, envs } of copies(todo)) {
      const body = bodyOf(todo, bodies);
      const text = typeof body === 'function' ? fill(todo, body, within(view, { envs, ...scope })) : body;
      const bytes = typeof text === 'string' ? encoder.encode(text) : text;
      const { mode, id, owner, from, kind } = todo;
      put(tree, path, { bytes, mode, id, owner, envs, from, kind });
    }
  return tree;
}

const escapes = { json, py, sh, md, docker, html, hcl };

/** The view with what is special to one file in front of it. */
const within = (view: object, scope: object): object => Object.assign(Object.create(view) as object, scope);

/** A path with `{env}` is rendered once for each world it is for; others once. */
function copies(todo: Todo): { path: string; scope: { env?: Env }; envs: readonly Env[] }[] {
  if (!todo.path.includes('{env}')) return [{ path: todo.path, scope: {}, envs: todo.envs }];
  return todo.envs.map((env) => ({ path: todo.path.replace('{env}', env), scope: { env }, envs: [env] }));
}

function bodyOf({ from }: Todo, bodies: Bodies): string | Uint8Array | Template {
  const body = bodies.get(from);
  if (body === undefined) throw new Error(`${from} was planned but not loaded`);
  return body;
}

function fill({ from }: Todo, template: Template, view: object): string {
  try {
    return template(view, print);
  } catch (error) {
    throw new Error(`${from}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** EJS prints nothing for undefined and null; a deployment file with a hole in it is worse than no file. */
function print(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new Error(`prints ${value === null ? 'null' : typeof value}; only text and numbers can be printed`);
}
