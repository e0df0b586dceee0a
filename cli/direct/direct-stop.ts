import type { StopCallAnswer } from '../../lambda/aws/stop-result.ts';
import type { RunAnswer, StopRequest } from '../../lambda/launch/api.ts';
import type { StoredLaunch } from '../../lambda/launch/launches.ts';
import { createBeginStop, createContinueStop } from '../../lambda/launch/stop/carry-out-stop.ts';
import type { StopCalls } from '../../lambda/launch/stop/stop-calls.ts';
import { isStopping } from '../../lambda/launch/stop/stop-record.ts';
import { createStopRun } from '../../lambda/launch/stop/stop-run.ts';
import type { ApiOutcome } from '../agent/api/outcome.ts';
import { attachDirect } from './attach.ts';
import { toDirectAnswer } from './direct-answer.ts';
import { type DirectFacts, toTargetList } from './direct-facts.ts';

/** A stop of the run with this name. */
export interface DirectStop extends StopRequest {
  readonly name: string;
}

/** Records the stop of the run and sends it: one call of AWS. The polls do the rest. */
export async function stopDirect(
  facts: DirectFacts,
  request: DirectStop,
  signal: AbortSignal,
): Promise<ApiOutcome<RunAnswer>> {
  const bound = await attachDirect(facts, request.name, signal);
  if (bound.kind !== 'done') return bound;
  const deps = toStopDeps(facts);
  const beginStop = createBeginStop({ ...deps, calls: repeatStops(deps.calls) });
  const stopRun = createStopRun({ ...deps, beginStop });
  const { stored, status } = await stopRun(request, facts.caller, signal);
  return toDirectAnswer(facts, stored.launch, status);
}

/**
 * Makes the next step of a stop that is under way. The answer says when the next one follows, so the
 * pace of the sweep does not count.
 */
export async function continueDirectStop(
  facts: DirectFacts,
  stored: StoredLaunch,
  signal: AbortSignal,
): Promise<StoredLaunch> {
  if (!isStopping(stored.launch.stop)) return stored;
  return createContinueStop(toStopDeps(facts))(stored, { pace: (makeCall) => makeCall(), signal });
}

/** Tries of the first request, one after another, because AutoSys grants a kill one second. */
const maxStopTries = 3;

/** The calls with a stop that is sent again at once if it has no answer. Both calls may be repeated. */
function repeatStops(calls: StopCalls): StopCalls {
  const repeat =
    <Given extends readonly unknown[]>(call: (...given: Given) => Promise<StopCallAnswer>) =>
    async (...given: Given): Promise<StopCallAnswer> => {
      for (let tries = 1; ; tries += 1) {
        const answer = await call(...given);
        const mayPass = answer.kind === 'unavailable' || answer.kind === 'throttled';
        if (!mayPass || tries === maxStopTries) return answer;
      }
    };
  const { stopExecution, terminateJob } = calls;
  return {
    ...calls,
    stopExecution: repeat(stopExecution),
    terminateJob: repeat(terminateJob),
  };
}

/** What the stop of the launch API needs, with the memory in place of the ledger. */
export function toStopDeps(facts: DirectFacts) {
  const { memory, calls, home, now } = facts;
  const { launches, runs } = memory;
  return { launches, runs, targets: toTargetList(facts), now, calls: calls.stops, home };
}
