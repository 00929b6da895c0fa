import { parseDocument } from 'yaml';

/** The data of one YAML document. A chunk of its own: most runs have no answers file. */
export function parseYaml(text: string): unknown {
  const document = parseDocument(text, { logLevel: 'error' });
  const [error] = document.errors;
  if (error) throw new Error(`it is not YAML: ${error.message.split('\n')[0]?.replace(/:$/, '') ?? ''}`);
  return document.toJS({ maxAliasCount: 100 });
}
