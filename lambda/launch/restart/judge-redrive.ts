import type { DescribedExecution } from '../../aws/lookup.ts';
import type { WorkloadStatus } from '../../workload/workload.ts';

/** Whether AWS allows an execution to be continued. */
export type RedriveVerdict =
  | {
      readonly kind: 'allowed';
      /** `redriveCount` that the execution then has. */
      readonly redrive: number;
      readonly ended: { readonly status: WorkloadStatus; readonly atMs: number };
    }
  /** It has not ended. */
  | { readonly kind: 'active' }
  /** @param reason a clause without a full stop */
  | { readonly kind: 'refused'; readonly reason: string };

/** Documented: the redrivable period begins at the end of the execution. */
const redrivableMs = 14 * 24 * 3_600_000;

/** Statuses of an execution that has ended, and that AWS may allow to be continued. */
const endStatuses: readonly WorkloadStatus[] = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

/**
 * Whether AWS allows RedriveExecution, by the answer of DescribeExecution. Pure.
 *
 * `redriveStatus` is an open text (an event has been seen with another value than the API reference
 * names), so only `REDRIVABLE` and its absence allow the call. AWS decides again at the call.
 */
export function judgeRedrive(execution: DescribedExecution, nowMs: number): RedriveVerdict {
  const { stopDate, redriveStatus = 'REDRIVABLE', redriveStatusReason } = execution;
  const status = endStatuses.find((one) => one === execution.status);
  if (status === undefined) return { kind: 'active' };
  if (status === 'SUCCEEDED') {
    return {
      kind: 'refused',
      reason: 'it has SUCCEEDED, and AWS continues only FAILED, TIMED_OUT and ABORTED',
    };
  }
  const atMs = stopDate?.getTime() ?? nowMs;
  const untilMs = atMs + redrivableMs;
  if (nowMs >= untilMs || /period exceeded/.test(redriveStatusReason ?? '')) {
    const until = new Date(untilMs).toISOString();
    return { kind: 'refused', reason: `AWS allows a redrive for 14 days, which ended at ${until}` };
  }
  if (redriveStatus !== 'REDRIVABLE') {
    return { kind: 'refused', reason: explainStatus(redriveStatus, redriveStatusReason) };
  }
  return { kind: 'allowed', redrive: (execution.redriveCount ?? 0) + 1, ended: { status, atMs } };
}

/** Maximum characters of a reason of AWS. */
const maxReason = 200;

function explainStatus(status: string, reason = ''): string {
  if (/history event limit/.test(reason)) {
    return 'its history has 24,999 events or more, which leaves no room for a redrive';
  }
  if (/max execution time/.test(reason)) return 'it began more than a year ago';
  return `its redriveStatus is ${status}${reason === '' ? '' : `: ${reason.slice(0, maxReason)}`}`;
}
