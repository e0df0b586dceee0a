import type { World } from '../world.ts';
import { type JobPlan, killKinds } from './agents/job-driver.ts';
import type { ChildPlan, WorkPlan } from './aws/work.ts';
import { toEndlessPlan } from './aws/workloads.ts';

const minuteMs = 60_000;

/** Draws the jobs of a scenario. */
export function drawJobs(
  world: World,
  { startMs, withinMs }: { readonly startMs: number; readonly withinMs: number },
): readonly JobPlan[] {
  const count = world.pick([1, 2, 3, 4]);
  return Array.from({ length: count }, (_, index) => drawJob(world, index, startMs, withinMs));
}

function drawJob(world: World, index: number, startMs: number, withinMs: number): JobPlan {
  const isHttp = world.chance(0.15);
  const target = world.pick(['flow', 'flow', 'keep', 'narrow', 'narrow', 'load', 'load', 'grid']);
  const isKilled = !isHttp && world.chance(0.5);
  const hasTimeout = !isHttp && !isKilled && world.chance(0.12);
  const isStopped = !isHttp && !isKilled && !hasTimeout && world.chance(0.1);
  const isLong = isKilled || hasTimeout || isStopped;
  const children = target === 'load' || target === 'grid' ? [] : drawChildren(world, 0, isLong);
  return {
    job: `JOB_${String.fromCharCode(65 + index)}`,
    kind: isHttp ? 'http' : 'command',
    target,
    startMs: startMs + world.between(0, withinMs),
    runs: isLong ? 1 : world.pick([1, 1, 2]),
    restarts: isLong ? 0 : world.pick([0, 1, 2]),
    again: !isHttp && !isLong && world.chance(0.08),
    isDetached: !isHttp && !isLong && world.chance(0.08),
    timeoutMinutes: hasTimeout ? world.between(2, 15) : undefined,
    kill: isKilled
      ? {
          kind: world.pick(killKinds),
          // Also while the start is under way.
          afterMs: world.chance(0.3)
            ? world.between(10, 5_000)
            : world.between(5_000, 15 * minuteMs),
        }
      : undefined,
    personAfterMs: isStopped ? world.between(1_000, 10 * minuteMs) : undefined,
    work: isLong && world.chance(0.75) ? toEndlessPlan(children) : drawWork(world, children),
  };
}

function drawWork(world: World, children: readonly ChildPlan[]): WorkPlan {
  return {
    forMs: world.chance(0.7) ? world.between(1_000, 5 * minuteMs) : world.between(1, 35) * minuteMs,
    end: world.pick(['SUCCEEDED', 'SUCCEEDED', 'FAILED', 'TIMED_OUT']),
    exitCode: world.pick([1, 3, 137]),
    children,
  };
}

function drawChildren(world: World, depth: number, isLong: boolean): readonly ChildPlan[] {
  if (depth === 3) return [];
  const count = world.pick(depth === 0 ? [0, 1, 2] : [0, 0, 1]);
  return Array.from({ length: count }, (): ChildPlan => {
    const how = world.pick<ChildPlan['how']>(['plain', 'sync', 'submit', 'batch', 'map']);
    const isJob = how === 'batch' || how === 'submit';
    const nested = isJob ? [] : drawChildren(world, depth + 1, isLong);
    const start = { how, afterMs: world.between(500, 2 * minuteMs), isNamed: !world.chance(0.1) };
    if (how === 'map' && isLong && world.chance(0.4)) {
      return { ...start, plan: drawLeavingWork(world, nested) };
    }
    const isEndless = isLong && world.chance(0.7);
    return { ...start, plan: isEndless ? toEndlessPlan(nested) : drawWork(world, nested) };
  });
}

/** Work that ends by itself within minutes, and leaves what it has not waited for. */
function drawLeavingWork(world: World, nested: readonly ChildPlan[]): WorkPlan {
  const left: ChildPlan = {
    how: world.pick(['plain', 'submit']),
    afterMs: world.between(500, 5_000),
    isNamed: true,
    plan: toEndlessPlan([]),
  };
  return {
    ...drawWork(world, [...nested, left]),
    forMs: world.between(6_000, 10 * minuteMs),
  };
}
