import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { openStock } from '../../generators/create/catalogue.ts';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { face, type Left } from './face.ts';

/** What real targets refuse is refused here, before anything is rendered: the whole catalogue, by the command line. */
const stock = await openStock();
const typed = (line: string, dir = 'my-rag'): Promise<Left> =>
  face([dir, '--yes', '--dry-run', ...line.split(' ').filter((word) => word !== '')], { stock });
const long = (letters: number): string => 'n'.repeat(letters);

/** What is typed, the option it is about, a part of the reason, and what to type instead. */
const refused: readonly (readonly [string, string, string, string])[] = [
  [`--name ${long(41)}`, '--name', 'at most 40', `use --name ${long(40)}`],
  ['--name My_RAG', '--name', 'lower-case letters', 'use --name my-rag'],
  ['--name on', '--name', 'YAML', 'use --name on-service'],
  ['--name q', '--name', 'ECR', 'use --name q-service'],
  ['--name postgres', '--name', 'runs beside the service', 'use --name postgres-service'],
  ['--region eu-centrall-1', '--region', 'no region of AWS', 'use --region eu-central-1'],
  ['--region mars', '--region', 'no region of AWS', 'use --region eu-central-1'],
  ['--namespace kube-system', '--namespace', 'belong to Kubernetes', 'use --namespace my-rag'],
  ['--name default', '--namespace default', 'belong to Kubernetes', 'use --namespace default-service'],
  ['--name kube-bot', '--namespace kube-bot', 'belong to Kubernetes', 'use --namespace bot-service'],
  [`--namespace ${long(64)}`, '--namespace', 'at most 63', `use --namespace ${long(40)}`],
  [`--namespace ${long(55)}`, '--namespace', 'at most 54', `use --namespace ${long(54)}`],
  ['--namespace monitoring', '--namespace', 'Prometheus', 'use --namespace my-rag'],
  ['--name monitoring', '--namespace monitoring', 'Prometheus', 'use --namespace monitoring-service'],
  ['--domain https://RAG.Acme.com/api', '--domain', 'without https://', 'use --domain rag.acme.com'],
  ['--max-stream-seconds 3571', '--max-stream-seconds', 'at most an hour', 'use --max-stream-seconds 3570'],
  ['--max-stream-seconds 9999', '--max-stream-seconds', 'from 10 to 3600', 'use --max-stream-seconds 75'],
  ['--cloud none --max-stream-seconds 9999', '--max-stream-seconds', 'to 3600', 'use --max-stream-seconds 3600'],
  ['--min-replicas 1', '--min-replicas', 'the drain of a node is an outage', 'use --min-replicas 2'],
  ['--min-replicas 0', '--min-replicas', 'from 1 to 100', 'use --min-replicas 2'],
  ['--min-replicas 20', '--min-replicas', 'cannot be more than the most', 'use --max-replicas 20'],
  ['--max-replicas 1', '--min-replicas 2', 'cannot be more than the most', 'use --max-replicas 2'],
  ['--secrets native', '--secrets', 'AWS draws the passwords', 'use --secrets external-secrets'],
  ['--cloud none --secrets external-secrets', '--secrets', 'outside the cluster', 'use --secrets native'],
  ['--autoscaling keda --monitoring none', '--monitoring none', 'KEDA asks Prometheus', 'use --autoscaling hpa'],
  ['--cloud none --hosting managed', '--hosting', 'applies only with cloud', 'use --hosting cluster'],
  ['--cloud none --region eu-west-1', '--region', 'applies only with cloud', 'leave --region out'],
  ['--registry ghcr.io', '--registry', 'applies only with cloud=none', 'leave --registry out'],
  ['--runtime compose --cloud aws', '--cloud', 'applies only with kubernetes', 'use --cloud none'],
  ['--runtime compose --domain rag.acme.com', '--domain', 'only with kubernetes', 'leave --domain out'],
];

