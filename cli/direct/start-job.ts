import type { BatchSubmission } from '../../lambda/aws/start-result.ts';
import { launchTag } from '../../lambda/contract.ts';
import { nothingStarted, type RunAnswer } from '../../lambda/launch/api.ts';
import { type Launch, type StartResult, settleLaunch } from '../../lambda/launch/launch.ts';
import { submitJobOnce } from '../../lambda/launch/submit-job-once.ts';
import { launchFoundForMs } from '../../lambda/policies.ts';
import type { ApiOutcome } from '../agent/api/outcome.ts';
import { readDescribedJob } from './described-run.ts';
import { toDirectAnswer } from './direct-answer.ts';
import type { DirectFacts } from './direct-facts.ts';
import { refuseDirect, toNotStarted, toUnanswered } from './outcomes.ts';
import { describeJob } from './refresh-run.ts';

/** Tag with the digest of parameters and input: AWS Batch does not compare two submissions. */
export const inputTag = `${launchTag.key}-input`;

/**
 * Submits the Batch job, unless its queue has one of exactly this name.
 *
 * SubmitJob has no token, so it is called once. If its answer is lost, the outcome is 202, and the
 * job is looked up.
 */
export async function startDirectJob(
  facts: DirectFacts,
  launch: Launch,
  submission: BatchSubmission,
  signal: AbortSignal,
): Promise<ApiOutcome<RunAnswer>> {
  const { calls, memory, now } = facts;
  const { jobName, jobQueue } = submission;
  const listed = await calls.findJobs({ jobName, jobQueue }, signal);
  if (listed.kind !== 'found') return toNotAsked('ListJobs', listed);
  const newest = listed.jobs.at(-1);
  if (newest !== undefined) return findJob(facts, launch, newest.id, signal);
  const tags = { ...submission.tags, [inputTag]: launch.inputDigest };
  const tagged = { ...submission, tags };
  memory.setSubmission(tagged);
  const result = await submitJobOnce(calls, tagged, signal);
  if (result.kind === 'refused' || result.kind === 'notSent') {
    return toNotStarted('SubmitJob', result);
  }
  const settled = settleLaunch(launch, result, now().getTime());
  memory.setLaunch(settled);
  return toDirectAnswer(facts, settled, result.kind === 'started' ? 201 : 202);
}

/** A failed lookup before the start: nothing was sent. */
function toNotAsked(...given: Parameters<typeof toUnanswered>): ApiOutcome<never> {
  const failure = toUnanswered(...given);
  if (failure.kind === 'failed') return { ...failure, isSent: false };
  return failure.kind === 'refused' ? { ...failure, isFinal: true } : failure;
}

/** The job of an earlier command. */
async function findJob(
  facts: DirectFacts,
  launch: Launch,
  id: string,
  signal: AbortSignal,
): Promise<ApiOutcome<RunAnswer>> {
  const { calls, home, now, memory } = facts;
  const described = await describeJob(facts, id, signal);
  if (described.kind === 'unknown') {
    return {
      kind: 'failed',
      reason: `DescribeJobs: AWS does not show job ${id} yet`,
      isSent: false,
    };
  }
  if (described.kind !== 'found') return toNotAsked('DescribeJobs', described);
  const tag = await calls.readTag(id, inputTag, signal);
  if (tag.kind !== 'found') return toNotAsked('DescribeJobs', tag);
  const { createdAt = launch.requestedMs, stoppedAt } = described.job;
  const began = `AWS has Batch job ${id} of this name already, submitted at ${new Date(createdAt).toISOString()}`;
  if (tag.value !== undefined && tag.value !== launch.inputDigest) {
    return refuseUsed(`${began} with other parameters or input`);
  }
  if (stoppedAt !== undefined && stoppedAt < now().getTime() - launchFoundForMs) {
    const ended = new Date(stoppedAt).toISOString();
    return refuseUsed(
      `${began}, and ended at ${ended}; AutoSys may have begun its run numbers again`,
    );
  }
  const read = readDescribedJob(described.job, home, now());
  if (read.kind === 'run') memory.setRun(read.run);
  const result: StartResult = { kind: 'started', id, beganMs: createdAt, found: true };
  const bound = settleLaunch({ ...launch, requestedMs: createdAt }, result, now().getTime());
  memory.setLaunch(bound);
  return toDirectAnswer(facts, bound, 200);
}

function refuseUsed(message: string): ApiOutcome<never> {
  return refuseDirect(nothingStarted.input, [
    `error: nothing was started: ${message}`,
    'use --again to start it once more',
  ]);
}
