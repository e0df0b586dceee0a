import { failingTable, noTableFaults, occasionalTableFaults } from '../bridge/simulated-table.ts';
import type { World } from '../world.ts';
import { noGatewayFaults } from './agents/gateway.ts';
import { noAwsFaults } from './aws/aws-calls.ts';
import { isRunning, toWorkStatus } from './aws/work.ts';
import { toEndlessPlan } from './aws/workloads.ts';
import { injectAutosysFaults } from './mirror/autosys-faults.ts';
import type { LaunchSystem } from './simulate-launches.ts';

const minuteMs = 60_000;

interface FaultPeriod {
  readonly startMs: number;
  readonly faultsUntilMs: number;
}

/** Schedules the faults of a scenario. After `faultsUntilMs` there is none. */
export function injectLaunchFaults(system: LaunchSystem, period: FaultPeriod): void {
  const { world, host, ledger, gateway, aws } = system;
  host.crashPlan.probability = world.pick([0, 0.001, 0.005, 0.02]);
  host.slowProbability = world.pick([0, 0.005, 0.03]);
  host.pauseProbability = world.pick([0, 0, 0.3]);
  ledger.dynamo.faults = world.pick([noTableFaults, occasionalTableFaults]);
  gateway.faults = world.pick([
    noGatewayFaults,
    { unreached: 0.02, throttled: 0.02, failed: 0.02, answerLost: 0.05 },
    { unreached: 0.05, throttled: 0.05, failed: 0.1, answerLost: 0.2 },
  ]);
  aws.faults = world.pick([
    noAwsFaults,
    { throttled: 0.05, denied: 0, lostBefore: 0.03, lostAfter: 0.05 },
    { throttled: 0.1, denied: 0.02, lostBefore: 0.15, lostAfter: 0.25 },
  ]);
  world.at(period.faultsUntilMs, () => {
    host.crashPlan.probability = 0;
    host.slowProbability = 0;
    host.pauseProbability = 0;
    ledger.dynamo.faults = noTableFaults;
    gateway.faults = noGatewayFaults;
    aws.faults = noAwsFaults;
  });
  injectAutosysFaults(system, period);
  injectPeriods(system, period);
}

function injectPeriods(system: LaunchSystem, { startMs, faultsUntilMs }: FaultPeriod): void {
  const { world, host, ledger, gateway, aws, drivers } = system;
  const during = (probability: number, maxMinutes: number, set: (isOn: boolean) => void) => {
    if (!world.chance(probability)) return;
    const fromMs = world.between(startMs, faultsUntilMs - 2 * minuteMs);
    world.at(fromMs, () => set(true));
    world.at(Math.min(faultsUntilMs, fromMs + world.between(1, maxMinutes) * minuteMs), () =>
      set(false),
    );
  };
  const { faults: tableFaults } = ledger.dynamo;
  during(0.2, 15, (isOn) => {
    ledger.dynamo.faults =
      isOn && world.nowMs < faultsUntilMs
        ? failingTable
        : toAfter(world, faultsUntilMs, tableFaults, noTableFaults);
    count(world, isOn, 'ledger failing');
  });
  const { faults: awsFaults } = aws;
  during(0.2, 20, (isOn) => {
    aws.faults = isOn
      ? { ...awsFaults, denied: 1 }
      : toAfter(world, faultsUntilMs, awsFaults, noAwsFaults);
    count(world, isOn, 'AWS denies for a while');
  });
  const { faults: gatewayFaults } = gateway;
  during(0.2, 12, (isOn) => {
    gateway.faults = isOn
      ? { ...gatewayFaults, failed: 0.9 }
      : toAfter(world, faultsUntilMs, gatewayFaults, noGatewayFaults);
    count(world, isOn, 'API failing');
  });
  for (const { network } of drivers) {
    during(0.25, 15, (isOn) => {
      network.isCut = isOn;
      count(world, isOn, 'agents without network');
    });
  }
  if (world.chance(0.2)) {
    world.at(world.between(startMs, faultsUntilMs), () =>
      host.jumpClock(world.between(-5_000, 5_000)),
    );
  }
  startStrangers(system, startMs);
  if (world.chance(0.15)) {
    world.at(world.between(startMs, faultsUntilMs), () => redriveOne(system));
  }
}

/** Redrives a run that has failed, if there is one. */
function redriveOne({ workloads }: LaunchSystem): void {
  const failed = workloads.works.find(
    (work) =>
      work.kind === 'execution' &&
      !work.parent &&
      !isRunning(work) &&
      toWorkStatus(work) !== 'SUCCEEDED',
  );
  if (failed) workloads.redrive(failed);
}

/** Starts workloads that belong to no run. The history of a run quotes one of them. */
function startStrangers({ world, workloads }: LaunchSystem, startMs: number): void {
  const plan = toEndlessPlan([]);
  const stranger = workloads.startExecution({ name: 'stranger', place: 'part', plan });
  workloads.submitJob({ name: 'stranger', place: 'load', definition: 'load', plan });
  const output = JSON.stringify({ ExecutionArn: stranger.id });
  world.at(startMs + 20 * minuteMs, () => {
    const task = { kind: 'task', type: 'TaskSucceeded', resourceType: 'lambda' } as const;
    for (const { kind, history } of workloads.works) {
      if (kind !== 'execution') continue;
      history.push({ atMs: world.nowMs, event: { ...task, resource: 'invoke', output } });
    }
  });
}

function toAfter<Faults>(world: World, untilMs: number, faults: Faults, none: Faults): Faults {
  return world.nowMs < untilMs ? faults : none;
}

function count(world: World, isOn: boolean, name: string): void {
  if (isOn) world.count(name);
  world.log(() => `${name}: ${isOn ? 'begins' : 'ends'}`);
}
