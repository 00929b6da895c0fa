import type { Tree } from '../../core/tree.ts';
import { proof, treeInputs } from './proof.ts';
import { scene, type Scene } from './scene.ts';

/** The body of a test that is a scene, played once per set of files; what it measured is printed every time. */
export const played =
  <T>(name: string, tree: Tree, body: (scene: Scene) => T | Promise<T>) =>
  async (): Promise<void> => {
    const figures = await proof(name, treeInputs(tree), () => scene(body));
    if (figures !== undefined) console.log(`${name}: ${JSON.stringify(figures)}`);
  };
