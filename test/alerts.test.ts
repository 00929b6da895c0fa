import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Tree } from '../core/tree.ts';
import { load } from '../scripts/load.ts';
import { make } from '../scripts/make.ts';
import { exporters } from './exporters.ts';
import { metricsOf, promtoolFiles, queriesIn, rulesIn, type Rule } from './rules.ts';

/** Alerts, panels, runbooks and the checklist speak of the same things: metrics that exist, pages that are there. */
const library = await load();
const repositories = {
  'one machine': { runtime: 'compose' },
  'a cloud': { runtime: 'kubernetes', cloud: 'aws' },
  'any cluster': { runtime: 'kubernetes', cloud: 'none', vectorDb: 'qdrant' },
};
const all = Object.entries(repositories).map(([name, answers]) => ({ name, ...make(answers, library) }));

const kebab = (alert: string): string => alert.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
const text = (tree: Tree, path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);
const alertsOf = (tree: Tree): (Rule & { alert: string })[] =>
  rulesIn(tree).flatMap((rule) => (rule.alert === undefined ? [] : [{ ...rule, alert: rule.alert }]));

/** Metrics of the service as Prometheus stores them. */
const exposed = (metrics: readonly { readonly name: string; readonly type: string }[]): string[] =>
  metrics.flatMap(({ name, type }) =>
    (type === 'histogram' ? ['_bucket', '_count', '_sum'] : ['']).map((end) => name + end),
  );

interface Test {
  readonly promql_expr_test: readonly { readonly exp_samples: readonly { readonly labels: string }[] }[];
}

/** What the tests beside a rule file expect, as one text for each moment; an empty one where nothing may fire. */
function moments(tree: Tree, rules: string): string[] {
  const files = [...promtoolFiles(tree)].filter(
    ([path, body]) => path.includes('/tests/') && body.includes(rules.replace('deploy/monitoring/', '../')),
  );
  return files.flatMap(([, body]) =>
    (parse(body, { merge: true }) as { tests: Test[] }).tests.flatMap((one) =>
      one.promql_expr_test.map(({ exp_samples }) => exp_samples.map(({ labels }) => labels).join()),
    ),
  );
}

