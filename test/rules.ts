import { parse } from 'yaml';
import type { Tree } from '../core/tree.ts';

/** A rule of Prometheus, as a generated repository has it. */
export interface Rule {
  readonly file: string;
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Groups {
  readonly groups: readonly { readonly rules: readonly Omit<Rule, 'file'>[] }[];
}

const text = (tree: Tree, path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);
const under = (tree: Tree, folder: string): string[] =>
  [...tree.keys()].filter((path) => path.startsWith(`deploy/monitoring/${folder}/`));

/** Path → text of the rule files without the objects around them, and of their tests: what promtool reads. */
export function promtoolFiles(tree: Tree): Map<string, string> {
  const wrapped = (path: string): boolean => /^spec:$/m.test(text(tree, path));
  const unwrap = (path: string): string =>
    wrapped(path)
      ? text(tree, path)
          .replace(/^[\s\S]*?^spec:\n/m, '')
          .replaceAll(/^ {2}/gm, '')
      : text(tree, path);
  return new Map(
    ['rules', 'tests'].flatMap((folder) => under(tree, folder).map((path) => [path, unwrap(path)] as const)),
  );
}

/** Every rule of a repository. */
export const rulesIn = (tree: Tree): Rule[] =>
  [...promtoolFiles(tree)]
    .filter(([path]) => path.includes('/rules/'))
    .flatMap(([file, body]) =>
      (parse(body) as Groups).groups.flatMap(({ rules }) => rules.map((rule) => ({ file, ...rule }))),
    );

/** The queries of every dashboard, with the panel they are in. */
export function queriesIn(tree: Tree): { panel: string; expr: string }[] {
  interface Dashboard {
    readonly title: string;
    readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
  }
  return under(tree, 'dashboards').flatMap((path) => {
    const { title, panels } = JSON.parse(text(tree, path)) as Dashboard;
    return panels.flatMap((panel) =>
      (panel.targets ?? []).map(({ expr }) => ({ panel: `${title}: ${panel.title}`, expr })),
    );
  });
}

const words = new Set(['and', 'or', 'unless', 'bool', 'offset', 'by', 'on', 'without', 'ignoring']);

/** The metrics that a query names: what is left of it without labels, ranges, texts, functions and numbers. */
export function metricsOf(expr: string): string[] {
  const bare = expr
    .replaceAll(/"(?:\\.|[^"\\])*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '')
    .replaceAll(/\boffset\s+\w+/g, '');
  return [...bare.matchAll(/(?<![\w.:])[a-zA-Z_:][\w:]*(?!\s*\()(?![\w:])/g)]
    .map(([name]) => name)
    .filter((name) => !words.has(name));
}
