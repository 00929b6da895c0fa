import { describe, expect, test } from 'vitest';
import { load } from '../scripts/load.ts';
import { make } from '../scripts/make.ts';

/** What the roles of the pipeline may do in AWS is what its scripts do there: no action too few, and none too many. */
const { tree } = make({ runtime: 'kubernetes', cloud: 'aws', ci: 'github' }, await load());
const text = (path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);

interface Statement {
  readonly actions: readonly string[];
  readonly resources: string;
}
/** The statements of one policy document, read from the file that it is written in. */
function statements(file: string, name: string): Statement[] {
  const document = text(file).split(`data "aws_iam_policy_document" "${name}" {`)[1]?.split(/^\}/m)[0] ?? '';
  const [, ...blocks] = document.split(/^ {2}statement \{/m);
  return blocks.map((block) => ({
    actions: [...(/^ {4}actions += (\[[\s\S]*?\])/m.exec(block)?.[1] ?? '').matchAll(/"([^"]+)"/g)].map(
      ([, action = '']) => action,
    ),
    resources: /^ {4}resources += (.+)$/m.exec(block)?.[1] ?? '',
  }));
}

/** Commands whose name is not that of the action. */
const renamed: Readonly<Record<string, string>> = {
  'ecr get-login-password': 'ecr:GetAuthorizationToken',
  'eks update-kubeconfig': 'eks:DescribeCluster',
};
const pascal = (verb: string): string =>
  verb.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
/** Actions that the commands of some lines take; what signs in takes none. */
const taken = (lines: string): string[] =>
  [...lines.matchAll(/\baws (ecr|eks|secretsmanager|ssm|sts) ([a-z][a-z-]+)/g)].map(
    ([, service = '', verb = '']) => renamed[`${service} ${verb}`] ?? `${service}:${pascal(verb)}`,
  );
/** A function of a script. */
const body = (path: string, name: string): string =>
  new RegExp(`^${name}\\(\\) \\{\n([\\s\\S]*?)^\\}`, 'm').exec(text(path))?.[1] ?? '';

const access = 'ops/access.sh';
/** What a registry is asked by whoever reads an image, or writes one: docker, cosign and trivy all speak its protocol. */
const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const push = ['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload', 'ecr:PutImage'];
/** Whoever looks at a release by hand sees what the registry knows about its image. */
const look = ['ecr:DescribeImages'];

const roles = {
  build: {
    file: 'infra/aws/registry/build.tf',
    does: [...taken(body(access, 'enter_registry')), ...pull, ...push, ...look, 'ecr:DescribeImageScanFindings'],
  },
  deploy: {
    file: 'infra/aws/bootstrap/deploy.tf',
    does: [
      ...taken(body(access, 'enter_registry')),
      ...taken(body(access, 'enter_cluster')),
      ...taken(text('ops/ci/handover.sh')),
      ...pull,
      ...look,
    ],
  },
};

describe.each(Object.entries(roles))('the role %s', (name, { file, does }) => {
  const allowed = statements(file, name);

  test('may do what the scripts of its jobs do, and nothing else', () => {
    expect(new Set(does.map((action) => action.split(':')[0])).size).toBeGreaterThanOrEqual(name === 'build' ? 1 : 3);
    expect(allowed.flatMap(({ actions }) => actions).sort()).toEqual(does.sort());
  });

  test('may do it to what is its own; only signing in is about no certain thing', () => {
    const everywhere = allowed.filter(({ resources }) => resources === '["*"]');
    expect(everywhere.flatMap(({ actions }) => actions)).toEqual(['ecr:GetAuthorizationToken']);
    for (const { resources } of allowed) expect(resources).not.toBe('');
  });
});
