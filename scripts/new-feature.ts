import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { camel, kebab } from '../core/names.ts';
import { optionList } from '../core/options.ts';
import { root } from './load.ts';

const [slot = '', id = ''] = process.argv.slice(2);
const slots = optionList.flatMap(([name, option]) =>
  'choices' in option && option.choices === 'features' ? [kebab(name)] : [],
);
const folder = join(root, 'templates', slot, id);
const fault = !slots.includes(slot)
  ? `"${slot}" is no slot; there are ${slots.join(', ')}`
  : !/^[a-z][a-z0-9-]*$/.test(id)
    ? `"${id}" is no id; use lower-case letters, digits and dashes, as users will type it`
    : existsSync(folder)
      ? `${relative(root, folder)} exists already`
      : undefined;

if (fault !== undefined) {
  console.error(
    `${fault}\nUsage: npm run new:feature -- <slot> <id>, for example: npm run new:feature -- vector-db milvus`,
  );
  process.exitCode = 2;
} else {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'feature.ts'), skeleton());
  console.log(
    `${relative(root, folder)}/feature.ts is a choice now. templates/README.md says what else can stand beside it.`,
  );
  console.log(`See it with: npm run preview -- ${camel(slot)}=${id}`);
}

function skeleton(): string {
  const label = id.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => (dash && ' ') + letter.toUpperCase());
  return `import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({
  label: '${label}',
  hint: '',
});
`;
}
