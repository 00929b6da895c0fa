import { isUtf8 } from 'node:buffer';
import { sorted } from '../core/tree.ts';
import { sha256 } from './fs.ts';
import { attempt, stop, type Result } from './problem.ts';

/** The pristine bytes of what was last generated: one text file that git stores as small deltas. */
export const packPath = '.ai-deploy/base.pack';
const title = 'ai-deploy-base 1\n';

/**
 * Writes a pack: entries sorted by path, text as it is, anything else as base64. Who has the hashes already hands them
 * over: making them is most of the work.
 */
export function packOf(
  files: ReadonlyMap<string, Uint8Array>,
  hashOf?: (path: string) => string | undefined,
): Uint8Array {
  const parts: Uint8Array[] = [];
  let between = title;
  for (const [path, bytes] of sorted(files)) {
    const raw = isUtf8(bytes) && !bytes.includes(0);
    const hash = hashOf?.(path) ?? sha256(bytes);
    const head = `@@ ${hash} ${bytes.length} ${raw ? 'raw' : 'b64'} ${path}\n`;
    parts.push(Buffer.from(between + head), raw ? bytes : base64(bytes));
    between = '\n';
  }
  return Buffer.concat([...parts, Buffer.from(between)]);
}

/** Lines of 76 characters, as mail has them. */
const base64 = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(
    (
      Buffer.from(bytes)
        .toString('base64')
        .match(/.{1,76}/g) ?? []
    ).join('\n'),
  );

/** What a pack holds. Bytes are found by their hash, so nothing that is found can be wrong. */
export interface Pack {
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  /** Paths of entries whose bytes no longer have the hash that stands before them. */
  readonly damaged: readonly string[];
}

interface Head {
  readonly start: number;
  readonly body: number;
  readonly sha: string;
  readonly size: number;
  readonly raw: boolean;
  readonly path: string;
}

/** Reads a pack. A damaged entry is skipped and named; reading goes on at the next head line. */
export function readPack(source: Uint8Array): Result<Pack> {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.length);
  return attempt(() => {
    refuseNewer(bytes);
    const blobs = new Map<string, Uint8Array>();
    const damaged: string[] = [];
    for (let head = nextHead(bytes, 0); head;) {
      const intact = head.raw ? decode(bytes.subarray(head.body, head.body + head.size), head) : undefined;
      // An intact text may itself contain lines that look like heads, so reading goes on behind it.
      const next = nextHead(bytes, head.body - 1 + (intact ? head.size : 0));
      const found = intact ?? rescue(bytes.subarray(head.body, next?.start), head);
      if (found) blobs.set(head.sha, found);
      else damaged.push(head.path);
      head = next;
    }
    return { blobs, damaged };
  });
}

/** The bytes between two heads, as they are or with the line ends that a careless checkout changed. */
function rescue(body: Buffer, head: Head): Uint8Array | undefined {
  const unix = Buffer.from(body.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  const candidates = [body, unix].flatMap((text) => [text.subarray(0, -1), text]);
  return candidates.map((text) => decode(text, head)).find((text) => text !== undefined);
}

function decode(body: Buffer, head: Head): Uint8Array | undefined {
  const plain = head.raw ? body : Buffer.from(body.toString('latin1'), 'base64');
  return sha256(plain) === head.sha ? plain : undefined;
}

/** The first head line at or after a position; lines that only look like one are passed over. */
function nextHead(bytes: Buffer, from: number): Head | undefined {
  for (let at = bytes.indexOf('\n@@ ', from); at >= 0; at = bytes.indexOf('\n@@ ', at + 1)) {
    const end = bytes.indexOf('\n', at + 1);
    const line = bytes.toString('utf8', at + 1, end < 0 ? bytes.length : end);
    const [, sha, size, how, path] = /^@@ ([0-9a-f]{64}) (\d{1,12}) (raw|b64) ([^\r]+)\r?$/.exec(line) ?? [];
    if (end >= 0 && sha && size && path)
      return { start: at + 1, body: end + 1, sha, size: Number(size), raw: how === 'raw', path };
  }
  return undefined;
}

function refuseNewer(bytes: Buffer): void {
  const version = /^ai-deploy-base (\d+)\r?\n/.exec(bytes.toString('latin1', 0, 40))?.[1];
  if (version === undefined || version === '1') return;
  const because = 'it was written by a newer version';
  stop({ code: 'blocked', path: packPath, because, fix: 'Use that version: npx create-ai-deploy@latest' });
}
