import { join } from 'node:path';
import { run } from './run.ts';
import { steadyPort, type Scene } from './scene.ts';
import type { Env } from './serving.ts';

/** A real server that a service depends on, at one port for as long as the scene lasts; not started yet. */
export interface Store {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** What the service is told about it. */
  readonly env: Env;
}

/** PostgreSQL with pgvector: vectors and budgets. */
export async function postgres(scene: Scene): Promise<Store> {
  const port = await steadyPort();
  return {
    ...server(scene, 'pg.sh', port),
    env: { VECTOR_STORE: 'pgvector', TOKEN_LEDGER: 'postgres', POSTGRES_PORT: `${port}`, POSTGRES_SSLMODE: 'disable' },
  };
}

/** Valkey: rate limits of all instances together. */
export async function valkey(scene: Scene): Promise<Store> {
  const port = await steadyPort();
  return { ...server(scene, 'valkey.sh', port), env: { RATE_LIMITER: 'valkey', VALKEY_PORT: `${port}` } };
}

function server({ folder, later }: Scene, script: string, port: number): Omit<Store, 'env'> {
  let running = false;
  const call = async (command: string): Promise<void> => {
    const { code, stderr } = await run(script, [command, `${port}`, join(folder, script)]);
    if (code !== 0) throw new Error(`${script} ${command}: ${stderr}`);
    running = command === 'start';
  };
  later(() => (running ? call('stop') : undefined));
  return { start: () => call('start'), stop: () => call('stop') };
}
