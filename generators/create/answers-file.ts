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

const mostBytes = 1_000_000;
const around = ['schema', 'generator', 'answers', 'upgrade'];
const example = 'for example name: my-rag';

/** Reads an answers file, `-` for standard input: plain answers or a whole `ai-deploy.yaml`, as YAML or JSON. */
export async function readAnswers(file: string, io: Io): Promise<FromFile> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await bytesOf(file, io));
    return unwrap(file, await dataOf(text));
  } catch (error) {
    return refuse(file, reasonOf(error));
  }
}

async function bytesOf(file: string, io: Io): Promise<Uint8Array> {
  const bytes = file === '-' ? await drain(io.stdin) : io.fs.readFileSync(resolve(io.cwd, file));
  if (bytes.length > mostBytes) throw new Error('it is larger than a megabyte, so it is no answers file');
  return bytes;
}

async function drain(stream: Io['stdin']): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
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
