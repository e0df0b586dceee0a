import type { World } from '../world.ts';
import { type JobPlan, killKinds } from './agents/job-driver.ts';
import type { ChildPlan, WorkPlan } from './aws/work.ts';
import { toEndlessPlan } from './aws/workloads.ts';
import { mirroredNames } from './launch-deployment.ts';

const minuteMs = 60_000;

/** Draws the jobs of a scenario. */
export function drawJobs(
  world: World,
  { startMs, withinMs }: { readonly startMs: number; readonly withinMs: number },
): readonly JobPlan[] {
  const count = world.pick([1, 2, 3, 4]);
  const unused = [...mirroredNames];
  return Array.from({ length: count }, (_, index) => {
    if (!world.chance(0.25)) return drawJob(world, index, startMs, withinMs);
    const [target = ''] = unused.splice(world.between(0, unused.length - 1), 1);
    return drawMirroredJob(world, {
      index,
      target,
      startMs: startMs + world.between(0, withinMs / 2),
    });
  });
}

/** A job that starts a target with a mirror and ends at once, run after run. */
function drawMirroredJob(
  world: World,
  {
    index,
    target,
    startMs,
  }: { readonly index: number; readonly target: string; readonly startMs: number },
): JobPlan {
  const isHttp = world.chance(0.3);
  const drawOne = () => {
    const children = target === 'boxed' || target === 'seen' ? drawChildren(world, 1, false) : [];
    return world.chance(0.15) ? toEndlessPlan(children) : drawWork(world, children);
  };
  return {
    job: toJobName(index),
    kind: isHttp ? 'http' : 'command',
    target,
    startMs,
    runs: world.between(2, 5),
    restarts: world.pick([0, 1, 2]),
    again: false,
    // A job may wait for a run with a mirror as well.
    isDetached: !isHttp && world.chance(0.85),
    timeoutMinutes: undefined,
    kill: undefined,
    personAfterMs: world.chance(0.1) ? world.between(1_000, 10 * minuteMs) : undefined,
    maxGapMs: world.pick([1, 5, 15]) * minuteMs,
    works: [drawOne(), drawOne(), drawOne()],
  };
}

function toJobName(index: number): string {
  return `JOB_${String.fromCharCode(65 + index)}`;
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
    job: toJobName(index),
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
    maxGapMs: minuteMs,
    works: [isLong && world.chance(0.75) ? toEndlessPlan(children) : drawWork(world, children)],
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
