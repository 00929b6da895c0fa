import type { Edge, Package } from '../../core/lock.ts';
import { tablesOf } from './toml.ts';

/** What a superset resolution says: extras of the scratch project → edges, and every package. */
export interface Resolved {
  readonly extras: Readonly<Record<string, readonly Edge[]>>;
  readonly packages: readonly Package[];
}

interface Dependency {
  readonly name: string;
  readonly version?: string;
  readonly extra?: readonly string[];
  readonly marker?: string;
}
type Dependencies = Readonly<Record<string, readonly Dependency[]>>;

interface File {
  readonly hash?: string;
}

/** One `[[package]]` with its sub-tables. */
interface Block {
  readonly name: string;
  readonly version?: string;
  readonly source: Readonly<Record<string, string>>;
  readonly dependencies?: readonly Dependency[];
  readonly sdist?: File;
  readonly wheels?: readonly File[];
  optional?: Dependencies;
}

/** uv.lock → what we keep of it. Hosts, sizes and upload times stay behind. */
export function readUvLock(text: string): Resolved {
  const [head, ...tables] = tablesOf(text);
  if (head?.values.version !== 1) throw new Error('uv.lock is not of version 1: relock has to learn the new one');
  const blocks: Block[] = [];
  for (const { name, values } of tables) {
    const last = blocks.at(-1);
    if (name === 'package') blocks.push({ ...(values as unknown as Block) });
    else if (last && name === 'package.optional-dependencies') last.optional = values as Dependencies;
  }
  const project = blocks.find(({ source }) => 'virtual' in source);
  return {
    extras: edgesByKey(project?.optional),
    packages: blocks.filter((block) => block !== project).map(packageOf),
  };
}

function packageOf({ name, version, source, dependencies, optional, sdist, wheels = [] }: Block): Package {
  const hashes = [sdist, ...wheels].flatMap((file) => file?.hash ?? []);
  if (!('registry' in source) || version === undefined || hashes.length === 0)
    throw new Error(`${name} does not come from a package index: a feature may only require published packages`);
  return {
    name,
    version,
    ...(dependencies && { needs: edgesOf(dependencies) }),
    ...(optional && { extras: edgesByKey(optional) }),
    hashes: [...new Set(hashes)].sort(),
  };
}

const edgesByKey = (lists: Dependencies = {}): Record<string, Edge[]> =>
  Object.fromEntries(Object.entries(lists).map(([key, list]) => [key, edgesOf(list)]));

const edgesOf = (dependencies: readonly Dependency[]): Edge[] =>
  dependencies.map(
    ({ name, version, extra, marker }) =>
      name + (extra ? `[${extra.join()}]` : '') + (version ? `==${version}` : '') + (marker ? ` ; ${marker}` : ''),
  );
