import { createDrain } from '../../../lambda/delivery/drain.ts';
import { type AgendaList, agendaLists } from '../../../lambda/ledger/agenda.ts';
import type { ReportDeps } from '../../../lambda/report/report.ts';
import type { InstanceConfig } from '../../../lambda/routing/routes.ts';
import { createRecheck } from '../../../lambda/sweep/recheck.ts';
import type { World } from '../world.ts';
import { createNewReadGroup } from './read-groups.ts';
import type { SimulatedEnvironment } from './simulated-environment.ts';

interface DeliverServices {
  readonly world: World;
  readonly instances: readonly InstanceConfig[];
  /** Whether a list has due rows. A list without any is not queried. */
  readonly isDue: (list: AgendaList) => boolean;
}

/** Binds the part of the sweep that works for AutoSys: drain and recheck of each instance. */
export function bindDeliver(
  environment: SimulatedEnvironment,
  deps: ReportDeps,
  { world, instances, isDue }: DeliverServices,
) {
  const newReadGroup = createNewReadGroup(environment);
  return async function deliver(signal: AbortSignal): Promise<void> {
    for (const { name, rereadForMs } of instances) {
      if (isDue(agendaLists.due(name))) {
        const drain = createDrain({ ...deps, newReadGroup });
        for await (const { kind } of drain(name, signal)) world.count(`drain ${kind}`);
      }
      if (isDue(agendaLists.reread(name))) {
        const recheck = createRecheck({ ...deps, newReadGroup });
        for await (const { kind } of recheck({ name, rereadForMs }, signal)) {
          world.count(`recheck ${kind}`);
        }
      }
    }
  };
}
