import { join } from 'node:path';
import ts from 'typescript';
import { root } from './load.ts';

/** What each entry is, in the order of the page. */
const entries = [
  [
    'core/api.ts',
    'Pure functions and data',
    'Everything below is re-exported by `create-ai-deploy/engine`; nothing of it touches a disk or a process.',
  ],
  [
    'generators/create/engine.ts',
    'Catalogue and faces',
    'What `create-ai-deploy/engine` exports beside that: the catalogue of its version, and the steps that both faces share.',
  ],
] as const;

/** `docs/api.md`: every export with its declaration and the first paragraph of its docstring. */
export function api(): string {
  const files = entries.map(([file]) => join(root, file));
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram(files, options);
  const seen = new Set<string>();
  return [
    '# Public API',
    '',
    'Made by `npm run docs` from the exports of the source; a test compares the two, so nothing here changes by accident.',
    '',
    ...entries.flatMap(([file, title, says]) => [
      `## ${title}`,
      '',
      says,
      '',
      ...exportsOf(program, join(root, file), seen),
    ]),
  ].join('\n');
}

function exportsOf(program: ts.Program, file: string, seen: Set<string>): string[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${file} exports nothing`);
  const symbols = checker.getExportsOfModule(module).filter(({ name }) => !seen.has(name));
  return symbols
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((symbol) => {
      seen.add(symbol.name);
      const real = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const says =
        ts.displayPartsToString(real.getDocumentationComment(checker)).split('\n\n')[0]?.replaceAll('\n', ' ') ?? '';
      return [
        `### ${symbol.name}`,
        '',
        ...(says === '' ? [] : [says, '']),
        '```ts',
        declarationOf(real, checker),
        '```',
        '',
      ];
    });
}

/** Types as they are written; functions and constants by their type. */
function declarationOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const [declaration] = symbol.declarations ?? [];
  if (!declaration) throw new Error(`${symbol.name} is declared nowhere`);
  if (ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration)) return declaration.getText();
  const type = checker.getTypeOfSymbolAtLocation(symbol, declaration);
  const [call] = type.getCallSignatures();
  if (call) return `function ${symbol.name}${checker.signatureToString(call, declaration, whole)}`;
  if (ts.isVariableDeclaration(declaration) && declaration.type)
    return `const ${symbol.name}: ${declaration.type.getText()}`;
  const text = checker.typeToString(type, declaration, whole);
  const names = type.getProperties().map(({ name }) => name);
  return `const ${symbol.name}: ${text.length < 200 ? text : `{ ${names.map((name) => `${JSON.stringify(name)}: …`).join('; ')} }`}`;
}

const whole = ts.TypeFormatFlags.NoTruncation;
