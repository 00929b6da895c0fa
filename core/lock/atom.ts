/** One comparison of a marker, such as `sys_platform == 'win32'`. */
export interface Atom {
  readonly left: string;
  readonly op: string;
  readonly right: string;
}

/** As a requirements line spells it. */
export const spell = ({ left, op, right }: Atom): string => `${left} ${op} ${right}`;

const opposites: readonly (readonly [string, string])[] = [
  ['==', '!='],
  ['<', '>='],
  ['>', '<='],
  ['in', 'not in'],
];
const opposite = new Map(opposites.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));

/** The comparison that holds exactly where this one does not, when it can be said in one comparison. */
export function negated(atom: Atom): Atom | undefined {
  const op = opposite.get(atom.op);
  return op === undefined ? undefined : { ...atom, op };
}

/** True when `b` certainly holds wherever `a` does; false may also mean "cannot tell". */
export function implies(a: Atom, b: Atom): boolean {
  if (a.left !== b.left) return false;
  if (a.op === b.op && a.right === b.right) return true;
  const [from, to] = [spansOf(a), spansOf(b)];
  if (from && to) return from.every(([low, high]) => to.some((span) => span[0] <= low && high <= span[1]));
  return !from && !to && a.op === '==' && b.op === '!=' && a.right !== b.right;
}

/** Half-open: the first position inside, the first position behind. */
type Span = readonly [number, number];

const versions = new Set(['python_full_version', 'python_version']);

/** The Python versions a comparison allows, on a line where 3.12.4 is 3012004; undefined when it is not about versions. */
function spansOf({ left, op, right }: Atom): readonly Span[] | undefined {
  const parts = versions.has(left) ? /^'(\d+)(?:\.(\d+))?(?:\.(\d+))?(\.\*)?'$/.exec(right) : null;
  if (!parts) return undefined;
  const [major, minor, patch] = [1, 2, 3].map((part) => Number(parts[part] ?? 0)) as [number, number, number];
  const at = major * 1e6 + minor * 1e3 + patch;
  // "3.12.*" ends where 3.13 starts; a plain version is one point of the line.
  const width = parts[4] === undefined ? 0.5 : parts[3] ? 1 : parts[2] ? 1e3 : 1e6;
  const spans: Readonly<Record<string, readonly Span[]>> = {
    '<': [[-Infinity, at]],
    '<=': [[-Infinity, at + width]],
    '>': [[at + width, Infinity]],
    '>=': [[at, Infinity]],
    '==': [[at, at + width]],
    '!=': [
      [-Infinity, at],
      [at + width, Infinity],
    ],
  };
  return spans[op];
}
