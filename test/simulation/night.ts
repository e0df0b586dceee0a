import { playBatchJob, playExecution, type Run, reuseArn } from './aws/runs.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;

interface PlayedRuns {
  /** None begins before, in milliseconds. */
  readonly firstMs: number;
  /** All begin so many milliseconds after that. */
  readonly withinMs: number;
  readonly count: number;
  /** The chance that the ARN of an execution is used again for a later one. */
  readonly reused: number;
}

/** The runs of one night. */
export function playRuns(
  world: World,
  { firstMs, withinMs, count, reused }: PlayedRuns,
): readonly Run[] {
  return Array.from({ length: count }, (_, number) => {
    const workload = world.pick(['a', 'a', 'b', 'c', 'r']);
    const startMs = firstMs + world.between(0, withinMs);
    if (workload === 'r') return [playBatchJob(world, { name: workload, number, startMs })];
    const first = playExecution(world, { machine: workload, number, startMs });
    return world.chance(reused) ? reuseArn(world, first, number) : [first];
  }).flat();
}

/** What is special about one night, as the seed decides. */
export interface Plan {
  /** Both AutoSys are signed in to with one secret, and know the same account. */
  readonly sharesSecret: boolean;
  /** When a deployment gives an instance another name, in milliseconds; absent in most nights. */
  readonly renamedMs?: number;
}

/** Draws what is special about a night. */
export function drawPlan(
  world: World,
  { startMs, isBrief }: { readonly startMs: number; readonly isBrief: boolean },
): Plan {
  const sharesSecret = world.chance(0.3);
  if (sharesSecret) world.count('shared secrets');
  if (isBrief || !world.chance(0.2)) return { sharesSecret };
  return { sharesSecret, renamedMs: startMs + world.between(10, 120) * minuteMs };
}
