import type { Deployed } from '../option.ts';
import type { File } from '../tree.ts';
import type { Doc } from './document.ts';
import type { Replacement } from './replace.ts';

/** A folder of manifests that are present in the same environments. */
export interface Component {
  readonly folder: string;
  readonly files: readonly (readonly [path: string, file: File])[];
  /** The objects with tokens in them: only there do environments differ, and only there can the cloud's values be. */
  readonly docs: readonly Doc[];
  /** What the cloud fills in, whatever the environment. */
  readonly replacements: readonly Replacement[];
  readonly envs: readonly Deployed[];
}

/** The environment that a component's own files show: production, unless the component is not there. */
export const baseOf = (envs: readonly Deployed[]): Deployed => (envs.includes('production') ? 'production' : 'staging');
