import type { FoundBatchJob } from '../../lambda/aws/lookup.ts';
import { toLaunchedArn } from '../../lambda/launch/execution-arn.ts';
import { type Launch, settleLaunch, settleUnsent } from '../../lambda/launch/launch.ts';
import { judgeDoubt } from '../../lambda/launch/launch-doubt.ts';
import { settleFound } from '../../lambda/launch/settle-call.ts';
import { toUndecided } from '../../lambda/launch/start-conflict.ts';
import { isStopping } from '../../lambda/launch/stop/stop-record.ts';
import { submitJobOnce } from '../../lambda/launch/submit-job-once.ts';
import { type DirectFacts, type DirectStep, stepDone } from './direct-facts.ts';
import { toUnanswered } from './outcomes.ts';

/** Largest difference between the clocks of AWS and of this host. */
const clockDifferenceMs = 60_000;

/**
 * Looks up a start whose outcome is not known.
 *
 * An execution is looked up by its ARN. A Batch job is looked up by its exact name, created since the
 * request, for two minutes before the one further attempt.
 *
 * @throws {ApiError} 409 if only a person can decide
 */
export async function lookUpStart(facts: DirectFacts, signal: AbortSignal): Promise<DirectStep> {
  const launch = facts.memory.launch();
  if (launch === undefined || launch.stage !== 'intended') return stepDone;
  return launch.workload === 'execution'
    ? lookUpExecution(facts, launch, signal)
    : lookUpJob(facts, launch, signal);
}

async function lookUpExecution(
  { memory, calls, now, home, target }: DirectFacts,
  launch: Launch,
  signal: AbortSignal,
): Promise<DirectStep> {
  const named = target();
  if (named?.kind !== 'execution') return stepDone;
  const id = toLaunchedArn(home, named.stateMachine, launch.name);
  const answer = await calls.stops.describeExecution(id, signal);
  if (answer.kind === 'unknown') return stepDone;
  if (answer.kind !== 'found') return toUnanswered('DescribeExecution', answer);
  const beganMs = answer.execution.startDate?.getTime() ?? launch.requestedMs;
  const result = { kind: 'started', id, beganMs, found: true } as const;
  memory.setLaunch(settleLaunch(launch, result, now().getTime()));
  return stepDone;
}

async function lookUpJob(
  facts: DirectFacts,
  launch: Launch,
  signal: AbortSignal,
): Promise<DirectStep> {
  const { memory, calls, now } = facts;
  const { name: jobName, batch, requestedMs, stop } = launch;
  const doubt = judgeDoubt(launch, now().getTime());
  const found = await calls.findJobs({ jobName, jobQueue: batch?.jobQueue ?? '' }, signal);
  if (found.kind !== 'found') return toUnanswered('ListJobs', found);
  const jobs = found.jobs.filter(({ createdMs }) => createdMs >= requestedMs - clockDifferenceMs);
  const nowMs = now().getTime();
  if (isSome(jobs)) {
    memory.setLaunch(settleFound(launch, jobs, nowMs));
    return stepDone;
  }
  const next = doubt.kind === 'resume' ? 'call' : doubt.ifNotFound;
  if (next === 'wait') return stepDone;
  if (isStopping(stop)) {
    memory.setLaunch(settleUnsent(launch, 'stopped, and AWS shows no job of its name', nowMs));
    return stepDone;
  }
  if (next === 'giveUp') throw toUndecided(launch);
  return submitAgain(facts, launch, signal);
}

async function submitAgain(
  { memory, calls, now }: DirectFacts,
  launch: Launch,
  signal: AbortSignal,
): Promise<DirectStep> {
  const submission = memory.submission();
  if (submission === undefined) throw toUndecided(launch);
  const result = await submitJobOnce(calls, submission, signal);
  memory.setLaunch(settleLaunch(launch, result, now().getTime()));
  return stepDone;
}

function isSome(
  jobs: readonly FoundBatchJob[],
): jobs is readonly [FoundBatchJob, ...FoundBatchJob[]] {
  return jobs.length > 0;
}
