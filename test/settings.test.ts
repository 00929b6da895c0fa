import { describe, expect, test } from 'vitest';
import { deployed, environments } from '../core/option.ts';
import { combinations } from './combinations.ts';

/** A setting is declared once; every file that spells it out again must have exactly the same keys. */
describe.each(await combinations())('$name', ({ tree, plan }) => {
  const text = (path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);
  const keys = (path: string, pattern: RegExp): string[] =>
    [...text(path).matchAll(pattern)].map((match) => (match[1] ?? '').toUpperCase()).sort();
  const declared = plan.view.settings.map(({ name }) => name);
  const secret = plan.view.secrets.map(({ name }) => name);

  test('settings.py and .env.example have every setting', () => {
    const body = text('app/settings.py').split('class Settings(')[1] ?? '';
    const fields = [...body.matchAll(/^ {4}([a-z][a-z0-9_]*): /gm)].map((match) => (match[1] ?? '').toUpperCase());
    expect(fields.sort()).toEqual([...declared].sort());
    expect(keys('.env.example', /^#? ?([A-Z][A-Z0-9_]*)=/gm)).toEqual([...declared].sort());
  });

  const clustered = plan.view.has.kubernetes;
  test.each(clustered ? ['local'] : environments)('containers in %s get the same keys, secrets as files', (env) => {
    const plain = keys(`deploy/compose/env/${env}.env`, /^([A-Z][A-Z0-9_]*)=/gm);
    expect([...plain, ...secret].sort()).toEqual([...declared].sort());
    const compose = env === 'local' ? 'compose.dev.yml' : 'compose.yml';
    for (const name of secret) expect(text(`deploy/compose/${compose}`)).toContain(`- ${name.toLowerCase()}\n`);
  });

  test.each(clustered ? deployed : [])('pods in %s get the same keys, what the cloud knows among them', (env) => {
    const overlay = `deploy/k8s/overlays/${env}`;
    const plain = keys(`${overlay}/service.env`, /^([A-Z][A-Z0-9_]*)=/gm);
    const handed = keys(`${overlay}/kustomization.yaml`, /"data\.([A-Z][A-Z0-9_]*)"/g);
    expect([...plain, ...handed, ...secret].sort()).toEqual([...declared].sort());
  });
});
