import type { PastEvent } from '../aws/log-results.ts';
import { reduceCause } from '../workload/read/cause.ts';

/** The state in which an execution ended without success. */
export interface FailingState {
  /** Name of the state. `undefined` if its event is not among those that were read. */
  readonly state?: string | undefined;
  readonly error?: string | undefined;
  /** Reduced: without command and environment of a child. */
  readonly cause?: string | undefined;
  /** Name of the Lambda function that the state has invoked. */
  readonly functionName?: string | undefined;
  readonly batchJobId?: string | undefined;
  readonly executionArn?: string | undefined;
  readonly mapRunArn?: string | undefined;
  /** When the state began its task, and when it ended. Epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Events that report a failure themselves. A failed Parallel or Map state repeats one of these. */
const failures =
  /^(?:(?:Task|LambdaFunction|Activity)(?:Failed|TimedOut|StartFailed|SubmitFailed|ScheduleFailed)|EvaluationFailed|MapRunFailed|FailStateEntered)$/;

/**
 * Finds the failing state in the newest events of an ended execution. Pure.
 *
 * The events are linked by `previousEventId`. Inferred: from the last event, the first failure on
 * this path is the cause; a failure that was caught is behind the entry of a later state. If the
 * path leaves the events that were read, the newest failure counts.
 *
 * @param events newest first. Events before the last redrive are ignored
 */
export function findFailingState(events: readonly PastEvent[]): FailingState | undefined {
  const redriven = events.findIndex(({ type }) => type === 'ExecutionRedriven');
  const recent = redriven < 0 ? events : events.slice(0, redriven);
  const [ended, before] = recent;
  if (ended === undefined || ended.type === 'ExecutionSucceeded') return undefined;
  // The end by a timeout or a stop may have no link (assumed): then it follows the event before it.
  const isLinked = events.some(({ id }) => id === ended.previousId);
  const last = isLinked ? ended : { ...ended, previousId: before?.id ?? 0 };
  const failure = findFailure(last, recent);
  if (failure === undefined) return undefined;
  // After a redrive, the failed task may have been entered before it.
  const path = followBack(failure, events, isEntry);
  const entry = path.find(isEntry);
  const find = <Key extends keyof PastEvent>(key: Key) =>
    path.find((one) => one[key] !== undefined)?.[key];
  const cause = failure.cause ?? ended.cause;
  const resource = find('resource') ?? '';
  const isBatch = resource.startsWith('submitJob');
  const isNested = resource.startsWith('startExecution');
  return {
    state: failure.state ?? entry?.state,
    error: failure.error ?? ended.error,
    cause: reduceCause(cause),
    functionName: toFunctionName(find('functionName') ?? toLambdaArn(resource)),
    batchJobId: find('batchJobId') ?? (isBatch ? findInCause(cause, jobIdField) : undefined),
    executionArn: find('executionArn') ?? (isNested ? findInCause(cause, arnField) : undefined),
    mapRunArn: find('mapRunArn'),
    fromMs: (entry ?? failure).atMs,
    toMs: failure.atMs,
  };
}

const isEntry = ({ type }: PastEvent) => type.endsWith('StateEntered');

function findFailure(last: PastEvent, events: readonly PastEvent[]): PastEvent | undefined {
  const isFailure = ({ type }: PastEvent) => failures.test(type);
  const path = followBack(last, events, (one) => isFailure(one) || isEntry(one));
  const end = path.at(-1);
  if (end !== undefined && end !== last && isFailure(end)) return end;
  if (last.type !== 'ExecutionFailed') {
    // Stopped or timed out: the state that was active. An earlier failure was caught.
    return end !== undefined && end !== last && isEntry(end) ? { ...last, state: end.state } : last;
  }
  const newest = events.find(isFailure);
  if (end === undefined || end === last || !isEntry(end)) return newest ?? last;
  // A Map or Parallel state failed: the failure is inside, after its entry.
  return newest !== undefined && newest.id > end.id ? newest : { ...last, state: end.state };
}

/** The event, and those before it on its path, up to and including the first that matches. */
function followBack(
  from: PastEvent,
  events: readonly PastEvent[],
  isEnd: (event: PastEvent) => boolean,
): readonly PastEvent[] {
  const byId = new Map(events.map((one) => [one.id, one]));
  const path: PastEvent[] = [from];
  if (failures.test(from.type) && isEnd(from)) return path;
  // Each step has a smaller id, so the path ends.
  for (let at: PastEvent = from; ; ) {
    const before = byId.get(at.previousId);
    if (before === undefined || before.id >= at.id) return path;
    path.push(before);
    if (isEnd(before)) return path;
    at = before;
  }
}

const jobIdField = /"JobId":"([0-9a-f]{8}-[0-9a-f-]{27}(?:[:#]\d{1,5})?)"/;
const arnField = /"ExecutionArn":"(arn:[\w-]+:states:[\w-]*:\d{12}:execution:[\w:/-]{1,200})"/;

/** A cause may be cut off, so it is not parsed as JSON. */
function findInCause(cause: string | undefined, pattern: RegExp): string | undefined {
  return pattern.exec(cause ?? '')?.[1];
}

function toLambdaArn(resource: string): string | undefined {
  return /^arn:[\w-]+:lambda:/.test(resource) ? resource : undefined;
}

/** Name from an ARN or a name, without alias or version. */
function toFunctionName(text: string | undefined): string | undefined {
  const name = text?.replace(/^.*\bfunction:/, '').split(':', 1)[0];
  return name !== undefined && /^[\w-]{1,64}$/.test(name) ? name : undefined;
}
