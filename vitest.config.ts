import { defineConfig } from 'vitest/config';

const never = ['test/golden/**', 'node_modules/**'];

/**
 * Two groups, one after the other. Pure tests share the processors; real servers under load would disturb each other, so
 * the files of `test/tools` run one at a time. There a missing tool skips a test by name, and fails it under
 * AI_DEPLOY_TOOLS=required. Forks, not threads: faces change the working directory, and signals belong to a process.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'pure',
          pool: 'forks',
          maxWorkers: '100%',
          include: ['test/**/*.test.ts'],
          exclude: [...never, 'test/tools/**'],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'tools',
          pool: 'forks',
          include: ['test/tools/**/*.test.ts'],
          exclude: never,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
