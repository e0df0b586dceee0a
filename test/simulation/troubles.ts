import type { Installation } from './autosys/installation.ts';
import { calm, weathers } from './autosys/mishaps.ts';
import type { Fate } from './bridge/fate.ts';
import type { Host } from './bridge/host.ts';
import { calmLedger, type createLedger, deadLedger, roughLedger } from './bridge/ledger.ts';
import type { Secrets } from './bridge/secrets.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;

/** Everything that can be in trouble. */
export interface Troubled {
  readonly world: World;
  readonly installations: ReadonlyMap<string, Installation>;
  readonly secrets: Secrets;
  readonly dynamo: ReturnType<typeof createLedger>;
  readonly host: Host;
  readonly fate: Fate;
  readonly troubledUntilMs: number;
  /** Whether sandboxes die by chance. */
  readonly hasDeaths: boolean;
}

/** Lets everything go wrong until the instant, and then nothing any more. */
export function playTroubles(troubled: Troubled): void {
  const { world, installations, secrets, dynamo, host, fate, troubledUntilMs, hasDeaths } =
    troubled;
  for (const installation of installations.values()) changeWeather(installation, troubled);
  changeOften(troubled, () => {
    fate.chance = hasDeaths ? world.pick([0, 0.005, 0.02]) : 0;
  });
  changeOften(troubled, () => {
    dynamo.weather = world.pick([calmLedger, calmLedger, roughLedger, deadLedger]);
  });
  changeOften(troubled, () => {
    secrets.unwell = world.pick([0, 0, 0.3]);
  });
  host.slow = world.pick([0, 0, 0.05]);
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
    world.note(() => 'all is calm');
  });
}

function changeWeather(installation: Installation, troubled: Troubled): void {
  const { world, troubledUntilMs } = troubled;
  world.after(world.between(minuteMs, 40 * minuteMs), () => {
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
