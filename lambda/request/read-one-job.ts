import type { AutosysInstance, JobName } from '../../autosys/names.ts';
import type { JobView } from '../../autosys/views.ts';
import type { Autosys } from '../delivery/autosys.ts';
import { toSendFailure } from '../delivery/send.ts';
import { JobListMemory } from './wait/job-queries.ts';

/** Reads one job of an instance. @throws what the port throws, such as a `JobNotFoundError` */
export type ReadOneJob = (
  instance: AutosysInstance,
  autosys: { readonly port: Autosys['port']; readonly jobs: Autosys['jobs'] },
  asked: { readonly job: JobName; readonly signal: AbortSignal },
) => Promise<JobView>;

/**
 * Creates the read of one job by the fewest requests.
 *
 * `autorep -J` shows the status and the whole last run in one request. The addresses for one job show
 * parts of it, so the default profile needs two. A list that is refused, unreadable or too long, as
 * that of a large box, is not requested again for 15 minutes.
 */
export function createReadOneJob({ now }: { readonly now: () => Date }): ReadOneJob {
  const memories = new Map<AutosysInstance, JobListMemory>();

  return async function readOneJob(instance, { port, jobs }, { job, signal }) {
    const memory = memories.get(instance) ?? new JobListMemory();
    memories.set(instance, memory);
    const nowMs = now().getTime();
    const isOfNoUse = memory.isOff(nowMs) || memory.isLong(job, nowMs);
    const listed = jobs && !isOfNoUse ? await list(jobs, memory, { job, signal }) : undefined;
    // Only the address of one job shows whether it exists.
    return listed ?? port.readJob(job, { signal });
  };

  async function list(
    jobs: NonNullable<Autosys['jobs']>,
    memory: JobListMemory,
    { job, signal }: { readonly job: JobName; readonly signal: AbortSignal },
  ): Promise<JobView | undefined> {
    try {
      const view = await jobs.readJobs(job, { signal });
      const nowMs = now().getTime();
      if (view.kind === 'unreadable') {
        memory.setUnusable(nowMs);
        return undefined;
      }
      memory.learn({ pattern: job, names: [job] }, view.lines, nowMs);
      return view.jobs.get(job);
    } catch (error) {
      // The list may be refused although the job may be read.
      if (toSendFailure(error).kind !== 'refused') throw error;
      memory.avoid(job, now().getTime());
      return undefined;
    }
  }
}
