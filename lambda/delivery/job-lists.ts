import type { JobName } from '../../autosys/names.ts';
import type { JobListView } from '../../autosys/views.ts';

interface CallOptions {
  readonly signal: AbortSignal;
}

/** Reads of jobs that only waiting and the night need: many in one request, definitions. */
export interface JobLists {
  /** @param pattern a job name, or a pattern of `autorep -J` */
  readJobs(pattern: string, options: CallOptions): Promise<JobListView>;
  /** The JIL of a job; for a box with all members. */
  readJil(job: JobName, options: CallOptions): Promise<string>;
  /** The JIL of all jobs. */
  readDefinitions(options: CallOptions): Promise<string>;
}
