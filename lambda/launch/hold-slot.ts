import type { LaunchTarget } from '../routing/targets.ts';
import type { Launch } from './launch.ts';
import { toLaunchKey } from './launch-row.ts';
import type { Launches } from './launches.ts';
import { type createTakeSlot, toTargetBusy } from './slots.ts';

export interface HoldSlotDeps {
  readonly launches: Pick<Launches, 'read'>;
  readonly takeSlot: ReturnType<typeof createTakeSlot>;
}

/**
 * Takes a slot of the target before the intent is written.
 *
 * @returns false if another function has written the launch meanwhile
 * @throws {ApiError} 429 if no slot is free
 */
export async function holdSlot(
  { takeSlot, launches }: HoldSlotDeps,
  target: LaunchTarget,
  { launch, seen }: { readonly launch: Launch; readonly seen: number | undefined },
): Promise<boolean> {
  const { launchId } = launch;
  const slot = await takeSlot({ target, launchKey: toLaunchKey(launch), launchId });
  if (slot.kind === 'taken') return true;
  const latest = await launches.read(launch);
  if (latest?.revision !== seen) return false;
  throw toTargetBusy(target.name, slot);
}
