import type { QueuedEvent } from '../../../../emulator/instance-types.ts';
import type { Launch } from '../../../../lambda/launch/launch.ts';
import { toMirroredRun } from '../../../../lambda/launch/mirror/mirror-launch-event.ts';
import { parseEntry } from '../../../../lambda/ledger/entry-row.ts';
import type { Row } from '../../../../lambda/ledger/table.ts';
import type { World } from '../../world.ts';
import type { SimulatedWorkloads } from '../aws/workloads.ts';
import type { LaunchLedger } from '../bridge/launch-ledger.ts';
import type { MirroredAutosys } from './mirrored-autosys.ts';

interface Watched {
  readonly ledger: LaunchLedger;
  readonly autosys: MirroredAutosys;
  readonly workloads: SimulatedWorkloads;
}

/**
 * Watches what is sent to the mirrors: once AutoSys has shown RUNNING of a launch, it is not sent
 * again until another start is requested, or a run is redriven.
 */
export function watchRunning(
  world: World,
  { ledger, autosys, workloads }: Watched,
  violations: string[],
): void {
  /** When the ledger recorded that AutoSys shows RUNNING of the newest request, by mirror. */
  const shownMs = new Map<string, number>();
  const requests = new Set<string>();
  /** The newest request, by mirror. */
  const newest = new Map<string, string>();
  ledger.onWrite((row) => {
    const launch = toMirroredLaunch(row);
    if (launch?.mirror) {
      const { id } = toMirroredRun(launch);
      const { name } = launch.mirror;
      if (!requests.has(id)) {
        shownMs.delete(name);
        newest.set(name, id);
      }
      requests.add(id);
    }
    if (!row.key.startsWith('state ')) return;
    const { event, stage, confirmedMs, version } = parseEntry({ ...row, revision: 0 });
    const name = toRunningName(event);
    if (name === undefined || stage !== 'confirmed' || confirmedMs === undefined) return;
    // The entry of an earlier request may be read again.
    if (version.run === newest.get(name) && !shownMs.has(name)) shownMs.set(name, world.nowMs);
  });
  autosys.installation.recorder.onSend = (event, { sentMs }) => {
    const name = toRunningName(event);
    if (name === undefined) return;
    world.count('RUNNING sent to mirrors');
    const fromMs = shownMs.get(name);
    if (fromMs === undefined || sentMs <= fromMs) return;
    if (workloads.works.some(({ redrivenMs }) => redrivenMs !== undefined)) return;
    violations.push(
      `RUNNING is sent to ${name} again at ${world.now().toISOString()}, and no further start was requested`,
    );
  };
}

function toMirroredLaunch({ key, body }: Row): Launch | undefined {
  return key.startsWith('launch ') && typeof body === 'object' && body && 'mirror' in body
    ? (body as Launch)
    : undefined;
}

/** Name of the variable or job that an event sets to RUNNING. */
function toRunningName(event: QueuedEvent): string | undefined {
  if (event.kind === 'SET_GLOBAL')
    return event.value === 'RUNNING' ? event.globalVariable : undefined;
  return event.kind === 'CHANGE_STATUS' && event.status === 'RUNNING' ? event.job : undefined;
}
