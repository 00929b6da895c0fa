import { resolve } from 'node:path';
import { nearest } from '../../core/names.ts';
import { codeOf } from '../../repo/fs.ts';
import type { Finding } from './finding.ts';
import { exits, type Io } from './io.ts';

/** What an answers file says, or why it cannot be read. */
export interface FromFile {
  readonly answers: Readonly<Record<string, unknown>>;
  /** The version that a whole `ai-deploy.yaml` asks for. */
  readonly generator?: string;
  readonly findings: readonly Finding[];
}

/** A hundred times what all answers need; the YAML reader takes quadratic time for many keys. */
const mostBytes = 100_000;
/** Answers are flat and few. More than this is a slip or an attack, and a circle of YAML aliases has no end. */
const mostLevels = 6;
const mostValues = 1000;
const around = ['schema', 'generator', 'answers', 'upgrade'];
const example = 'for example name: my-rag';

/** Reads an answers file, `-` for standard input: plain answers or a whole `ai-deploy.yaml`, as YAML or JSON. */
export async function readAnswers(file: string, io: Io): Promise<FromFile> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await bytesOf(file, io));
    const data = await dataOf(text);
    measure(data, 0, { values: 0 });
    return unwrap(file, data);
  } catch (error) {
    return refuse(file, reasonOf(error));
  }
}

async function bytesOf(file: string, io: Io): Promise<Uint8Array> {
  if (file === '-') return drain(io.stdin);
  const path = resolve(io.cwd, file);
  const stat = io.fs.statSync(path, { throwIfNoEntry: false });
  // Reading a pipe without a writer, or a device, would never end.
  if (stat && !stat.isFile() && !stat.isDirectory())
    throw new Error('it is a pipe or a device; --answers - reads those');
  return limited(io.fs.readFileSync(path));
}

function limited(bytes: Uint8Array): Uint8Array {
  if (bytes.length > mostBytes) throw new Error('it is larger than 100 kB, so it is no answers file');
  return bytes;
}

async function drain(stream: Io['stdin']): Promise<Uint8Array> {
  let bytes: Uint8Array = Buffer.alloc(0);
  for await (const chunk of stream) bytes = limited(Buffer.concat([bytes, Buffer.from(chunk)]));
  return bytes;
}

/** Refuses data that nobody means, before anything walks through all of it. */
function measure(data: unknown, level: number, seen: { values: number }): void {
  if (level > mostLevels) throw new Error('its values are nested too deeply for answers');
  if (++seen.values > mostValues) throw new Error(`it holds more than ${mostValues} values, so it is no answers file`);
  if (typeof data === 'object' && data !== null)
    for (const value of Object.values(data)) measure(value, level + 1, seen);
}

/** JSON is read without the YAML library, which costs more than everything else at start-up. */
async function dataOf(text: string): Promise<unknown> {
  if (text.trimStart().startsWith('{'))
    try {
      return JSON.parse(text);
    } catch {
      // A YAML flow mapping, or broken: the YAML reader says where.
    }
  const { parseYaml } = await import('./yaml.ts');
  return parseYaml(text);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  const code = codeOf(error);
  return reasons[code] ?? (code === '' ? error.message : `the system says ${code}`);
}

/** A whole `ai-deploy.yaml` has its answers under `answers`; otherwise the document is the answers. */
function unwrap(file: string, data: unknown): FromFile {
  if (data === null || data === undefined) return { answers: {}, findings: [] };
  if (!isMap(data)) return refuse(file, 'it holds no map of answers');
  if (!('answers' in data)) return { answers: data, findings: [] };
  const { answers, generator, schema } = data;
  const strange = Object.keys(data).filter((key) => !around.includes(key));
  const findings = strange.map((key) => ({
    ...{ path: file, because: `${key} does not belong beside answers`, exit: exits.usage },
    fix: nearest(key, around) === undefined ? 'move it below answers' : `use ${nearest(key, around) ?? ''}`,
  }));
  if (schema !== undefined && schema !== 1)
    findings.push(
      finding(
        file,
        `it has schema ${JSON.stringify(schema)}; this version reads schema 1`,
        'use a newer create-ai-deploy',
      ),
    );
  if (!isMap(answers)) return { answers: {}, findings: [...findings, finding(file, 'answers is not a map', example)] };
  return { answers, findings, ...(typeof generator === 'string' ? { generator } : {}) };
}

const isMap = (data: unknown): data is Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null && !Array.isArray(data);

const finding = (file: string, because: string, fix: string) => ({ path: file, because, fix, exit: exits.usage });

const refuse = (file: string, because: string): FromFile => ({
  answers: {},
  findings: [finding(file, because, `give a YAML or JSON file of answers, ${example}`)],
});
