import type { Plan } from '../plan.ts';
import { put, sorted, type File, type Tree } from '../tree.ts';
import { kustomize, roots } from './kustomize.ts';
import { monitoring } from './monitoring.ts';

type Named = readonly [path: string, file: File];

/** A rendered tree → the tree as its owner gets it: manifests packaged, tokens replaced. Others pass through. */
export function pack(tree: Tree, plan: Plan): Tree {
  if (!plan.view.has.kubernetes) return sorted(tree);
  const out = new Map<string, File>();
  const rest = [...tree].filter(([path]) => !roots.some((root) => isManifest(path, root)));
  const monitored = ([path]: Named): boolean => path.startsWith('deploy/monitoring/');
  for (const [path, file] of [
    ...rest.filter((one) => !monitored(one)),
    ...monitoring(rest.filter(monitored), plan),
    ...roots.flatMap((root) =>
      kustomize(
        root,
        [...tree].filter(([path]) => isManifest(path, root)),
        plan,
      ),
    ),
  ])
    put(out, path, file);
  return sorted(out);
}

/** Files of a component, and patches that a template writes into an overlay. */
const isManifest = (path: string, root: string): boolean => path.startsWith(root) && path.endsWith('.yaml');
