import { defineConfig } from 'vitest/config';

/** `npm test` runs everything; tests of real tools skip by name where a tool is missing, and fail under AI_DEPLOY_TOOLS=required. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/golden/**', 'node_modules/**'],
    // Faces change directory and signals belong to a process: forks, as many as the machine has processors.
    pool: 'forks',
    testTimeout: 30_000,
  },
});
