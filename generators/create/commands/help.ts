import type { Catalog } from '../../../core/catalog.ts';
import { flags, type Flag } from '../../../core/derive/flags.ts';
import { columns, type Paint } from '../report/paint.ts';
import { commands, later, switches } from '../words.ts';

/** `--help`: derived, so that it cannot lie about a flag. */
export function help(catalog: Catalog, version: string, dye: Paint): string {
  const all = flags(catalog);
  const verbs = Object.entries(commands).map(([name, { takes, says }]) => [`${name} ${takes}`, says]);
  const plain = Object.entries(switches).map(([name, one]) => [
    `${'short' in one ? `-${one.short}, ` : '    '}--${name}${'takes' in one ? ` ${one.takes}` : ''}`,
    one.says,
  ]);
  const options = all.map((flag) => [`--${flag.name}`, `${flag.ask} [${usually(flag)}]`, flag.takes]);
  const picked = all.find(({ option, choices }) => option.kind === 'pick' && choices.length > 2);
  const other = picked?.choices.find(({ value }) => value !== picked.default && value !== 'none')?.value;
  const block = (title: string, rows: string[][]): string[] => [
    '',
    dye.bold(title),
    ...columns(rows).map((row) => `  ${row}`),
  ];
  return [
    `create-ai-deploy ${version}: a few answers in, a complete repository for an AI service out`,
    ...block('Commands: create-ai-deploy [command] [flags]', verbs),
    ...block('Flags', plain),
    ...block('Options [default], and what they take', options),
    ...block('Examples', [
      ['npm create ai-deploy@latest my-rag', 'asks what it needs to know'],
      [`npx create-ai-deploy my-rag --yes${picked && other ? ` --${picked.name} ${other}` : ''}`, 'asks nothing'],
      ['npx create-ai-deploy my-rag --answers ai-deploy.yaml --json', 'the same from a script'],
    ]),
    '',
    'Without a terminal, or with CI set, nothing is ever asked. Exit codes: 0 ok, 1 a fault of ours or of the machine,',
    '2 wrong usage, 4 blocked, 5 state damaged, 130 interrupted. Kept for later versions, so write ./NAME for folders',
    `of these names: ${later.join(', ')}.`,
    '',
  ].join('\n');
}

/** The default, or `all` for a list that holds everything anyway. */
export const usually = ({ default: usual, takes, choices }: Flag): string =>
  choices.length > 1 && usual === takes ? 'all' : usual;
