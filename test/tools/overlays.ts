import { existsSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployed } from '../../core/option.ts';
import { run } from './tool.ts';

/** What a pipeline would apply: an overlay of a laid-out repository as kustomize builds it, with the examples of what a cloud knows. */
export async function built(folder: string, root: string, env: Deployed): Promise<string> {
  const overlay = join(folder, root, 'overlays', env);
  if (existsSync(join(overlay, 'cloud.env.example')))
    copyFileSync(join(overlay, 'cloud.env.example'), join(overlay, 'cloud.env'));
  const { code, stdout, stderr } = await run('kustomize', ['build', overlay]);
  if (code !== 0 || stderr !== '') throw new Error(`kustomize build ${root}overlays/${env}: ${stderr}`);
  return stdout;
}

/** The same with a digest behind the image of the service. */
export const withDigest = (manifests: string, image: string, digit = 'a'): string =>
  manifests.replaceAll(new RegExp(`^( +(?:- )?image: )${image}$`, 'gm'), `$1${image}@sha256:${digit.repeat(64)}`);
