import { test } from 'vitest';
import { tool } from './locate.ts';

export { cacheFolder, library, tool } from './locate.ts';
export { proof, treeInputs } from './proof.ts';
export { freePort, run } from './run.ts';
export type { Outcome, RunOptions } from './run.ts';

export type NeedyTest = (title: string, body: () => void | Promise<void>, timeout?: number) => void;

/**
 * `needs('hadolint')('the Dockerfile is clean', async () => …)`: a test that wants tools. Without them it is skipped and
 * says so by name, or fails when AI_DEPLOY_TOOLS=required.
 */
export function needs(...names: readonly string[]): NeedyTest {
  const missing = names.filter((name) => tool(name) === undefined);
  return (title, body, timeout = 120_000) => {
    if (missing.length === 0) {
      test(title, { timeout }, body);
      return;
    }
    const reason = `missing: ${missing.join(', ')}; install with \`npm run tools\``;
    if (process.env.AI_DEPLOY_TOOLS === 'required') {
      test(title, () => {
        throw new Error(reason);
      });
      return;
    }
    console.warn(`skipped: ${title} (${reason})`);
    test.skip(`${title} (${reason})`, body);
  };
}
