import { connect } from 'node:net';

/**
 * Runs SQL over PostgreSQL's simple query protocol and returns the cells of every row as text. Only what the rig's own
 * tests need: a server that trusts its caller, one exchange per connection.
 */
export function query(port: number, sql: string): Promise<string[][]> {
  return new Promise((resolve, reject) => {
    const rows: string[][] = [];
    let rest = Buffer.alloc(0);
    let asked = false;
    const socket = connect(port, '127.0.0.1', () => socket.write(startup('app', 'app')));
    socket.once('error', reject);
    socket.on('data', (data: Buffer) => {
      rest = Buffer.concat([rest, data]);
      for (;;) {
        const length = rest.length >= 5 ? rest.readUInt32BE(1) + 1 : Infinity;
        if (rest.length < length) return;
        const kind = String.fromCharCode(rest[0] ?? 0);
        const body = rest.subarray(5, length);
        rest = rest.subarray(length);
        if (kind === 'E') reject(new Error(body.toString('utf8').replaceAll('\0', ' ')));
        if (kind === 'D') rows.push(cells(body));
        if (kind === 'Z' && asked) {
          socket.end();
          resolve(rows);
        } else if (kind === 'Z') {
          asked = true;
          socket.write(message('Q', `${sql}\0`));
        }
      }
    });
  });
}

function startup(user: string, database: string): Buffer {
  const words = Buffer.from(`user\0${user}\0database\0${database}\0\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + words.length);
  head.writeUInt32BE(3 << 16, 4);
  return Buffer.concat([head, words]);
}

function message(kind: string, text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(5);
  head.write(kind);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function cells(row: Buffer): string[] {
  const found: string[] = [];
  let at = 2;
  for (let left = row.readUInt16BE(0); left > 0; left -= 1) {
    const length = row.readInt32BE(at);
    at += 4;
    found.push(length < 0 ? '' : row.toString('utf8', at, at + length));
    at += Math.max(length, 0);
  }
  return found;
}
