const shared = (version: string) => ({
  version,
  description: 'A few answers in, a complete production-grade repository for an AI service out.',
  license: 'MIT',
  type: 'module',
  engines: { node: '>=20.19' },
});

/** `package.json` of the package behind `npm create ai-deploy`: nothing to install, nothing run at installation. */
export const createPackage = (version: string): object => ({
  name: 'create-ai-deploy',
  ...shared(version),
  keywords: ['create', 'scaffold', 'fastapi', 'rag', 'docker', 'deployment'],
  bin: { 'create-ai-deploy': 'main.cjs' },
  exports: { './engine': './engine.mjs', './package.json': './package.json' },
  sideEffects: false,
});

/** `package.json` of the Yeoman generator: thin faces over the engine of the same version. */
export const generatorPackage = (version: string): object => ({
  name: 'generator-ai-deploy',
  ...shared(version),
  keywords: ['yeoman-generator', 'scaffold', 'fastapi', 'rag', 'docker', 'deployment'],
  files: ['generators'],
  dependencies: { 'create-ai-deploy': version, 'yeoman-generator': '^8.4.0' },
});
