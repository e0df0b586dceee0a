import type { RequestEntry } from '../../lambda/routing/requests.ts';
import type { WorkloadEvent } from '../../lambda/workload/workload.ts';

/** Names of the entries that name the state machine of the event as a caller. */
export function findCallingEntries(
  event: WorkloadEvent,
  entries: readonly RequestEntry[],
): readonly string[] {
  if (event.kind !== 'execution') return [];
  return entries
    .filter(({ stateMachines }) => stateMachines.includes(event.stateMachineArn))
    .map(({ name }) => name);
}
