import type { Catalog } from '../../../core/catalog.ts';
import { refusals } from '../../../core/derive/docs.ts';
import { flags } from '../../../core/derive/flags.ts';
import { usually } from './help.ts';
import { columns, type Paint } from '../report/paint.ts';

/** `options` for a program. */
export const optionsData = (catalog: Catalog): object => ({
  options: flags(catalog).map(({ id, name, ask, default: usual, takes, choices, quiet, option }) => ({
    ...{ id, flag: `--${name}`, ask, kind: option.kind, default: usual, takes, choices, quiet },
    when: option.when ?? null,
  })),
  rules: refusals(catalog),
});

/** `options` for a person. */
export function optionsText(catalog: Catalog, dye: Paint): string {
  const shown = flags(catalog).flatMap((flag) => {
    const { name, ask, takes, choices, quiet } = flag;
    const rows = choices.map(({ value, label, hint }) => [
      value,
      [label, hint].filter((text) => text !== '').join(': '),
    ]);
    return [
      `${dye.bold(`--${name}`)}  ${ask} ${dye.dim(`[${usually(flag)}]${quiet ? ' (never asked)' : ''}`)}`,
      ...(rows.length > 0 ? columns(rows) : [takes]).map((row) => `    ${row}`),
      '',
    ];
  });
  const rules = refusals(catalog).map(({ feature, says, because }) => `  ${feature} ${says}: ${because}`);
  return [...shown, dye.bold('What cannot be combined'), ...rules, ''].join('\n');
}
