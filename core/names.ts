/** `vectorDb` → `vector-db`: ids are camelCase in YAML, kebab-case in flags and folders; one is derived from the other. */
export const kebab = (id: string): string => id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `vector-db` → `vectorDb`. */
export const camel = (name: string): string =>
  name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** A comparator by one text field, by code unit so that the order is the same on every machine. */
export const by =
  <K extends string>(field: K) =>
  (a: Readonly<Record<K, string>>, b: Readonly<Record<K, string>>): number =>
    a[field] < b[field] ? -1 : a[field] > b[field] ? 1 : 0;

/** The name, or as much of its beginning as fits before a hash of the whole, so that two long names stay two. */
export function shortened(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const hash = fnv(name).toString(36).padStart(7, '0');
  return `${name.slice(0, longest - hash.length - 1).replace(/-+$/, '')}-${hash}`;
}

/** FNV-1a of 32 bits: no secret depends on it, only that the same name always gives the same letters. */
const fnv = (text: string): number =>
  [...text].reduce((hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0, 0x811c9dc5);

/** The nearest of the known words, when it is near enough to be a slip of the fingers. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known.map((name) => ({ name, off: distance(word.toLowerCase(), name.toLowerCase()) }));
  const best = ranked.sort((a, b) => a.off - b.off)[0];
  const slips = Math.max(2, Math.floor((best?.name.length ?? 0) / 3));
  // At least one letter must be right, or every short word would be near.
  return best && best.off <= slips && best.off < best.name.length ? best.name : undefined;
}

/** Optimal string alignment: insertions, deletions, replacements and swapped neighbours. Long input is cut: it is no slip. */
function distance(a: string, b: string): number {
  const [left, right] = [a.slice(0, 40), b.slice(0, 40)];
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, i) => i)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      row[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same);
      if (swapped) row[j] = Math.min(at(i, j), at(i - 2, j - 2) + 1);
    }
  }
  return at(left.length, right.length);
}
