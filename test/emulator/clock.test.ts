import { describe, expect, test } from 'vitest';
import { createSystemClock, ManualClock } from '../../emulator/clock.ts';
import { monday } from './estate.ts';

describe('ManualClock', () => {
  test('does not change until it is advanced', async () => {
    const clock = new ManualClock(monday);

    await clock.advance(1500);

    expect(clock.now()).toEqual(new Date('2026-01-05T00:00:01.500Z'));
  });

  test('runs due timers in order, each at its own instant', async () => {
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

  test('runs a timer that another timer sets, if it falls due in the same move', async () => {
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

  test('waits for the work that a timer has begun before it continues', async () => {
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

  test('ignores a cancelled timer', async () => {
    const clock = new ManualClock(monday);
    const seen: string[] = [];
    const timer = clock.setTimer(at(100), () => seen.push('run'));

    timer[Symbol.dispose]();
    await clock.advance(200);

    expect(seen).toEqual([]);
  });

  test('runs overlapping moves one after the other', async () => {
    const clock = new ManualClock(monday);

    await Promise.all([clock.advance(100), clock.advance(100)]);

    expect(clock.now()).toEqual(at(200));
  });

  test('does not go back to a past instant', async () => {
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

  test('never fires before the instant, although timers of Node.js may fire early', async () => {
    let behindMs = 0;
    const clock = createSystemClock(() => Date.now() - behindMs);
    const due = new Date(clock.now().getTime() + 2);

    const rangAt = new Promise<Date>((resolve) => {
      clock.setTimer(due, () => resolve(clock.now()));
    });
    behindMs = 20;

    expect((await rangAt).getTime()).toBeGreaterThanOrEqual(due.getTime());
  });

  test('splits a delay that is longer than a timer of Node.js', async () => {
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
