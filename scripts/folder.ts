import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tree } from '../core/tree.ts';

/** Replaces a scratch folder by a tree. For previews, goldens and tests; users' folders are written by `repo/`. */
export function lay(tree: Tree, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, file] of tree) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, file.bytes);
    if (file.mode === '755') chmodSync(target, 0o755);
  }
}
