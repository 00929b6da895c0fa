import tseslint from 'typescript-eslint';

/** What core may not know: the outside world, time, chance, and the faces. */
const impure = [
  {
    group: ['node:*', 'fs', 'path', 'os', 'child_process', 'crypto'],
    message: 'core is pure: no disk, process or network',
  },
  {
    group: ['yeoman-*', '@yeoman/*', 'inquirer', 'execa', 'ejs', 'memfs'],
    message: 'core knows no face and no library of the edge',
  },
  {
    group: ['**/repo/**', '**/generators/**', '**/scripts/**'],
    message: 'arrows run one way: generators → repo → core',
  },
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'test/golden/', 'coverage/'] },
  ...tseslint.configs.recommendedTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js', 'scripts/*.mjs', 'test/tools/*.mjs'] },
      },
    },
    rules: {
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ClassDeclaration', message: 'no classes outside Yeoman faces: data and functions' },
        { selector: 'ExportDefaultDeclaration', message: 'no default exports outside feature.ts and Yeoman faces' },
      ],
    },
  },
  {
    files: ['core/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: impure }],
      'no-restricted-globals': [
        'error',
        'process',
        'console',
        'fetch',
        'setTimeout',
        'setInterval',
        'performance',
        'Buffer',
        'require',
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'core is pure: same answers, same bytes' },
        { object: 'Date', property: 'now', message: 'core is pure: same answers, same bytes' },
      ],
    },
  },
  {
    files: ['repo/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['**/generators/**', '**/scripts/**', 'yeoman-*', 'inquirer'], message: 'the edge knows no face' },
          ],
        },
      ],
    },
  },
  {
    files: ['templates/*/*/feature.ts', 'generators/*/index.ts', 'scripts/bench/yeoman.mjs', '*.config.*'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  { files: ['test/**/*.ts'], rules: { 'max-lines-per-function': 'off' } },
  { files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
