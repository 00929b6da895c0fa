import type { Feature } from './feature.ts';
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
  /** Requirement, exactly as a feature.ts has it (`qdrant-client>=1.20,<2`) → where it leads. */
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

/** What these requirements need, sorted by name: reachability over packages and their extras, each path with its markers. */
export const pruneLock = (lock: Lock, roots: readonly string[]): Locked[] => pruner(lock)(roots);

/** The same for several lists of requirements; the lock is read once. */
export function pruner(lock: Lock): (roots: readonly string[]) => Locked[] {
  const read = reader(lock);
  return (roots) => reach(lock, roots, read);
}

function reach(lock: Lock, roots: readonly string[], read: ReturnType<typeof reader>): Locked[] {
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

/** What these features require of Python, at run time or (`pythonDev`) for development too; each once, sorted. */
export const requirementsOf = (
  features: readonly Pick<Feature, 'gives'>[],
  ...lists: readonly ('python' | 'pythonDev')[]
): string[] => [...new Set(features.flatMap(({ gives }) => lists.flatMap((list) => gives?.[list] ?? [])))].sort();

/** Requirements that the lock lacks, and those that nobody has any more; a lock without any is up to date. */
export function staleRoots(lock: Lock, requirements: readonly string[]): string[] {
  const roots = Object.keys(lock.roots);
  const missing = requirements.filter((one) => !roots.includes(one));
  return [...missing, ...roots.filter((root) => !requirements.includes(root))].sort();
}

const again = 'make templates/lock.json anew with `npm run relock`';

function edgesOf(lock: Lock, root: string): readonly Edge[] {
  const edges = Object.hasOwn(lock.roots, root) ? lock.roots[root] : undefined;
  if (edges) return edges;
  throw new Error(`the Python lock was made without the requirement '${root}': ${again}`);
}

const form = /^([a-z0-9-]+)(?:\[([a-z0-9,-]+)\])?(?:==(\S+))?(?: ; (.+))?$/;

/** Edge → the nodes it leads to. Each text and each node exists once. */
function reader({ packages }: Lock): (edge: Edge) => { to: readonly Node[]; marker: Marker } {
  const named = new Map<string, Package[]>();
  for (const one of packages) named.set(one.name, [...(named.get(one.name) ?? []), one]);
  const nodes = new Map<string, Node>();
  const nodeOf = (of: Package, extra: string): Node => {
    const id = `${of.name}[${extra}]==${of.version}`;
    const node = nodes.get(id) ?? { of, extra };
    nodes.set(id, node);
    return node;
  };
  const known = new Map<Edge, { to: readonly Node[]; marker: Marker }>();
  const read = (edge: Edge): { to: readonly Node[]; marker: Marker } => {
    const [, name = '', extras, version, marker = ''] = form.exec(edge) ?? [];
    const found = (named.get(name) ?? []).filter((one) => version === undefined || one.version === version);
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
