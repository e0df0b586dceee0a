import type { Launches } from '../../../../lambda/launch/launches.ts';
import { createFindMirror } from '../../../../lambda/launch/mirror/find-mirror.ts';
import { createFinishMirror } from '../../../../lambda/launch/mirror/finish-mirror.ts';
import { createSetMirror } from '../../../../lambda/launch/mirror/set-mirror.ts';
import { createShowRunning } from '../../../../lambda/launch/mirror/show-running.ts';
import type { SearchableTable } from '../../../../lambda/ledger/table.ts';
import type { ReportDeps } from '../../../../lambda/report/report.ts';
import { bindDeps } from '../../bridge/bind-deps.ts';
import { bindDeliver } from '../../bridge/deliver.ts';
import type { SimulatedEnvironment } from '../../bridge/simulated-environment.ts';
import type { World } from '../../world.ts';
import { simulatedHome as home } from '../aws/work.ts';
import type { LaunchLedger } from '../bridge/launch-ledger.ts';
import { launchDeployment, launchTargets } from '../launch-deployment.ts';
import type { LaunchProtection } from '../launch-protections.ts';
import type { MirroredAutosys } from './mirrored-autosys.ts';

interface MirrorServices {
  readonly world: World;
  readonly ledger: LaunchLedger;
  readonly autosys: MirroredAutosys;
  readonly without: LaunchProtection | undefined;
  /** The ledger, through the network of the execution environment. */
  readonly table: SearchableTable;
  readonly launches: Launches;
  readonly sleep: ReportDeps['sleep'];
}

/** Binds the delivery to AutoSys and the mirrors in one execution environment, as the handlers do. */
export function bindMirrors(environment: SimulatedEnvironment, services: MirrorServices) {
  const { world, ledger, autosys, without, table, launches, sleep } = services;
  const { installation, secrets } = autosys;
  const installations = new Map([[installation.name as string, installation]]);
  const { deps: delivery, slots } = bindDeps(environment, launchDeployment, {
    ...{ world, secrets, installations, table, sleep, without: undefined },
  });
  const { now } = delivery;
  const findMirror = createFindMirror({ launches, now, sleep });
  const deps: ReportDeps = { ...delivery, findMirror: weakenFindMirror(findMirror, without) };
  const setMirror = createSetMirror({ ...deps, home, targets: launchTargets });
  return {
    slots,
    deps,
    setMirror: without === 'failing mark' ? async () => undefined : setMirror,
    showRunning:
      without === 'early RUNNING'
        ? async () => undefined
        : createShowRunning({ setMirror, now, sleep }),
    finishMirror: createFinishMirror({ launches, setMirror }),
    deliver: bindDeliver(environment, deps, {
      ...{ world, instances: launchDeployment.config.instances },
      isDue: (list) => ledger.isDue(list),
    }),
  };
}

type FindMirror = NonNullable<ReportDeps['findMirror']>;

/** Returns the search for the mirror of an event without a protection. */
function weakenFindMirror(
  findMirror: FindMirror,
  without: LaunchProtection | undefined,
): FindMirror {
  switch (without) {
    case 'binding of a launch':
      return async (event, route, signal) => {
        const found = await findMirror(event, route, signal);
        // The run is the execution or job, as for every other event.
        return found && { ...found, event };
      };
    case 'events wait for their launch':
      return (event, route) => findMirror(event, route, AbortSignal.abort()).catch(() => undefined);
    default:
      return findMirror;
  }
}
