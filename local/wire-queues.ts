import type { LocalClock } from './clock.ts';
import type { FaultInjection } from './fault-injection.ts';
import { Queue } from './queue.ts';
import type { WiredQueue } from './wiring.ts';

/**
 * Creates the queues of a wiring, by id. Dead-letter queues are created first, because the other
 * queues refer to them.
 *
 * @param faultInjectionFor the faults of a queue, by its id
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
