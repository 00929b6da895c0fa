import { deployed } from '../option.ts';
import type { Plan } from '../plan.ts';
import { sorted, type File } from '../tree.ts';
import { baseOf, type Component } from './component.ts';
import { docsIn } from './document.ts';
import { decode, encode, header, made } from './file.ts';
import { overlayOf } from './overlay.ts';
import { valuesIn } from './patch.ts';
import { replacementsIn } from './replace.ts';
import { filled } from './token.ts';

/** Folders that hold components, each with overlays of its own: the service, and what an administrator applies before it. */
export const roots = ['deploy/k8s/', 'deploy/platform/tenant/'] as const;

/** Manifests of one root → the same with values in them, a kustomization beside each component, and the overlays. */
export function kustomize(root: string, manifests: readonly (readonly [string, File])[], plan: Plan): [string, File][] {
  const written = manifests.filter(([path]) => path.startsWith(`${root}overlays/`));
  const components = componentsOf(
    root,
    manifests.filter((one) => !written.includes(one)),
  );
  const based = components.flatMap((one) => [
    ...one.files.map(([path, file]): [string, File] => [path, filledIn(file, valuesIn(baseOf(one.envs), plan.tokens))]),
    made(`${root}${one.folder}/kustomization.yaml`, componentText(one), one.envs),
  ]);
  const overlays = deployed.flatMap((env) => {
    const here = components.filter(({ envs }) => envs.includes(env));
    const patches = written.filter(([path]) => path.startsWith(`${root}overlays/${env}/`));
    const own = patches.map(([path, file]): [string, File] => [path, filledIn(file, valuesIn(env, plan.tokens))]);
    return here.length === 0 ? [] : [...own, ...overlayOf(root, env, here, patches, plan)];
  });
  return [...based, ...overlays];
}

function componentsOf(root: string, manifests: readonly (readonly [string, File])[]): Component[] {
  const folders = new Map<string, (readonly [string, File])[]>();
  for (const [path, file] of sorted(new Map(manifests))) {
    const folder = /^([a-z0-9-]+)\/[a-z0-9-]+\.yaml$/.exec(path.slice(root.length))?.[1];
    if (folder === undefined) throw new Error(`${path} is not in the folder of a component`);
    folders.set(folder, [...(folders.get(folder) ?? []), [path, file]]);
  }
  return [...folders].map(([folder, files]) => {
    const [first] = files.map(([, file]) => file.envs.join());
    const other = files.find(([, file]) => file.envs.join() !== first);
    if (other) throw new Error(`${other[0]} and its neighbours are not for the same environments`);
    const docs = files.flatMap(([, file]) => docsIn(openText(file) ?? '')).filter(({ open }) => open.length > 0);
    const envs = deployed.filter((env) => files[0]?.[1].envs.includes(env));
    return { folder, files, docs, replacements: docs.flatMap(replacementsIn), envs };
  });
}

/** The text of a manifest with tokens in it; most have none, and nobody has to read them. */
function openText(file: File): string | undefined {
  // The first byte of every token.
  if (!file.bytes.includes(0xc2)) return undefined;
  const text = decode(file);
  return text.includes('«') ? text : undefined;
}

/** A manifest with its tokens replaced. */
function filledIn(file: File, value: ReturnType<typeof valuesIn>): File {
  const text = openText(file);
  if (text === undefined) return file;
  const lines = text.split('\n').map((line) => filled(line, value));
  return { ...file, bytes: encode(lines.join('\n')) };
}

const componentText = ({ files }: Component): string =>
  [...header, 'resources:', ...files.map(([path]) => `  - ${path.slice(path.lastIndexOf('/') + 1)}`), ''].join('\n');
