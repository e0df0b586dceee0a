import type { EffectResult } from '../delivery/report-result.ts';
import type { GroupEvent } from '../groups/group-event.ts';
import type { RunRow } from '../ledger/run-row.ts';
import type { Group } from '../routing/groups.ts';
import { planGroupEffects } from './plan-groups.ts';
import type { ProcessEffectDeps } from './process-effect.ts';
import { createProcessEffects } from './process-effects.ts';

/** No run has caused the state, so no row of a run is read or written. */
const noRun: RunRow = {
  knownNow: async () => undefined,
  listsEntry: async () => false,
  record: async () => undefined,
};

/** Creates the function that requests the effects of a state of a group that no event caused. */
export function createSendGroupState(
  deps: ProcessEffectDeps & { readonly newLeaseId: () => string },
) {
  const processEffects = createProcessEffects(deps);

  return async function sendGroupState(
    group: Group,
    event: GroupEvent,
    signal: AbortSignal,
  ): Promise<readonly EffectResult[]> {
    const plan = planGroupEffects(group, event);
    const work = { event, run: noRun, leaseOwner: deps.newLeaseId(), signal };
    const { results, failures } = await processEffects(plan, work);
    if (failures.length > 0) throw failures[0];
    return results;
  };
}
