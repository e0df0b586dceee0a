import type { RunAnswer, StopRequest } from '../../lambda/launch/api.ts';
import type { StoredLaunch } from '../../lambda/launch/launches.ts';
import { createBeginStop, createContinueStop } from '../../lambda/launch/stop/carry-out-stop.ts';
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
  const stopRun = createStopRun({ ...deps, beginStop: createBeginStop(deps) });
  const { stored, status } = await stopRun(request, facts.caller, signal);
  return toDirectAnswer(facts, stored.launch, status);
}

/** Makes the next step of a stop, if it is due. */
export async function continueDirectStop(
  facts: DirectFacts,
  stored: StoredLaunch,
  signal: AbortSignal,
): Promise<StoredLaunch> {
  const { stop } = stored.launch;
  if (!isStopping(stop) || (stop?.nextMs ?? 0) > facts.now().getTime()) return stored;
  return createContinueStop(toStopDeps(facts))(stored, { pace: (makeCall) => makeCall(), signal });
}

function toStopDeps(facts: DirectFacts) {
  const { memory, calls, home, now } = facts;
  const { launches, runs } = memory;
  return { launches, runs, targets: toTargetList(facts), now, calls: calls.stops, home };
}
