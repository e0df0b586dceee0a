import type { NoAnswer } from '../../lambda/aws/lookup.ts';
import { toLaunchedArn } from '../../lambda/launch/execution-arn.ts';
import {
  type LaunchIdentity,
  maxStarts,
  type NamedStart,
  nameLimits,
  toRunName,
} from '../../lambda/launch/run-name.ts';
import { toConflict } from '../../lambda/launch/start-conflict.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import type { DirectFacts } from './direct-facts.ts';
import { toUnanswered } from './outcomes.ts';

/** The name of a start in AWS, as the launch API gives it. */
export function toDirectName(target: LaunchTarget, start: NamedStart): string {
  const isExecution = target.kind === 'execution';
  return toRunName(start, isExecution ? nameLimits.execution : nameLimits.batchJob);
}

/**
 * Finds the first start of an identity whose name AWS does not have, for `--again`: one call for each
 * earlier start.
 *
 * @throws {ApiError} 409 if every name is used
 */
export async function findFreeStart(
  facts: DirectFacts,
  { target, identity }: { readonly target: LaunchTarget; readonly identity: LaunchIdentity },
  signal: AbortSignal,
): Promise<{ readonly kind: 'free'; readonly start: number } | ReturnType<typeof toUnanswered>> {
  for (let start = 1; start <= maxStarts; start += 1) {
    const isUsed = await isNameUsed(
      facts,
      target,
      toDirectName(target, { identity, start }),
      signal,
    );
    if (typeof isUsed !== 'boolean') return toUnanswered(...isUsed);
    if (!isUsed) return { kind: 'free', start };
  }
  throw toConflict(`this run was started ${maxStarts} times`);
}

async function isNameUsed(
  { calls, home }: DirectFacts,
  target: LaunchTarget,
  name: string,
  signal: AbortSignal,
): Promise<boolean | readonly [call: string, answer: NoAnswer]> {
  if (target.kind === 'execution') {
    const arn = toLaunchedArn(home, target.stateMachine, name);
    const answer = await calls.stops.describeExecution(arn, signal);
    if (answer.kind === 'found' || answer.kind === 'unknown') return answer.kind === 'found';
    return ['DescribeExecution', answer];
  }
  const found = await calls.findJobs({ jobName: name, jobQueue: target.jobQueue }, signal);
  return found.kind === 'found' ? found.jobs.length > 0 : ['ListJobs', found];
}
