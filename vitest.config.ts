import { defineConfig } from 'vitest/config';

/** Faces change the working directory, and signals belong to a process: forks, not threads. */
const common = { pool: 'forks', exclude: ['test/golden/**', 'node_modules/**'] } as const;

/**
 * Two groups, one after the other. Pure tests share the processors; real servers under load would disturb each other, so
 * the files of `test/tools` run one at a time. There a missing tool skips a test by name, and fails it under
 * AI_DEPLOY_TOOLS=required.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: [...common.exclude, 'test/tools/**'],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: 'tools',
          include: ['test/tools/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
