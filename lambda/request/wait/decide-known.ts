import type { AutosysInstance } from '../../../autosys/names.ts';
import type { JobWait } from '../stored-request.ts';
import { decideWait, isNumberedLater, type WaitDecision, type WaitFacts } from './decide-wait.ts';
import { findShared, isSurelyOwn } from './find-run.ts';
import { createLookUp, type LookUpDeps } from './look-up.ts';
import type { MakeRead } from './read-jobs.ts';
import type { SeenJob } from './seen-job.ts';
import type { KnownStart } from './start-facts.ts';

/** Maximum number of facts that one decision needs. */
const maxFacts = 4;

/** A decision that needs no further fact. */
export type DecidedWait = Exclude<WaitDecision, { readonly kind: 'needs' }>;

/** What is known beside the wait and the reading of its job. */
export interface DecideContext {
  readonly instance: AutosysInstance;
  readonly start: KnownStart;
  readonly makeRead: MakeRead;
}

/** Creates the decision on a wait, with the lookups of the facts that it needs. */
export function createDecideKnown(deps: LookUpDeps) {
  const { lookUp, attribute, dateBy } = createLookUp(deps);

  /** @throws {LedgerError} */
  return async function decideKnown(
    wait: JobWait,
    seen: SeenJob,
    { instance, start, makeRead }: DecideContext,
  ): Promise<DecidedWait> {
    const sent =
      seen.kind === 'job'
        ? await dateBy(start, { wait, job: seen.job, instance, makeRead })
        : start.facts;
    let facts: WaitFacts = { nowMs: deps.now().getTime(), start: sent };
    let decision = decideWait(wait, seen, facts);
    for (let looked = 0; decision.kind === 'needs' && seen.kind === 'job'; looked += 1) {
      const about = { wait: decision.wait, job: seen.job, entry: start.entry, instance, makeRead };
      const found = looked < maxFacts ? await lookUp(decision.fact, about) : undefined;
      if (found === undefined) break;
      facts = { ...facts, ...found };
      decision = decideWait(decision.wait, seen, facts);
    }
    // AutoSys cannot be asked now; what is known so far is kept.
    const decided: DecidedWait =
      decision.kind === 'needs' ? { kind: 'wait', wait: decision.wait } : decision;
    const { run } = decided.wait;
    const isKnown = wait.run !== undefined && !isNumberedLater(wait.run, seen);
    if (isKnown || run === undefined || seen.kind !== 'job') return decided;
    // It may be the run of a request that still waits. If the state asks again, it is identified.
    const isGone = wait.goneMs !== undefined;
    if (isGone && !isSurelyOwn(wait, run, sent)) return { kind: 'wait', wait };
    const about = { wait, job: seen.job, entry: start.entry };
    if (await attribute(run, about)) return decided;
    // Another request took the run. If it is not shared, the next pass identifies the run of this one.
    const isShared = findShared(wait, seen.job, facts) !== undefined;
    return isShared ? decided : { kind: 'wait', wait };
  };
}
