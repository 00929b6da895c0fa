import { choicesOf, type Catalog } from './catalog.ts';
import { nearest } from './names.ts';
import { deployed, type Option } from './option.ts';
import { options, type OptionId } from './options.ts';
import { fits, texts } from './texts.ts';

/** A value in its one spelling, or the reason why it cannot be one. */
export interface Normalised {
  readonly value: unknown;
  readonly because?: string;
}

/**
 * Brings an answer to the option's own type. YAML and flags are forgiving about types (`3.13`, `"75"`, `a,b`), so this is
 * too; about content it is strict.
 */
export function normalise(id: OptionId, raw: unknown, catalog: Catalog): Normalised {
  const option: Option = options[id];
  if (option.kind === 'number') return number(option, raw);
  if (option.kind === 'text') return text(option, raw);
  const values = choicesOf(id, option, catalog).map((choice) => choice.value);
  if (option.kind === 'picks') return picks(raw, values);
  if ('per' in option && option.per) return perEnvironment(raw, values);
  return pick(raw, values);
}

function number(option: Option & { kind: 'number' }, raw: unknown): Normalised {
  const value = typeof raw === 'string' && /^\s*\d+\s*$/.test(raw) ? Number(raw) : raw;
  const unit = option.unit === undefined ? '' : ` ${option.unit}`;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < option.min || value > option.max)
    return { value, because: `use a whole number from ${option.min} to ${option.max}${unit}` };
  return { value };
}

function text(option: Option & { kind: 'text' }, raw: unknown): Normalised {
  const value = typeof raw === 'number' ? String(raw) : raw;
  const { because, example } = texts[option.is];
  // A default is right (a test looks), and most answers are defaults.
  if (value === option.default) return { value };
  if (typeof value !== 'string' || !fits(option.is, value))
    return { value, because: `${because}, for example ${example}` };
  return { value };
}

function pick(raw: unknown, values: readonly string[]): Normalised {
  const value = typeof raw === 'number' ? String(raw) : raw;
  return typeof value === 'string' && values.includes(value)
    ? { value }
    : { value, because: notOneOf([value], values) };
}

/** A list, a comma-separated text, or `none` for nothing; sorted by the catalogue's order, without repetitions. */
function picks(raw: unknown, values: readonly string[]): Normalised {
  const list = typeof raw === 'string' ? raw.split(',').map((one) => one.trim()) : raw;
  if (!Array.isArray(list)) return { value: raw, because: `use a list of ${values.join(', ')}, or none` };
  const wanted = list.map(String).filter((one) => one !== 'none' && one !== '');
  const unknown = wanted.filter((one) => !values.includes(one));
  if (unknown.length > 0) return { value: wanted, because: notOneOf(unknown, values) };
  return { value: values.filter((value) => wanted.includes(value)) };
}

/** One value for all deployed environments, or one for each: `{staging: …, production: …}`, `staging=…,production=…`. */
function perEnvironment(raw: unknown, values: readonly string[]): Normalised {
  const map =
    typeof raw !== 'string'
      ? raw
      : raw.includes('=')
        ? pairsOf(raw)
        : Object.fromEntries(deployed.map((env) => [env, raw]));
  const shape = `use one of ${values.join(', ')}, or {${deployed.map((env) => `${env}: …`).join(', ')}}`;
  if (typeof map !== 'object' || map === null || Array.isArray(map)) return { value: raw, because: shape };
  const given = map as Readonly<Record<string, unknown>>;
  if (Object.keys(given).sort().join() !== [...deployed].sort().join()) return { value: raw, because: shape };
  const unknown = deployed.map((env) => given[env]).filter((one) => !values.includes(String(one)));
  if (unknown.length > 0) return { value: raw, because: notOneOf(unknown, values) };
  return { value: Object.fromEntries(deployed.map((env) => [env, String(given[env])])) };
}

/** `a=x,b=y` → its entries; an environment named twice is none of the known ones, so that it is refused. */
function pairsOf(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').map((pair) => pair.trim().split('=', 2) as [string, string?]);
  return Object.fromEntries(
    pairs.map(([env, value = ''], i) => [pairs.findIndex(([one]) => one === env) < i ? `${env} twice` : env, value]),
  );
}

function notOneOf(wrong: readonly unknown[], values: readonly string[]): string {
  const near = wrong.length === 1 && typeof wrong[0] === 'string' ? nearest(wrong[0], values) : undefined;
  return `use one of ${values.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

/** An answer as a flag spells it; the inverse of `normalise`: `a,b`, `none`, `staging=cluster,production=managed`. */
export function spell(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(',');
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value) as [string, string][];
    const words = new Set(pairs.map(([, word]) => word));
    return words.size === 1 ? [...words].join() : pairs.map((pair) => pair.join('=')).join(',');
  }
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
