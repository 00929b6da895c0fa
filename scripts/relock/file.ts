import type { Lock } from '../../core/lock.ts';

/** The text of lock.json. One package or requirement a line: a diff shows what moved. */
export function print({ requires, asOf, roots, packages }: Lock): string {
  const fields = (of: object): string =>
    Object.entries(of)
      .map(([key, value]) => `\n    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
      .join();
  const rows = packages.map((one) => `\n    ${JSON.stringify(one)}`).join();
  return (
    `{\n  "requires": ${JSON.stringify(requires)},\n  "asOf": ${JSON.stringify(asOf)},\n` +
    `  "roots": {${fields(roots)}\n  },\n  "packages": [${rows}\n  ]\n}\n`
  );
}

/** What moved, a line each; one line when only requirements, edges or files did; none when only time went by. */
export function changes(before: Lock | undefined, after: Lock): string[] {
  const [old, now] = [pins(before), pins(after)];
  const moved = [
    ...old.filter((pin) => !now.includes(pin)).map((pin) => `- ${pin}`),
    ...now.filter((pin) => !old.includes(pin)).map((pin) => `+ ${pin}`),
  ].sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1));
  const same = before && print({ ...before, asOf: after.asOf }) === print(after);
  return same || moved.length > 0 ? moved : ['the same versions; requirements, edges or files differ'];
}

const pins = (lock: Lock | undefined): string[] =>
  lock?.packages.map(({ name, version }) => `${name} ${version}`) ?? [];
