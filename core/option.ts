import type { Match } from './match.ts';
import type { texts } from './texts.ts';

/** A repository serves three worlds: a laptop (always compose, everything beside the app) and the two that are deployed. */
export const deployed = ['staging', 'production'] as const;
export const environments = ['local', ...deployed] as const;
export type Deployed = (typeof deployed)[number];
export type Env = (typeof environments)[number];

interface Common {
  /** The question, also the help of the flag. */
  ask: string;
  /** The option applies only where this holds; elsewhere its value is `otherwise`, or null. */
  when?: Match;
  otherwise?: string;
  /** Never prompted for: its default is right for almost everybody. Flags, files and the schema have it all the same. */
  quiet?: true;
}

/** What a pick or picks chooses from: the features in the slot's folder, or words with a line of help each. */
type Choices =
  | { choices: 'features'; none?: string; /** said to whoever picks none of them */ caution?: string }
  | { choices: Readonly<Record<string, string>>; /** each choice is a bare word of the match language */ words?: true };

export type Option = Common &
  (
    | ({ kind: 'pick'; default: string; /** answered for each deployed environment */ per?: 'environment' } & Choices)
    | ({ kind: 'picks'; default: readonly string[] } & Choices)
    | { kind: 'number'; default: number; min: number; max: number; unit?: string }
    | {
        kind: 'text';
        is: keyof typeof texts;
        /** may hold `{id}`, the answer to an option above */ default: string;
        /** a real deployment needs another answer */ standIn?: true;
      }
  );

type Bare<O> = O extends { per: 'environment'; choices: infer C }
  ? Readonly<Record<Deployed, Word<C>>>
  : O extends { kind: 'pick'; choices: infer C }
    ? Word<C>
    : O extends { kind: 'picks'; choices: infer C }
      ? readonly Word<C>[]
      : O extends { kind: 'number' }
        ? number
        : string;
type Word<C> = C extends 'features' ? string : keyof C & string;

/** The type of an answer; null only where an option without `otherwise` does not apply. */
export type ValueOf<O> = O extends { when: Match }
  ? O extends { otherwise: string }
    ? Bare<O>
    : Bare<O> | null
  : Bare<O>;
