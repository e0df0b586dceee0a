import { drawBatchJob, drawExecution, type Run, reuseArn } from './aws/runs.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;

interface RunOptions {
  /** Earliest start of a run, in milliseconds. */
  readonly firstMs: number;
  /** All runs start within this time after `firstMs`. */
  readonly withinMs: number;
  readonly count: number;
  /** Probability that a later execution reuses the ARN of an execution. */
  readonly reuseProbability: number;
  /** Statuses with which an execution ends, one of which is drawn. */
  readonly statuses: readonly [string, ...string[]];
}

/** Draws the runs of one scenario. */
export function drawRuns(
  world: World,
  { firstMs, withinMs, count, reuseProbability, statuses }: RunOptions,
): readonly Run[] {
  return Array.from({ length: count }, (_, number) => {
    const workload = world.pick(['a', 'a', 'b', 'c', 'r']);
    const startMs = firstMs + world.between(0, withinMs);
    if (workload === 'r') return [drawBatchJob(world, { name: workload, number, startMs })];
    const first = drawExecution(world, { machine: workload, number, startMs, statuses });
    return world.chance(reuseProbability) ? reuseArn(world, first, number) : [first];
  }).flat();
}

/** Options of one scenario, drawn from the seed. */
export interface Plan {
  /** True when both AutoSys use the same secret and the same account. */
  readonly sharesSecret: boolean;
  /** Whether the workloads are members of a group. It is not drawn. */
  readonly hasGroup: boolean;
  /** Whether the route file has observed routes. It is not drawn. */
  readonly hasObserved: boolean;
  /** When a deployment renames an instance, in milliseconds. Absent in most scenarios. */
  readonly renamedMs?: number;
}

/** Draws the options of a scenario. */
export function drawPlan(
  world: World,
  {
    startMs,
    isShort,
    hasGroup,
    hasObserved,
  }: Pick<Plan, 'hasGroup' | 'hasObserved'> & {
    readonly startMs: number;
    readonly isShort: boolean;
  },
): Plan {
  const sharesSecret = world.chance(0.3);
  if (sharesSecret) world.count('shared secrets');
  if (isShort || !world.chance(0.2)) return { sharesSecret, hasGroup, hasObserved };
  return {
    sharesSecret,
    hasGroup,
    hasObserved,
    renamedMs: startMs + world.between(10, 120) * minuteMs,
  };
}
