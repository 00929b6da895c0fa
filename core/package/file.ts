import type { File } from '../tree.ts';

/** How every kustomization begins. */
export const header = ['apiVersion: kustomize.config.k8s.io/v1beta1', 'kind: Kustomization'];

export const decode = (file: File): string => new TextDecoder().decode(file.bytes);
export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A file that no template has: it follows from those that are there. */
export const made = (path: string, text: string, envs: File['envs']): [string, File] => [
  path,
  {
    bytes: encode(text),
    mode: '644',
    id: `${packager}:${path}`,
    owner: packager,
    envs,
    from: 'core/package',
    kind: 'managed',
  },
];

const packager = 'base/kubernetes';
