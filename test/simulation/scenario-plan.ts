import { drawBatchJob, drawExecution, type Run, reuseArn } from './aws/runs.ts';
import type { SimulatedGroup } from './simulated-group.ts';
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
  /** The group whose members the workloads are. It is not drawn. Absent in most scenarios. */
  readonly group?: SimulatedGroup;
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
    group,
    hasObserved,
  }: Pick<Plan, 'group' | 'hasObserved'> & {
    readonly startMs: number;
    readonly isShort: boolean;
  },
): Plan {
  const sharesSecret = world.chance(0.3);
  if (sharesSecret) world.count('shared secrets');
  if (isShort || !world.chance(0.2)) return { sharesSecret, hasObserved, ...(group && { group }) };
  return {
    sharesSecret,
    hasObserved,
    ...(group && { group }),
    renamedMs: startMs + world.between(10, 120) * minuteMs,
  };
}
