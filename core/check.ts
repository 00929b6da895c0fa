import { always, choicesOf, type Catalog, type Entry, type Source } from './catalog.ts';
import { wordsOf, type Match } from './match.ts';
import { kebab } from './names.ts';
import { optionList, options } from './options.ts';
import { ports, traits } from './words.ts';

/**
 * Everything that is wrong with a catalogue, a line each. Run by the build and by every developer command, not by the
 * published tool: what is published has passed.
 */
export function check(catalog: Catalog): string[] {
  const entries = [...catalog.entries.values()];
  return [...duplicatedWords(catalog), ...entries.flatMap((entry) => checkEntry(entry, entries, knownWords(catalog)))];
}

function duplicatedWords({ words }: Catalog): string[] {
  return words.filter((word, i) => words.indexOf(word) !== i).map((word) => `the word "${word}" has two meanings`);
}

function knownWords(catalog: Catalog): Set<string> {
  const pairs = optionList.flatMap(([id, option]) =>
    'choices' in option && option.choices === 'features'
      ? choicesOf(id, option, catalog).map(({ value }) => `${kebab(id)}=${value}`)
      : [],
  );
  return new Set([...catalog.words, ...pairs]);
}

function checkEntry(entry: Entry, all: readonly Entry[], known: ReadonlySet<string>): string[] {
  const slots = optionList.flatMap(([id, option]) =>
    'choices' in option && option.choices === 'features' ? [kebab(id)] : [],
  );
  const wrong: string[] = [];
  if (entry.slot !== always && !slots.includes(entry.slot)) wrong.push(`no option is called ${entry.slot}`);
  for (const trait of entry.traits ?? [])
    if (!(trait in traits)) wrong.push(`trait "${trait}" is not in core/words.ts`);
  for (const id of Object.keys(entry.defaults ?? {}))
    if (!(id in options)) wrong.push(`default for unknown option ${id}`);
  const matches = [
    ...(entry.rules ?? []).flatMap((rule) => [rule.when, rule.needs, rule.forbids]),
    ...(entry.fulfils ?? []).map((fulfilment) => fulfilment.when),
  ].filter((match): match is Match => match !== undefined);
  for (const word of matches.flatMap(wordsOf)) if (!known.has(word)) wrong.push(`unknown word "${word}"`);
  wrong.push(...checkPorts(entry, all), ...checkHanded(entry), ...checkSettings(entry, all), ...checkSeeds(entry));
  wrong.push(...entry.sources.flatMap((source) => checkSource(source, entry, known)));
  return wrong.map((line) => `${entry.key}: ${line}`);
}

function checkSource(source: Source, entry: Entry, known: ReadonlySet<string>): string[] {
  const { port, words } = source.layer;
  const wrong = words.filter((word) => !known.has(word)).map((word) => `unknown word "${word}" in ${source.from}`);
  if (words.join('+') !== [...words].sort().join('+'))
    wrong.push(`write @${[...words].sort().join('+')} in ${source.from}`);
  if (/(^|\/)(@|port=)/.test(source.path)) wrong.push(`a layer is a prefix, and only one: ${source.from}`);
  if (port !== undefined && !(entry.fulfils ?? []).some((fulfilment) => fulfilment.port === port))
    wrong.push(`${source.from} belongs to port ${port}, which this feature does not fulfil`);
  return wrong;
}

function checkPorts(entry: Entry, all: readonly Entry[]): string[] {
  const wrong: string[] = [];
  const fulfilments = all.flatMap((other) => other.fulfils ?? []);
  const named = (port: string): boolean => port in ports || all.some((other) => other.id === port);
  for (const port of entry.uses ?? [])
    if (!fulfilments.some((fulfilment) => fulfilment.port === port)) wrong.push(`nobody fulfils port ${port}`);
  for (const { port, gives } of entry.fulfils ?? []) {
    const first = fulfilments.find((fulfilment) => fulfilment.port === port);
    const keys = Object.keys(gives).sort().join(', ');
    const others = Object.keys(first?.gives ?? {})
      .sort()
      .join(', ');
    if (!named(port)) wrong.push(`port ${port} is neither in core/words.ts nor the name of a feature`);
    if (keys !== others) wrong.push(`port ${port} gives ${keys}; elsewhere it gives ${others}`);
  }
  return wrong;
}

const checkHanded = ({ fulfils = [], gives }: Entry): string[] =>
  fulfils
    .flatMap((one) => Object.values(one.gives))
    .flatMap((value) => (typeof value === 'object' && 'handed' in value ? [value.handed] : []))
    .filter((key) => !(key in (gives?.handed ?? {})))
    .map((key) => `${key} is handed over, but gives.handed has no example of it`);

function checkSettings(entry: Entry, all: readonly Entry[]): string[] {
  return (entry.gives?.settings ?? []).flatMap(({ name, from }) => {
    const wrong = all
      .filter((other) => other.slot !== entry.slot || other.slot === always)
      .filter((other) => other !== entry && other.gives?.settings?.some((setting) => setting.name === name))
      .map((other) => `setting ${name} is declared by ${other.key} too`);
    const [head, key = ''] = from?.split('.') ?? [];
    const given = (port: string): boolean =>
      all.some((other) => other.fulfils?.some((fulfilment) => fulfilment.port === port && key in fulfilment.gives));
    if (head === 'answer' ? !(key in options) : head !== undefined && head !== 'budget' && !given(head))
      wrong.push(`setting ${name} is from ${from}, which nobody gives`);
    return wrong;
  });
}

function checkSeeds(entry: Entry): string[] {
  const covers = (seed: string, path: string): boolean => (seed.endsWith('/') ? path.startsWith(seed) : path === seed);
  return (entry.seeds ?? [])
    .filter((seed) => !entry.sources.some((source) => covers(seed, source.path)))
    .map((seed) => `seed ${seed} names no template`);
}
