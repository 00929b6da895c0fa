import { join } from 'node:path';
import { run } from '../../test/tools/run.ts';
import { statusOf } from '../../test/tools/http.ts';
import type { Scene } from '../../test/tools/scene.ts';
import { serve, type Env } from '../../test/tools/serving.ts';
import { surroundings } from '../../test/tools/takeover.ts';
import { cpuOf, median, memoryOf } from './process.ts';
import type { Section } from './report.ts';

const rounds = 9;

interface Start {
  readonly wall: number;
  readonly cpu: number;
  /** MB, of a process that is still there. */
  readonly memory?: number;
}
type Contender = readonly [name: string, start: () => Promise<Start>];

/** How long until a new process can take requests: in turn, beside what Python and the libraries alone take. */
export async function coldStart(here: Scene, home: string): Promise<Section> {
  const stores = await surroundings(here, home);
  const libraries = 'import fastapi, uvicorn, httptools, pydantic_settings, structlog, prometheus_client';
  const contenders: Contender[] = [
    ['`python -c pass`', () => python(home, 'pass')],
    ['`python -c "import fastapi, uvicorn, …"`', () => python(home, libraries)],
    ['as `make dev`: embedded store, echo model', () => service(here, home, {})],
    ['as in production: PostgreSQL, Valkey, openai SDK', () => service(here, home, stores)],
  ];
  const starts = contenders.map((): Start[] => []);
  for (let round = -1; round < rounds; round++)
    for (const [index, [, start]] of contenders.entries()) {
      const one = await start();
      if (round >= 0) starts[index]?.push(one);
    }
  return section(contenders, starts);
}

async function python(home: string, code: string): Promise<Start> {
  const asked = performance.now();
  const script = `${code}\nimport time; print(time.process_time())`;
  const { stdout, stderr } = await run(join(home, '.venv/bin/python'), ['-c', script], { cwd: home });
  if (stdout === '') throw new Error(stderr);
  return { wall: performance.now() - asked, cpu: Number(stdout) * 1000 };
}

async function service(here: Scene, home: string, env: Env): Promise<Start> {
  const asked = performance.now();
  const started = await serve(here, home, { ...env, DRAIN_SECONDS: '0', GRACEFUL_SECONDS: '1' });
  while ((await statusOf(`${started.url}/readyz`)) !== 200) {
    if (performance.now() - asked > 30_000) throw new Error(`not ready: ${started.log()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const ready = { wall: performance.now() - asked, cpu: cpuOf(started.pid) * 1000, memory: memoryOf(started.pid) };
  started.signal('SIGTERM');
  await started.ended;
  return ready;
}

function section(contenders: readonly Contender[], starts: readonly Start[][]): Section {
  const of = (index: number, part: 'wall' | 'cpu'): number[] => starts[index]?.map((start) => start[part]) ?? [];
  return {
    title: 'Cold start',
    says: [
      `From the start of the process to the first 200 of \`/readyz\`, bytecode compiled, ${rounds} rounds in turn after one ` +
        'that does not count; milliseconds. Ready means: stores were reached and their schema is there.',
    ],
    head: ['', 'wall, median', 'min', 'max', 'CPU, median', '× the imports', 'MB resident'],
    rows: contenders.map(([name], index) => {
      const wall = of(index, 'wall');
      const memory = starts[index]?.flatMap((start) => start.memory ?? []) ?? [];
      return [
        name,
        ...[median(wall), Math.min(...wall), Math.max(...wall), median(of(index, 'cpu'))].map((one) => one.toFixed(0)),
        (median(of(index, 'cpu')) / median(of(1, 'cpu'))).toFixed(2),
        memory.length > 0 ? median(memory).toFixed(0) : '',
      ];
    }),
  };
}
