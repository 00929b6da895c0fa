// A receiver for Alertmanager's webhook: node webhook.mjs PORT FILE
// Appends the body of every POST to FILE, one JSON document a line, and ends on SIGTERM.
import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, file] = process.argv.slice(2);
if (!port || !file) {
  console.error('usage: webhook.mjs PORT FILE');
  process.exit(2);
}
writeFileSync(file, '');

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    try {
      const body = JSON.parse(Buffer.concat(parts).toString('utf8'));
      appendFileSync(file, `${JSON.stringify(body)}\n`);
      response.writeHead(200).end();
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  });
});
server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`));
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
