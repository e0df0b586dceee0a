import type { GlobalName } from '../names.ts';
import type { Condition, JobReference } from './ast.ts';
import { atomsOf } from './chain.ts';

/** The jobs and variables of a condition, without duplicates, in the order of their first use. */
export interface References {
  /** Jobs of this instance, and jobs of other instances with `instance`. */
  readonly jobs: readonly JobReference[];
  /**
   * Global variables of this instance.
   *
   * Variables of another instance (`v(X^PRD)`) are omitted, because they are not set in this one.
   */
  readonly globalVariables: readonly GlobalName[];
}

/** Finds the jobs and variables whose events can change the result of a condition. */
export function referencesOf(condition: Condition): References {
  const jobs = new Map<string, JobReference>();
  const globalVariables = new Set<GlobalName>();
  for (const atom of atomsOf(condition)) {
    if (atom.kind !== 'value') {
      const key = `${atom.job.job}^${atom.job.instance ?? ''}`;
      if (!jobs.has(key)) jobs.set(key, atom.job);
    } else if (!atom.instance) {
      globalVariables.add(atom.globalVariable);
    }
  }
  return { jobs: [...jobs.values()], globalVariables: [...globalVariables] };
}
