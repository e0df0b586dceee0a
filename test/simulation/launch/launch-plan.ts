import type { World } from '../world.ts';
import { type JobPlan, killKinds } from './agents/job-driver.ts';
import type { ChildPlan, WorkPlan } from './aws/work.ts';
import { toEndlessPlan } from './aws/workloads.ts';
import { isRedriven, launchTargets, mirroredNames } from './launch-deployment.ts';

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
  // A job may wait for a run with a mirror as well. Only such a job has retries of ended runs.
  const isDetached = !isHttp && world.chance(isRedriven(target) ? 0.3 : 0.85);
  const { kind, mirror } = launchTargets.find(({ name }) => name === target) ?? {};
  const hasMirrorJob = mirror?.kind === 'job';
  const isKilled = !isHttp && !isDetached && world.chance(hasMirrorJob ? 0.6 : 0.4);
  const kill = isKilled ? toMirroredKill(drawKill(world), hasMirrorJob) : undefined;
  const drawOne = (attempt: number) => {
    const children = kind === 'execution' ? drawChildren(world, 1, false) : [];
    // A kill, also one of the mirror job by an operator, is judged only if the run is still active.
    const endless = kill ? (attempt < kill.atTry ? 0 : 0.7) : isDetached ? 0.5 : 0.15;
    return world.chance(hasMirrorJob ? endless : 0.15)
      ? toEndlessPlan(children)
      : drawEnding(world, target, children);
  };
  return {
    job: toJobName(index),
    kind: isHttp ? 'http' : 'command',
    target,
    startMs,
    runs: world.between(2, 5),
    restarts: world.pick([0, 1, 2]),
    again: false,
    isDetached,
    timeoutMinutes: undefined,
    kill,
    restartKilledAfterMs: world.between(5_000, 10 * minuteMs),
    personAfterMs: world.chance(0.1) ? world.between(1_000, 10 * minuteMs) : undefined,
    maxGapMs: world.pick([1, 5, 15]) * minuteMs,
    works: [drawOne(1), drawOne(2), drawOne(3)],
  };
}

function toJobName(index: number): string {
  return `JOB_${String.fromCharCode(65 + index)}`;
}

const often = ['flow', 'narrow', 'load', 'resume'] as const;
const launchedTargets = [...often, ...often, 'keep', 'grid'] as const;

function drawJob(world: World, index: number, startMs: number, withinMs: number): JobPlan {
  const isHttp = world.chance(0.15);
  const target = world.pick(launchedTargets);
  if (isRedriven(target)) return drawRedrivenJob(world, { index, target, startMs, withinMs });
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
    kill: isKilled ? { ...drawKill(world), atTry: 1 } : undefined,
    personAfterMs: isStopped ? world.between(1_000, 10 * minuteMs) : undefined,
    maxGapMs: minuteMs,
    works: [isLong && world.chance(0.75) ? toEndlessPlan(children) : drawWork(world, children)],
  };
}

/** A job whose retries continue the execution of the earlier try. */
function drawRedrivenJob(
  world: World,
  {
    index,
    target,
    startMs,
    withinMs,
  }: {
    readonly index: number;
    readonly target: string;
    readonly startMs: number;
    readonly withinMs: number;
  },
): JobPlan {
  const how = world.pick(['fails', 'fails', 'fails', 'kill', 'kill', 'timeout', 'person']);
  const isLong = how !== 'fails';
  const drawOne = () => {
    const children = drawChildren(world, 0, isLong);
    const isEndless = isLong && world.chance(0.5);
    return isEndless ? toEndlessPlan(children) : drawEnding(world, target, children);
  };
  return {
    job: toJobName(index),
    kind: 'command',
    target,
    startMs: startMs + world.between(0, withinMs / 2),
    runs: world.pick([1, 1, 2]),
    restarts: world.between(1, 3),
    again: world.chance(0.05),
    isDetached: false,
    timeoutMinutes: how === 'timeout' ? world.between(2, 15) : undefined,
    kill: how === 'kill' ? drawKill(world) : undefined,
    restartKilledAfterMs: world.between(5_000, 5 * minuteMs),
    personAfterMs: how === 'person' ? world.between(1_000, 10 * minuteMs) : undefined,
    maxGapMs: world.pick([1, 5]) * minuteMs,
    works: [drawOne(), drawOne(), drawOne()],
  };
}

type PlannedKill = NonNullable<JobPlan['kill']>;

function drawKill(world: World): PlannedKill {
  return {
    kind: world.pick(killKinds),
    atTry: world.pick([1, 2]),
    // Also while the start is under way.
    afterMs: world.chance(0.3) ? world.between(10, 5_000) : world.between(5_000, 15 * minuteMs),
  };
}

/**
 * The kill of a command that waits for a run with a mirror. An operator who sets a new status when a
 * host is lost would release the waiting job. Beside a mirror job, most commands vanish: only the
 * sweep notices that.
 */
function toMirroredKill(kill: PlannedKill, hasMirrorJob: boolean): PlannedKill {
  const { kind } = kill;
  const isNoticed = kind === 'parent gone' || kind === 'two signals';
  return kind === 'host lost' || (hasMirrorJob && isNoticed) ? { ...kill, kind: 'SIGKILL' } : kill;
}

/** A plan that ends. The run of a target that retries redrive fails more often. */
function drawEnding(world: World, target: string, children: readonly ChildPlan[]): WorkPlan {
  const work = drawWork(world, children);
  if (!isRedriven(target)) return work;
  const end = world.pick<WorkPlan['end']>(['SUCCEEDED', 'FAILED', 'FAILED', 'TIMED_OUT']);
  const redrives = world.random();
  return { ...work, end, isHistoryFull: redrives < 0.1, isRedriveRefused: redrives > 0.9 };
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
