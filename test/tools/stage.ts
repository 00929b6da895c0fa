import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Deployed } from '../../core/option.ts';
import { lay } from '../../scripts/folder.ts';
import type { Proved } from '../combinations.ts';
import { cluster, type Cluster } from './cluster.ts';
import { built, withDigest } from './overlays.ts';
import type { Scene } from './scene.ts';

/** The cluster with the tenant of an environment in it, and what a pipeline does there. */
export interface Stage extends Cluster {
  readonly folder: string;
  /** kubectl as a member of the deployers' group, in the namespace. */
  readonly deployer: Cluster['kubectl'];
  /** Applies the overlay as that group, with the image of a digest. */
  readonly release: (env: Deployed, digit: string, change?: (manifests: string) => string) => Promise<void>;
}

/** Sets the stage for one repository; several can be in one cluster. */
export async function stage(now: Scene, { tree, plan }: Proved, there?: Cluster): Promise<Stage> {
  const lab = there ?? (await cluster(now));
  const folder = join(now.folder, plan.view.name);
  lay(tree, folder);
  const { name, namespace } = plan.view;
  const who = ['--as=pipeline', `--as-group=${name}-deployers`, '--as-group=system:authenticated', '-n', namespace];
  const deployer: Stage['deployer'] = (...args) => lab.kubectl(...who, ...args);
  const file = join(now.folder, 'applied.yaml');
  const release: Stage['release'] = async (env, digit, change = (manifests) => manifests) => {
    writeFileSync(file, await built(folder, 'deploy/platform/tenant/', env));
    await lab.ask('--warnings-as-errors', 'apply', '--server-side', '--force-conflicts', '-f', file);
    writeFileSync(file, change(withDigest(await built(folder, 'deploy/k8s/', env), name, digit)));
    await deployer('delete', 'job', `${name}-migrate`, '--ignore-not-found');
    const applied = await deployer('--warnings-as-errors', 'apply', '--server-side', '-f', file);
    expect(applied).toMatchObject({ code: 0, stderr: '' });
  };
  return { ...lab, folder, deployer, release };
}
