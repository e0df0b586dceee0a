import { isActive } from '../../autosys/status.ts';
import type { JobView } from '../../autosys/views.ts';
import type { JobStart } from '../routing/requests.ts';
import type { JobWait, SeenRun } from './stored-request.ts';

/** What `runJob` does with a job as AutoSys shows it. */
export type StartDecision =
  /** The start is sent, or the next run is awaited. */
  | { readonly kind: 'begin' }
  /** The active run is awaited; nothing is sent. */
  | { readonly kind: 'watch' }
  /** Nothing is sent. */
  | { readonly kind: 'reject'; readonly reason: string };

/**
 * Decides how a `runJob` begins. Pure.
 *
 * A job on ice does not run, and its successors take it as done (AutoSys 11.3.6 reference). A job on
 * hold, or whose conditions are not met, may run before the timeout.
 */
export function decideStart(
  { status }: Pick<JobView, 'status'>,
  { job, start, token }: Pick<JobWait, 'job' | 'start' | 'token'>,
): StartDecision {
  if (status === 'ON_ICE') {
    const reason = `the job ${job} is ON_ICE, so AutoSys does not run it; take it off ice (JOB_OFF_ICE) before it is requested`;
    return { kind: 'reject', reason };
  }
  if (isActive(status)) return decideActive(status, { job, start });
  if (start === 'current' && token === undefined) {
    const reason = `no run of the job ${job} is active (${status}); with a task token the next run is awaited`;
    return { kind: 'reject', reason };
  }
  return { kind: 'begin' };
}

function decideActive(
  status: JobView['status'],
  { job, start }: { readonly job: string; readonly start: JobStart },
): StartDecision {
  switch (start) {
    case 'join':
    case 'current':
      return { kind: 'watch' };
    case 'STARTJOB': {
      const reason = `the job ${job} is ${status} already, and STARTJOB does not start it again; use start: join to wait for that run`;
      return { kind: 'reject', reason };
    }
    default:
      return { kind: 'begin' };
  }
}

/** The run that a job shows; empty for a job that never ran. Pure. */
export function toSeenRun({ lastRun }: Pick<JobView, 'lastRun'>): SeenRun {
  const { run, try: number, startedAt } = lastRun;
  return {
    ...(run !== undefined && { run }),
    ...(number !== undefined && { try: number }),
    ...(startedAt && { startedMs: startedAt.getTime() }),
  };
}
