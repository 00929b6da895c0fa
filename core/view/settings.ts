import type { Entry } from '../catalog.ts';
import type { Setting, SettingType } from '../feature.ts';
import { by } from '../names.ts';
import { deployed, type Env } from '../option.ts';
import type { Answers } from '../options.ts';
import type { World } from '../worlds.ts';
import { budgetOf, type Budget } from './budget.ts';

/** A setting's value in one world: the text itself, or the name under which a secret store or the cloud gives it. */
export interface Placed {
  readonly kind: 'text' | 'stored' | 'handed';
  readonly text: string;
}

/** A setting as templates see it: every spelling that a file needs, no optional field. */
export interface ShownSetting {
  readonly name: string;
  readonly field: string;
  readonly type: SettingType;
  /** Python annotation. */
  readonly annotation: string;
  /** Value of a host run, as text and as a Python literal. */
  readonly default: string;
  readonly literal: string;
  readonly help: string;
  readonly secret: boolean;
  /** A secret made at random where the repository is set up; of the others a person knows the value. */
  readonly generated: boolean;
  readonly optional: boolean;
  /** What all instances of an environment may have together; 0 where each counts for itself. */
  readonly share: number;
  readonly in: Readonly<Record<Env, Placed>>;
}

const annotations: Readonly<Record<SettingType, string>> = {
  str: 'str',
  int: 'int',
  float: 'float',
  bool: 'bool',
  csv: 'Csv',
};

/** The settings of all chosen features, sorted by name. */
export function settingsOf(features: readonly Entry[], answers: Answers, worlds: readonly World[]): ShownSetting[] {
  const budgets = new Map(worlds.map((world) => [world.name, budgetIn(world, answers)]));
  const shown = features
    .flatMap((entry) => entry.gives?.settings ?? [])
    .map((setting): ShownSetting => {
      const value = hostValue(setting, answers, budgets.get('local'));
      const literal = literalOf(setting.type, value);
      return {
        name: setting.name,
        field: setting.name.toLowerCase(),
        type: setting.type,
        annotation: setting.secret ? 'SecretStr' : annotations[setting.type],
        default: value,
        literal: setting.secret ? `SecretStr(${literal})` : literal,
        help: setting.help,
        secret: setting.secret ?? false,
        generated: setting.generate ?? false,
        optional: setting.optional ?? false,
        share: setting.share ?? 0,
        in: Object.fromEntries(
          worlds.map((world) => [world.name, placed(setting, value, world, answers, budgets.get(world.name))]),
        ) as Record<Env, Placed>,
      };
    });
  return shown.sort(by('name'));
}

/** A secret that a store keeps for a deployed environment. */
export interface StoredSecret {
  /** In the store, behind `<name>/<environment>/`: `postgres/password`. */
  readonly name: string;
  /** The file that a container reads it from. */
  readonly field: string;
  readonly generated: boolean;
  readonly optional: boolean;
  readonly envs: readonly Env[];
}

/** The secrets that stores must hold, from the settings that want them; sorted like these. */
export const storedIn = (settings: readonly ShownSetting[]): StoredSecret[] =>
  settings.flatMap((setting) => {
    const envs = deployed.filter((env) => setting.in[env].kind === 'stored');
    const name = envs[0] && setting.in[envs[0]].text;
    const { field, generated, optional } = setting;
    return name === undefined ? [] : [{ name, field, generated, optional, envs }];
  });

/** The time-outs of one world; the port `compute` tells how long traffic may still arrive after SIGTERM. */
export function budgetIn(world: World, answers: Answers): Budget {
  const drain = world.ports.compute?.gives.drainSeconds;
  if (typeof drain !== 'string') throw new Error(`compute gives no drainSeconds in ${world.name}`);
  return budgetOf(answers.maxStreamSeconds, Number(drain));
}

function hostValue(setting: Setting, answers: Answers, budget: Budget | undefined): string {
  if (setting.default !== '' || setting.from === undefined) return setting.default;
  return String(fixedValue(setting.from, answers, budget) ?? setting.default);
}

function placed(setting: Setting, host: string, world: World, answers: Answers, budget: Budget | undefined): Placed {
  const text = (value: string): Placed => ({ kind: 'text', text: value });
  if (setting.from === undefined) return text(host);
  const fixed = fixedValue(setting.from, answers, budget);
  if (fixed !== undefined) return text(String(fixed));
  const [port = '', key = ''] = setting.from.split('.');
  const value = world.ports[port]?.gives[key];
  if (value === undefined || typeof value === 'string') return text(value ?? host);
  return 'stored' in value ? { kind: 'stored', text: value.stored } : { kind: 'handed', text: value.handed };
}

/** `answer.<id>` and `budget.<field>`: known without asking who fulfils what. */
export function fixedValue(from: string, answers: Answers, budget: Budget | undefined): string | number | undefined {
  const [head, key = ''] = from.split('.');
  const source: Readonly<Record<string, unknown>> | undefined =
    head === 'answer' ? answers : head === 'budget' ? { ...budget } : undefined;
  if (source === undefined) return undefined;
  const value = source[key];
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new Error(`a value is taken from ${from}, which is no text`);
  return value;
}

function literalOf(type: SettingType, text: string): string {
  if (type === 'int' || type === 'float') return text;
  if (type === 'bool') return text === 'true' ? 'True' : 'False';
  if (type === 'str') return JSON.stringify(text);
  const items = text.split(',').filter((item) => item !== '');
  return `(${items.map((item) => `${JSON.stringify(item)},`).join(' ')})`;
}
