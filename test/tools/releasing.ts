import { expect } from 'vitest';
import type { Tree } from '../../core/tree.ts';
import { digestOf, rendered, stage, type Stage } from './delivery.ts';
import type { Outcome } from './run.ts';

export const image = 'registry.test/my-rag';

/** The variables of version `n`, and nobody waits for anything. */
export const env = (n: number, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  IMAGE: image,
  DIGEST: digestOf(n),
  WATCH_SECONDS: '0',
  SMOKE_TIMEOUT: '0',
  MIGRATE_TIMEOUT: '1',
  SECRETS_TIMEOUT: '1',
  ...more,
});

/** Which version a release configures. */
export const version = (text: string | undefined): string | undefined => /VERSION: (\S+)/.exec(text ?? '')?.[1];

export interface Options {
  /** Objects that only this version has. */
  readonly more?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What happens between rendering and releasing. */
  readonly before?: () => void;
}

export interface Releasing {
  /** Renders version `n` and releases it. */
  readonly release: (on: Stage, n: number, options?: Options) => Promise<Outcome>;
  /** A cluster on which versions 1 to `n` went well. */
  readonly after: (n: number) => Promise<Stage>;
}

/** Releases of one repository; what came before a test is made once and copied. */
export function releasing(scratch: string, tree: Tree): Releasing {
  const pasts = new Map<number, Promise<Stage>>();

  const release: Releasing['release'] = async (on, n, options = {}) => {
    on.say('rendered', rendered(`v${n}`, options.more));
    const made = await on.run('ops/ci/render.sh', ['staging'], env(n));
    expect(made.code, made.stderr).toBe(0);
    options.before?.();
    return on.run('ops/ci/release.sh', ['staging'], env(n, options.env));
  };

  async function past(n: number): Promise<Stage> {
    if (n === 0) return stage(scratch, tree);
    const on = stage(scratch, tree, await pastOf(n - 1));
    const outcome = await release(on, n);
    expect(outcome.code, outcome.stderr).toBe(0);
    return on;
  }

  function pastOf(n: number): Promise<Stage> {
    const known = pasts.get(n) ?? past(n);
    pasts.set(n, known);
    return known;
  }

  return { release, after: async (n) => stage(scratch, tree, await pastOf(n)) };
}
