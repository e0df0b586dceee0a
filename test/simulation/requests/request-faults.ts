import { faultProfiles, noFaults, outages } from '../autosys/request-faults.ts';
import { rotate } from '../aws/rotation.ts';
import { failingTable, noTableFaults, occasionalTableFaults } from '../bridge/simulated-table.ts';
import { silentAutosys, slowAutosys } from '../launch/mirror/autosys-faults.ts';
import { noInvocationFaults } from './callers/function-calls.ts';
import { noTaskFaults } from './callers/step-functions.ts';
import { operate } from './operators.ts';
import type { RequestSystem } from './simulate-requests.ts';

const minuteMs = 60_000;

export interface FaultPeriod {
  readonly startMs: number;
  readonly faultsUntilMs: number;
}

/** Schedules the faults and the operators of a scenario. After `faultsUntilMs` there is no fault. */
export function injectRequestFaults(system: RequestSystem, period: FaultPeriod): void {
  const { world, host, ledger, calls, stepFunctions } = system;
  host.crashPlan.probability = world.pick([0, 0.0005, 0.002, 0.01]);
  host.slowProbability = world.pick([0, 0.005, 0.03]);
  host.pauseProbability = world.pick([0, 0, 0.1]);
  ledger.dynamo.faults = world.pick([noTableFaults, occasionalTableFaults]);
  calls.faults = world.pick([
    noInvocationFaults,
    { throttled: 0.03, answerLost: 0.1, repeated: 0.15 },
    { throttled: 0.05, answerLost: 0.3, repeated: 0.3 },
  ]);
  stepFunctions.faults = world.pick([
    noTaskFaults,
    { throttled: 0.02, lostBefore: 0.02, lostAfter: 0.05 },
    { throttled: 0.1, lostBefore: 0.1, lostAfter: 0.2 },
  ]);
  world.at(period.faultsUntilMs, () => {
    host.crashPlan.probability = 0;
    host.slowProbability = 0;
    host.pauseProbability = 0;
    ledger.dynamo.faults = noTableFaults;
    calls.faults = noInvocationFaults;
    stepFunctions.faults = noTaskFaults;
    world.log(() => 'no more faults');
  });
  injectPeriods(system, period);
  injectAutosys(system, period);
  for (const job of system.plan.jobs) operate(system, job, period);
}

function injectPeriods(system: RequestSystem, { startMs, faultsUntilMs }: FaultPeriod): void {
  const { world, host, ledger } = system;
  const draw = () => world.between(startMs, faultsUntilMs - minuteMs);
  if (world.chance(0.1)) {
    const { faults } = ledger.dynamo;
    const fromMs = draw();
    world.at(fromMs, () => {
      world.count('ledger failing');
      ledger.dynamo.faults = failingTable;
    });
    world.at(Math.min(faultsUntilMs - 1, fromMs + world.between(1, 10) * minuteMs), () => {
      ledger.dynamo.faults = faults;
    });
  }
  if (world.chance(0.2)) {
    world.at(draw(), () => host.jumpClock(world.between(-5_000, 5_000)));
  }
}

/** Drawn beside those of the other scenarios, so that AutoSys answers most of the time. */
const usualProfiles = [
  ...[noFaults, noFaults, noFaults, noFaults, noFaults],
  ...[slowAutosys, slowAutosys, silentAutosys, silentAutosys, silentAutosys],
] as const;

/** Changes the faults of AutoSys every few minutes; failovers, rotations. */
function injectAutosys(system: RequestSystem, { startMs, faultsUntilMs }: FaultPeriod): void {
  const { world, autosys } = system;
  const { installation, account, secrets } = autosys;
  const isFaulty = world.chance(0.7);
  const change = () => {
    if (world.nowMs >= faultsUntilMs) return;
    installation.setFaultProfile(
      isFaulty ? world.pick([...usualProfiles, ...faultProfiles]) : noFaults,
    );
    world.after(world.between(minuteMs, 15 * minuteMs), change);
  };
  world.after(world.between(0, 10 * minuteMs), change);
  if (world.chance(0.3)) {
    world.at(world.between(startMs, faultsUntilMs - 2 * minuteMs), () => {
      world.count('AutoSys away');
      installation.setFaultProfile(world.pick(outages));
    });
  }
  world.at(faultsUntilMs, () => installation.setFaultProfile(noFaults));
  if (world.chance(0.1)) {
    const lostMs = world.pick([0, 60_000, 600_000]);
    const afterMs = world.pick([0, 30_000]);
    world.at(world.between(startMs, faultsUntilMs), () =>
      installation.failOver({ afterMs, lostMs }),
    );
  }
  if (world.chance(0.1)) {
    world.at(world.between(startMs, faultsUntilMs), () => rotate({ world, secrets }, account, 2));
  }
}
