import { drawOldRuns, emitOldRuns, replayArchive } from './aws/old-events.ts';
import { endStatuses, groupEndStatuses } from './aws/runs.ts';
import type { CrashAt } from './bridge/crash-plan.ts';
import { deadlineMs } from './deployment.ts';
import { injectFaults } from './inject-faults.ts';
import { judge } from './judge/judge.ts';
import { isSecret } from './judge/log-watch.ts';
import type { Protection } from './protections/protections.ts';
import { drawPlan, drawRuns } from './scenario-plan.ts';
import { conditionalGroup, plainGroup, type SimulatedGroup } from './simulated-group.ts';
import { createSimulatedSystem, type SimulatedSystem } from './simulated-system.ts';
import { World } from './world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const startMs = Date.parse('2026-11-20T00:00:00Z');
/**
 * Time without faults at the end, in which everything must settle. Events arrive until an hour after
 * the last fault. AutoSys may accept one until its deadline of five hours, and the deadline counts
 * again from the acceptance. The rest is for the last sweep runs.
 */
const settleMs = 13 * hourMs;

/** The result of one scenario. */
export interface ScenarioResult {
  /** Broken rules, as texts. Empty when the scenario passed. */
  readonly violations: readonly string[];
  /** Trace lines. Empty unless `traced` is set. */
  readonly trace: readonly string[];
  /** Event counts by name. */
  readonly counters: ReadonlyMap<string, number>;
  /** Number of instants at which an execution environment could have crashed. */
  readonly instants: number;
}

export interface ScenarioOptions {
  /** Disables one protection, to prove that the judge notices its absence. */
  readonly without?: Protection;
  /** Records trace lines. @default false */
  readonly traced?: boolean;
  /**
   * Runs a short scenario with a single crash at this instant; 0 for none. @default - a full
   * scenario with random crashes
   */
  readonly crashAt?: CrashAt;
}

/** One scenario of four has a group, one of eight with a condition and two instances. */
function findGroup(seed: number): SimulatedGroup | undefined {
  if (seed % 4 !== 0) return undefined;
  return seed % 8 === 0 ? plainGroup : conditionalGroup;
}

/**
 * Runs one scenario: several runs and execution environments, two AutoSys, and faults. The same
 * seed gives the same scenario.
 */
export async function simulate(
  seed: number,
  options: ScenarioOptions = {},
): Promise<ScenarioResult> {
  const { without, traced = false, crashAt } = options;
  const world = new World(seed, { startMs, traced });
  const isShort = crashAt !== undefined;
  const group = isShort ? undefined : findGroup(seed);
  const hasObserved = !isShort && seed % 8 === 5;
  const plan = drawPlan(world, { startMs, isShort, hasObserved, ...(group && { group }) });
  const runs = drawRuns(world, {
    reuseProbability: isShort ? 0 : 0.15,
    // A group needs runs of several members, and some that succeed.
    count: isShort ? 1 : world.pick(group ? [2, 3, 5, 8] : [1, 1, 2, 2, 3, 5]),
    statuses: group ? groupEndStatuses : endStatuses,
    firstMs: startMs + world.between(0, (isShort ? 10 : 40) * minuteMs),
    // Runs start spread over an hour, or within a minute or two.
    withinMs: world.pick([hourMs, 100_000, 30_000]),
  });
  const faultsUntilMs = startMs + (isShort ? 1 : world.pick([1, 2, 3])) * hourMs;
  const emission = { startMs, untilMs: faultsUntilMs + hourMs };
  const oldRuns = isShort ? [] : drawOldRuns(world, emission);
  const system = createSimulatedSystem(world, { plan, runs, oldRuns, crashAt, without });
  const { eventSource, queue } = system;
  eventSource.schedule((event) => queue.send(event), {
    lossProbability: world.pick([0, 0.1, 0.3]),
  });
  emitOldRuns(world, oldRuns, queue);
  if (!isShort) scheduleRedeliveries(system, faultsUntilMs);
  injectFaults({ ...system, faultsUntilMs, hasCrashes: !isShort });
  const endMs = faultsUntilMs + settleMs;
  // Two hours after the last fault little work is left, and sweeps become less frequent.
  scheduleSweeps(endMs - hourMs, faultsUntilMs + 2 * hourMs, system);

  await withoutStackTraces(() => world.run(endMs));
  for (const { instance } of system.installations.values()) instance.stop();
  const violations = [
    ...judge(system),
    ...system.requests.violations,
    ...system.observed.judge(system),
    ...system.drainRate.violations,
    ...world.trace.filter(isSecret),
  ];
  return {
    violations,
    trace: world.trace,
    counters: world.counters,
    instants: system.crashPlan.instants,
  };
}

/**
 * Schedules what operators redeliver: dead letters, in time or after the deadline, and the archive.
 */
function scheduleRedeliveries({ world, queue }: SimulatedSystem, faultsUntilMs: number): void {
  const lateMs = world.pick([undefined, 30 * minuteMs, deadlineMs + 1.5 * hourMs]);
  if (lateMs !== undefined) {
    const olderThanMs = lateMs > deadlineMs ? deadlineMs + hourMs : 0;
    world.at(faultsUntilMs + lateMs, () => queue.redrive({ olderThanMs }));
  }
  if (world.chance(0.15)) {
    world.at(faultsUntilMs + world.between(0, hourMs), () => replayArchive(world, queue));
  }
}

type SweepServices = Pick<SimulatedSystem, 'world' | 'dynamo' | 'host' | 'plan'>;

/**
 * Schedules the sweep every minute, and every four minutes after `quietMs`. Some sweeps are skipped
 * or run twice at once.
 *
 * A longer interval would leave gaps in the observation window of an effect.
 */
function scheduleSweeps(
  endMs: number,
  quietMs: number,
  { world, dynamo, host, plan }: SweepServices,
): void {
  const everyMs = world.nowMs < quietMs ? minuteMs : 4 * minuteMs;
  const nextMs = world.nowMs + everyMs;
  if (nextMs >= endMs) return;
  world.at(nextMs, () => {
    // A sweep without due work does nothing, except for a group whose day begins. Skipping it saves
    // most of the run time.
    if (dynamo.isWorkDue() || (plan.group && world.nowMs < quietMs)) {
      for (let times = world.pick([0, 0, 1, 1, 1, 2]); times > 0; times -= 1) host.sweep();
    }
    scheduleSweeps(endMs, quietMs, { world, dynamo, host, plan });
  });
}

/**
 * Runs `work` without stack traces. Nothing reads those of the thousands of simulated failures, and
 * they take 10 % of the time.
 */
export async function withoutStackTraces(work: () => Promise<void>): Promise<void> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    await work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
