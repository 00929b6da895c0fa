import type { Tree } from '../../core/tree.ts';

const text = (tree: Tree, path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);

/** Scripts that pipelines, make files, scripts and pages start: they are there, and may be executed. */
export function scripts(tree: Tree): string[] {
  const readers = [...tree.keys()].filter((path) => /\.(ya?ml|sh|mk|md)$|(^|\/)Makefile$|^ops\//.test(path));
  const everything = readers.map((reader) => text(tree, reader)).join('\n');
  return readers.flatMap((reader) =>
    [...text(tree, reader).matchAll(/(?<![\w./-])((?:\.\/)?(?:ops|deploy\/platform)\/[\w./-]*[\w]\.sh)\b/g)]
      .map(([, path = '']) => path.replace(/^\.\//, ''))
      .flatMap((path) => {
        const file = tree.get(path);
        const optional = text(tree, reader).includes(`[[ -x ${path} ]]`);
        if (!file) return optional ? [] : [`${reader} names ${path}, which is not there`];
        const sourced = new RegExp(`(source|\\.) "?([^"\\s]*/)?${path.split('/').at(-1) ?? ''}`).test(everything);
        return file.mode === '755' || sourced ? [] : [`${reader} starts ${path}, which may not be executed`];
      }),
  );
}

/** `make` targets that pages, scripts and pipelines speak of. */
export function targets(tree: Tree): string[] {
  const rules = [...tree.keys()].filter((path) => /(^|\/)Makefile$|\.mk$/.test(path)).map((path) => text(tree, path));
  const known = new Set(
    rules.flatMap((rule) => [...rule.matchAll(/^([a-z][a-z0-9-]*):/gm)].map(([, name = '']) => name)),
  );
  return [...tree.keys()]
    .filter((path) => /\.(md|ya?ml|sh)$/.test(path))
    .flatMap((path) =>
      [...text(tree, path).matchAll(/(?:`|^ *(?:\$ )?|run: )make ([a-z][a-z0-9-]*)/gm)]
        .map(([, name = '']) => name)
        .filter((name) => !known.has(name))
        .map((name) => `${path} speaks of \`make ${name}\`, which is no target`),
    );
}

/** Relative links of pages, and the runbooks that alerts point to. */
export function links(tree: Tree, runbooks: string): string[] {
  const pages = [...tree.keys()].filter((path) => path.endsWith('.md'));
  const within = (from: string, to: string): string =>
    new URL(to, `file:///${from}`).pathname.slice(1).replace(/\/$/, '');
  const exists = (path: string): boolean =>
    tree.has(path) || [...tree.keys()].some((one) => one.startsWith(`${path}/`));
  const dead = pages.flatMap((page) =>
    [...text(tree, page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, to = '']) => within(page, to))
      .filter((to) => to !== '' && !exists(to))
      .map((to) => `${page} links to ${to}, which is not there`),
  );
  const rules = [...tree.keys()].filter((path) => path.startsWith('deploy/monitoring/rules/'));
  const unread = rules.flatMap((path) =>
    [...text(tree, path).matchAll(/runbook_url: "?([^\s"]+)/g)]
      .map(([, url = '']) => url.replace(runbooks, 'docs/runbooks'))
      .filter((to) => !tree.has(to))
      .map((to) => `${path} points to ${to}, which is not there`),
  );
  return [...dead, ...unread];
}
