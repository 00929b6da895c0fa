import type { Catalog } from '../../core/catalog.ts';
import type { Lock } from '../../core/lock.ts';
import type { Bodies } from '../../core/render.ts';

/** The catalogue of this version. The index is there at once; what only a plan needs is read when it is needed. */
export interface Stock {
  readonly catalog: Catalog;
  readonly version: string;
  readonly lock: () => Lock;
  /** Templates of some features, by `<slot>/<id>`. */
  readonly bodies: (features: readonly string[]) => Bodies;
}
