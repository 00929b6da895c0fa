import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Tree } from '../../core/tree.ts';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { needs, run } from './tool.ts';

/** Who is told about an alert: the same on a machine and in a cluster, where the routing is part of a chart's values. */
const library = await load();
const scratch = mkdtempSync(join(tmpdir(), 'alerting-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const text = (tree: Tree, path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);
const { tree: machine } = make({ runtime: 'compose' }, library);
const { tree: cluster } = make({ runtime: 'kubernetes' }, library);
const values = parse(text(cluster, 'deploy/platform/controllers/50-prometheus/values.yaml')) as {
  alertmanager: { config: unknown };
};

describe.each([
  ['a machine', text(machine, 'deploy/compose/monitoring/alertmanager.yml')],
  ['a cluster', stringify(values.alertmanager.config)],
])('%s', (name, config) => {
  const file = join(scratch, `${name.replaceAll(' ', '-')}.yml`);
  writeFileSync(file, config);

  needs('amtool')('the routing is one that Alertmanager accepts', async () => {
    const { code, stdout, stderr } = await run('amtool', ['check-config', file]);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toContain('2 inhibit rules');
  });

  for (const [receiver, ...labels] of [
    ['page', 'alertname=ServiceAbsent', 'severity=page'],
    ['ticket', 'alertname=Shedding', 'severity=ticket'],
    ['ticket', 'alertname=OfSomebodyElse', 'severity=critical'],
    ['watchdog', 'alertname=Watchdog', 'severity=none'],
  ])
    needs('amtool')(`${receiver} is told about ${labels.join(', ')}`, async () => {
      const { stdout } = await run('amtool', ['config', 'routes', 'test', `--config.file=${file}`, ...labels]);
      expect(stdout.trim()).toBe(receiver);
    });
});
