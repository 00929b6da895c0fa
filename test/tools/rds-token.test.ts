import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { lay } from '../../scripts/folder.ts';
import { load, root } from '../../scripts/load.ts';
import { make } from '../../scripts/make.ts';
import { proof } from './proof.ts';
import { scene } from './scene.ts';
import { serviceOf } from './serving.ts';
import { needs, run, tool } from './tool.ts';

/** Our own signature against the one of the SDK that we do not put into the image. */
const module = 'app/integrations/aws_rds.py';
const template = join(root, 'templates/cloud/aws/@owns-source', module);
const script = join(import.meta.dirname, 'rds-token.py');

needs('uv', 'python3.13')('tokens for a database are those that botocore signs', async () => {
  const inputs = [readFileSync(template), readFileSync(script)];
  await proof('rds-token', inputs, () =>
    scene(async ({ folder }) => {
      lay(serviceOf(make({}, await load()).tree), folder);
      copyFileSync(template, join(folder, module));
      const packages = [
        '--with',
        'botocore==1.44.8',
        '--with',
        'pydantic-settings==2.16.3',
        '--with',
        'structlog==26.1.0',
      ];
      const python = ['--no-project', '--python', tool('python3.13') ?? '', ...packages];
      const { code, stdout, stderr } = await run('uv', ['run', ...python, script, '300'], {
        cwd: folder,
        env: { PYTHONPATH: folder },
      });
      expect(code, stdout + stderr).toBe(0);
      expect(stdout).toContain('300 tokens equal');
    }),
  );
});
