import { nothingStarted, type RunAnswer } from '../../lambda/launch/api.ts';
import { toLaunchedArn } from '../../lambda/launch/execution-arn.ts';
import type { Launch } from '../../lambda/launch/launch.ts';
import { decodeRunName, type NamedStart } from '../../lambda/launch/run-name.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import type { ApiOutcome } from '../agent/api/outcome.ts';
import { readDescribedExecution, readDescribedJob } from './described-run.ts';
import { refuseUnknownRun } from './direct-answer.ts';
import { type DirectFacts, type DirectStep, stepDone } from './direct-facts.ts';
import { refuseDirect, toUnanswered } from './outcomes.ts';
import { describeJob } from './refresh-run.ts';

/** Finds a run of the target by its name, for `--attach`. Does nothing if a run is known. */
export async function attachDirect(
  facts: DirectFacts,
  name: string,
  signal: AbortSignal,
): Promise<DirectStep> {
  if (facts.memory.launch() !== undefined) return stepDone;
  const target = facts.target();
  if (target === undefined) return refuseUnknownTarget(facts);
  // No name that the bridge makes has other characters, and AWS refuses them in an ARN.
  if (!/^[0-9A-Za-z][\w-]{0,127}$/.test(name)) return refuseUnknownRun(name);
  return target.kind === 'execution'
    ? attachExecution(facts, { name, stateMachine: target.stateMachine }, signal)
    : attachJob(facts, { name, jobQueue: target.jobQueue }, signal);
}

function refuseUnknownTarget({ targetName }: DirectFacts): ApiOutcome<RunAnswer> {
  return refuseDirect(nothingStarted.usage, [
    `error: unknown target "${targetName.slice(0, 64)}"`,
    'use a target of the route file',
  ]);
}

async function attachExecution(
  facts: DirectFacts,
  { name, stateMachine }: { readonly name: string; readonly stateMachine: string },
  signal: AbortSignal,
): Promise<DirectStep> {
  const { calls, home, now, memory } = facts;
  const id = toLaunchedArn(home, stateMachine, name);
  const answer = await calls.stops.describeExecution(id, signal);
  if (answer.kind === 'unknown') return refuseUnknownRun(name);
  if (answer.kind !== 'found') return toUnanswered('DescribeExecution', answer);
  const beganMs = answer.execution.startDate?.getTime() ?? now().getTime();
  memory.setLaunch(toAttached(facts, name, { id, beganMs }));
  const read = readDescribedExecution(answer.execution, home, now());
  if (read.kind === 'run') memory.setRun(read.run);
  return stepDone;
}

async function attachJob(
  facts: DirectFacts,
  { name, jobQueue }: { readonly name: string; readonly jobQueue: string },
  signal: AbortSignal,
): Promise<DirectStep> {
  const { calls, home, now, memory } = facts;
  const listed = await calls.findJobs({ jobName: name, jobQueue }, signal);
  if (listed.kind !== 'found') return toUnanswered('ListJobs', listed);
  const newest = listed.jobs.at(-1);
  if (newest === undefined) return refuseUnknownRun(name);
  const { id, createdMs: beganMs } = newest;
  const described = await describeJob(facts, id, signal);
  if (described.kind === 'unknown') return refuseUnknownRun(name);
  if (described.kind !== 'found') return toUnanswered('DescribeJobs', described);
  const arraySize = described.job.arrayProperties?.size;
  const batch = { jobQueue, ...(arraySize !== undefined && { arraySize }) };
  memory.setLaunch({ ...toAttached(facts, name, { id, beganMs }), batch });
  const read = readDescribedJob(described.job, home, now());
  if (read.kind === 'run') memory.setRun(read.run);
  return stepDone;
}

/** A launch of another process, as far as its name and AWS show it. */
function toAttached(
  { targetName, target, caller }: DirectFacts,
  name: string,
  aws: NonNullable<Launch['aws']>,
): Launch {
  const kind: LaunchTarget['kind'] = target()?.kind ?? 'execution';
  return {
    ...{ format: 1, kind: 'launch', ...toNamed(name), name, target: targetName, workload: kind },
    ...{ caller: caller.name, launchId: '', inputDigest: '', requestedMs: aws.beganMs },
    ...{ stage: 'started', aws, history: [] },
  };
}

function toNamed(name: string): NamedStart {
  const decoded = decodeRunName(name);
  if (decoded.kind !== 'whole') return { identity: { kind: 'key', key: name }, start: 1 };
  return { identity: decoded.identity, start: decoded.start };
}
