import type { GlobalName } from '../names.ts';
import type { Condition, JobReference } from './ast.ts';
import { atomsOf } from './chain.ts';

/** What a condition reads, each once, in the order in which it first occurs. */
export interface References {
  /** Jobs of this instance and, with `instance`, of others. */
  readonly jobs: readonly JobReference[];
  /** Global variables of this instance; one of another (`v(X^PRD)`) is set elsewhere and wakes nobody here. */
  readonly globalVariables: readonly GlobalName[];
}

/** Finds what can wake the job that waits on a condition: an event on any of these. */
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
