import { expect, test } from 'vitest';
import type { AutosysEvent } from '../../autosys/event.ts';
import type { Clock } from '../../emulator/clock.ts';
import { EventLog } from '../../emulator/event-log.ts';
import { EventQueue } from '../../emulator/event-queue.ts';
import { jobEvent, monday, setGlobal } from './estate.ts';

test('processes due events in order, even if a later timer fires first', () => {
  const { clock, fireTimers } = createTriggeredClock();
  const seen: string[] = [];
  const queue = new EventQueue(clock, ({ line }) => seen.push(line.text ?? ''));
  queue.add(pending(setGlobal('X', '1'), 1, 'first'));
  queue.add(pending(setGlobal('X', '2'), 2, 'second'));

  fireTimers(1, 2);
  fireTimers(0, 2);

  expect(seen).toEqual(['first', 'second']);
});

test('keeps events that are not due yet', () => {
  const { clock, fireTimers } = createTriggeredClock();
  const seen: string[] = [];
  const queue = new EventQueue(clock, ({ line }) => seen.push(line.text ?? ''));
  queue.add(pending(setGlobal('X', '2'), 9, 'late'));
  queue.add(pending(setGlobal('X', '1'), 1, 'early'));

  fireTimers(1, 1);

  expect(seen).toEqual(['early']);
});

test.for([
  { event: jobEvent('STARTJOB', 'a'), found: 'second' },
  { event: setGlobal('X', 'whatever'), found: 'third' },
  { event: jobEvent('STARTJOB', 'b'), found: undefined },
  { event: jobEvent('FORCE_STARTJOB', 'a'), found: undefined },
])('unsends the last event of the kind and target of $event', ({ event, found }) => {
  const { clock } = createTriggeredClock();
  const queue = new EventQueue(clock, () => {});
  queue.add(pending(jobEvent('STARTJOB', 'a'), 1, 'first'));
  queue.add(pending(jobEvent('STARTJOB', 'a'), 2, 'second'));
  queue.add(pending(setGlobal('X', '1'), 3, 'third'));

  const cancelled = queue.unsend(event);

  expect(cancelled?.line.text).toBe(found);
});

const log = new EventLog();

function pending(event: AutosysEvent, dueSeconds: number, text: string) {
  const entry = { kind: 'event', name: event.kind, queuedAt: monday, try: 0, run: 0 } as const;
  return { event, due: seconds(dueSeconds), line: log.add({ ...entry, stage: 'UP', text }) };
}

/** A clock whose timers fire when the test says, in any order. */
function createTriggeredClock() {
  const timers: (() => void)[] = [];
  let now = monday;
  const clock: Clock = {
    now: () => now,
    setTimer: (_, run) => {
      timers.push(run);
      return { [Symbol.dispose]: () => {} };
    },
  };
  const fireTimers = (timer: number, atSeconds: number) => {
    now = seconds(atSeconds);
    timers[timer]?.();
  };
  return { clock, fireTimers };
}

function seconds(count: number): Date {
  return new Date(monday.getTime() + count * 1000);
}
