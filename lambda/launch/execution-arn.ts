import { toPartition } from '../../lambda/routing/partition.ts';
import type { Home } from '../../lambda/routing/routes.ts';

/** ARN of an execution. Its name decides it, also before it is started. */
export function toRunArn({ account, region }: Home, stateMachine: string, name: string) {
  return `arn:${toPartition(region)}:states:${region}:${account}:execution:${stateMachine}:${name}`;
}
