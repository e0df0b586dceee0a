import type { BatchSubmission, SubmitJob } from '../aws/start-result.ts';
import { nothingStarted } from './api.ts';
import type { StartResult } from './launch.ts';

/** Submits a Batch job with one request. It never rejects. */
export async function submitJobOnce(
  { submitJob }: { readonly submitJob: SubmitJob },
  submission: BatchSubmission,
  signal: AbortSignal,
): Promise<StartResult> {
  const answer = await submitJob(submission, signal);
  switch (answer.kind) {
    case 'refused': {
      const { code, message } = answer;
      const { jobQueue, jobDefinition } = submission;
      const why = message === undefined ? code : `${code}: ${message}`;
      return {
        kind: 'refused',
        code,
        message: `SubmitJob to queue ${jobQueue} with definition ${jobDefinition} was refused: ${why}`,
        exit: nothingStarted.wrongTarget,
      };
    }
    case 'nameTaken':
      // AWS Batch does not have this answer: its names need not be unique.
      return { kind: 'unknown', reason: 'SubmitJob answered that the name is taken' };
    default:
      return answer;
  }
}
