import { describe, expect, test } from 'vitest';
import { choicesOf } from '../core/catalog.ts';
import { options } from '../core/options.ts';
import { load } from '../scripts/load.ts';
import { make } from '../scripts/make.ts';
import { flows, folder, text, type Workflow } from './workflows.ts';

/** What must be true of every workflow, whatever it does: read as GitHub reads it, not as text. */

const library = await load();
const clouds = choicesOf('cloud', options.cloud, library.catalog).map(({ value }) => value);
const trees = clouds.map((cloud) => ({
  cloud,
  tree: make({ runtime: 'kubernetes', ci: 'github', cloud }, library).tree,
}));
describe.each(trees)('workflows with cloud $cloud', ({ cloud, tree }) => {
  const all = flows(tree);
  const flow = (name: string): Workflow => {
    const found = all.find(([path]) => path === name)?.[1];
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  };
  const jobs = all.flatMap(([path, { jobs }]) =>
    Object.entries(jobs).map(([id, job]) => ({ at: `${path} ${id}`, job })),
  );
  const steps = jobs.flatMap(({ at, job }) => (job.steps ?? []).map((step) => ({ at, step })));

  test('there are those that are needed, and infrastructure has its own where there is some', () => {
    const names = ['checks.yml', 'ci.yml', 'deploy.yml', 'notify.yml'];
    const infra = cloud === 'none' ? [] : ['drift.yml', 'infra.yml'];
    expect(all.map(([name]) => name)).toEqual([...names, ...infra].sort());
  });

  test('the same digest goes from the build over staging to production, and through nothing else', () => {
    const { build, staging, production } = flow('ci.yml').jobs;
    const digest = '${{ needs.build.outputs.digest }}';
    expect(build?.needs).toEqual(['checks']);
    expect(build?.if).toBe("github.event_name == 'push'");
    expect(build?.outputs).toEqual({ digest: '${{ steps.build.outputs.digest }}' });
    expect(staging?.needs).toEqual(['build']);
    expect(production?.needs).toEqual(['build', 'staging']);
    for (const [environment, job] of Object.entries({ staging, production })) {
      expect(job?.with).toEqual({ environment, digest });
      expect(job?.uses).toBe('./.github/workflows/deploy.yml');
      expect(job?.if).toBeUndefined();
    }
    expect(flow('deploy.yml').jobs.deploy?.environment).toBe('${{ inputs.environment }}');
  });

  test('an image is scanned, listed and signed where it was built, in this order', () => {
    const runs = (flow('ci.yml').jobs.build?.steps ?? []).flatMap(({ run }) => run ?? []);
    const order = ['sign-in.sh', 'build.sh --push', 'scan.sh', 'sbom.sh', 'sign.sh'];
    const places = order.map((script) => runs.findIndex((run) => run.includes(script)));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('a deployment checks the signature before it renders, renders before it releases, and undoes what is cut short', () => {
    const deploy = flow('deploy.yml').jobs.deploy?.steps ?? [];
    const runs = deploy.flatMap(({ run }) => run ?? []);
    const order = ['sign-in', 'verify-signature', 'forward', 'render-env', 'render', 'release', 'rollback'];
    const places = order.map((script) => runs.findIndex((run) => run.includes(`/${script}.sh`)));
    expect(places).toEqual([0, 1, 2, 3, 4, 5, 6]);
    // Without the history, no commit is older than another.
    expect(deploy.find(({ uses }) => uses?.startsWith('actions/checkout@'))?.with).toMatchObject({ 'fetch-depth': 0 });
    expect(deploy.at(-1)?.if).toBe("cancelled() && steps.release.outcome == 'cancelled'");
    expect(deploy.filter((step) => step.if !== undefined)).toHaveLength(1);
  });

  test('a pull request pushes nothing, deploys nothing and has no token to prove who it is', () => {
    const onPull = Object.entries(flow('ci.yml').jobs).filter(([, job]) => job.if !== "github.event_name == 'push'");
    const free = onPull.filter(([, job]) => !job.needs?.includes('build'));
    expect(free.map(([id]) => id)).toEqual(['checks', 'image']);
    for (const [, job] of free) expect(job.permissions).toEqual({ contents: 'read' });
    const runs = (flow('ci.yml').jobs.image?.steps ?? []).flatMap(({ run }) => run ?? []);
    expect(runs.some((run) => run.includes('--push'))).toBe(false);
  });

  test('no permission at the top; each job has its own, and none to write but where it must', () => {
    for (const [path, one] of all) expect(one.permissions, path).toEqual({});
    for (const { at, job } of jobs) expect(job.permissions, at).toBeDefined();
    const writes = jobs.flatMap(({ at, job }) =>
      Object.entries(job.permissions ?? {}).flatMap(([what, how]) => (how === 'write' ? [`${at}: ${what}`] : [])),
    );
    const registry = cloud === 'none' ? ['ci.yml build: packages'] : [];
    const infra = [
      'drift.yml drift: id-token',
      'infra.yml plan: id-token',
      'infra.yml comment: pull-requests',
      'infra.yml apply: id-token',
    ];
    expect(writes.sort()).toEqual(
      [
        ...['build', 'staging', 'production'].map((job) => `ci.yml ${job}: id-token`),
        'deploy.yml deploy: id-token',
        ...registry,
        ...(cloud === 'none' ? [] : infra),
      ].sort(),
    );
  });

  test('the lock is audited, and main asks for every check of a pull request', () => {
    const checks = flow('checks.yml').jobs;
    expect(checks.audit?.steps?.at(-1)?.run).toBe('make audit');
    const { contexts } = /"contexts": (?<contexts>\[.*?\])/.exec(text(tree, '.github/scripts/setup.sh'))?.groups ?? {};
    expect(JSON.parse(contexts ?? '[]')).toEqual([...Object.keys(checks).map((id) => `checks / ${id}`), 'image']);
  });

  test('people are told how it ended, whatever the end was, by everything that changes what runs', () => {
    const ends = all.flatMap(([path, { jobs }]) => (jobs.notify?.uses ? [{ path, jobs, end: jobs.notify }] : []));
    expect(ends.map(({ path }) => path)).toEqual(
      all.map(([path]) => path).filter((path) => !['checks.yml', 'notify.yml'].includes(path)),
    );
    for (const { path, jobs, end } of ends) {
      const others = Object.keys(jobs).filter((id) => !['notify', 'image', 'comment'].includes(id));
      expect(end.needs, path).toEqual(others);
      expect(end.if, path).toMatch(/^(always|failure)\(\)/);
      expect(end.with?.results, path).toBe("${{ join(needs.*.result, ' ') }}");
      expect(end.secrets, path).toEqual({ NOTIFY_WEBHOOK: '${{ secrets.NOTIFY_WEBHOOK }}' });
    }
    expect(flow('notify.yml').on.workflow_call).toMatchObject({ secrets: { NOTIFY_WEBHOOK: { required: false } } });
  });

  test('nobody outside can start one with our rights, and no secret is handed on as a whole', () => {
    for (const [path, one] of all) {
      expect(Object.keys(one.on), path).not.toContain('pull_request_target');
      expect(Object.keys(one.on), path).not.toContain('workflow_run');
    }
    for (const { at, job } of jobs) expect(job.secrets, at).not.toBe('inherit');
  });

  test("a job's own token is no password: it goes where GitHub is asked, under a name of its own", () => {
    const used = steps.flatMap(({ at, step }) =>
      Object.entries(step.env ?? {}).flatMap(([name, value]) =>
        value.includes('github.token') ? [`${at} ${name}`] : [],
      ),
    );
    const known =
      cloud === 'none' ? ['ci.yml build JOB_TOKEN', 'deploy.yml deploy JOB_TOKEN'] : ['infra.yml comment GH_TOKEN'];
    expect(used).toEqual(known);
  });

  test('every action is pinned to a commit, and says which version that is', () => {
    const lines = all.flatMap(([path]) => text(tree, folder + path).match(/^.*\buses:.*$/gm) ?? []);
    const actions = lines.filter((line) => !line.includes('uses: ./'));
    expect(actions.length).toBeGreaterThan(8);
    expect(actions.filter((line) => !/uses: [\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    const pins = new Map<string, Set<string>>();
    for (const line of actions) {
      const [, action = '', pin = ''] = /uses: ([^@]+)@(.*)$/.exec(line) ?? [];
      pins.set(action, (pins.get(action) ?? new Set()).add(pin));
    }
    expect([...pins].filter(([, found]) => found.size > 1)).toEqual([]);
  });

  test('a script gets values as variables: no expression stands in what a shell reads', () => {
    expect(steps.filter(({ step }) => step.run?.includes('${{')).map(({ at, step }) => `${at}: ${step.run}`)).toEqual(
      [],
    );
  });

  test('nothing that somebody else can write is used at all, but a number and a yes or no', () => {
    const used = all.flatMap(
      ([path]) => text(tree, folder + path).match(/github\.(event\.[\w.]+|head_ref|ref_name)/g) ?? [],
    );
    const harmless = ['github.event.pull_request.number', 'github.event.pull_request.head.repo.full_name'];
    expect([...new Set(used)].filter((one) => !harmless.includes(one))).toEqual([]);
  });

  test('a checkout leaves no credentials behind, and every job has an end', () => {
    for (const { at, step } of steps)
      if (step.uses?.startsWith('actions/checkout@')) expect(step.with?.['persist-credentials'], at).toBe(false);
    for (const { at, job } of jobs.filter(({ job }) => job.uses === undefined)) {
      expect(job['timeout-minutes'], at).toBeLessThanOrEqual(60);
      expect(job['runs-on'], at).toBe('ubuntu-24.04');
    }
  });

  test('what runs on main is never cut short by what comes later', () => {
    const started = all.filter(([, { on }]) => Object.keys(on).some((event) => event !== 'workflow_call'));
    expect(started.length).toBe(all.length - 2);
    for (const [path, one] of started)
      expect([false, "${{ github.event_name == 'pull_request' }}"], path).toContain(
        one.concurrency?.['cancel-in-progress'],
      );
    expect(flow('deploy.yml').concurrency?.group).toBe('deploy-${{ inputs.environment }}');
    expect(flow('ci.yml').concurrency?.group).toBe('ci-${{ github.event.pull_request.number || github.run_id }}');
  });

  test('every script that a workflow or another script names is there, and can be run', () => {
    const named = /(?<![\w/.])((?:\.github\/scripts|ops(?:\/ci)?)\/[\w-]+\.(?:sh|py))/g;
    const from = [...tree.keys()].filter((path) => /^(\.github|ops)\/.*\.(yml|sh|mk)$/.test(path));
    const optional = new Set(['ops/ci/handover.sh']);
    const wanted = from.flatMap((path) =>
      [...text(tree, path).matchAll(named)].map(([, script = '']) => ({ path, script })),
    );
    expect(wanted.length).toBeGreaterThan(40);
    const bad = wanted.filter(({ script }) => !tree.has(script) && !optional.has(script));
    expect(bad).toEqual([]);
    const sourced = /^\. .*?\b(\w[\w-]*\.sh)"?$/gm;
    const libraries = new Set(from.flatMap((path) => [...text(tree, path).matchAll(sourced)].map(([, name]) => name)));
    const run = wanted.filter(
      ({ script }) => !libraries.has(script.slice(script.lastIndexOf('/') + 1)) && script.endsWith('.sh'),
    );
    expect(run.filter(({ script }) => tree.get(script)?.mode === '644')).toEqual([]);
  });

  test('they name no cloud: only scripts know which one it is', () => {
    const words = clouds.filter((one) => one !== 'none');
    const naming = all.filter(([path]) =>
      words.some((word) => new RegExp(`\\b${word}\\b`, 'i').test(text(tree, folder + path))),
    );
    expect(naming.map(([path]) => path)).toEqual([]);
  });

  test('whose signature counts is the workflow that signs', () => {
    expect(text(tree, 'ops/ci/identity/signer.env')).toMatch(
      /^SIGNER=https:\/\/github\.com\/example\/my-rag\/\.github\/workflows\/ci\.yml@refs\/heads\/main$/m,
    );
  });

  test.runIf(cloud !== 'none')('infrastructure: no plan for forks, approval and order before it is applied', () => {
    const { plan, comment, apply } = flow('infra.yml').jobs;
    expect(plan?.if).toContain('github.event.pull_request.head.repo.full_name == github.repository');
    expect(plan?.environment).toBeUndefined();
    expect(comment?.steps?.some(({ uses }) => uses?.startsWith('actions/checkout@'))).toBe(false);
    expect(apply?.needs).toEqual(['plan']);
    expect(apply?.environment).toBe('${{ matrix.environment }}-infra');
    expect(apply?.if).toContain("github.ref == 'refs/heads/main'");
    expect(apply).toHaveProperty('strategy', {
      'fail-fast': true,
      'max-parallel': 1,
      matrix: { environment: ['staging', 'production'] },
    });
    const uploads = plan?.steps?.filter(({ uses }) => uses?.startsWith('actions/upload-artifact@')) ?? [];
    const inPulls = uploads.filter((step) => step.if === undefined).map((step) => step.with?.path);
    expect(inPulls).toEqual(['build/infra-${{ matrix.environment }}.md']);
  });
});
