#!/usr/bin/env node
import { openStock } from './catalogue.ts';
import { nodeIo } from './node.ts';
import { run } from './run.ts';

// The code is set, not called: what was printed into a pipe must get out first.
void openStock()
  .then((stock) => run(nodeIo(process.argv.slice(2)), stock))
  .then((code) => {
    process.exitCode = code;
  });
