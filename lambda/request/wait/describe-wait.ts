import type { RunJobAnswer } from '../result.ts';
import type { JobWait, SeenRun } from '../stored-request.ts';
import type { StartFacts } from './find-run.ts';
import type { SeenJob } from './seen-job.ts';

/** The awaited run, for people: `run 17, try 1 of job LOAD`. */
export function describeAwaitedRun(
  { job, run = {} }: Pick<JobWait, 'job' | 'run'>,
  end: Pick<RunJobAnswer, 'run' | 'try'> = {},
): string {
  const { run: number, try: tryNumber } = { ...run, ...end } satisfies SeenRun;
  if (number === undefined) return `the run of job ${job}`;
  return `run ${number}${tryNumber === undefined ? '' : `, try ${tryNumber}`} of job ${job}`;
}

/** Why the awaited run has not begun, for people. */
export function describeUnbegun(
  { job, start }: Pick<JobWait, 'job' | 'start'>,
  seen: SeenJob,
  sent: StartFacts,
): string {
  const shown =
    seen.kind === 'job'
      ? `job ${job} is ${seen.job.status}`
      : seen.kind === 'unread'
        ? `job ${job} cannot be read: ${seen.reason}`
        : `AutoSys has no job ${job}`;
  switch (sent.kind) {
    case 'delivered':
      return `AutoSys has accepted ${start}, and no run has begun; ${shown}`;
    case 'none':
      return `no run has begun; ${shown}`;
    case 'pending':
      if (!sent.mayBeSent) return `the start could not be sent in time; ${shown}`;
      return `${start} may have been sent, and AutoSys has not shown it in time; ${shown}`;
    default:
      return `the start was not sent; ${shown}`;
  }
}
