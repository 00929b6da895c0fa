import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { ask } from '../../test/tools/http.ts';
import { key } from '../../test/tools/serving.ts';

const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** CPU seconds that a running process has used so far, all its threads, user and system. */
export function cpuOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // the name in parentheses may hold anything; fields 14 and 15 are counted from behind it
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}

/** Resident memory of a running process, in MB. */
export const memoryOf = (pid: number): number =>
  (Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024) / 1e6;

/** A number of questions by keep-alive clients; requests per second. One that fails ends the benchmark. */
export async function burst(url: string, requests: number, clients = 16): Promise<number> {
  let left = requests;
  const client = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const options = { json: { question: 'What do ships carry?' }, headers: { authorization: `Bearer ${key}` }, agent };
    while (left-- > 0) {
      const { status, text } = await ask(`${url}/v1/query`, options);
      if (status !== 200) throw new Error(`${status}: ${text}`);
    }
    agent.destroy();
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  return requests / ((performance.now() - started) / 1000);
}

/** The middle one, or the mean of the two in the middle. */
export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);

/** The number below which a part of all lies, between neighbours in proportion. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const [low = NaN, high = NaN] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}
