/**
 * The object, but reading a field that is not there throws: a typo in a template fails the run instead of printing
 * nothing. Nested objects are guarded too.
 */
export function strict<T extends object>(name: string, target: T): T {
  let guarded: Map<string | symbol, object> | undefined;
  return new Proxy(target, {
    get(object, key): unknown {
      const known = guarded?.get(key);
      if (known !== undefined) return known;
      const value: unknown = Reflect.get(object, key);
      if (value === undefined && typeof key === 'string' && !(key in object))
        throw new Error(`${name}.${key} does not exist; there are ${Object.keys(object).join(', ')}`);
      if (typeof value !== 'object' || value === null) return value;
      // A list of texts or numbers has no names to mistype, and there are thousands of hashes.
      if (Array.isArray(value) && typeof value[0] !== 'object') return value;
      const inner = strict(Array.isArray(object) ? `${name}[${String(key)}]` : `${name}.${String(key)}`, value);
      guarded ??= new Map();
      guarded.set(key, inner);
      return inner;
    },
  });
}
