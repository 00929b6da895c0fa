import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../scripts/load.ts';

/**
 * A custom resource is checked for the version of its kind that the cluster has: what `deploy/platform/controllers`
 * installs and what the schemas of the tests are made from are one version.
 */
const checked = readFileSync(join(root, 'test/tools/kube/crds.txt'), 'utf8');
const byHand = readFileSync(join(root, 'test/tools/kube/crds/aws-load-balancer.yaml'), 'utf8');

/** What a controller's kinds are read from. Only kinds of a version that can be had are here: the README of the tools names the others. */
const sources: Readonly<Record<string, (version: string) => boolean>> = {
  '10-gateway-api': (version) => checked.includes(`sigs.k8s.io/gateway-api@${version} `),
  '15-envoy-gateway-crds': (version) => checked.includes(`github.com/envoyproxy/gateway@${version} `),
  '15-aws-load-balancer-crds': (version) => byHand.includes(`controller ${version})`),
  '40-keda': (version) => checked.includes(`github.com/kedacore/keda/v2@v${version} `),
  '60-cert-manager': (version) => checked.includes(`github.com/cert-manager/cert-manager@${version} `),
};

test('kinds are checked in the version that is installed', () => {
  const installed = readdirSync(join(root, 'templates'), { recursive: true, encoding: 'utf8' }).flatMap((path) => {
    const [, controller = ''] = /\/controllers\/([^/]+)\/(?:chart|source)\.env(?:\.ejs)?$/.exec(path) ?? [];
    if (!(controller in sources)) return [];
    const text = readFileSync(join(root, 'templates', path), 'utf8');
    return [{ controller, version: (/^VERSION=(\S+)$/m.exec(text) ?? /\?ref=(v\S+)$/m.exec(text))?.[1] ?? '' }];
  });
  expect(new Set(installed.map(({ controller }) => controller))).toEqual(new Set(Object.keys(sources)));
  expect(installed.filter(({ controller, version }) => !sources[controller]?.(version))).toEqual([]);
});
