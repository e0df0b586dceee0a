import { isActive } from '../../../autosys/status.ts';
import type { EffectRequest } from '../../ledger/admit.ts';
import { type Entry, withHistory } from '../../ledger/entry.ts';
import { toKey } from '../../ledger/entry-row.ts';
import type { Table } from '../../ledger/table.ts';
import { createWithdraw } from '../../ledger/withdraw.ts';
import type { CarryOut } from '../carry-out.ts';
import { toSeenRun } from '../decide-start.ts';
import { toRequestEffect } from '../effect-request.ts';
import { toRequestKey } from '../request-row.ts';
import type { StoredRequests } from '../requests.ts';
import type { JobWait, SeenRun, StoredRequest } from '../stored-request.ts';
import type { KnownWait } from './answer-wait.ts';
import type { WaitDecision } from './decide-wait.ts';
import { describeAwaitedRun } from './describe-wait.ts';
import { beganAfter, findFresh, isSurelyOwn, type StartFacts } from './find-run.ts';
import { compareRuns, isComparable, type SeenJob } from './seen-job.ts';
import type { WaitingRequest } from './start-facts.ts';
import { type JobWaitStep, toAbout } from './wait-step.ts';

export interface KillRunDeps {
  readonly table: Table;
  readonly requests: Pick<StoredRequests, 'change'>;
  readonly now: () => Date;
  readonly newLeaseId: () => string;
  readonly carryOut: CarryOut;
}

/** What is known of the run when it is to be killed. */
interface KillFacts {
  readonly seen: SeenJob;
  /** What the wait would decide, if the execution still waited. */
  readonly decision: WaitDecision;
  readonly start: StartFacts;
  readonly signal: AbortSignal;
}

/**
 * Creates the kill of the run of an execution that is gone.
 *
 * KILLJOB names a job and not a run, so it is sent only while AutoSys shows this very run, and it is
 * withdrawn if AutoSys could not be reached: later it could hit another run.
 */
export function createKillRun(deps: KillRunDeps) {
  const { requests, now, newLeaseId, carryOut } = deps;
  const withdraw = createWithdraw(deps);

  /** @throws {LedgerError} */
  return async function killRun(
    known: KnownWait,
    { seen, decision, start, signal }: KillFacts,
  ): Promise<JobWaitStep> {
    const { request } = known;
    const about = toAbout(request, toRequestKey(request));
    const run = describeAwaitedRun(decision.wait);
    if (!isShown(decision.wait, seen)) {
      if (decision.kind !== 'end' && mayShowLater(request.wait, { seen, start })) {
        // The second read of a failure ends the wait for its restart.
        const { failure, retries } = decision.wait;
        if (failure && request.wait.failure?.end.try !== failure.end.try) {
          await change((wait) => ({ ...wait, failure, ...(retries !== undefined && { retries }) }));
        }
        return { kind: 'waiting', about };
      }
      return settle('is not sent: AutoSys shows no active run of this request');
    }
    if (!isOwn(request.wait, decision.wait.run, start)) {
      return settle('is not sent: the run may be that of another start');
    }
    const kill = toKillRequest(request);
    const carried = await carryOut(kill, signal);
    if (carried.kind === 'superseded') return settle(`was not sent: ${carried.reason}`);
    if (carried.kind === 'decided') return settle(describeKill(carried.entry));
    const reason = 'AutoSys was not reached; the run may have ended when it is reached again';
    if (await withdraw(toKey(kill), newLeaseId(), reason)) {
      await change((wait) => ({ ...wait, kill: { tries: (wait.kill?.tries ?? 0) + 1 } }));
    }
    return { kind: 'waiting', about };

    async function settle(text: string): Promise<JobWaitStep> {
      const outcome = `KILLJOB of ${run} ${text}`;
      await change(({ kill: _, ...wait }) => wait, outcome);
      return { kind: 'kill', about, outcome };
    }

    function change(apply: (wait: JobWait) => JobWait, text?: string) {
      return requests.change(known, (latest) => {
        if (latest.wait?.kill === undefined) return latest;
        const changed = { ...latest, wait: apply(latest.wait) };
        if (text === undefined) return changed;
        return withHistory<StoredRequest>(changed, now().getTime(), text);
      });
    }
  };
}

/** Each try is an entry of its own: an earlier one was withdrawn. */
function toKillRequest(request: WaitingRequest): EffectRequest {
  const { job, kill } = request.wait;
  const effect = toRequestEffect(request, { kind: 'KILLJOB', job });
  const { version } = effect;
  return { ...effect, version: { ...version, run: `${version.run} kill ${kill?.tries ?? 0}` } };
}

function isShown({ run }: JobWait, seen: SeenJob): boolean {
  if (run === undefined || seen.kind !== 'job' || !isActive(seen.job.status)) return false;
  const comparison = compareRuns(run, toSeenRun(seen.job));
  return comparison === 'same' || comparison === 'laterTry';
}

/** Whether the run of the request may have begun, and AutoSys has not shown it yet. */
function mayShowLater(wait: JobWait, { seen, start }: Pick<KillFacts, 'seen' | 'start'>): boolean {
  if (wait.run !== undefined || start.kind === 'pending') return true;
  // The job was never read, so nothing was sent.
  if (wait.before === undefined) return false;
  if (seen.kind !== 'job') return true;
  return findFresh(wait, seen.job, start) !== undefined;
}

/** Tolerance for the clocks of bridge and AutoSys, in milliseconds. In doubt nothing is killed. */
const killToleranceMs = 30_000;

/** Whether a kill of the run hits the run of the request. */
function isOwn(wait: JobWait, run: SeenRun | undefined, sent: StartFacts): boolean {
  const { run: known, before, start, untilMs, kill, isDoubtful = false } = wait;
  if (isDoubtful) return false;
  // The first try shows when the run began; a later one begins when the scheduler restarts it.
  if (known && (known.try ?? 1) === 1 && beganAfter(known, sent, killToleranceMs)) return false;
  if (known && isComparable(known)) return true;
  // Without a reading before, a run that is shown now may have begun at any time.
  if (before === undefined || run === undefined) return false;
  const goneMs = Math.min(kill?.sinceMs ?? 0, untilMs);
  return isSurelyOwn({ start, goneMs }, run, sent);
}

function describeKill({ stage, parked, history }: Entry): string {
  if (stage === 'parked') return `is parked (${parked?.code ?? ''}): ${parked?.reason ?? ''}`;
  return `was sent: ${history.at(-1)?.text ?? ''}`;
}
