import type { JobStatus } from '../../autosys/status.ts';
import type { Instance } from '../../emulator/instance.ts';
import { endings } from './story.ts';

/** How a job stands at the end, beside how the story says it must. */
export interface Ending {
  readonly job: string;
  readonly expected: JobStatus | 'not run';
  readonly found: JobStatus | 'not run' | 'no such job';
  readonly right: boolean;
  readonly because: string;
}

/** Holds every job against the story. */
export function judgeEndings(instance: Instance): readonly Ending[] {
  return endings.map(({ job, ending, because }) => {
    const record = instance.job(job);
    // The last run of a job that never ran has the number 0; a mirrored job has a status without a run.
    const ran = record?.run.run !== 0 || record.status === 'SUCCESS';
    const found = record === undefined ? 'no such job' : ran ? record.status : 'not run';
    return { job, expected: ending, found, right: found === ending, because };
  });
}
