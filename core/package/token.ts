import type { Block, Scalar } from '../feature.ts';

/**
 * A token is what a template writes where a value is not the same everywhere: `«at:cpuRequest»` differs by environment,
 * `«cloud:data_cidr»` is known to nobody before the cloud exists. The packager replaces every one of them.
 */
const form = /«(at|cloud):(\w+)»/g;

export interface Token {
  readonly kind: 'at' | 'cloud';
  readonly name: string;
}

export const tokenOf = (kind: Token['kind'], name: string): string => `«${kind}:${name}»`;

/** The tokens in a text, in their order. */
export const tokensIn = (text: string): Token[] =>
  [...text.matchAll(form)].map(([, kind = '', name = '']) => ({ kind, name }) as Token);

/**
 * A line of YAML with its tokens replaced. A token that is a whole scalar becomes a scalar of its type, quoted only where
 * YAML would read something else into it; inside a longer scalar it is text.
 */
export function filled(line: string, value: (token: Token) => Scalar | Block): string {
  // Hardly any line has one.
  if (!line.includes('«')) return line;
  const whole = /^(\s*(?:- )?(?:[^:#"'«]+: )?)«(at|cloud):(\w+)»(\s+#.*)?$/.exec(line);
  if (whole) {
    const [, head = '', kind = '', name = '', comment = ''] = whole;
    return `${head}${scalar(value({ kind, name } as Token))}${comment}`;
  }
  return line.replace(form, (_, kind: Token['kind'], name: string) => plain(value({ kind, name })));
}

/** Texts that YAML 1.1 or 1.2 reads as text without quotes: `250m`, `my-rag`, `arn:aws:x`, but not `8e1`, `yes` or `1.0`. */
const unquoted = /^(?!(?:y|n|yes|no|on|off|true|false|null|~)$)(?![\d.+-][\d.eExXoO_:+-]*$)[\w/.][\w/.:*+-]*$/i;

const scalar = (value: Scalar | Block): string =>
  typeof value === 'string' && unquoted.test(value) && !value.endsWith(':') ? value : JSON.stringify(value);

function plain(value: Scalar | Block): string {
  if (typeof value === 'object') throw new Error('a map or a list cannot be part of a longer text');
  return String(value);
}
