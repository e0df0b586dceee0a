/** What decides whether an execution can be redriven. */
interface RedriveFacts {
  readonly status: string;
  readonly startedAt: number;
  readonly stoppedAt?: number | undefined;
  readonly mapRunArn?: string | undefined;
}

const dayMs = 24 * 60 * 60_000;
/** Documented: the redrivable period begins at the end of the execution. */
const redrivablePeriodMs = 14 * dayMs;
/** Documented: an execution is open at most one year, over all redrives. */
const maxOpenMs = 365 * dayMs;
/** Documented: fewer events, so that ExecutionRedriven and one more have room. */
const historyLimit = 24_999;

/**
 * Why an execution cannot be redriven, in the words of `redriveStatusReason`; undefined if it can.
 * (API reference, RedriveExecution and DescribeExecution)
 */
export function findRedriveObstacle(
  { status, startedAt, stoppedAt, mapRunArn }: RedriveFacts,
  { now, historyLength }: { now: number; historyLength: number },
): string | undefined {
  if (status === 'RUNNING' || status === 'SUCCEEDED') {
    return `Execution is ${status} and cannot be redriven`;
  }
  if (mapRunArn !== undefined) return 'Execution is redriven by its Map Run';
  if (historyLength >= historyLimit) return 'Execution history event limit exceeded';
  if (now - startedAt >= maxOpenMs) return 'Execution has exceeded the max execution time';
  if (now - (stoppedAt ?? now) >= redrivablePeriodMs) return 'Execution redrivable period exceeded';
  return undefined;
}
