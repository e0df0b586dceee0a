import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from '../../emulator/instance.ts';
import { type Bus, type BusPlacement, EnvelopeError, type Local } from '../../local/index.ts';
import type { FoundEvent } from '../explain/find-events.ts';
import { judgeEndings } from './endings.ts';
import { createRedate, type Redate } from './redate.ts';
import { describeAwsEvent, type Timeline } from './timeline.ts';

/** What came of playing events. */
export interface Played {
  /** How many messages the rules have put into the queue. */
  readonly queued: number;
  /** How many were no events that EventBridge could carry. */
  readonly faults: number;
}

/** Puts the events on the bus, one after the other, each as if AWS announced it now. */
export async function play(
  events: readonly FoundEvent[],
  { bus }: { readonly bus: Bus },
  { timeline, paceMs, signal }: { timeline: Timeline; paceMs: number; signal: AbortSignal },
): Promise<Played> {
  const redate = createRedate();
  let queued = 0;
  let faults = 0;
  for (const found of events) {
    await sleep(paceMs, undefined, { signal });
    const placed = found.kind === 'event' ? put(bus, redate, found.event) : found.reason;
    if (typeof placed === 'string') {
      faults += 1;
      timeline.tell('AWS', `${found.place} is no event: ${placed}`);
      continue;
    }
    queued += placed.matched.length;
    timeline.tell('AWS', describeAwsEvent(placed.event, placed.matched, new Date()));
  }
  return { queued, faults };
}

/** What the bus made of an event, or why it could not carry it. */
function put(bus: Bus, redate: Redate, event: unknown): BusPlacement | string {
  try {
    return bus.put(redate(event, new Date()));
  } catch (error) {
    if (error instanceof EnvelopeError) return error.message;
    throw error;
  }
}

/** Resolves when the function has been given so many messages, whatever came of them. */
export async function untilHandled(aws: Local, messages: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const check = () => {
    const handled = new Set(aws.invocations().flatMap(({ messageIds }) => messageIds));
    if (handled.size >= messages) resolve();
  };
  const stop = aws.onInvocation(check);
  check();
  await promise;
  stop();
}

/**
 * Resolves when every job stands as the story says, or when the time is over.
 *
 * The end of the box alone says nothing about the jobs outside it.
 */
export async function untilRight(instance: Instance, withinMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const check = () => {
    if (judgeEndings(instance).every(({ right }) => right)) resolve();
  };
  using _watch = instance.onChange(check);
  check();
  await Promise.race([promise, sleep(withinMs, undefined, { ref: false })]);
}
