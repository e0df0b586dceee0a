import type { LaunchTarget } from '../../routing/targets.ts';
import { reduceCause } from '../../workload/read/cause.ts';
import type { StopCause } from '../api.ts';
import { type Launch, settleUnsent, withLine } from '../launch.ts';
import {
  isStopping,
  type LaunchStop,
  maxStopReason,
  type StopNode,
  toRemaining,
} from './stop-record.ts';

/** Who wants a run to be stopped, and why. */
export interface RunStopRequest {
  /** Caller, or the bridge itself. */
  readonly by: string;
  readonly cause: StopCause;
  readonly reason?: string | undefined;
}

/** Time after which a stop that is not proven is parked. */
const parkAfterMs = 10 * 60_000;
/** Wait before AWS is asked whether the run has ended. */
const firstLookAfterMs = 10_000;
/** Wait between two looks at a parked stop, and how long it is looked at: longer than a long weekend. */
const parkedLookMs = 30 * 60_000;
const parkedForMs = 7 * 24 * 3_600_000;

/** What a request for a stop depends on. */
export interface StopFacts {
  /** Of the target; `stop` if the target is no longer in the route file. */
  readonly onKill: LaunchTarget['onKill'];
  readonly nowMs: number;
  /** When the run was redriven, if it is active since then, in epoch milliseconds. */
  readonly redrivenMs?: number | undefined;
}

/**
 * Records a stop. Repeated stops are one stop, so the same object is returned for them, and for a
 * launch that AWS has refused. A parked stop that is repeated is looked at now. A run that was
 * redriven after its stop is stopped anew. Pure.
 */
export function requestStop(
  launch: Launch,
  request: RunStopRequest,
  { onKill, nowMs, redrivenMs }: StopFacts,
): Launch {
  const { stop: known, stage } = launch;
  const isLeft = request.cause !== 'person' && onKill === 'leave';
  if (stage === 'refused') return launch;
  const isAnew = known !== undefined && isActiveAgain(known, redrivenMs);
  if (known?.state === 'parked' && !isAnew) {
    // If it is due already, a write would only discard the step that is under way.
    if ((known.nextMs ?? Number.POSITIVE_INFINITY) <= nowMs) return launch;
    return { ...launch, stop: { ...known, steps: known.steps + 1, nextMs: nowMs } };
  }
  if (known && !isAnew && (known.state !== 'left' || isLeft)) return launch;
  const reason = toStopReason(request);
  const base = {
    ...{ by: request.by, cause: request.cause, reason, requestedMs: nowMs },
    ...{ steps: (known?.steps ?? 0) + 1, tree: [] },
  };
  if (isLeft) {
    const text = 'the run is left running: the target has onKill: leave';
    const stop: LaunchStop = { ...base, state: 'left', text };
    return withLine(
      { ...launch, stop },
      nowMs,
      `not stopped for ${request.by}: ${reason}; ${text}`,
    );
  }
  const text =
    stage === 'intended'
      ? 'requested while the start is under way; it is carried out once AWS has answered'
      : 'requested';
  const stop: LaunchStop = { ...base, state: 'requested', nextMs: nowMs, text };
  const stopped = withLine(
    { ...launch, stop },
    nowMs,
    `stop requested by ${request.by}: ${reason}`,
  );
  // Without a lease and without an unknown outcome, AWS has certainly not been asked.
  const isUnsent = stage === 'intended' && !launch.lease && !launch.unknownCalls;
  return isUnsent ? settleUnsent(stopped, 'stopped before it was started', nowMs) : stopped;
}

/** Whether a run that had ended for its stop has become active afterwards: it was redriven. */
function isActiveAgain({ state, tree, requestedMs }: LaunchStop, redrivenMs: number | undefined) {
  const hadEnded = state === 'proven' || (state === 'parked' && tree[0]?.closed === true);
  return hadEnded && redrivenMs !== undefined && redrivenMs > requestedMs;
}

/** The reason as text for AWS and the ledger. It may quote a structure with secrets, so it is reduced. */
function toStopReason({ reason, cause }: RunStopRequest): string {
  const given = reduceCause(reason?.replace(/[\p{Cc}\s]+/gu, ' ').trim());
  return (given || defaultReasons[cause]).slice(0, maxStopReason).toWellFormed();
}

const defaultReasons: Readonly<Record<StopCause, string>> = {
  kill: 'the AutoSys job was killed',
  timeout: 'the time limit of the command',
  person: 'by hand',
};

/** What a step of a stop found and did. */
export interface StopStepResult {
  /** The step it continues: `steps` of the stop that it began with. */
  readonly from: number;
  readonly tree: readonly StopNode[];
  /** What the step did, for the history. @default - no line */
  readonly line?: string | undefined;
}

/**
 * The launch after a step of its stop. Pure.
 *
 * @returns the same object if another function has recorded a step meanwhile
 */
export function recordStopStep(launch: Launch, result: StopStepResult, nowMs: number): Launch {
  const { stop: known } = launch;
  if (known === undefined || !isStopping(known) || known.steps !== result.from) return launch;
  const { nextMs: _, ...base } = known;
  const { tree, line } = result;
  const stepped = { ...base, tree, steps: known.steps + 1 };
  const told = line === undefined ? launch : withLine(launch, nowMs, line);
  if (tree.length > 0 && tree.every(({ closed }) => closed)) {
    const text = `the run ended as ${tree[0]?.endedAs}; nothing of it is active any more (${countWorkloads(tree)} looked at)`;
    return withLine({ ...told, stop: { ...stepped, state: 'proven', text } }, nowMs, text);
  }
  const ageMs = nowMs - known.requestedMs;
  const open = toRemaining({ ...stepped, text: '' }).length;
  if (known.state === 'requested' && ageMs < parkAfterMs) {
    const text = `under way; ${open} of ${countWorkloads(tree)} may still be active`;
    return { ...told, stop: { ...stepped, text, nextMs: nowMs + firstLookAfterMs } };
  }
  const isOver = ageMs >= parkedForMs;
  // Once AWS answers again, each look may find more workloads, and the next one need not wait.
  const lookMs = toProgress(tree) > toProgress(known.tree) ? firstLookAfterMs : parkedLookMs;
  const text = `not proven within ten minutes: ${open} of ${countWorkloads(tree)} may still be active`;
  const full = isOver ? `${text}; not looked at any more after a week` : text;
  const parked: LaunchStop = {
    ...stepped,
    ...{ state: 'parked', text: full },
    ...(!isOver && { nextMs: nowMs + lookMs }),
  };
  const isNews = known.state !== 'parked' || isOver;
  return isNews ? withLine({ ...told, stop: parked }, nowMs, full) : { ...told, stop: parked };
}

/** A number that grows with each workload that is found, stopped for the first time, or has ended. */
function toProgress(tree: readonly StopNode[]): number {
  const counted = ({ closed, stops = 0 }: StopNode) => 1 + (closed ? 1 : 0) + (stops > 0 ? 1 : 0);
  return tree.reduce((sum, node) => sum + counted(node), 0);
}

function countWorkloads(tree: readonly StopNode[]): string {
  const count = tree.filter(({ kind }) => kind === 'execution' || kind === 'batchJob').length;
  return `${count} ${count === 1 ? 'workload' : 'workloads'}`;
}
