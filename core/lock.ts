import { always, both, either, parse, show, type Marker } from './lock/marker.ts';

/**
 * A requirement on a package of the lock, as PEP 508 text: `psycopg[binary,pool]` or
 * `numpy==2.4.6 ; python_full_version < '3.12'`. The version is there only where the lock holds several.
 */
export type Edge = string;

/** `templates/lock.json`: one resolution of every feature together. It names no host. `npm run relock` writes it. */
export interface Lock {
  /** Range of Python versions it is good for. */
  readonly requires: string;
  /** The index as it was then; resolving again as of this moment gives the same bytes. */
  readonly asOf: string;
  /** Root → the ranges it was made from. A root is `<slot>/<feature>`, or `<slot>/<feature> dev`. */
  readonly made: Readonly<Record<string, readonly string[]>>;
  readonly roots: Readonly<Record<string, readonly Edge[]>>;
  readonly packages: readonly Package[];
}

export interface Package {
  readonly name: string;
  readonly version: string;
  readonly needs?: readonly Edge[];
  /** Optional dependencies of the package, those that some root can reach. */
  readonly extras?: Readonly<Record<string, readonly Edge[]>>;
  readonly hashes: readonly string[];
}

/** One line of a requirements file. */
export interface Locked {
  readonly name: string;
  readonly version: string;
  /** '' or ` ; <marker>`, ready to follow the version. */
  readonly marker: string;
  readonly hashes: readonly string[];
}

/** A package, or one of its extras. */
interface Node {
  readonly of: Package;
  readonly extra: string;
}

/** What these roots need, sorted by name: reachability over packages and their extras, each path with its markers. */
export function pruneLock(lock: Lock, roots: readonly string[]): Locked[] {
  const read = reader(lock);
  const reached = new Map<Node, Marker>();
  const waiting: Node[] = [];
  const walk = (edges: readonly Edge[], under: Marker): void => {
    for (const { to, marker } of edges.map(read))
      for (const node of to) {
        const before = reached.get(node) ?? [];
        const now = either(before, both(under, marker));
        if (now === before) continue;
        reached.set(node, now);
        waiting.push(node);
      }
  };
  for (const root of roots) walk(edgesOf(lock, root), always);
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    const edges = node.extra === '' ? node.of.needs : node.of.extras?.[node.extra];
    walk(edges ?? [], reached.get(node) ?? []);
  }
  return lines(reached);
}

/** Roots of features → their ranges; features without Python requirements have none. */
export function rangesOf(features: Iterable<Asking>): Record<string, readonly string[]> {
  const roots = [...features].flatMap(({ key, gives }) => [
    [key, [...(gives?.python ?? [])].sort()] as const,
    [`${key} dev`, [...(gives?.pythonDev ?? [])].sort()] as const,
  ]);
  return Object.fromEntries(roots.filter(([, ranges]) => ranges.length > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The part of a feature that the lock is made from. */
interface Asking {
  readonly key: string;
  readonly gives?: { readonly python?: readonly string[]; readonly pythonDev?: readonly string[] };
}

/** Roots whose ranges are not those the lock was made from; a lock without any is up to date. */
export function staleRoots(lock: Lock, ranges: Lock['made']): string[] {
  const roots = [...new Set([...Object.keys(ranges), ...Object.keys(lock.made)])].sort();
  return roots.filter((root) => JSON.stringify(ranges[root]) !== JSON.stringify(lock.made[root]));
}

const again = 'make templates/lock.json anew with `npm run relock`';

function edgesOf(lock: Lock, root: string): readonly Edge[] {
  const edges = Object.hasOwn(lock.roots, root) ? lock.roots[root] : undefined;
  if (edges) return edges;
  throw new Error(`the Python lock has no root '${root}' (it has ${Object.keys(lock.roots).join(', ')}): ${again}`);
}

const form = /^([a-z0-9-]+)(?:\[([a-z0-9,-]+)\])?(?:==(\S+))?(?: ; (.+))?$/;

/** Edge → the nodes it leads to. Each text and each node exists once. */
function reader({ packages }: Lock): (edge: Edge) => { to: readonly Node[]; marker: Marker } {
  const nodes = new Map<string, Node>();
  const nodeOf = (of: Package, extra: string): Node => {
    const id = `${of.name}[${extra}]==${of.version}`;
    const node = nodes.get(id) ?? { of, extra };
    nodes.set(id, node);
    return node;
  };
  const known = new Map<Edge, { to: readonly Node[]; marker: Marker }>();
  const read = (edge: Edge): { to: readonly Node[]; marker: Marker } => {
    const [, name, extras, version, marker = ''] = form.exec(edge) ?? [];
    const found = packages.filter((one) => one.name === name && (version === undefined || one.version === version));
    if (found.length === 0) throw new Error(`the Python lock does not hold '${edge}', which it refers to: ${again}`);
    const wanted = ['', ...(extras?.split(',') ?? [])];
    return { to: found.flatMap((of) => wanted.map((extra) => nodeOf(of, extra))), marker: parse(marker) };
  };
  return (edge) => {
    const result = known.get(edge) ?? read(edge);
    known.set(edge, result);
    return result;
  };
}

function lines(reached: ReadonlyMap<Node, Marker>): Locked[] {
  return [...reached]
    .filter(([{ extra }]) => extra === '')
    .map(([{ of }, marker]) => ({ of, text: show(marker) }))
    .map(({ of: { name, version, hashes }, text }) => ({ name, version, marker: text && ` ; ${text}`, hashes }))
    .sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
}
