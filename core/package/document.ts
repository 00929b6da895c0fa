/**
 * Manifests as the packager sees them: lines. It relies on how they are written here and in no other way (block style, two
 * spaces a level, lists one level deeper than their key, one dash a line), so that the comments of a manifest survive and
 * the create path needs no YAML parser. A test builds every overlay with the real kustomize and compares the objects.
 */
export interface Doc {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly lines: readonly string[];
  /** Numbers of the lines with a token: the only ones in which environments differ. */
  readonly open: readonly number[];
}

/** A step on the way from the root of an object to one of its values. */
export type Step =
  | { readonly key: string; readonly line: number }
  | { readonly item: number; readonly name: string | undefined; readonly line: number };

/** The objects in a file. */
export const docsIn = (text: string): Doc[] =>
  text
    .split(/^---\n/m)
    .filter(hasObject)
    .map(docOf);

const hasObject = (text: string): boolean => /^kind: /m.test(text);

function docOf(text: string): Doc {
  const field = (pattern: RegExp): string => {
    const found = pattern.exec(text)?.[1];
    if (found === undefined) throw new Error(`a manifest lacks ${pattern.source}`);
    return found;
  };
  const lines = text.split('\n');
  return {
    apiVersion: field(/^apiVersion: (\S+)/m),
    kind: field(/^kind: (\S+)/m),
    name: field(/^metadata:\n(?: {2}.*\n)*? {2}name: (\S+)/m),
    lines,
    open: [...lines.keys()].filter((i) => lines[i]?.includes('«')),
  };
}

interface Read {
  /** Column of the dash, or of the key where there is none. */
  readonly start: number;
  readonly dash: boolean;
  readonly key: string | undefined;
  /** Column of the key. */
  readonly column: number;
}

const form = /^( *)(- )?(?:("[^"]*"|[\w./-]+):(?= |$))?/;

/** What a line holds, or undefined for an empty one and a comment. */
export function read(line: string): Read | undefined {
  if (/^\s*(#|$)/.test(line)) return undefined;
  const [, space = '', dash, key] = form.exec(line) ?? [];
  const start = space.length;
  return { start, dash: dash !== undefined, key: key?.replaceAll('"', ''), column: start + (dash ? 2 : 0) };
}

/** How to get from the root to the value on a line, outermost first. */
export function stepsTo(lines: readonly string[], line: number): Step[] {
  const here = read(lines[line] ?? '');
  if (here === undefined) throw new Error(`a token stands in a comment: ${lines[line]}`);
  const steps: Step[] = here.key === undefined ? [] : [{ key: here.key, line }];
  let at = here.dash ? here.start : here.column;
  let inItem = here.dash;
  if (here.dash) steps.unshift(itemAt(lines, line, here.start));
  for (let above = line - 1; above >= 0 && at > 0; above--) {
    const one = read(lines[above] ?? '');
    if (one === undefined) continue;
    const startsItem = !inItem && one.dash && one.column === at;
    const isParent = one.key !== undefined && one.column < at;
    if (!startsItem && !isParent) continue;
    if (isParent && !startsItem) steps.unshift({ key: one.key ?? '', line: above });
    if (one.dash) steps.unshift(itemAt(lines, above, one.start));
    [at, inItem] = [one.start, one.dash];
  }
  return steps;
}

/** The item of a list whose dash is on this line: its place in the list, and its name if it has one. */
function itemAt(lines: readonly string[], line: number, dash: number): Step {
  let item = 0;
  for (let above = line - 1; above >= 0; above--) {
    const one = read(lines[above] ?? '');
    if (one && one.start < dash) break;
    if (one?.dash && one.start === dash) item++;
  }
  const inside = [lines[line]?.replace('- ', '  ') ?? '', ...lines.slice(line + 1, endOf(lines, line, dash))];
  const name = inside.flatMap((text) => new RegExp(`^ {${dash + 2}}name: (\\S+)`).exec(text)?.[1] ?? [])[0];
  return { item, name, line };
}

/** The line behind the last one of what begins on this line at this column. */
export function endOf(lines: readonly string[], line: number, column: number): number {
  for (let below = line + 1; below < lines.length; below++) {
    const one = read(lines[below] ?? '');
    if (one && one.start <= column) return below;
  }
  return lines.length;
}
