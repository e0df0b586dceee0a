import { JobNotFoundError } from '../../autosys/errors.ts';
import { type JobName, parseComment } from '../../autosys/names.ts';
import { type Finding, found } from './finding.ts';
import { type CanaryClient, toFailureFinding } from './speech.ts';

/** What the job's history says afterwards. */
export const jobComment = 'autosys-bridge doctor: may the bridge send events to this job?';

/**
 * Reads a job and sends it a COMMENT, the one event that changes nothing about it.
 *
 * Without an event nobody can tell whether its owner (`as-owner`) keeps the user out.
 */
export async function examineJob(
  speaker: CanaryClient,
  job: JobName,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  let status: string;
  try {
    ({ status } = await speaker.readJob(job, { signal }));
  } catch (error) {
    return [toJobFailure(error, 'mayNotSeeJob')];
  }
  try {
    await speaker.sendEvent(
      { kind: 'COMMENT', job, comment: parseComment(jobComment) },
      { signal },
    );
    return [found('jobOpen', `job ${job} is ${status}, and AutoSys took a COMMENT for it`)];
  } catch (error) {
    return [toJobFailure(error, 'ownerForbids')];
  }
}

function toJobFailure(error: unknown, forbidden: 'mayNotSeeJob' | 'ownerForbids'): Finding {
  if (error instanceof JobNotFoundError) return found('noSuchJob', error.message);
  return toFailureFinding(error, { forbidden, refused: 'jobUnknown' });
}
