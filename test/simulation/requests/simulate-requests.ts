import { createLaunchLedger } from '../launch/bridge/launch-ledger.ts';
import type { ScenarioResult } from '../simulate.ts';
import { withoutStackTraces } from '../simulate.ts';
import { World } from '../world.ts';
import { RequestedAutosys } from './autosys/requested-autosys.ts';
import { RequestHost } from './bridge/request-host.ts';
import { Execution, startCaller } from './callers/executions.ts';
import { FunctionCalls } from './callers/function-calls.ts';
import { StepFunctions } from './callers/step-functions.ts';
import { judgeRequests } from './judge/judge-requests.ts';
import { watchRequests } from './judge/watch-requests.ts';
import { injectRequestFaults } from './request-faults.ts';
import { drawRequestPlan } from './request-plan.ts';
import type { RequestProtection } from './request-protections.ts';

const minuteMs = 60_000;
const startMs = Date.parse('2026-11-30T01:00:00Z');
/** Time without faults at the end, in which everything must settle: longer than every wait. */
const quietMs = 65 * minuteMs;

export interface RequestScenarioOptions {
  /** Disables one protection, to prove that the judge notices its absence. */
  readonly without?: RequestProtection;
  /** Records trace lines. @default false */
  readonly traced?: boolean;
}

/**
 * Runs one scenario of requests and waits: executions and functions that ask, the functions of the
 * bridge, and AutoSys with its faults and operators. The same seed gives the same scenario.
 */
export async function simulateRequests(
  seed: number,
  { without, traced = false }: RequestScenarioOptions = {},
): Promise<ScenarioResult> {
  const world = new World(seed, { startMs, traced });
  const faultsUntilMs = startMs + world.pick([15, 30, 45]) * minuteMs;
  const system = createRequestSystem(world, without, faultsUntilMs);
  injectRequestFaults(system, { startMs, faultsUntilMs });
  const endMs = faultsUntilMs + quietMs;
  scheduleFunctions(system, endMs);
  await withoutStackTraces(() => world.run(endMs));
  system.autosys.installation.instance.stop();
  return {
    violations: [...system.violations, ...(await judgeRequests(system))],
    trace: world.trace,
    counters: world.counters,
    instants: system.host.crashPlan.instants,
  };
}

/** The parts of a scenario. */
export type RequestSystem = ReturnType<typeof createRequestSystem>;

function createRequestSystem(
  world: World,
  without: RequestProtection | undefined,
  faultsUntilMs: number,
) {
  const violations: string[] = [];
  const plan = drawRequestPlan(world, {
    startMs,
    withinMs: faultsUntilMs - startMs - 5 * minuteMs,
  });
  const ledger = createLaunchLedger(world, /^(request|state|switch|once) /);
  const autosys = new RequestedAutosys(world, plan.jobs);
  const stepFunctions = new StepFunctions(world);
  const onDefect = (error: unknown) => {
    violations.push(
      `a defect: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
    );
  };
  const host = new RequestHost({ world, ledger, autosys, stepFunctions, without, onDefect });
  const watched = watchRequests(world, { ledger, autosys }, violations);
  const calls = new FunctionCalls(world, host);
  const services = { world, calls, stepFunctions, untilMs: faultsUntilMs };
  for (const one of plan.executions) new Execution(one, services);
  for (const one of plan.callers) startCaller(one, services);
  return {
    ...{ world, plan, ledger, autosys, stepFunctions, host, calls, watched, violations },
    faultsUntilMs,
  };
}

/** Schedules wait function and sweep. Some runs are skipped, or two run at once. */
function scheduleFunctions({ world, host, ledger, faultsUntilMs }: RequestSystem, endMs: number) {
  const every = (run: () => void) => {
    if (world.nowMs >= endMs) return;
    const times = world.nowMs < faultsUntilMs ? world.pick([0, 1, 1, 1, 1, 1, 1, 2]) : 1;
    for (let left = times; left > 0; left -= 1) run();
    world.after(minuteMs, () => every(run));
  };
  world.after(minuteMs, () =>
    every(() => {
      if (!ledger.dynamo.isWorkDue()) return;
      host.invoke('sweep', (bound, signal) => bound.sweep(signal));
    }),
  );
  world.after(minuteMs + 7_000, () =>
    every(() => {
      if (!ledger.isDue('wait ACE')) return;
      host.invoke('wait', (bound, signal, ms) => bound.wait(signal, ms));
    }),
  );
}
