import type { Plan } from '../plan.ts';
import { put, sorted, type File, type Tree } from '../tree.ts';
import { kustomize, roots } from './kustomize.ts';
import { monitoring } from './monitoring.ts';

type Named = readonly [path: string, file: File];

/** A rendered tree → the tree as its owner gets it: manifests packaged, tokens replaced. Others pass through. */
export function pack(tree: Tree, plan: Plan): Tree {
  if (!plan.view.has.kubernetes) return sorted(tree);
  const out = new Map<string, File>();
  const monitored: Named[] = [];
  const manifests = roots.map((): Named[] => []);
  for (const one of tree) {
    const root = roots.findIndex((folder) => isManifest(one[0], folder));
    if (root >= 0) manifests[root]?.push(one);
    else if (one[0].startsWith('deploy/monitoring/')) monitored.push(one);
    else out.set(one[0], one[1]);
  }
  for (const [path, file] of monitoring(monitored, plan)) put(out, path, file);
  roots.forEach((root, i) => {
    for (const [path, file] of kustomize(root, manifests[i] ?? [], plan)) put(out, path, file);
  });
  return sorted(out);
}

/** Files of a component, and patches that a template writes into an overlay. */
const isManifest = (path: string, root: string): boolean => path.startsWith(root) && path.endsWith('.yaml');
