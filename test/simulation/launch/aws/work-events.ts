import type { World } from '../../world.ts';
import type { LaunchHost } from '../bridge/launch-host.ts';
import { toWorkEvent } from './describe-work.ts';
import type { Work } from './work.ts';

const minuteMs = 60_000;
const maxDeliveries = 10;

interface Delivery {
  readonly host: () => LaunchHost;
  /** No event is lost or late after this instant. */
  readonly faultsUntilMs: number;
  /** Called with the reason if the report function cannot read an event. */
  readonly onUnreadable: (reason: string) => void;
}

/** Schedules the event of the newest change of a workload: late, repeated, or lost. */
export function scheduleEvents(
  world: World,
  work: Work,
  { host, faultsUntilMs, onUnreadable }: Delivery,
): void {
  // No event reports that a Batch job was submitted (documented).
  if (work.changes.at(-1)?.status === 'SUBMITTED') return;
  const isFaulty = world.nowMs < faultsUntilMs;
  if (isFaulty && work.kind === 'execution' && world.chance(0.2)) {
    world.count('lost events');
    return;
  }
  const copies = isFaulty ? world.pick([1, 1, 1, 2]) : 1;
  const atMs = world.nowMs;
  for (let copy = 0; copy < copies; copy += 1) {
    if (copy > 0) world.count('repeated events');
    const isLate = isFaulty && world.chance(0.15);
    const lateMs = isLate ? world.between(0, 20 * minuteMs) : world.between(50, 2_000);
    const id = `event-${work.changes.length}-${copy}`;
    const body = JSON.stringify(toWorkEvent(work, atMs, id));
    const deliver = (left: number) => {
      let isDone = false;
      host().invoke('report', async (bound, signal) => {
        const result = await bound.report({ messageId: id, body }, signal);
        if (result.kind === 'invalid') onUnreadable(result.error.message);
        isDone = true;
      });
      world.after(2 * minuteMs, () => {
        if (!isDone && left > 0) deliver(left - 1);
      });
    };
    world.at(atMs + lateMs, () => deliver(maxDeliveries));
  }
}
