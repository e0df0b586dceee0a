import { describe, expect, test } from 'vitest';
import { createSystemClock, ManualClock } from '../../emulator/clock.ts';
import { monday } from './estate.ts';

describe('ManualClock', () => {
  test('stands still until it is moved', async () => {
    const clock = new ManualClock(monday);

    await clock.advance(1500);

    expect(clock.now()).toEqual(new Date('2026-01-05T00:00:01.500Z'));
  });

  test('runs what falls due in order, each at its own instant', async () => {
    const clock = new ManualClock(monday);
    const seen: string[] = [];
    const note = (name: string) => () =>
      seen.push(`${name} ${clock.now().toISOString().slice(17, 23)}`);
    clock.setTimer(at(300), note('late'));
    clock.setTimer(at(100), note('early'));
    clock.setTimer(at(300), note('later'));

    await clock.advance(300);

    expect(seen).toEqual(['early 00.100', 'late 00.300', 'later 00.300']);
  });

  test('runs what a timer sets, when it falls due on the way', async () => {
    const clock = new ManualClock(monday);
    const seen: number[] = [];
    const again = () => {
      seen.push(clock.now().getTime() - monday.getTime());
      clock.setTimer(new Date(clock.now().getTime() + 100), again);
    };
    clock.setTimer(at(100), again);

    await clock.advance(350);

    expect(seen).toEqual([100, 200, 300]);
  });

  test('waits for what a timer has begun before it goes on', async () => {
    const clock = new ManualClock(monday);
    const seen: string[] = [];
    clock.setTimer(at(100), () => {
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => seen.push('begun at 100'));
    });
    clock.setTimer(at(200), () => seen.push('200'));

    await clock.advance(200);

    expect(seen).toEqual(['begun at 100', '200']);
  });

  test('ignores a timer that was called off', async () => {
    const clock = new ManualClock(monday);
    const seen: string[] = [];
    const timer = clock.setTimer(at(100), () => seen.push('run'));

    timer[Symbol.dispose]();
    await clock.advance(200);

    expect(seen).toEqual([]);
  });

  test('moves one step after the other when two are asked for at once', async () => {
    const clock = new ManualClock(monday);

    await Promise.all([clock.advance(100), clock.advance(100)]);

    expect(clock.now()).toEqual(at(200));
  });

  test('does not go back to an instant that has passed', async () => {
    const clock = new ManualClock(monday);
    await clock.advance(1000);

    await clock.advanceTo(monday);

    expect(clock.now()).toEqual(at(1000));
  });
});

describe('createSystemClock', () => {
  test('runs a timer whose instant has passed', async () => {
    const clock = createSystemClock();

    const ran = await new Promise((resolve) => {
      clock.setTimer(new Date(clock.now().getTime() - 1), () => resolve('ran'));
    });

    expect(ran).toBe('ran');
  });

  test('rings at no time before the instant, though the timers of Node count otherwise', async () => {
    let behindMs = 0;
    const clock = createSystemClock(() => Date.now() - behindMs);
    const due = new Date(clock.now().getTime() + 2);

    const rangAt = new Promise<Date>((resolve) => {
      clock.setTimer(due, () => resolve(clock.now()));
    });
    behindMs = 20;

    expect((await rangAt).getTime()).toBeGreaterThanOrEqual(due.getTime());
  });

  test('takes a wait that is longer than a timer of Node in stages', async () => {
    const clock = createSystemClock();
    const seen: string[] = [];

    const timer = clock.setTimer(new Date(clock.now().getTime() + 3e9), () => seen.push('ran'));
    await new Promise((resolve) => setImmediate(resolve));
    timer[Symbol.dispose]();

    expect(seen).toEqual([]);
  });
});

function at(ms: number): Date {
  return new Date(monday.getTime() + ms);
}
