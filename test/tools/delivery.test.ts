import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { load } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { clear, digestOf, rendered, stage, type Stage } from './delivery.ts';

/** Each script of the delivery by itself: what it calls, what it refuses, and what it never shows. */
const { tree } = make({ runtime: 'kubernetes', ci: 'github', cloud: 'none' }, await load());
const scratch = mkdtempSync(join(tmpdir(), 'delivery-'));
afterAll(() => {
  clear(scratch);
});

const fresh = (): Stage => stage(scratch, tree);
const image = 'registry.test/my-rag';
const digest = digestOf(7);
const reference = `${image}@${digest}`;
const env = { IMAGE: image, DIGEST: digest };
const scripts = [...tree.keys()].filter((path) => path.startsWith('ops/ci/') && tree.get(path)?.mode === '755');

test('every script has a manual', async () => {
  const on = fresh();
  const own = scripts.filter((path) => path.endsWith('.sh') && !path.endsWith('credential.sh'));
  expect(own.length).toBeGreaterThan(15);
  for (const script of own) {
    const { code, stdout } = await on.run(script, ['--help']);
    expect(code, script).toBe(0);
    expect(stdout.split('\n').length, script).toBeGreaterThan(1);
    expect(stdout, script).not.toMatch(/^#|set -euo/m);
  }
  expect(on.calls()).toEqual([]);
});

test.each(['render', 'forward', 'migrate', 'deploy', 'rollback', 'release', 'list', 'tidy'])(
  '%s wants to know the environment, and only those that there are',
  async (name) => {
    const on = fresh();
    for (const args of [[], ['local'], ['staging; true']])
      expect((await on.run(`ops/ci/${name}.sh`, args, env)).code).toBe(2);
    expect(on.calls()).toEqual([]);
  },
);

describe('build', () => {
  const commit = async (on: Stage): Promise<void> => {
    const { run } = await import('./run.ts');
    for (const args of [
      ['init', '--quiet'],
      ['add', '--all'],
      ['-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '--quiet', '-m', 'x'],
    ])
      expect((await run('git', args, { cwd: on.repository })).code).toBe(0);
  };

  test('pushes once, under a tag of its own, and prints the digest alone', async () => {
    const on = fresh();
    await commit(on);
    const { code, stdout } = await on.run('ops/ci/build.sh', ['--push'], {
      IMAGE: image,
      BUILD_NUMBER: '41.1',
      BUILT: digest,
    });
    expect(code).toBe(0);
    expect(stdout).toBe(`${digest}\n`);
    expect(on.calls().filter((call) => call.startsWith('docker'))).toHaveLength(1);
    expect(on.calls()[0]).toMatch(
      /^docker buildx build --target runtime --platform linux\/amd64 .*--push --no-cache --provenance=mode=max .*--tag registry\.test\/my-rag:[0-9a-f]{12}-41\.1 \.$/,
    );
  });

  test('without a digest in the answer there is none', async () => {
    const on = fresh();
    await commit(on);
    const { code, stdout } = await on.run('ops/ci/build.sh', ['--push'], { IMAGE: image, BUILT: 'latest' });
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
  });

  test('of a pull request stays on the machine', async () => {
    const on = fresh();
    await commit(on);
    expect((await on.run('ops/ci/build.sh')).code).toBe(0);
    expect(on.calls().join()).toMatch(/--load .*--tag my-rag:local \.$/);
    expect(on.calls().join()).not.toContain('--push');
  });
});

describe('scan, list and sign', () => {
  test('all by the digest, and a finding stops it', async () => {
    const on = fresh();
    for (const script of ['scan', 'sbom', 'sign'])
      expect((await on.run(`ops/ci/${script}.sh`, [], env)).code, script).toBe(0);
    expect(on.calls().every((call) => call.endsWith(reference))).toBe(true);
    expect(on.calls().map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual([
      'trivy image',
      'trivy image',
      'cosign sign',
      'cosign attest',
    ]);
    on.fail('trivy');
    expect((await on.run('ops/ci/scan.sh', [], env)).code).toBe(1);
  });

  test('exceptions are read where there are some', async () => {
    const on = fresh();
    writeFileSync(join(on.repository, '.trivyignore.yaml'), 'vulnerabilities: []\n');
    await on.run('ops/ci/scan.sh', ['my-rag:local']);
    expect(on.calls()[0]).toMatch(/--exit-code 1 .*--ignorefile \.trivyignore\.yaml my-rag:local$/);
  });

  test('what is in it is listed before it is signed', async () => {
    const on = fresh();
    expect((await on.run('ops/ci/sign.sh', [], env)).code).toBe(1);
    expect(on.calls()).toEqual([]);
  });
});

describe('the signature', () => {
  test('must be of our workflow, in full, for the image and for its list', async () => {
    const on = fresh();
    expect((await on.run('ops/ci/verify-signature.sh', [], env)).code).toBe(0);
    const by =
      '--certificate-identity https://github.com/example/my-rag/.github/workflows/ci.yml@refs/heads/main --certificate-oidc-issuer https://token.actions.githubusercontent.com';
    expect(on.calls()).toEqual([
      `cosign verify ${by} ${reference}`,
      `cosign verify-attestation ${by} --type cyclonedx ${reference}`,
    ]);
  });

  test.each(['cosign-verify', 'cosign-verify-attestation'])('without it (%s) nothing is deployed', async (missing) => {
    const on = fresh();
    on.fail(missing);
    const outcome = await on.run('make', ['-f', 'ops/delivery.mk', 'deploy', 'ENV=production'], env);
    expect(outcome.code).not.toBe(0);
    expect(outcome.stderr).toMatch(/was not signed by|has no list of its contents/);
    expect(on.calls().filter((call) => !call.startsWith('cosign'))).toEqual([]);
  });
});

describe('render', () => {
  test.each(['', 'latest', 'sha256:12', `${digest}0`, digest.toUpperCase()])(
    'refuses "%s" as a digest',
    async (bad) => {
      const on = fresh();
      const outcome = await on.run('ops/ci/render.sh', ['staging'], { IMAGE: image, DIGEST: bad });
      expect(outcome.code).toBe(1);
      expect(outcome.stderr).toContain('DIGEST must be sha256:');
      expect(existsSync(join(on.repository, 'build/release-staging.yaml'))).toBe(false);
    },
  );

  test('names the image by its digest and the migration after it, and changes no file of Git', async () => {
    const on = fresh();
    on.say('rendered', rendered('v1'));
    const before = readFileSync(join(on.repository, 'deploy/k8s/overlays/staging/kustomization.yaml'), 'utf8');
    expect((await on.run('ops/ci/render.sh', ['staging'], env)).code).toBe(0);
    const release = readFileSync(join(on.repository, 'build/release-staging.yaml'), 'utf8');
    expect(release.match(/image: (.*)/g)).toEqual([`image: ${reference}`, `image: ${reference}`]);
    expect(release).toContain('name: my-rag-migrate-000000000000\n');
    expect(readFileSync(join(on.repository, 'deploy/k8s/overlays/staging/kustomization.yaml'), 'utf8')).toBe(before);
  });

  test('refuses a release in which something of ours runs by a tag', async () => {
    const on = fresh();
    on.say('rendered', `${rendered('v1')}---\nspec:\n  image: my-rag:v3\n`);
    const outcome = await on.run('ops/ci/render.sh', ['staging'], env);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('not named by its digest');
    expect(existsSync(join(on.repository, 'build/release-staging.yaml'))).toBe(false);
  });

  test('refuses an overlay whose cloud has not spoken', async () => {
    const on = fresh();
    writeFileSync(join(on.repository, 'deploy/k8s/overlays/staging/cloud.env.example'), 'a=1\n');
    const outcome = await on.run('ops/ci/render.sh', ['staging'], env);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('run ops/render-env.sh staging first');
  });
});

describe('what the cloud hands over', () => {
  const handing = (lines: string): Stage => {
    const on = fresh();
    for (const root of ['deploy/k8s', 'deploy/platform/tenant'])
      writeFileSync(
        join(on.repository, root, 'overlays/staging/cloud.env.example'),
        '# shape\ndata_cidr=10.0.0.0/8\nhost=a.example\n',
      );
    writeFileSync(join(on.repository, 'ops/ci/handover.sh'), `#!/bin/sh\nprintf '${lines}'\n`, { mode: 0o755 });
    return on;
  };
  const got = (on: Stage, root: string): string =>
    readFileSync(join(on.repository, root, 'overlays/staging/cloud.env'), 'utf8');

  test('is written where it is asked for, and nothing more', async () => {
    const on = handing('host=db.test\\ndata_cidr=10.1.0.0/16\\nother=x\\n');
    const outcome = await on.run('ops/render-env.sh', ['staging']);
    expect(outcome.code, outcome.stderr).toBe(0);
    for (const root of ['deploy/k8s', 'deploy/platform/tenant'])
      expect(got(on, root)).toBe('data_cidr=10.1.0.0/16\nhost=db.test\n');
  });

  test.each([
    ['missing', 'host=db.test\\n'],
    ['empty', 'host=db.test\\ndata_cidr=\\n'],
  ])('a value that is %s is named', async (_, lines) => {
    const on = handing(lines);
    const outcome = await on.run('ops/render-env.sh', ['staging']);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('has not handed over data_cidr yet');
    expect(existsSync(join(on.repository, 'deploy/k8s/overlays/staging/cloud.env'))).toBe(false);
  });

  test('or the examples, without asking anybody', async () => {
    const on = handing('');
    expect((await on.run('ops/render-env.sh', ['--example', 'staging'])).code).toBe(0);
    expect(got(on, 'deploy/k8s')).toBe('data_cidr=10.0.0.0/8\nhost=a.example\n');
  });
});
