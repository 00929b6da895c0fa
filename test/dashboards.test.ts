import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { load } from '../scripts/load.ts';
import { make } from '../scripts/make.ts';

/** Dashboards are loaded from files, by a Grafana that runs nowhere in these tests: what it insists on is checked here. */
const monitoring = 'deploy/monitoring';
const beside = 'deploy/compose/monitoring';
const library = await load();
const { tree } = make({ runtime: 'compose' }, library);
const { tree: cluster } = make({ runtime: 'kubernetes' }, library);
const text = (path: string, from = tree): string => new TextDecoder().decode(from.get(path)?.bytes);
const paths = [...cluster.keys()].filter((path) => path.startsWith(`${monitoring}/dashboards/`));

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
}
interface Dashboard {
  readonly uid?: string;
  readonly title?: string;
  readonly schemaVersion?: number;
  readonly panels?: readonly Panel[];
  readonly templating?: { readonly list: readonly { name: string; type: string; query: string }[] };
}
const dashboards = paths.map((path) => JSON.parse(text(path, cluster)) as Dashboard);

test('each dashboard is the object itself, with an identity of its own, and asks the provisioned data source', () => {
  expect(dashboards.length).toBeGreaterThan(2);
  // one Grafana may serve several services, and refuses a title that is there already
  expect(dashboards.filter(({ title }) => title?.startsWith('my-rag: ') !== true)).toEqual([]);
  const uids = dashboards.map(({ uid }) => uid ?? '');
  expect(uids.filter((uid) => !/^[a-z0-9-]{1,40}$/.test(uid))).toEqual([]);
  expect(new Set(uids).size).toBe(uids.length);
  for (const { title, schemaVersion, panels = [], templating } of dashboards) {
    expect([typeof title, typeof schemaVersion]).toEqual(['string', 'number']);
    expect(templating?.list).toContainEqual(
      expect.objectContaining({ name: 'datasource', type: 'datasource', query: 'prometheus' }),
    );
    const shown = panels.filter(({ type }) => type !== 'row');
    expect(shown.length).toBeGreaterThan(5);
    const others = shown.filter(({ datasource }) => datasource?.uid !== '${datasource}');
    expect(others.map((panel) => panel.title)).toEqual([]);
  }
});

test('Grafana is given the folder that it is told to read, and a data source that is the default', () => {
  const provisioning = `${beside}/grafana/provisioning`;
  const files = parse(text(`${provisioning}/dashboards/files.yml`)) as { providers: { options: { path: string } }[] };
  const compose = parse(text('deploy/compose/monitoring.yml'), { merge: true }) as {
    services: { grafana: { volumes: string[] } };
  };
  const { volumes } = compose.services.grafana;
  expect(volumes).toContain('./monitoring/grafana/provisioning:/etc/grafana/provisioning:ro');
  for (const { options } of files.providers) expect(volumes).toContain(`../monitoring/dashboards:${options.path}:ro`);
  const sources = parse(text(`${provisioning}/datasources/metrics.yml`)) as {
    datasources: { type: string; url: string; isDefault?: boolean }[];
  };
  const standard = sources.datasources.filter(({ isDefault }) => isDefault);
  expect(standard).toMatchObject([{ type: 'prometheus', url: 'http://prometheus:9090' }]);
});

test('what runs elsewhere leaves a laptop its dashboards, and takes the alerts along', () => {
  const compose = text('deploy/compose/monitoring.yml', cluster);
  const { services } = parse(compose, { merge: true }) as { services: Record<string, unknown> };
  expect(Object.keys(services)).toEqual(['prometheus', 'grafana']);
  expect(compose).toContain('../monitoring/dashboards:');
  expect(text(`${beside}/prometheus.yml`, cluster)).not.toMatch(/rule_files|alertmanager/);
  expect([...cluster.keys()].filter((path) => path.startsWith(beside) && path.includes('alert'))).toEqual([]);
  expect(text(`${monitoring}/kustomization.yaml`, cluster)).toContain('files: [dashboards/cluster.json]');
});
