import { nothingStarted } from '../../lambda/launch/api.ts';
import { readArn, toPartition } from '../../lambda/routing/partition.ts';
import type { Home } from '../../lambda/routing/routes.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import { AgentError } from '../agent/agent-error.ts';

/**
 * Refuses credentials of another account, or another Region, than an ARN of the target names.
 *
 * @throws {AgentError}
 */
export function refuseOtherHome(target: LaunchTarget | undefined, home: Home): void {
  if (target === undefined) return;
  const { from } = target;
  const selectors =
    from.kind === 'execution' ? [from.stateMachine] : [from.jobQueue, from.jobDefinition];
  for (const selector of selectors) {
    const place = selector?.by === 'arn' ? readArn(selector.text) : undefined;
    if (place === undefined || selector === undefined) continue;
    const { account = home.account, region = home.region, partition } = place;
    const isHere =
      account === home.account && region === home.region && partition === toPartition(home.region);
    if (isHere) continue;
    throw new AgentError(nothingStarted.wrongTarget, [
      `error: target ${target.name} names ${selector.text}, and the credentials of this host are of account ${home.account} in Region ${home.region}`,
      `allowed: credentials of account ${account} and AWS_REGION=${region}`,
    ]);
  }
}
