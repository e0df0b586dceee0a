import type { Home } from '../../lambda/routing/origin.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import type { FoundEvent } from '../explain/find-events.ts';
import { toOwnTime } from '../explain/today.ts';

/** Account and Region of the example events. */
const usual: Home = { account: '111122223333', region: 'eu-west-1' };

/** The stack stands where the first event happened, so that routes without `account` and `region` match it. */
export function toDemoHome(events: readonly FoundEvent[]): Home {
  for (const found of events) {
    if (found.kind !== 'event') continue;
    const at = toOwnTime(found.event);
    if (at === undefined) continue;
    const reading = readWorkloadEvent(found.event, at);
    if (reading.kind !== 'event') continue;
    const { account, region } = reading.event;
    return { account, region };
  }
  return usual;
}
