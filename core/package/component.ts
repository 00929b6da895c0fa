import type { Deployed } from '../option.ts';
import type { File } from '../tree.ts';
import { docsIn, type Doc } from './document.ts';
import { decode } from './file.ts';

/** A folder of manifests that are present in the same environments. */
export interface Component {
  readonly folder: string;
  readonly files: readonly (readonly [path: string, file: File])[];
  readonly envs: readonly Deployed[];
}

/** The environment that a component's own files show: production, unless the component is not there. */
export const baseOf = (envs: readonly Deployed[]): Deployed => (envs.includes('production') ? 'production' : 'staging');

/** The objects of a component with the environments that they are for. */
export const docsOf = (component: Component): Doc[] => component.files.flatMap(([, file]) => docsIn(decode(file)));
