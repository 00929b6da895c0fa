import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { ask } from './http.ts';
import { model } from './model.ts';
import { played } from './played.ts';
import { until } from './scene.ts';
import { ingest, install, part, query, ready, serve, serviceOf } from './serving.ts';
import { needs, run } from './tool.ts';
import { stream, traffic } from './traffic.ts';
import { watch, type Message, type Watching } from './watching.ts';

/** The generated monitoring on the real Prometheus and Alertmanager, with the real service under it. */
const { tree: all, plan } = make({ runtime: 'compose' }, await load());
const files = part(all, ['deploy/compose/monitoring/', 'deploy/monitoring/']);
const tree = new Map([...serviceOf(all), ...files]);
const expressions = [...files]
  .filter(([path]) => path.includes('/dashboards/') && path.endsWith('.json'))
  .flatMap(([path, { bytes }]) =>
    found(JSON.parse(new TextDecoder().decode(bytes))).map((text) => [path, text] as const),
  );

/** Every `expr` of a dashboard, with what Grafana would put in for its variables. */
function found(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]: [string, unknown]) =>
    name === 'expr' && typeof value === 'string' ? [value.replaceAll('$__rate_interval', '1m')] : found(value),
  );
}

/** The metrics of an exposition: name → type. */
async function exposed(url: string): Promise<Map<string, string>> {
  const { text } = await ask(url);
  return new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
}

const value = async (watching: Watching, expression: string): Promise<number | undefined> => {
  const [sample] = (await watching.query(expression)).result;
  return sample && Number(sample.value[1]);
};

/** All that can happen to a request, so that every panel has something to show. */
async function everything(url: string): Promise<void> {
  expect((await query(url, 'Ships? Think, and fail.')).status).toBe(503);
  const size = 'x'.repeat(100_001);
  expect((await ingest(url, size)).status).toBe(413);
  const left = await stream(url, 20);
  left.leave();
  expect(await (await stream(url, 1)).whole).toBe(true);
}

/** What querylint says about expressions when only some metrics are known. */
async function lint(folder: string, texts: readonly string[], known: readonly string[]): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const [names, dashboard] = [join(folder, 'known'), join(folder, 'dashboard.json')];
  writeFileSync(names, known.join('\n'));
  writeFileSync(dashboard, JSON.stringify({ panels: texts.map((expr) => ({ title: expr, targets: [{ expr }] })) }));
  const { code, stdout, stderr } = await run('querylint', ['-known', names, dashboard]);
  return code === 0 ? '' : stdout + stderr;
}

const alertsOf = (
  messages: readonly Message[],
  name: string,
  status: string,
): { receiver: string; labels: Record<string, string> }[] =>
  messages.flatMap(({ receiver, alerts }) =>
    alerts
      .filter((one) => one.labels.alertname === name && one.status === status)
      .map(({ labels }) => ({ receiver, labels })),
  );

needs(
  'prometheus',
  'alertmanager',
  'querylint',
  'make',
  'uv',
  'python3.13',
)(
  'the service is scraped, rules and panels have values, and its end reaches the right receiver',
  played('monitoring', tree, async (here) => {
    const home = await install(here.folder, tree);
    const env = { ...(await model(here)), MAX_BODY_BYTES: '100000' };
    const service = await ready(await serve(here, home, env));
    const watching = await watch(here, files, service.metrics);
    const upOf = (job: string): Promise<number | undefined> => value(watching, `up{job="${job}"}`);
    for (const job of ['my-rag', 'prometheus', 'alertmanager'])
      await until(`${job} is scraped`, 20, async () => (await upOf(job)) === 1);

    // counters move by exactly what was asked
    expect((await ingest(service.url, 'Ships carry containers.')).status).toBe(201);
    for (let asked = 0; asked < 5; asked++) expect((await query(service.url, 'Ships?')).status).toBe(200);
    const five = 'http_requests_total{job="my-rag", method="POST", route="/v1/query", status="200"} == 5';
    await until('counted', 10, async () => (await value(watching, five)) === 5);

    const load = traffic(service.url, 2, 100);
    const going = everything(service.url);
    const rules = await watching.rules();
    const records = rules.filter(({ type }) => type === 'recording').map(({ name }) => name);
    expect(records.length).toBeGreaterThan(5);
    for (const name of records)
      await until(`${name} has a value`, 30, async () => Number.isFinite((await value(watching, name)) ?? NaN));
    await going;
    await everything(service.url); // twice: a rate needs a series that grew
    for (const [path, text] of expressions)
      await until(`${path}: ${text} shows something`, 30, async () => {
        const { result, complaints } = await watching.query(text);
        expect(complaints, text).toEqual([]);
        return result.length > 0;
      });
    for (const name of ['service:requests_valid:rate5m', 'service:requests_bad:rate5m'])
      await until(`${name} > 0`, 15, async () => ((await value(watching, name)) ?? 0) > 0);
    expect((await load.stop()).failures).toEqual([]);
    for (const { name, health, lastError } of await watching.rules())
      expect([name, health, lastError]).toEqual([name, 'ok', undefined]);

    // the registry is the contract: what it declares is exposed, and nothing that rules and panels ask for is invented
    const declared = await exposed(service.metrics);
    for (const { name, type } of plan.view.metrics) expect([name, declared.get(name)]).toEqual([name, type]);
    const exposures = await Promise.all(watching.expositions.map(exposed));
    const known = [...[declared, ...exposures].flatMap((one) => [...one.keys()]), ...records, 'up'];
    const asked = [...expressions.map(([, text]) => text), ...rules.map((rule) => rule.query)];
    expect(await lint(join(here.folder, 'lint'), asked, known)).toBe('');
    const without = known.filter((name) => name !== 'llm_tokens_total');
    expect(await lint(join(here.folder, 'lint'), asked, without)).toContain('unknown metric llm_tokens_total');

    await until('the Watchdog arrives', 20, () => alertsOf(watching.messages(), 'Watchdog', 'firing').length > 0);
    expect(alertsOf(watching.messages(), 'Watchdog', 'firing')[0]).toMatchObject({
      receiver: 'watchdog',
      labels: { service: 'my-rag', environment: 'staging', severity: 'none' },
    });
    expect(alertsOf(watching.messages(), 'ServiceAbsent', 'firing')).toEqual([]);

    service.signal('SIGKILL');
    const killed = performance.now();
    await service.ended;
    const [page] = await until('the page arrives', 30, () => {
      const pages = alertsOf(watching.messages(), 'ServiceAbsent', 'firing');
      return pages.length > 0 && pages;
    });
    const paged = (performance.now() - killed) / 1000;
    expect(page).toMatchObject({
      receiver: 'page',
      labels: { service: 'my-rag', environment: 'staging', severity: 'page' },
    });

    const port = { PORT: `${service.port}`, METRICS_PORT: new URL(service.metrics).port };
    await ready(await serve(here, home, { ...env, ...port }));
    await until(
      'the page is taken back',
      30,
      () => alertsOf(watching.messages(), 'ServiceAbsent', 'resolved').length > 0,
    );
    return {
      rules: rules.length,
      panels: expressions.length,
      metrics: plan.view.metrics.length,
      secondsToPage: Math.round(paged),
    };
  }),
  240_000,
);
