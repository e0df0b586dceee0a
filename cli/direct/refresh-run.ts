import type { DescribedBatchJob, DescribeExecution, NoAnswer } from '../../lambda/aws/lookup.ts';
import { isOver } from '../../lambda/workload/workload.ts';
import { readDescribedExecution, readDescribedJob } from './described-run.ts';
import { refuseUnknownRun } from './direct-answer.ts';
import { type DirectFacts, type DirectStep, stepDone } from './direct-facts.ts';
import { toUnanswered } from './outcomes.ts';

/** A run that AWS still does not show after this time does not exist. Reads may lag behind. */
const shownAfterMs = 5 * 60_000;

/** Asks AWS about the run with one call, unless it is known to have ended. */
export async function refreshRun(facts: DirectFacts, signal: AbortSignal): Promise<DirectStep> {
  const { memory, calls, home, now } = facts;
  const launch = memory.launch();
  const known = memory.run();
  if (launch?.aws === undefined || (known && isOver(known.version.status))) return stepDone;
  const { id } = launch.aws;
  const isExecution = launch.workload === 'execution';
  const call = isExecution ? 'DescribeExecution' : 'DescribeJobs';
  const answer = isExecution
    ? await calls.stops.describeExecution(id, signal)
    : await describeJob(facts, id, signal);
  switch (answer.kind) {
    case 'found': {
      const read =
        'execution' in answer
          ? readDescribedExecution(answer.execution, home, now())
          : readDescribedJob(answer.job, home, now());
      if (read.kind === 'unreadable') {
        return { kind: 'failed', reason: `${call}: ${read.reason}`, isSent: true };
      }
      memory.setRun(read.run);
      return stepDone;
    }
    case 'unknown': {
      const isNew = now().getTime() - launch.requestedMs < shownAfterMs;
      return isNew && known === undefined ? stepDone : refuseUnknownRun(launch.name);
    }
    default:
      return toUnanswered(call, answer);
  }
}

/** A Batch job, or that AWS does not show it. */
export type JobDescription =
  | { readonly kind: 'found'; readonly job: DescribedBatchJob }
  | Extract<Awaited<ReturnType<DescribeExecution>>, { readonly kind: 'unknown' }>
  | NoAnswer;

/** Reads one Batch job. */
export async function describeJob(
  { calls, home }: Pick<DirectFacts, 'calls' | 'home'>,
  id: string,
  signal: AbortSignal,
): Promise<JobDescription> {
  const answer = await calls.stops.describeBatchJobs({ ...home, batchJobIds: [id] }, signal);
  if (answer.kind !== 'found') return answer;
  const job = answer.jobs.find(({ jobId }) => jobId === id);
  return job === undefined ? { kind: 'unknown' } : { kind: 'found', job };
}
