import type { Account } from './autosys/account.ts';
import type { Installation } from './autosys/installation.ts';
import { calm, weathers } from './autosys/mishaps.ts';
import { operate } from './autosys/operator.ts';
import type { Describer } from './aws/describe.ts';
import { rotate } from './aws/rotation.ts';
import type { Fate } from './bridge/fate.ts';
import type { Host } from './bridge/host.ts';
import { calmLedger, deadLedger, type Ledger, roughLedger } from './bridge/ledger.ts';
import type { Secrets } from './bridge/secrets.ts';
import { type Deployment, deploy } from './deployment.ts';
import type { Plan } from './night.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;

/** Everything that can be in trouble. */
export interface Troubled {
  readonly world: World;
  readonly plan: Plan;
  readonly deployed: { current: Deployment };
  readonly installations: ReadonlyMap<string, Installation>;
  readonly accounts: readonly Account[];
  readonly secrets: Secrets;
  readonly dynamo: Ledger;
  readonly host: Host;
  readonly describer: Describer;
  readonly fate: Fate;
  readonly troubledUntilMs: number;
  /** Whether sandboxes die by chance. */
  readonly hasDeaths: boolean;
}

/** Lets everything go wrong until the instant, and then nothing any more. */
export function playTroubles(troubled: Troubled): void {
  const { world, installations, secrets, dynamo, host, describer } = troubled;
  const { fate, troubledUntilMs, hasDeaths } = troubled;
  for (const installation of installations.values()) changeWeather(installation, troubled);
  changeOften(troubled, () => {
    fate.chance = hasDeaths ? world.pick([0, 0.005, 0.02]) : 0;
  });
  changeOften(troubled, () => {
    dynamo.weather = world.chance(0.1) ? deadLedger : world.pick([calmLedger, roughLedger]);
  });
  changeOften(troubled, () => {
    describer.unwell = world.pick([0, 0, 0.3, 0.9]);
  });
  for (const installation of installations.values()) disturb(installation, troubled);
  for (const account of troubled.accounts) rotateSome(account, troubled);
  renameInstance(troubled);
  changeOften(troubled, () => {
    secrets.unwell = world.pick([0, 0, 0.3]);
  });
  changeOften(troubled, () => {
    host.faints = world.pick([0, 0, 0.3]);
  });
  host.slow = world.pick([0, 0, 0.05, 0.15]);
  for (let jumps = world.between(0, 2); jumps > 0; jumps -= 1) {
    world.after(world.between(0, 180) * minuteMs, () =>
      host.jumpClock(world.between(-5_000, 5_000)),
    );
  }
  world.at(troubledUntilMs, () => {
    for (const installation of installations.values()) installation.change(calm);
    fate.chance = 0;
    dynamo.weather = calmLedger;
    secrets.unwell = 0;
    host.faints = 0;
    describer.unwell = 0;
    world.note(() => 'all is calm');
  });
}

/** Rotations of a secret; the second one comes when the first is over, as Secrets Manager has it. */
function rotateSome(account: Account, troubled: Troubled): void {
  const { world, troubledUntilMs } = troubled;
  const firstMs = world.nowMs + world.between(0, troubledUntilMs - world.nowMs);
  if (world.chance(0.5)) world.at(firstMs, () => rotate(troubled, account, 2));
  if (world.chance(0.2)) world.at(firstMs + 45 * minuteMs, () => rotate(troubled, account, 3));
}

/** A deployment gives an instance another name while its entries are open. */
function renameInstance({ world, plan, deployed, host }: Troubled): void {
  const { sharesSecret, renamedMs } = plan;
  if (renamedMs === undefined) return;
  world.at(renamedMs, () => {
    world.count('renamed instances');
    world.note(() => 'a deployment renames an instance');
    deployed.current = deploy({ sharesSecret, isRenamed: true });
    host.redeploy();
  });
}

/** Its declared window, and persons at its console. */
function disturb(installation: Installation, troubled: Troubled): void {
  const { world, troubledUntilMs } = troubled;
  const { maintenance } = troubled.deployed.current;
  const aTime = () => world.nowMs + world.between(0, troubledUntilMs - world.nowMs);
  for (let failovers = world.pick([0, 0, 1, 2]); failovers > 0; failovers -= 1) {
    const afterMs = world.pick([0, 30_000, 300_000]);
    const forgetsMs = world.pick([0, 0, 60_000, 600_000, 1_800_000]);
    world.at(aTime(), () => installation.failOver({ afterMs, forgetsMs }));
  }
  for (let acts = world.pick([0, 0, 2, 5]); acts > 0; acts -= 1) {
    world.at(aTime(), () => operate(world, installation));
  }
  for (let atMs = world.nowMs; atMs < troubledUntilMs; atMs += minuteMs) {
    if (
      !maintenance(installation.name, atMs) !== !maintenance(installation.name, atMs - minuteMs)
    ) {
      world.at(atMs, () => {
        installation.maintain(maintenance(installation.name, world.nowMs) !== undefined);
      });
    }
  }
}

function changeWeather(installation: Installation, troubled: Troubled): void {
  const { world, troubledUntilMs } = troubled;
  const [least, most] = installation.weather.minutes ?? [1, 40];
  world.after(world.between(least * minuteMs, most * minuteMs), () => {
    if (world.nowMs >= troubledUntilMs) return;
    installation.change(world.pick(weathers));
    changeWeather(installation, troubled);
  });
}

/** Changes something every half hour or so. */
function changeOften(
  { world, troubledUntilMs }: Pick<Troubled, 'world' | 'troubledUntilMs'>,
  change: () => void,
): void {
  world.after(world.between(minuteMs, 60 * minuteMs), () => {
    if (world.nowMs >= troubledUntilMs) return;
    change();
    changeOften({ world, troubledUntilMs }, change);
  });
}
