import { describe, expect, test } from 'vitest';
import { deployed, type Deployed } from '../core/option.ts';
import { fillAll } from '../core/render.ts';
import { load } from '../scripts/load.ts';
import { clusterPairs, type Proved } from './combinations.ts';
import { links, scripts, targets } from './crossref/delivery.ts';
import type { Scene } from './crossref/manifest.ts';
import { ports } from './crossref/ports.ts';
import { references } from './crossref/references.ts';
import { policies, scaling, settings } from './crossref/running.ts';
import { selectors } from './crossref/selectors.ts';
import { objectsIn, type Manifest } from './objects.ts';

/** Files of one repository that name each other agree: nothing selects, mounts, scrapes, starts or links to nothing. */
const { bodies } = await load();

/** What no manifest has: the overlay generates the settings, and without a store to copy from a script makes the secrets. */
const madeElsewhere = ({ plan }: Proved): string[] => {
  const byHand = plan.view.has['syncs-secrets'] ? [] : ['service', ...plan.view.services.map(({ name }) => name)];
  return ['ConfigMap service', ...byHand.map((name) => `Secret ${name}`)];
};

const sceneOf = ({ plan }: Proved, env: Deployed): Scene => {
  const filled = fillAll(plan, bodies);
  return { objects: objectsIn(filled, plan, env), tenant: objectsIn(filled, plan, env, 'deploy/platform/tenant/') };
};

const keysOf = ({ tree }: Proved, env: Deployed): string[] =>
  [
    ...new TextDecoder().decode(tree.get(`deploy/k8s/overlays/${env}/service.env`)?.bytes).matchAll(/^([A-Z_]+)=/gm),
  ].map(([, key = '']) => key);

function faults(one: Proved, env: Deployed, scene: Scene): string[] {
  const wanted = one.answers.autoscaling[env];
  return [
    ...selectors(scene),
    ...ports(scene),
    ...references(scene, madeElsewhere(one)),
    ...scaling(scene, wanted),
    ...settings(scene, env, keysOf(one, env), one.plan.view.settings),
    ...policies(scene, one.plan.view.services),
  ];
}

const all = await clusterPairs();

describe.each(all)('$name', (one) => {
  test.each(deployed)('objects in %s find each other', (env) => {
    expect(faults(one, env, sceneOf(one, env))).toEqual([]);
  });

  test('scripts, make targets, pages and runbooks that are spoken of are there', () => {
    expect([...scripts(one.tree), ...targets(one.tree), ...links(one.tree, one.plan.view.runbooks)]).toEqual([]);
  });
});

describe('a broken reference is found', () => {
  const one = all.find(({ answers }) => answers.secrets === 'external-secrets' && answers.monitoring.length > 0);
  if (one === undefined) throw new Error('no combination has everything');
  const broken = (change: (text: string) => string): string[] => {
    const scene = sceneOf(one, 'production');
    const changed = JSON.parse(change(JSON.stringify(scene.objects))) as Manifest[];
    return faults(one, 'production', { ...scene, objects: changed });
  };

  test.each<[string, RegExp | string, string, string]>([
    [
      'a selector',
      /("kind":"Service".*?"selector":\{"app.kubernetes.io\/name":")[^"]+/,
      '$1other',
      'which nothing has',
    ],
    ['the name of a port', /("kind":"Service".*?"targetPort":")http"/, '$1web"', 'which Deployment'],
    ['the port of a probe', /("livenessProbe":\{"httpGet":\{[^}]*"port":")http"/, '$1web"', 'asks port web'],
    [
      'the port of a scrape',
      /("kind":"ServiceMonitor".*?"endpoints":\[\{[^\]]*"port":")metrics"/,
      '$1metrix"',
      'scrapes port metrix',
    ],
    ['a service account', /"serviceAccountName":"[^"]+"/, '"serviceAccountName":"nobody"', 'ServiceAccount nobody'],
    ['the target of an autoscaler', /("scaleTargetRef":\{[^}]*"name":")[^"]+/, '$1other', 'other, which is not there'],
    ['the backend of a route', /("backendRefs":\[\{[^\]]*"name":")[^"]+/, '$1other', 'Service other'],
    ['the gateway of a route', /("parentRefs":\[\{[^\]]*"name":")[^"]+/, '$1other', 'Gateway other'],
    ['the secret that a pod mounts', /("secretName":")service"/, '$1other"', 'Secret other'],
    [
      'what a copied secret is called',
      /("kind":"ExternalSecret".*?"target":\{[^}]*"name":")service"/,
      '$1other"',
      'names Secret service',
    ],
    ['a key of a secret', /"secretKey":"llm_api_key"/, '"secretKey":"llm_key"', 'lacks llm_api_key'],
    [
      'a number beside an autoscaler',
      /("kind":"Deployment".*?"spec":\{)/,
      '$1"replicas":2,',
      'fixed numbers of instances',
    ],
  ])('%s', (_, pattern, replacement, fault) => {
    expect(broken((text) => text.replace(pattern, replacement)).join('\n')).toContain(fault);
  });

  test('nothing is found where nothing is broken', () => {
    expect(broken((text) => text)).toEqual([]);
  });
});
