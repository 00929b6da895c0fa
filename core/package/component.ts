import type { Deployed } from '../option.ts';
import type { File } from '../tree.ts';
import type { Doc } from './document.ts';

/** A folder of manifests that are present in the same environments. */
export interface Component {
  readonly folder: string;
  readonly files: readonly (readonly [path: string, file: File])[];
  /** The objects in the files, read once: both environments and the cloud's values are looked for in them. */
  readonly docs: readonly Doc[];
  readonly envs: readonly Deployed[];
}

/** The environment that a component's own files show: production, unless the component is not there. */
export const baseOf = (envs: readonly Deployed[]): Deployed => (envs.includes('production') ? 'production' : 'staging');
