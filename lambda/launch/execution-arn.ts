import { toPartition } from '../routing/partition.ts';
import type { Home } from '../routing/routes.ts';

/** ARN of an execution that the bridge names. The name decides it, also before the start. */
export function toLaunchedArn(
  { account, region }: Home,
  stateMachine: string,
  name: string,
): string {
  return `arn:${toPartition(region)}:states:${region}:${account}:execution:${stateMachine}:${name}`;
}
