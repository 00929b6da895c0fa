import { describe, expect, test } from 'vitest';
import { docsIn, stepsTo } from '../../core/package/document.ts';
import { filled } from '../../core/package/token.ts';
import { plan } from '../../core/plan.ts';
import { render } from '../../core/render.ts';
import { resolve } from '../../core/resolve.ts';
import type { Tree } from '../../core/tree.ts';
import { made, small, type Written } from '../fixtures/catalog.ts';

const deployment = `# why
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
  annotations:
    example.com/role: <%- cloud.role %>
spec:
  replicas: <%- at.replicas %>
  template:
    spec:
      containers:
        - image: x
          name: service
          args: ["--env", "<%- at.environment %>"]
          resources:
            requests:
              cpu: <%- at.cpu %>
              memory: 1Gi
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: app
spec:
  hostnames:
    - <%- at.host %>
  rules:
    - a: 1
    - to:
        - ip: <%- cloud.data_cidr %>
`;

const cluster = (files: Record<string, string>): Written => ({
  key: 'base/cluster',
  label: 'Cluster',
  gives: {
    perEnv: {
      cpu: { type: 'str', staging: '100m', production: '250m' },
      replicas: { type: 'int', staging: 1, production: { from: 'answer.minReplicas' } },
    },
    handed: { data_cidr: '10.0.0.0/20', role: 'arn:aws:iam::111122223333:role/x' },
  },
  files,
});

function packed(files: Record<string, string>): Tree {
  const library = made([...small, cluster(files)]);
  const resolved = resolve([{ name: 'flags', answers: { runtime: 'kubernetes', cloud: 'none' } }], library.catalog);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return render(plan(resolved.answers, library), library.bodies);
}
const text = (tree: Tree, path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);

