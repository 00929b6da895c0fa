import type { Catalog } from '../catalog.ts';
import { wordsOf } from '../match.ts';
import { deployed, type Option } from '../option.ts';
import { texts } from '../texts.ts';
import { flags, usuals, type Flag } from './flags.ts';

export type Json = Readonly<Record<string, unknown>>;

/** JSON Schema (2020-12) of an answers file: plain answers, or a whole `ai-deploy.yaml` with the answers inside. */
export function schema(catalog: Catalog): Json {
  const usual = usuals(catalog);
  const properties = Object.fromEntries(
    flags(catalog).map((flag) => [flag.id, propertyOf(flag, usual(flag.id, flag.option))]),
  );
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Answers of create-ai-deploy',
    description: 'Every answer may be left out: the default holds. No secrets belong here.',
    type: 'object',
    if: { required: ['answers'] },
    then: { $ref: '#/$defs/file' },
    else: { $ref: '#/$defs/answers' },
    $defs: {
      answers: { type: 'object', properties, additionalProperties: false },
      file: {
        type: 'object',
        properties: {
          schema: { const: 1 },
          generator: { type: 'string', description: 'Version of the templates.' },
          answers: { $ref: '#/$defs/answers' },
          upgrade: { type: 'object' },
        },
        additionalProperties: false,
      },
    },
  };
}

function propertyOf({ ask, choices, option }: Flag, standard: unknown): Json {
  const only = option.when === undefined ? '' : ` Only with ${wordsOf(option.when).join(' or ')}.`;
  const hints = choices.map(({ value, label, hint }) => `${value}: ${hint || label}`);
  const looksBack = option.kind === 'text' && option.default.includes('{');
  const usual = looksBack ? [`Default: ${option.default}.`] : [];
  const described = {
    description: [`${ask}.${only}`, ...usual, ...hints].join('\n'),
    ...(looksBack ? {} : { default: standard }),
  };
  const values = choices.map(({ value }) => value);
  const shape = shapeOf(option, values);
  return option.when === undefined || option.otherwise !== undefined
    ? { ...described, ...shape }
    : { ...described, anyOf: [shape, { type: 'null' }] };
}

function shapeOf(option: Option, values: readonly string[]): Json {
  if (option.kind === 'number') return { type: 'integer', minimum: option.min, maximum: option.max };
  if (option.kind === 'text') {
    const { pattern, maxLength, example } = texts[option.is];
    return { type: 'string', pattern, maxLength, examples: [example] };
  }
  if (option.kind === 'picks') return { type: 'array', items: { enum: values }, uniqueItems: true };
  if (!('per' in option && option.per)) return { enum: values };
  const each = Object.fromEntries(deployed.map((env) => [env, { enum: values }]));
  const map = { type: 'object', properties: each, required: deployed, additionalProperties: false };
  return { anyOf: [{ enum: values }, map] };
}
