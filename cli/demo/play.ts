import { setTimeout as pause } from 'node:timers/promises';
import { isTerminal } from '../../autosys/status.ts';
import type { Instance } from '../../emulator/instance.ts';
import type { Local } from '../../local/index.ts';
import { redate } from './redate.ts';
import { describeAnnouncement, type Timeline } from './timeline.ts';

/**
 * Puts the events on the bus, one after the other, each as if AWS announced it now.
 *
 * @returns how many messages the rules have put into the queue
 */
export async function play(
  events: readonly unknown[],
  { bus }: Local,
  { timeline, paceMs, signal }: { timeline: Timeline; paceMs: number; signal: AbortSignal },
): Promise<number> {
  let queued = 0;
  for (const given of events) {
    await pause(paceMs, undefined, { signal });
    const { event, matched } = bus.put(redate(given, new Date()));
    queued += matched.length;
    timeline.tell('AWS', describeAnnouncement(event, matched));
  }
  return queued;
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

/** Resolves when the job is over, or when the time is. */
export async function untilOver(instance: Instance, job: string, withinMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const check = () => {
    const record = instance.job(job);
    if (record && isTerminal(record.status)) resolve();
  };
  using _watch = instance.onChange(check);
  check();
  await Promise.race([promise, pause(withinMs, undefined, { ref: false })]);
}
