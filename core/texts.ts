/** What a text answer means. The kind brings validation, the reason of a refusal and an example; nothing else knows them. */
export interface TextKind {
  readonly pattern: string;
  readonly maxLength: number;
  readonly because: string;
  readonly example: string;
}

const kind = (pattern: string, maxLength: number, because: string, example: string): TextKind => ({
  pattern: `^(?:${pattern})$`,
  maxLength,
  because,
  example,
});

/** No control characters, no halves of characters, no line ends, and nothing that shows code in another order than it runs. */
const visible = '[^\\p{Cc}\\p{Cs}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]';

export const texts = {
  // 40 leaves room in DNS-1123's 63 characters for suffixes such as -production-migrate. Words that YAML takes for something
  // else than a text would have to be quoted in every manifest.
  slug: kind(
    '(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*',
    40,
    'use at most 40 lower-case letters, digits and single dashes, starting with a letter, and no word that YAML reads as true, false or null (it names hosts, images and containers)',
    'my-rag',
  ),
  sentence: kind(
    `${visible}*(?!\\s)${visible}+`,
    200,
    'use one line of at most 200 characters, none of them a control character',
    'Answers questions about our handbook',
  ),
  owner: kind(
    '[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9]))*',
    39,
    'use the account or organisation that will hold the repository: lower-case letters, digits and single dashes',
    'acme',
  ),
  host: kind(
    '(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*(?::[1-9][0-9]{0,4})?',
    253,
    'use a host name, with a port if it needs one, without https:// and without a path',
    'ghcr.io',
  ),
  // 56 leaves room for "staging." in the 64 characters that a certificate's common name may have.
  domain: kind(
    '(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?',
    56,
    'use a host name of at most 56 lower-case characters with a dot in it, without https:// and without a path',
    'rag.acme.com',
  ),
  namespace: kind(
    '(?!kube-|(?:default|y|n|yes|no|on|off|true|false|null)$)[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*',
    63,
    'use at most 63 lower-case letters, digits and single dashes, starting with a letter; `default` and `kube-…` belong to Kubernetes',
    'my-rag',
  ),
  region: kind('[a-z][a-z0-9]*(?:-[a-z0-9]+)*', 32, 'use the name the cloud gives the region', 'eu-central-1'),
  model: kind(
    '[A-Za-z0-9][A-Za-z0-9._:/@-]*',
    120,
    'use the name the provider gives the model: letters, digits and . _ : / @ -',
    'text-embedding-3-small',
  ),
} as const satisfies Record<string, TextKind>;

/** True when the text fits its kind; length is counted in code points. */
export const fits = (is: keyof typeof texts, text: string): boolean =>
  text.length <= texts[is].maxLength * 2 &&
  [...text].length <= texts[is].maxLength &&
  new RegExp(texts[is].pattern, 'u').test(text);

/** Turns what a folder is called into a usable project name, or undefined when nothing of it is usable. */
export function slugify(text: string): string | undefined {
  const slug = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, texts.slug.maxLength)
    .replace(/-+$/, '');
  return slug === '' ? undefined : slug;
}

const withoutAddress = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[/?#].*$/s, '');

/** What somebody probably meant whose text does not fit, and another that is near it, for one that is taken. */
export function meant(is: keyof typeof texts, text: string): (string | undefined)[] {
  const slug = slugify(text.slice(0, 1000));
  const tries: Readonly<Partial<Record<keyof typeof texts, (string | undefined)[]>>> = {
    slug: [slug, slug && `${slug}-service`],
    namespace: [slug, slug && `${slug.replace(/^kube-/, '')}-service`],
    owner: [slug],
    region: [slug],
    host: [withoutAddress(text)],
    domain: [withoutAddress(text)],
  };
  return (tries[is] ?? []).map((one) => (one !== undefined && fits(is, one) ? one : undefined));
}
