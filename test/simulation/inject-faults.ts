import type { Account } from './autosys/account.ts';
import type { Installation } from './autosys/installation.ts';
import { sendOperatorEvent } from './autosys/operator.ts';
import { faultProfiles, noFaults } from './autosys/request-faults.ts';
import type { DescribeApi } from './aws/describe-api.ts';
import { rotate } from './aws/rotation.ts';
import type { CrashPlan } from './bridge/crash-plan.ts';
import type { Host } from './bridge/host.ts';
import type { Secrets } from './bridge/secrets.ts';
import {
  failingTable,
  noTableFaults,
  occasionalTableFaults,
  type SimulatedTable,
} from './bridge/simulated-table.ts';
import { type Deployment, deploy } from './deployment.ts';
import type { Plan } from './scenario-plan.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;

/** What faults are injected into. */
export interface FaultTargets {
  readonly world: World;
  readonly plan: Plan;
  readonly deployed: { current: Deployment };
  readonly installations: ReadonlyMap<string, Installation>;
  readonly accounts: readonly Account[];
  readonly secrets: Secrets;
  readonly dynamo: SimulatedTable;
  readonly host: Host;
  readonly describeApi: DescribeApi;
  readonly crashPlan: CrashPlan;
  readonly faultsUntilMs: number;
  /** True when execution environments crash at random. */
  readonly hasCrashes: boolean;
}

/** Injects faults until `faultsUntilMs`, and none after it. */
export function injectFaults(targets: FaultTargets): void {
  const { world, installations, secrets, dynamo, host, describeApi } = targets;
  const { crashPlan, faultsUntilMs, hasCrashes } = targets;
  for (const installation of installations.values()) changeFaultProfile(installation, targets);
  changeOften(targets, () => {
    crashPlan.probability = hasCrashes ? world.pick([0, 0.005, 0.02]) : 0;
  });
  changeOften(targets, () => {
    dynamo.faults = world.chance(0.1)
      ? failingTable
      : world.pick([noTableFaults, occasionalTableFaults]);
  });
  changeOften(targets, () => {
    describeApi.failureProbability = world.pick([0, 0, 0.3, 0.9]);
  });
  for (const installation of installations.values()) scheduleEvents(installation, targets);
  for (const account of targets.accounts) scheduleRotations(account, targets);
  scheduleRename(targets);
  changeOften(targets, () => {
    secrets.failureProbability = world.pick([0, 0, 0.3]);
  });
  changeOften(targets, () => {
    host.pauseProbability = world.pick([0, 0, 0.3]);
  });
  host.slowProbability = world.pick([0, 0, 0.05, 0.15]);
  for (let jumps = world.between(0, 2); jumps > 0; jumps -= 1) {
    world.after(world.between(0, 180) * minuteMs, () =>
      host.jumpClock(world.between(-5_000, 5_000)),
    );
  }
  world.at(faultsUntilMs, () => {
    for (const installation of installations.values()) installation.setFaultProfile(noFaults);
    crashPlan.probability = 0;
    dynamo.faults = noTableFaults;
    secrets.failureProbability = 0;
    host.pauseProbability = 0;
    describeApi.failureProbability = 0;
    world.log(() => 'no more faults');
  });
}

/**
 * Schedules up to two rotations of a secret. The second one starts after the first has ended, as
 * Secrets Manager requires.
 */
function scheduleRotations(account: Account, targets: FaultTargets): void {
  const { world, faultsUntilMs } = targets;
  const firstMs = world.nowMs + world.between(0, faultsUntilMs - world.nowMs);
  if (world.chance(0.5)) world.at(firstMs, () => rotate(targets, account, 2));
  if (world.chance(0.2)) world.at(firstMs + 45 * minuteMs, () => rotate(targets, account, 3));
}

/** Schedules a deployment that renames an instance while its entries are open. */
function scheduleRename({ world, plan, deployed, host }: FaultTargets): void {
  const { sharesSecret, group, hasObserved, renamedMs } = plan;
  if (renamedMs === undefined) return;
  world.at(renamedMs, () => {
    world.count('renamed instances');
    world.log(() => 'a deployment renames an instance');
    deployed.current = deploy({
      ...{ sharesSecret, isRenamed: true, hasObserved },
      ...(group && { group }),
    });
    host.redeploy();
  });
}

/** Schedules failovers, maintenance windows and operator actions of one AutoSys. */
function scheduleEvents(installation: Installation, targets: FaultTargets): void {
  const { world, faultsUntilMs } = targets;
  const { maintenance } = targets.deployed.current;
  const drawInstant = () => world.nowMs + world.between(0, faultsUntilMs - world.nowMs);
  for (let failovers = world.pick([0, 0, 1, 2]); failovers > 0; failovers -= 1) {
    const afterMs = world.pick([0, 30_000, 300_000]);
    const lostMs = world.pick([0, 0, 60_000, 600_000, 1_800_000]);
    world.at(drawInstant(), () => installation.failOver({ afterMs, lostMs }));
  }
  for (let actions = world.pick([0, 0, 2, 5]); actions > 0; actions -= 1) {
    world.at(drawInstant(), () => sendOperatorEvent(world, installation));
  }
  for (let atMs = world.nowMs; atMs < faultsUntilMs; atMs += minuteMs) {
    if (
      !maintenance(installation.name, atMs) !== !maintenance(installation.name, atMs - minuteMs)
    ) {
      world.at(atMs, () => {
        installation.setMaintenance(maintenance(installation.name, world.nowMs) !== undefined);
      });
    }
  }
}

function changeFaultProfile(installation: Installation, targets: FaultTargets): void {
  const { world, faultsUntilMs } = targets;
  const [least, most] = installation.faultProfile.minutes ?? [1, 40];
  world.after(world.between(least * minuteMs, most * minuteMs), () => {
    if (world.nowMs >= faultsUntilMs) return;
    installation.setFaultProfile(world.pick(faultProfiles));
    changeFaultProfile(installation, targets);
  });
}

/** Calls `change` at random intervals of up to an hour. */
function changeOften(
  { world, faultsUntilMs }: Pick<FaultTargets, 'world' | 'faultsUntilMs'>,
  change: () => void,
): void {
  world.after(world.between(minuteMs, 60 * minuteMs), () => {
    if (world.nowMs >= faultsUntilMs) return;
    change();
    changeOften({ world, faultsUntilMs }, change);
  });
}
