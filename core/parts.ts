import type { Answers } from './options.ts';

type Part = Answers['parts'][number];

type Region = readonly (readonly [prefix: string, part: Part | 'always'])[];

/** A part is a region of the repository, so the path decides: what stands at the top, then the first prefix that fits. */
const regions: Readonly<Record<string, Region>> = {
  deploy: [
    ['deploy/compose/monitoring', 'monitoring'],
    ['deploy/monitoring/', 'monitoring'],
    ['deploy/k8s/monitoring/', 'monitoring'],
    ['deploy/compose/', 'compose'],
    ['', 'deploy'],
  ],
  infra: [['', 'infra']],
  '.github': [['', 'ci']],
  ops: [
    ['ops/secrets.sh', 'compose'],
    ['ops/verify.sh', 'always'],
    ['ops/checks/', 'always'],
    ['ops/ci/', 'ci'],
    ['', 'deploy'],
  ],
  docs: [['', 'docs']],
  'README.md': [['', 'docs']],
  'AGENTS.md': [['', 'docs']],
  'CONTRIBUTING.md': [['', 'docs']],
  Dockerfile: [['', 'container']],
  '.dockerignore': [['', 'container']],
  '.gitattributes': [['', 'always']],
  '.gitignore': [['', 'always']],
  '.editorconfig': [['', 'always']],
};

/** Whether a path of the generated repository was asked for. */
export function isWanted(path: string, parts: Answers['parts']): boolean {
  const top = path.includes('/') ? path.slice(0, path.indexOf('/')) : path;
  const part = regions[top]?.find((row) => path.startsWith(row[0]))?.[1] ?? 'service';
  return part === 'always' || parts.includes(part);
}
