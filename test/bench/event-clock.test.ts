import { setTimeout as realSleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { EventClock } from '../../bench/launch/event-clock.ts';
import { seededRandom } from '../../local/random.ts';

test('calls timers in the order of their time, each at its own instant', async () => {
  const clock = new EventClock(1_000);
  const random = seededRandom(1);
  const times = Array.from({ length: 200 }, () => Math.floor(random() * 100));
  const called: number[] = [];
  for (const ms of times) clock.setTimer(ms, () => called.push(clock.now() - 1_000));

  await clock.runUntil(1_200);

  expect(called).toEqual(times.toSorted((one, other) => one - other));
  expect(clock.now()).toBe(1_200);
});

test('calls timers of one instant in the order in which they were set', async () => {
  const clock = new EventClock(0);
  const called: number[] = [];
  for (let at = 0; at < 20; at += 1) clock.setTimer(5, () => called.push(at));

  await clock.runUntil(5);

  expect(called).toEqual(Array.from({ length: 20 }, (_, at) => at));
});

test('does not call a cancelled timer, nor one after the end', async () => {
  const clock = new EventClock(0);
  const called: string[] = [];
  const cancel = clock.setTimer(1, () => called.push('cancelled'));
  clock.setTimer(2, () => called.push('due'));
  clock.setTimer(4, () => called.push('later'));
  cancel();

  await clock.runUntil(3);

  expect(called).toEqual(['due']);
});

test('stands still while a promise is not settled', async () => {
  const clock = new EventClock(0);
  let answeredAt = Number.NaN;
  clock.setTimer(1, () => {
    void clock.during(realSleep(5)).then(() => {
      answeredAt = clock.now();
    });
  });
  clock.setTimer(100, () => undefined);

  await clock.runUntil(200);

  expect(answeredAt).toBe(1);
});
