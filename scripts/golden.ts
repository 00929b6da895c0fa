import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { stateFiles } from '../repo/state.ts';
import { presets } from '../test/presets.ts';
import { lay } from './folder.ts';
import { load, root } from './load.ts';
import { make } from './make.ts';

/**
 * `npm run golden` renders the presets to test/golden/, to be reviewed as a diff. `-- --release` also keeps the state of
 * each in test/renders/<version>/, from which every later release must be able to upgrade.
 */
const { values } = parseArgs({ options: { release: { type: 'boolean' } } });
const library = await load();

rmSync(join(root, 'test/golden'), { recursive: true, force: true });
for (const [preset, given] of Object.entries(presets)) {
  const { tree, answers } = make(given, library);
  lay(tree, join(root, 'test/golden', preset));
  if (!values.release) continue;
  const kept = join(root, 'test/renders', library.version, preset);
  mkdirSync(kept, { recursive: true });
  for (const [path, bytes] of stateFiles({ tree, answers, version: library.version }))
    if (basename(path) !== '.gitignore') writeFileSync(join(kept, basename(path)), bytes);
}