describe('overlays', () => {
  const tree = packed({
    '@kubernetes/deploy/k8s/app/deployment.yaml.ejs': deployment,
    '@kubernetes+production/deploy/k8s/extra/extra.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: extra\n',
    '@kubernetes/deploy/k8s/overlays/{env}/service.env.ejs': 'ENVIRONMENT=<%- env %>\n',
    '@kubernetes/deploy/k8s/overlays/{env}/cpu.yaml.ejs': 'cpu: <%- at.cpu %>\n',
    '@kubernetes/deploy/monitoring/rules/a.yml': '# a\ngroups:\n  - name: a\n',
    '@kubernetes/deploy/monitoring/dashboards/a.json': '{}\n',
  });

  test('the component shows production, and a comment in front stays', () => {
    const shown = text(tree, 'deploy/k8s/app/deployment.yaml');
    expect(shown).toContain('# why\napiVersion: apps/v1\n');
    expect(shown).toContain('cpu: 250m\n');
    expect(shown).toContain('replicas: 2\n');
    expect(shown).not.toContain('«');
  });

  test('staging lists what is not the same: items by name, lists of custom resources as a whole', () => {
    expect(text(tree, 'deploy/k8s/overlays/staging/values.yaml')).toBe(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: service
          args: ["--env", "staging"]
          resources:
            requests:
              cpu: 100m
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: app
spec:
  hostnames:
    - staging.my-rag.example.com
`);
    expect(tree.has('deploy/k8s/overlays/production/values.yaml')).toBe(false);
  });

  test('a patch that a template writes into an overlay is listed there, with the values of that environment', () => {
    const overlay = text(tree, 'deploy/k8s/overlays/staging/kustomization.yaml');
    expect(overlay).toContain('patches:\n  - path: values.yaml\n  - path: cpu.yaml\n');
    expect(text(tree, 'deploy/k8s/overlays/staging/cpu.yaml')).toBe('cpu: 100m\n');
    expect(text(tree, 'deploy/k8s/overlays/production/cpu.yaml')).toBe('cpu: 250m\n');
  });

  test('presence is a line of the overlay', () => {
    expect(text(tree, 'deploy/k8s/overlays/production/kustomization.yaml')).toContain('- ../../extra\n');
    expect(text(tree, 'deploy/k8s/overlays/staging/kustomization.yaml')).not.toContain('extra');
  });

  test('what only the cloud knows is replaced, and its shape is shown', () => {
    const overlay = text(tree, 'deploy/k8s/overlays/staging/kustomization.yaml');
    expect(overlay).toContain('fieldPaths: ["spec.rules.1.to.0.ip"]');
    expect(overlay).toContain('fieldPaths: ["metadata.annotations.example\\\\.com/role"]');
    expect(text(tree, 'deploy/k8s/overlays/staging/cloud.env.example')).toContain('data_cidr=10.0.0.0/20\n');
  });

  test('a rule file becomes a PrometheusRule, a dashboard a ConfigMap', () => {
    expect(text(tree, 'deploy/monitoring/rules/a.yml')).toMatch(
      /^# a\napiVersion: monitoring.coreos.com\/v1\nkind: PrometheusRule\n[\s\S]*spec:\n {2}groups:\n {4}- name: a\n$/,
    );
    expect(text(tree, 'deploy/monitoring/kustomization.yaml')).toContain('files: [dashboards/a.json]');
  });
});

describe('a manifest must be written so that the packager can read it', () => {
  const object = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n';
  test.each([
    ['outside a component', 'x.yaml', object, 'is not in the folder of a component'],
    ['a token in a comment', 'a/x.yaml.ejs', `${object}# <%- at.cpu %>\n`, 'a token stands in a comment'],
    ['no name', 'a/x.yaml.ejs', 'apiVersion: v1\nkind: ConfigMap\ndata:\n  cpu: <%- at.cpu %>\n', 'a manifest lacks'],
  ])('%s', (_, file, body, message) => {
    const path = `@kubernetes/deploy/k8s/${file}`;
    expect(() => packed({ [path]: body, '@kubernetes/deploy/k8s/b/b.yaml': object })).toThrow(message);
  });

  test('neighbours that are not for the same environments', () => {
    const files = {
      '@kubernetes/deploy/k8s/a/x.yaml': object,
      '@kubernetes+production/deploy/k8s/a/y.yaml': object,
    };
    expect(() => packed(files)).toThrow('are not for the same environments');
  });
});

describe('tokens', () => {
  test.each([
    ['a: «at:x»', '100m', 'a: 100m'],
    ['a: «at:x»', 'yes', 'a: "yes"'],
    ['a: «at:x»', '1.0', 'a: "1.0"'],
    ['a: «at:x»', '8e1', 'a: "8e1"'],
    ['a: «at:x»', 'x: y', 'a: "x: y"'],
    ['a: «at:x»', '', 'a: ""'],
    ['- «at:x»', 'arn:aws:x', '- arn:aws:x'],
    ['a: b/«at:x»/c', 'staging', 'a: b/staging/c'],
    ['a: «at:x» # why', '2', 'a: "2" # why'],
  ])('%s with %j is %s', (line, value, expected) => {
    expect(filled(line, () => value)).toBe(expected);
  });

  test('numbers, maps and lists are theirs', () => {
    expect(filled('a: «at:x»', () => 2)).toBe('a: 2');
    expect(filled('a: «at:x»', () => ({ b: 'c' }))).toBe('a: {"b":"c"}');
    expect(() => filled('a: x«at:x»', () => ['b'])).toThrow('part of a longer text');
  });
});

test('the way to a line goes over keys and items, whatever an item begins with', () => {
  const [doc] = docsIn(
    'apiVersion: v1\nkind: X\nmetadata:\n  name: x\nspec:\n  a:\n    - b:\n        - c: 1\n      d:\n        e: 2\n    - f: 3\n',
  );
  const way = (line: number): string =>
    stepsTo(doc?.lines ?? [], line)
      .map((step) => ('key' in step ? step.key : step.item))
      .join('.');
  expect([way(7), way(9), way(10)]).toEqual(['spec.a.0.b.0.c', 'spec.a.0.d.e', 'spec.a.1.f']);
});
