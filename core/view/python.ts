import type { Entry } from '../catalog.ts';
import { requirementsOf, type Locked } from '../lock.ts';
import type { Answers } from '../options.ts';

/** What the Python files of a repository need to know. */
export interface PythonView {
  readonly python: {
    /** Of the image, such as 3.13. */
    readonly version: string;
    /** Oldest that the code runs on, as pyproject.toml and as ruff spell it. */
    readonly requires: string;
    readonly tag: string;
  };
  /** Ranges of the direct requirements, sorted. */
  readonly requirements: readonly string[];
  readonly requirementsDev: readonly string[];
  readonly lock: { readonly runtime: readonly Locked[]; readonly dev: readonly Locked[] };
}

/** Oldest Python the service runs on: what a fresh Debian 12 or Ubuntu 24.04 has. */
export const oldest = '3.11';

/** The Python half of the view. */
export function pythonOf(answers: Answers, features: readonly Entry[], lock: PythonView['lock']): PythonView {
  return {
    python: { version: answers.python, requires: `>=${oldest}`, tag: `py${oldest.replace('.', '')}` },
    requirements: requirementsOf(features, 'python'),
    requirementsDev: requirementsOf(features, 'pythonDev'),
    lock,
  };
}
