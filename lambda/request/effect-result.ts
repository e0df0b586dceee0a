import { describeEvent } from '../../autosys/event.ts';
import { eventFailed } from '../delivery/decide-next.ts';
import type { Entry } from '../ledger/entry.ts';
import { confirmedLine, isMoot } from '../ledger/settle.ts';
import type { CarriedOut } from './carry-out.ts';
import type { RequestAnswer, RequestFailure, RequestResult } from './result.ts';
import type { StoredRequest } from './stored-request.ts';

/** The result of an effect, and whether it is final. One that is not is asked of the ledger again. */
export interface RequestedResult {
  readonly result: RequestResult;
  readonly isFinal: boolean;
}

/**
 * The result of the effect of a `setGlobal` or `sendEvent`. Pure.
 *
 * A parked effect is not final: an operator may replay it.
 *
 * @param request as the ledger has it now: another invocation that joined may have sent the effect
 */
export function toEffectResult(
  state: CarriedOut,
  { joined }: Pick<StoredRequest, 'joined'>,
): RequestedResult {
  switch (state.kind) {
    case 'pending': {
      const cause = `not decided yet: ${state.reason}; the bridge continues it, send the same request again to learn the result`;
      return { result: toFailure('AutoSys.Pending', cause), isFinal: false };
    }
    case 'superseded': {
      const result =
        joined || state.wasRecorded
          ? toFailure('AutoSys.Unknown', `it may have been sent before: ${state.reason}`)
          : toFailure('AutoSys.Rejected', `nothing was sent: ${state.reason}`);
      return { result, isFinal: true };
    }
    default:
      return toDecided(state.entry);
  }
}

function toDecided(entry: Entry): RequestedResult {
  const { event } = entry;
  if (entry.stage === 'parked') return { result: toParkedFailure(entry), isFinal: false };
  if (event.kind === 'SET_GLOBAL' && isMoot(entry)) {
    const result = toFailure('AutoSys.Unknown', lastLine(entry));
    return { result, isFinal: true };
  }
  const answer = event.kind === 'SET_GLOBAL' ? toGlobalAnswer(entry, event.value) : toEvent(entry);
  return { result: { kind: 'answer', answer }, isFinal: true };
}

function toGlobalAnswer({ confirmedMs, sent, dueMs }: Entry, value: string): RequestAnswer {
  const atMs = confirmedMs ?? sent?.acceptedMs ?? dueMs;
  const confirmed = confirmedMs !== undefined;
  return { confirmed, value, at: new Date(atMs).toISOString() };
}

function toEvent(entry: Entry): RequestAnswer {
  const isShown = entry.confirmedMs !== undefined;
  const reason = isShown ? confirmedLine : lastLine(entry);
  return { accepted: true, ...(isShown && { confirmed: true }), reason };
}

function lastLine({ history }: Entry): string {
  return history.at(-1)?.text ?? 'nothing is known';
}

/**
 * The failure of a parked entry. Pure. It is `AutoSys.Rejected` only if it certainly had no effect:
 * it was never sent, or AutoSys or its scheduler rejected it.
 */
export function toParkedFailure(entry: Entry): RequestResult {
  const { parked, dismissed, sent, event } = entry;
  const hadNoEffect = sent === undefined || parked?.code === eventFailed;
  const failure = hadNoEffect ? 'AutoSys.Rejected' : 'AutoSys.Unknown';
  const reason = `${parked?.code ?? ''}: ${parked?.reason ?? ''}`;
  const after =
    dismissed === undefined ? 'it is parked for an operator' : `dismissed: ${dismissed.note}`;
  return toFailure(failure, `${toName(event)}: ${reason}; ${after}`);
}

/**
 * Whether a parked start will begin no run: AutoSys never accepted it, or its scheduler refused it. A
 * start that was accepted may begin a run later, when the job is taken off hold or its conditions are
 * met. Pure.
 */
export function isStartLost({ stage, parked, sent }: Entry): boolean {
  if (stage !== 'parked') return false;
  return sent?.acceptedMs === undefined || parked?.code === eventFailed;
}

/** The event without the value of a variable. */
function toName(event: Entry['event']): string {
  return event.kind === 'SET_GLOBAL' ? `SET_GLOBAL ${event.globalVariable}` : describeEvent(event);
}

/** A failure as the result of a request. */
export function toFailure(failure: RequestFailure, cause: string): RequestResult {
  return { kind: 'failure', failure, cause };
}
