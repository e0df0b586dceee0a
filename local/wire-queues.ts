import type { LocalClock } from './clock.ts';
import type { FaultInjection } from './mischief.ts';
import { Queue } from './queue.ts';
import type { WiredQueue } from './wiring.ts';

/**
 * Makes the queues of a wiring, by id: those that keep dead letters first, since the others point to them.
 *
 * @param mischiefFor what a queue does beyond its duty, by its id
 */
export function createQueues(
  wired: readonly WiredQueue[],
  clock: LocalClock,
  faultInjectionFor: (id: string) => FaultInjection | undefined,
): ReadonlyMap<string, Queue> {
  const queues = new Map<string, Queue>();
  const create = (one: WiredQueue): Queue => {
    const { id, redrive, ...settings } = one;
    const existing = queues.get(id);
    if (existing) return existing;
    const target = wired.find((other) => other.id === redrive?.deadLetterQueueId);
    const faultInjection = faultInjectionFor(id);
    const queue = new Queue({
      ...settings,
      clock,
      ...(faultInjection ? { faultInjection } : {}),
      ...(redrive && target && target !== one
        ? { redrive: { deadLetterQueue: create(target), maxReceiveCount: redrive.maxReceiveCount } }
        : {}),
    });
    queues.set(id, queue);
    return queue;
  };
  for (const one of wired) create(one);
  return queues;
}
