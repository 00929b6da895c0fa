import { expect, test } from 'vitest';
import { load } from '../scripts/load.ts';
import { make } from '../scripts/make.ts';

/** A pin that no bot finds grows old. */
const library = await load();
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

interface Renovate {
  readonly kubernetes: { readonly managerFilePatterns: readonly string[] };
  readonly customManagers: readonly {
    readonly managerFilePatterns: readonly string[];
    readonly matchStrings: readonly string[];
  }[];
}
const pattern = (written: string): RegExp => new RegExp(written.replace(/^\/|\/$/g, ''));

test.each([{ cloud: 'aws' }, { cloud: 'none', vectorDb: 'qdrant' }])(
  'every version in a cluster is found: %j',
  (answers) => {
    const { tree } = make({ runtime: 'kubernetes', ...answers }, library);
    const { kubernetes, customManagers } = JSON.parse(text(tree.get('renovate.json')?.bytes)) as Renovate;
    const read = (path: string, patterns: readonly string[]): boolean =>
      patterns.some((one) => pattern(one).test(path));

    const commented = [...tree].filter(
      ([path, { bytes }]) => path !== 'renovate.json' && text(bytes).includes('# renovate: datasource'),
    );
    expect(commented.length).toBeGreaterThan(5);
    const missed = commented.filter(([path, { bytes }]) => {
      const found = customManagers
        .filter(({ managerFilePatterns }) => read(path, managerFilePatterns))
        .flatMap(({ matchStrings }) => matchStrings.flatMap((one) => [...text(bytes).matchAll(new RegExp(one, 'g'))]))
        .filter(({ groups }) => /^v?\d/.test(groups?.currentValue ?? '') && groups?.depName !== undefined);
      return found.length !== text(bytes).split('# renovate: datasource').length - 1;
    });
    expect(missed.map(([path]) => path)).toEqual([]);

    const images = [...tree].filter(
      ([path, { bytes }]) => path.startsWith('deploy/k8s/') && /^ +image: \S+:/m.test(text(bytes)),
    );
    expect(images.map(([path]) => path).filter((path) => !read(path, kubernetes.managerFilePatterns))).toEqual([]);
  },
);
