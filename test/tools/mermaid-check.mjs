// Parses every Mermaid diagram of Markdown files with Mermaid itself: mermaid-check FILE.md…
// Exit 1 on a diagram that does not parse. Needs Node 22; the installed command `mermaid-check` starts it with one.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const cache = process.env.AI_DEPLOY_CACHE || join(homedir(), '.cache', 'ai-deploy');
const installed = createRequire(join(cache, 'tools', 'lib', 'npm', 'mermaid', 'package.json'));

/** Mermaid cleans its labels with a library that wants a page, even when it only parses. */
async function loadMermaid() {
  const { JSDOM } = installed('jsdom');
  const { window } = new JSDOM('<!doctype html>');
  globalThis.window = window;
  globalThis.document = window.document;
  const { default: mermaid } = await import(pathToFileURL(installed.resolve('mermaid')).href);
  mermaid.initialize({ startOnLoad: false, suppressErrorRendering: true });
  return mermaid;
}

/** The diagrams of one file, each with the line of its opening fence. */
function diagrams(file) {
  const found = [];
  let open;
  readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .forEach((text, index) => {
      const fence = /^\s*(`{3,}|~{3,})\s*(\S*)/.exec(text);
      if (open && fence && fence[1].startsWith(open.fence) && !fence[2]) {
        if (open.mermaid) found.push(open);
        open = undefined;
      } else if (open) {
        open.lines.push(text);
      } else if (fence) {
        open = { line: index + 1, fence: fence[1], mermaid: fence[2] === 'mermaid', lines: [] };
      }
    });
  if (open?.mermaid) found.push({ ...open, unclosed: true });
  return found;
}

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: mermaid-check FILE.md…');
  process.exit(2);
}
const mermaid = await loadMermaid();
let total = 0;
let bad = 0;
for (const file of files) {
  for (const { line, lines, unclosed } of diagrams(file)) {
    total += 1;
    try {
      if (unclosed) throw new Error('the fence is never closed');
      await mermaid.parse(lines.join('\n'));
    } catch (error) {
      bad += 1;
      console.log(`${file}:${line}: ${error instanceof Error ? error.message : error}`);
    }
  }
}
console.log(`${total} diagrams, ${bad} bad`);
process.exit(bad ? 1 : 0);
