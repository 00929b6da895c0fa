import inquirer from 'inquirer';
import type { Question, Said } from '../../core/derive/prompts.ts';
import type { Io } from './io.ts';

/** Asks on the terminal. The only module that knows inquirer, and a chunk of its own. */
export const ask = (questions: readonly Question[], { stdin, stdout }: Io): Promise<Said> =>
  inquirer.createPromptModule({ input: stdin, output: stdout } as object)(questions as never);
