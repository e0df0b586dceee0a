import type { Home } from '../../lambda/routing/origin.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import type { FoundEvent } from '../explain/find-events.ts';
import { toEnvelopeTime } from '../explain/outcome-today.ts';

/** Account and Region of the example events. */
export const exampleHome: Home = { account: '111122223333', region: 'eu-west-1' };

/**
 * Places the stack in the account and Region of the first event, so that routes without both match
 * it.
 */
export function toDemoHome(events: readonly FoundEvent[]): Home {
  for (const found of events) {
    if (found.kind !== 'event') continue;
    const at = toEnvelopeTime(found.event);
    if (at === undefined) continue;
    const reading = readWorkloadEvent(found.event, at);
    if (reading.kind !== 'event') continue;
    const { account, region } = reading.event;
    return { account, region };
  }
  return exampleHome;
}
