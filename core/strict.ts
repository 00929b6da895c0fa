/**
 * The object, but reading a field that is not there throws: a typo in a template fails the run instead of printing
 * nothing. Nested objects are guarded too.
 */
export function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(object, key, receiver): unknown {
      const value: unknown = Reflect.get(object, key, receiver);
      if (value === undefined && typeof key === 'string' && !(key in object))
        throw new Error(`${name}.${key} does not exist; there are ${Object.keys(object).join(', ')}`);
      if (typeof value !== 'object' || value === null) return value;
      // A list of texts or numbers has no names to mistype, and there are thousands of hashes.
      if (Array.isArray(value) && typeof value[0] !== 'object') return value;
      return strict(Array.isArray(object) ? `${name}[${String(key)}]` : `${name}.${String(key)}`, value);
    },
  });
}
