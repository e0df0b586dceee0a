import { JobNotFoundError } from '../../autosys/errors.ts';
import { type JobName, parseComment } from '../../autosys/names.ts';
import { type CanaryClient, toFailureFinding } from './canary-client.ts';
import { createFinding, type Finding } from './finding.ts';

/** Text of the COMMENT in the history of the job. */
export const jobComment =
  'autosys-bridge doctor: tests whether the bridge may send events to this job';

/**
 * Reads a job and sends it a COMMENT, the only event that changes nothing about the job.
 *
 * Only an event shows whether the owner of the job (`as-owner`) excludes the user.
 */
export async function examineJob(
  client: CanaryClient,
  job: JobName,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  let status: string;
  try {
    ({ status } = await client.readJob(job, { signal }));
  } catch (error) {
    return [toJobFailure(error, 'mayNotSeeJob')];
  }
  try {
    await client.sendEvent({ kind: 'COMMENT', job, comment: parseComment(jobComment) }, { signal });
    return [
      createFinding('jobOpen', `job ${job} is ${status}, and AutoSys accepted a COMMENT for it`),
    ];
  } catch (error) {
    return [toJobFailure(error, 'ownerForbids')];
  }
}

function toJobFailure(error: unknown, forbidden: 'mayNotSeeJob' | 'ownerForbids'): Finding {
  if (error instanceof JobNotFoundError) return createFinding('noSuchJob', error.message);
  return toFailureFinding(error, { forbidden, refused: 'jobUnknown' });
}
