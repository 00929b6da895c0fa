/** A value as JSON and YAML both know it. */
export type Data = string | number | boolean | null | readonly Data[] | { readonly [key: string]: Data };

/** Answers as the edge sees them: data to write down. */
export type Saved = Readonly<Record<string, Data>>;

/** The file of wishes: which answers and which version the repository wants. People and bots edit it. */
export const answersPath = 'ai-deploy.yaml';

/** `ai-deploy.yaml`: also a valid `--answers` file. Written by hand, so that creation loads no YAML library. */
export const answersText = (version: string, answers: Saved): string =>
  [
    '# The answers that this repository was generated from, and the version of the templates.',
    '# The same repository again, in another folder:',
    `#   npx create-ai-deploy@${version} DIR --answers ${answersPath}`,
    '# There are no secrets in this file; keep it so.',
    'schema: 1',
    `generator: ${version}`,
    'answers:',
    ...Object.entries(answers).flatMap(([key, value]) => lines(key, value, '  ')),
    '',
  ].join('\n');

function lines(key: string, value: Data, indent: string): string[] {
  if (Array.isArray(value) && value.length > 0)
    return [`${indent}${scalar(key)}:`, ...value.map((item: Data) => `${indent}  - ${inline(item)}`)];
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0)
    return [
      `${indent}${scalar(key)}:`,
      ...Object.entries(value).flatMap(([name, item]) => lines(name, item, `${indent}  `)),
    ];
  return [`${indent}${scalar(key)}: ${inline(value)}`];
}

/** Lists and maps inside a list do not occur in answers; JSON is YAML, should they ever. */
const inline = (value: Data): string => (typeof value === 'string' ? scalar(value) : ascii(JSON.stringify(value)));

/** Words that some YAML reader takes for a boolean or for nothing. */
const reserved = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** A text as YAML: plain when every reader of YAML 1.1 and 1.2 takes it for the same text, quoted otherwise. */
export const scalar = (text: string): string =>
  /^[A-Za-z][A-Za-z0-9._/-]*$/.test(text) && !reserved.test(text) ? text : ascii(JSON.stringify(text));

/** JSON leaves some characters bare that YAML does not allow, and some that nobody can see. */
const ascii = (json: string): string =>
  json.replace(
    /[\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff0-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
