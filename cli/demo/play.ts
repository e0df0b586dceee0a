import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from '../../emulator/instance.ts';
import { type Bus, type BusPlacement, EnvelopeError, type Local } from '../../local/index.ts';
import type { FoundEvent } from '../explain/find-events.ts';
import { judgeEndings } from './endings.ts';
import { createRedate, type Redate } from './redate.ts';
import { describeAwsEvent, type Timeline } from './timeline.ts';

/** The result of playing events. */
export interface PlayResult {
  /** Number of messages that the rules put into the queue. */
  readonly queued: number;
  /** Number of inputs that EventBridge cannot carry as an event. */
  readonly faults: number;
}

/** Puts the events on the bus, one after the other, each with the current time. */
export async function playEvents(
  events: readonly FoundEvent[],
  { bus }: { readonly bus: Bus },
  { timeline, paceMs, signal }: { timeline: Timeline; paceMs: number; signal: AbortSignal },
): Promise<PlayResult> {
  const redate = createRedate();
  let queued = 0;
  let faults = 0;
  for (const found of events) {
    await sleep(paceMs, undefined, { signal });
    const placed = found.kind === 'event' ? put(bus, redate, found.event) : found.reason;
    if (typeof placed === 'string') {
      faults += 1;
      timeline.print('AWS', `${found.location} is not an event: ${placed}`);
      continue;
    }
    queued += placed.matched.length;
    timeline.print('AWS', describeAwsEvent(placed.event, placed.matched, new Date()));
  }
  return { queued, faults };
}

/** The rules that matched an event, or why the bus cannot carry it. */
function put(bus: Bus, redate: Redate, event: unknown): BusPlacement | string {
  try {
    return bus.put(redate(event, new Date()));
  } catch (error) {
    if (error instanceof EnvelopeError) return error.message;
    throw error;
  }
}

/** Resolves when the functions have received this number of messages, with any result. */
export async function waitForMessages(aws: Local, messages: number): Promise<void> {
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
 * Resolves when every job has its expected status, or after `withinMs`.
 *
 * Waiting for the box is not enough, because some jobs are outside it.
 */
export async function waitForEndings(instance: Instance, withinMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const check = () => {
    if (judgeEndings(instance).every(({ asExpected }) => asExpected)) resolve();
  };
  using _watch = instance.onChange(check);
  check();
  await Promise.race([promise, sleep(withinMs, undefined, { ref: false })]);
}
