import { expect, test } from 'vitest';
import type { AutosysEvent } from '../../autosys/event.ts';
import type { Clock } from '../../emulator/clock.ts';
import { EventLog } from '../../emulator/event-log.ts';
import { EventQueue } from '../../emulator/event-queue.ts';
import { monday, setGlobal, tell } from './estate.ts';

test('processes what is due in order, even if a later timer rings first', () => {
  const { clock, ring } = createRingedClock();
  const seen: string[] = [];
  const queue = new EventQueue(clock, ({ line }) => seen.push(line.text ?? ''));
  queue.add(pending(setGlobal('X', '1'), 1, 'first'));
  queue.add(pending(setGlobal('X', '2'), 2, 'second'));

  ring(1, 2);
  ring(0, 2);

  expect(seen).toEqual(['first', 'second']);
});

test('keeps what is not due yet', () => {
  const { clock, ring } = createRingedClock();
  const seen: string[] = [];
  const queue = new EventQueue(clock, ({ line }) => seen.push(line.text ?? ''));
  queue.add(pending(setGlobal('X', '2'), 9, 'late'));
  queue.add(pending(setGlobal('X', '1'), 1, 'early'));

  ring(1, 1);

  expect(seen).toEqual(['early']);
});

test.for([
  { asked: tell('STARTJOB', 'a'), found: 'second' },
  { asked: setGlobal('X', 'whatever'), found: 'third' },
  { asked: tell('STARTJOB', 'b'), found: undefined },
  { asked: tell('FORCE_STARTJOB', 'a'), found: undefined },
])('unsends the last event of the kind and target of $asked', ({ asked, found }) => {
  const { clock } = createRingedClock();
  const queue = new EventQueue(clock, () => {});
  queue.add(pending(tell('STARTJOB', 'a'), 1, 'first'));
  queue.add(pending(tell('STARTJOB', 'a'), 2, 'second'));
  queue.add(pending(setGlobal('X', '1'), 3, 'third'));

  const taken = queue.unsend(asked);

  expect(taken?.line.text).toBe(found);
});

const log = new EventLog();

function pending(event: AutosysEvent, dueSeconds: number, text: string) {
  const entry = { kind: 'event', name: event.kind, queuedAt: monday, try: 0, run: 0 } as const;
  return { event, due: seconds(dueSeconds), line: log.add({ ...entry, stage: 'UP', text }) };
}

/** A clock whose timers ring when the test says, in whatever order. */
function createRingedClock() {
  const timers: (() => void)[] = [];
  let now = monday;
  const clock: Clock = {
    now: () => now,
    setTimer: (_, run) => {
      timers.push(run);
      return { [Symbol.dispose]: () => {} };
    },
  };
  const ring = (timer: number, atSeconds: number) => {
    now = seconds(atSeconds);
    timers[timer]?.();
  };
  return { clock, ring };
}

function seconds(count: number): Date {
  return new Date(monday.getTime() + count * 1000);
}
