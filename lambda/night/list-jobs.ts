import type { AutosysInstance } from '../../autosys/names.ts';
import type { JobListView } from '../../autosys/views.ts';
import {
  createMakeRead,
  type MakeRead,
  type ReadJobsDeps,
  type ReadLimits,
} from '../request/wait/read-jobs.ts';
import type { NightFacts } from './night-facts.ts';
import {
  allJobs,
  type NightConditions,
  toConditions,
  toDefinitions,
  toListedJobs,
} from './read-night-jobs.ts';

/** Lists the jobs of an instance for its page, or says why they could not be read. */
export type ListNightJobs = (
  instance: AutosysInstance,
  limits: ReadLimits,
) => Promise<NightFacts['jobs']>;

/**
 * Milliseconds for which definitions are used. They change by releases, and their list is longer than
 * that of the statuses.
 */
const definitionsForMs = 60 * 60_000;

interface KeptDefinitions {
  readonly readMs: number;
  readonly conditions: NightConditions | undefined;
}

/**
 * Creates the reading of all jobs: one `autorep` per pass for the statuses, and one per hour and
 * sandbox for the definitions. No `autorep` prints both.
 *
 * Reads respect the circuit breaker and the rate of the instance. Definitions that cannot be read
 * again are used on.
 */
export function createListNightJobs(deps: ReadJobsDeps): ListNightJobs {
  const keptByInstance = new Map<AutosysInstance, KeptDefinitions>();

  return async function listNightJobs(instance, limits) {
    const makeRead = createMakeRead(deps, instance, limits);
    const list = await makeRead(({ jobs }, signal): Promise<JobListView> => {
      return jobs ? jobs.readJobs(allJobs, { signal }) : Promise.resolve(noLists);
    });
    if (list.kind !== 'answered') return { unread: toReason(list) };
    if (list.answer.kind === 'unreadable') return { unread: list.answer.reason };
    const kept = await readDefinitions(instance, makeRead);
    return 'unread' in kept ? kept : toListedJobs(list.answer.jobs, kept.conditions);
  };

  async function readDefinitions(
    instance: AutosysInstance,
    makeRead: MakeRead,
  ): Promise<KeptDefinitions | { readonly unread: string }> {
    const kept = keptByInstance.get(instance);
    const readMs = deps.now().getTime();
    if (kept && readMs - kept.readMs < definitionsForMs) return kept;
    const read = await makeRead(({ jobs }, signal) =>
      jobs ? jobs.readDefinitions({ signal }) : Promise.resolve(''),
    );
    if (read.kind !== 'answered') return kept ?? { unread: `definitions: ${toReason(read)}` };
    const fresh = { readMs, conditions: toConditions(toDefinitions(read.answer)) };
    // An answer without definitions may be a refusal, so the next pass reads again.
    if (fresh.conditions !== undefined) keptByInstance.set(instance, fresh);
    return fresh.conditions === undefined && kept ? kept : fresh;
  }
}

const noLists = { kind: 'unreadable', reason: 'this instance lists no jobs' } as const;

function toReason(read: { readonly reason: string } | { readonly kind: 'unknownJob' }): string {
  return 'reason' in read ? read.reason : 'AutoSys found no job';
}
