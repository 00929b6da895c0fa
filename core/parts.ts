import type { Answers } from './options.ts';

type Part = Answers['parts'][number];

/** A part is a region of the repository, so the path decides; the first prefix that fits wins. */
const table: readonly (readonly [prefix: string, part: Part | 'always'])[] = [
  ['deploy/compose/monitoring', 'monitoring'],
  ['deploy/monitoring/', 'monitoring'],
  ['deploy/k8s/monitoring/', 'monitoring'],
  ['deploy/compose/', 'compose'],
  ['deploy/', 'deploy'],
  ['infra/', 'infra'],
  ['.github/', 'ci'],
  ['ops/secrets.sh', 'compose'],
  ['ops/verify.sh', 'always'],
  ['ops/checks/', 'always'],
  ['ops/ci/', 'ci'],
  ['ops/', 'deploy'],
  ['docs/', 'docs'],
  ['README.md', 'docs'],
  ['AGENTS.md', 'docs'],
  ['CONTRIBUTING.md', 'docs'],
  ['Dockerfile', 'container'],
  ['.dockerignore', 'container'],
  ['.gitattributes', 'always'],
  ['.gitignore', 'always'],
  ['.editorconfig', 'always'],
  ['', 'service'],
];

/** Whether a path of the generated repository was asked for. */
export function isWanted(path: string, parts: Answers['parts']): boolean {
  const part = table.find(([prefix]) => path.startsWith(prefix))?.[1] ?? 'service';
  return part === 'always' || parts.includes(part);
}
