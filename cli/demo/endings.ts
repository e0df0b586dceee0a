import type { JobStatus } from '../../autosys/status.ts';
import type { Instance } from '../../emulator/instance.ts';
import { expectedEndings } from './expected-endings.ts';

/** The status of a job at the end, and the expected one. */
export interface Ending {
  readonly job: string;
  readonly expected: JobStatus | 'not run';
  readonly found: JobStatus | 'not run' | 'no such job';
  readonly asExpected: boolean;
  readonly because: string;
}

/** Compares the status of every job with the expected one. */
export function judgeEndings(instance: Instance): readonly Ending[] {
  return expectedEndings.map(({ job, ending, because }) => {
    const record = instance.job(job);
    // The last run of a job that never ran has the number 0; a mirrored job has a status without a
    // run.
    const ran = record?.run.run !== 0 || record.status === 'SUCCESS';
    const found = record === undefined ? 'no such job' : ran ? record.status : 'not run';
    return { job, expected: ending, found, asExpected: found === ending, because };
  });
}