/** The command under "This would work", typed as a shell would. */
function proposed(err: string): string {
  const line =
    /This would work:\n {2}npx create-ai-deploy@\S+ my-rag --yes --dry-run ?(.*)\n$/.exec(err)?.[1] ?? '--none';
  return execFileSync('sh', ['-c', `printf '%s ' ${line}`], { encoding: 'utf8' });
}

describe.each(refused)('%s', (line, option, because, fix) => {
  test('is refused with its reason and a fix, and the proposed command works', async () => {
    const { exit, err } = await typed(line);
    expect(exit).toBe(2);
    expect(err).toContain('This cannot be done:\n');
    for (const text of [option, because, fix]) expect(err).toContain(text);
    expect((await typed(proposed(err))).exit).toBe(0);
  });
});

describe('all at once', () => {
  const wrong = `--name ${long(50)} --namespace kube-system --region mars --domain x.y/z --min-replicas 1`;

  test('everything that is wrong, each with its own fix, in one command that works', async () => {
    const { err } = await typed(`${wrong} --max-stream-seconds 3600`);
    expect(err).toContain('for 6 reasons');
    const works = `--name ${long(40)} --region eu-central-1 --domain x.y --namespace my-rag --min-replicas 2`;
    expect(proposed(err).trim()).toBe(`${works} --max-stream-seconds 3570`);
    expect((await typed(proposed(err))).exit).toBe(0);
  });

  test('answers for a cluster that is not there are left out; the machine stays a machine', async () => {
    const { err } = await typed('--runtime compose --ci github --secrets native --ingress gateway-api --namespace a');
    expect(err).toContain('for 4 reasons');
    expect(proposed(err).trim()).toBe('--runtime compose --ci none');
  });

  test('the fewest and the most instances, both too few', async () => {
    const { err } = await typed('--min-replicas 1 --max-replicas 1');
    expect(proposed(err).trim()).toBe('--min-replicas 2 --max-replicas 2');
  });
});

describe('what applies to nothing needs no answer', () => {
  test('--runtime compose alone is enough, and the line that makes it again says no more', async () => {
    const { exit, out } = await typed('--runtime compose');
    expect(exit).toBe(0);
    for (const id of ['region', 'domain', 'namespace', 'ingress', 'secrets', 'min-replicas'])
      expect(out).not.toMatch(new RegExp(`^ {2}${id} `, 'm'));
    expect(out).toContain('my-rag --yes --runtime compose\n');
    expect(out).not.toContain('null');
  });

  test('--cloud none: a cluster of nobody in particular, which keeps its secrets itself', async () => {
    const { out } = await typed('--cloud none');
    expect(out).toMatch(/^ {2}secrets +native +default$/m);
    expect(out).toMatch(/^ {2}hosting +cluster +default$/m);
    expect(out).toContain('my-rag --yes --cloud none\n');
  });

  test('nulls that a repository keeps say nothing when it moves to a cluster', async () => {
    const library = await load();
    const { answers } = make({ runtime: 'compose' }, library);
    const kept = Object.fromEntries(Object.entries(answers).filter(([, value]) => value === null));
    expect(Object.keys(kept)).toContain('domain');
    const files = { '/home/me/a.yaml': JSON.stringify(kept) };
    const { err, out } = await face(['my-rag', '--yes', '--dry-run', '--answers', 'a.yaml'], { stock, files });
    expect(err).toBe('');
    expect(out).toMatch(/^ {2}domain +my-rag\.example\.com +default$/m);
  });

  test('a domain at its default is named in the summary; one that was answered is not', async () => {
    const says = 'Before a real deployment, answer --domain';
    expect((await typed('')).out).toContain(`${says}: it still is my-rag.example.com.`);
    expect((await typed('--domain rag.acme.com')).out).not.toContain(says);
    expect((await typed('--runtime compose')).out).not.toContain(says);
  });
});