describe.each(all)('$name', ({ tree, plan }) => {
  const alerts = alertsOf(tree);

  test('each alert says how urgent it is, what it means, and where to read on', () => {
    expect(alerts.length).toBeGreaterThan(10);
    for (const { alert, labels, annotations } of alerts) {
      expect([alert, labels?.severity]).toEqual([
        alert,
        expect.stringMatching(alert === 'Watchdog' ? /^none$/ : /^(page|ticket)$/),
      ]);
      expect([alert, annotations?.runbook_url]).toEqual([alert, `${plan.view.runbooks}/${kebab(alert)}.md`]);
      expect([alert, annotations?.summary !== '', annotations?.description !== '']).toEqual([alert, true, true]);
    }
  });

  test('each alert has a page, named after it, and each page of an alert has one', () => {
    const pages = [...tree.keys()]
      .filter((path) => path.startsWith('docs/runbooks/'))
      .map((path) => path.slice(14, -3));
    const others = ['README', 'deploy', 'rollback', 'rotate-keys', ...(plan.view.has.cloud ? ['access'] : [])];
    expect(pages.sort()).toEqual([...alerts.map(({ alert }) => kebab(alert)), ...others].sort());
    for (const { alert } of alerts)
      expect(text(tree, `docs/runbooks/${kebab(alert)}.md`)).toMatch(
        new RegExp(`^# ${alert}\n[\\s\\S]*\n## Look\n[\\s\\S]*\n## Do\n`),
      );
  });

  test('each alert fires in a test, and each of its files has a test in which nothing does', () => {
    for (const { alert, file } of alerts.filter((one) => one.alert !== 'Watchdog')) {
      const expected = moments(tree, file);
      expect(
        expected.some((labels) => labels.includes(`alertname="${alert}"`)),
        `${alert} never fires`,
      ).toBe(true);
      expect(
        expected.some((labels) => !labels.includes(`alertname="${alert}"`)),
        `${alert} always fires`,
      ).toBe(true);
    }
  });

  test('every metric that is asked for is exposed by the service or by a known exporter', () => {
    const rules = rulesIn(tree);
    const known = new Set([
      ...exposed(plan.view.metrics),
      ...Object.values(exporters).flat(),
      ...rules.flatMap(({ record }) => record ?? []),
    ]);
    const asked = [...rules.map(({ expr }) => expr), ...queriesIn(tree).map(({ expr }) => expr)];
    expect(asked.length).toBeGreaterThan(50);
    expect([...new Set(asked.flatMap(metricsOf))].filter((name) => !known.has(name))).toEqual([]);
  });

  test('rules ask for the series of one service, whoever else is in the same Prometheus', () => {
    const ours = new Set(exposed(plan.view.metrics));
    const loose = [...rulesIn(tree), ...queriesIn(tree)].flatMap(({ expr }) =>
      [...expr.matchAll(/([a-z_]+)(\{[^}]*\})?/g)]
        .filter(([, name = '', labels = '']) => ours.has(name) && !labels.includes(`job="${plan.view.name}"`))
        .map(([, name]) => `${name} in ${expr}`),
    );
    expect(loose).toEqual([]);
  });

  test('runbooks speak of settings that exist, and never type into a container of ours', () => {
    const settings = new Set(plan.view.settings.map(({ name }) => name));
    const pages = [...tree.keys()].filter((path) => path.startsWith('docs/runbooks/'));
    const unknown = pages.flatMap((path) =>
      [...text(tree, path).matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)]
        .map(([, name = '']) => name)
        .filter((name) => !settings.has(name)),
    );
    expect(unknown).toEqual([]);
    expect(pages.filter((path) => /kubectl exec|exec -it|docker compose exec/.test(text(tree, path)))).toEqual([]);
  });

  test('the page of alerts names every one that is not a store’s', () => {
    const page = text(tree, 'docs/alerts.md');
    const stores = new RegExp(`^(${plan.view.services.map(({ name }) => name).join('|')})`, 'i');
    const missing = alerts.map(({ alert }) => alert).filter((alert) => !stores.test(alert) && !page.includes(alert));
    expect(missing).toEqual([]);
  });

  test('what the production checks expect is on the checklist', () => {
    const page = text(tree, 'docs/production-checklist.md');
    const checks = [...tree.keys()].filter((path) => path.startsWith('ops/checks/'));
    const expected = checks.flatMap((path) =>
      [...text(tree, path).matchAll(/^ *expect '([^']+)'/gm)].map(([, what]) => what),
    );
    expect(expected.length).toBeGreaterThan(2);
    expect(expected.filter((what = '') => !page.includes(what))).toEqual([]);
  });

  test('the checklist has every topic of running it, each with something to look at', () => {
    const page = text(tree, 'docs/production-checklist.md');
    const [, ...sections] = page.split(/^## /m);
    const topics = sections.map((section) => section.slice(0, section.indexOf('\n')));
    const { kubernetes, ci, scrapes } = plan.view.has;
    expect(topics).toEqual(expect.arrayContaining(['Image', 'Compose', 'People and data']));
    expect(['Kubernetes', 'Pipeline', 'Monitoring'].map((topic) => topics.includes(topic))).toEqual([
      kubernetes,
      ci,
      scrapes,
    ]);
    for (const section of sections) expect(section).toMatch(/^- /m);
  });
});

test('an unknown metric would be found', () => {
  expect(
    metricsOf('sum by (a) (rate(x_total{b="c_d"}[5m])) / on (e) group_left () y:z > 0.5 and time() - w offset 1h'),
  ).toEqual(['x_total', 'y:z', 'w']);
});
