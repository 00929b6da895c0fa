import { pruneLock, type Lock, type Locked } from '../../core/lock.ts';

/** A scratch project for uv: requirements of its own and by extra. */
export interface Project {
  readonly requires: string;
  readonly dependencies?: readonly string[];
  readonly extras?: Readonly<Record<string, readonly string[]>>;
  readonly constraints?: readonly string[];
}

const list = (key: string, values: readonly string[]): string => `${key} = ${JSON.stringify(values)}\n`;
const table = (name: string, lists: Readonly<Record<string, readonly string[]>>): string =>
  `\n[${name}]\n${Object.entries(lists)
    .map(([key, values]) => list(key, values))
    .join('')}`;

/** Its pyproject.toml. It has no build system, so uv never looks for a package in it. */
export const pyproject = ({ requires, dependencies = [], extras = {}, constraints }: Project): string =>
  `[project]\nname = "scratch"\nversion = "0"\nrequires-python = ${JSON.stringify(requires)}\n` +
  list('dependencies', dependencies) +
  table('project.optional-dependencies', extras) +
  (constraints ? table('tool.uv', { 'constraint-dependencies': constraints }) : '');

/** Every package of the lock with the environments it is for, which tell two versions of one package apart. */
export const pinsOf = (lock: Lock): Locked[] => pruneLock(lock, Object.keys(lock.roots));

/**
 * A uv.lock with nothing but versions: uv prefers them wherever they still satisfy the requirements, and resolves the
 * rest. It asks for a source and never looks there.
 */
export const preferences = (lock: Lock): string =>
  `version = 1\nrequires-python = ${JSON.stringify(lock.requires)}\n` +
  pinsOf(lock)
    .map(
      ({ name, version, marker }) =>
        `\n[[package]]\nname = "${name}"\nversion = "${version}"\nsource = { registry = "https://index.invalid" }\n` +
        (marker && list('resolution-markers', [marker.replace(/^ ; /, '')])),
    )
    .join('');
