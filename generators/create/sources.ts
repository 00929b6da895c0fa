import { basename, resolve } from 'node:path';
import type { Source } from '../../core/attempt.ts';
import { fits, slugify } from '../../core/texts.ts';
import { readAnswers } from './answers-file.ts';
import type { Request } from './args.ts';
import type { Finding } from './finding.ts';
import type { Io } from './io.ts';

/** Where answers come from, highest first, with the dialogue between the two lists. */
export interface Sources {
  readonly above: readonly Source[];
  readonly below: readonly Source[];
  readonly findings: readonly Finding[];
  /** The version that the answers file was written for. */
  readonly wanted?: string;
}

/** flags > answers file > (dialogue) > directory > defaults. */
export async function gather(request: Request, io: Io): Promise<Sources> {
  const file = request.file === undefined ? undefined : await readAnswers(request.file, io);
  const given: Source[] = [
    { name: 'flags', answers: request.answers },
    ...(file ? [{ name: 'answers file', answers: file.answers }] : []),
  ];
  const directory = fromDirectory(request.operand, io.cwd);
  // A folder that is named like a service has been named by the user: asking for the name again would be noise.
  const said = directory !== undefined && fits('slug', basename(resolve(io.cwd, request.operand ?? '')));
  return {
    above: said ? [...given, directory] : given,
    below: directory === undefined || said ? [] : [directory],
    findings: file?.findings ?? [],
    ...(file?.generator === undefined ? {} : { wanted: file.generator }),
  };
}

/** What the folder says. */
export function fromDirectory(operand: string | undefined, cwd: string): Source | undefined {
  const name = operand === undefined ? undefined : slugify(basename(resolve(cwd, operand)));
  return name === undefined ? undefined : { name: 'directory', answers: { name } };
}
