import type { ScenarioResult } from '../simulate.ts';
import { withoutStackTraces } from '../simulate.ts';
import { World } from '../world.ts';
import type { HandledCall } from './agents/gateway.ts';
import { LaunchGateway } from './agents/gateway.ts';
import { JobDriver } from './agents/job-driver.ts';
import { SimulatedJobs } from './autosys-jobs.ts';
import { noAwsFaults, type SimulatedAws } from './aws/aws-calls.ts';
import type { Work } from './aws/work.ts';
import { scheduleEvents } from './aws/work-events.ts';
import { SimulatedWorkloads } from './aws/workloads.ts';
import { LaunchHost } from './bridge/launch-host.ts';
import { createLaunchLedger } from './bridge/launch-ledger.ts';
import { judgeLaunches } from './judge/judge-launches.ts';
import { watchLaunches } from './judge/watch-launches.ts';
import { injectLaunchFaults } from './launch-faults.ts';
import { drawJobs } from './launch-plan.ts';
import type { LaunchProtection } from './launch-protections.ts';
import { MirroredAutosys } from './mirror/mirrored-autosys.ts';
import { watchRunning } from './mirror/watch-running.ts';

const minuteMs = 60_000;
const startMs = Date.parse('2026-11-30T01:00:00Z');
/** Time without faults at the end, in which everything must settle. */
const quietMs = 150 * minuteMs;

export interface LaunchScenarioOptions {
  /** Disables one protection, to prove that the judge notices its absence. */
  readonly without?: LaunchProtection;
  /** Records trace lines. @default false */
  readonly traced?: boolean;
}

/**
 * Runs one scenario of starts, waits and stops: AutoSys jobs that run the command or send HTTP
 * requests, kills, the functions, and AWS with its faults. The same seed gives the same scenario.
 */
export async function simulateLaunches(
  seed: number,
  { without, traced = false }: LaunchScenarioOptions = {},
): Promise<ScenarioResult> {
  const world = new World(seed, { startMs, traced });
  const faultsUntilMs = startMs + world.pick([30, 60, 90]) * minuteMs;
  const endMs = faultsUntilMs + quietMs;
  const system = createLaunchSystem(world, without, { faultsUntilMs, endMs });
  injectLaunchFaults(system, { startMs, faultsUntilMs });
  scheduleLaunchSweeps(system, endMs);
  await withoutStackTraces(() => world.run(endMs));
  system.autosys.installation.instance.stop();
  return {
    violations: [...system.violations, ...(await judgeLaunches(system))],
    trace: world.trace,
    counters: world.counters,
    instants: system.host.crashPlan.instants,
  };
}

/** The parts of a scenario. */
export type LaunchSystem = ReturnType<typeof createLaunchSystem>;

function createLaunchSystem(
  world: World,
  without: LaunchProtection | undefined,
  { faultsUntilMs, endMs }: { readonly faultsUntilMs: number; readonly endMs: number },
) {
  const violations: string[] = [];
  const handled: HandledCall[] = [];
  const stops: { readonly work: Work; readonly atMs: number }[] = [];
  const plans = drawJobs(world, { startMs, withinMs: faultsUntilMs - startMs - 5 * minuteMs });
  const ledger = createLaunchLedger(world);
  const jobs = new SimulatedJobs(world);
  const autosys = new MirroredAutosys(world, plans);
  jobs.onStatus = (job, one, status) => autosys.report(job, one, status);
  const watch = watchLaunches(world, violations);
  const workloads: SimulatedWorkloads = new SimulatedWorkloads(world, (work) => {
    watch(workloads, work);
    scheduleEvents(world, work, {
      host: () => host,
      faultsUntilMs,
      onUnreadable: (reason) => violations.push(`unreadable event: ${reason}`),
    });
  });
  const aws: SimulatedAws = {
    world,
    workloads,
    faults: noAwsFaults,
    planFor: (name) => {
      const plan = plans.find(({ job }) => name.startsWith(`${job}-`));
      if (plan === undefined) throw new Error(`no job starts ${name}`);
      const known = workloads.works.filter(
        (work) => !work.parent && work.name.startsWith(`${plan.job}-`),
      );
      const starts = known.reduce((sum, { redrives }) => sum + 1 + redrives.length, 0);
      return plan.works[starts % plan.works.length] ?? plan.works[0];
    },
    onStop: (work) => stops.push({ work, atMs: world.nowMs }),
  };
  const onDefect = (error: unknown) => {
    violations.push(
      `a defect: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
    );
  };
  const host: LaunchHost = new LaunchHost({ world, ledger, aws, jobs, autosys, without, onDefect });
  watchRunning(world, { ledger, autosys, workloads }, violations);
  const gateway = new LaunchGateway(world, host, (call) => handled.push(call));
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `launch-${ids}`;
  };
  const drivers = plans.map((plan) => new JobDriver(plan, { world, gateway, jobs, newId, endMs }));
  return {
    world,
    ledger,
    jobs,
    autosys,
    workloads,
    aws,
    host,
    gateway,
    drivers,
    handled,
    stops,
    violations,
  };
}

/** Schedules the sweep each minute. Some runs of it are skipped, or two run at once. */
function scheduleLaunchSweeps({ world, host, ledger }: LaunchSystem, endMs: number): void {
  const sweep = () => {
    if (world.nowMs >= endMs) return;
    if (ledger.dynamo.isWorkDue()) {
      for (let times = world.pick([0, 1, 1, 1, 2]); times > 0; times -= 1) {
        host.invoke('sweep', (bound, signal, ms) => bound.sweep(signal, ms));
      }
    }
    world.after(minuteMs, sweep);
  };
  world.after(minuteMs, sweep);
}
