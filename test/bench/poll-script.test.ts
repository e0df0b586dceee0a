import { expect, test } from 'vitest';
import { simulateScripts } from '../../bench/push/poll-script.ts';
import { createBurst } from '../../bench/push/runs.ts';
import { TokenBucket } from '../../bench/push/throttle.ts';
import { ManualClock } from '../../emulator/index.ts';

const clock = () => new ManualClock(new Date('2026-11-20T02:00:00Z'));

test('allows as many calls at once as the bucket holds, then as many per second as it is refilled', () => {
  const bucket = new TokenBucket({ size: 3, refillPerSecond: 2 });
  const takeTen = (nowMs: number) =>
    Array.from({ length: 10 }, () => bucket.take(nowMs)).filter(Boolean).length;

  expect([takeTen(0), takeTen(500), takeTen(1_500), takeTen(60_000)]).toEqual([3, 1, 2, 3]);
});

test('polls every two seconds until the run has ended, and occupies its agent until then', async () => {
  const run = { at: 0, startMs: 500, endMs: 7_000 };

  const [polled] = await simulateScripts([run], clock());

  expect(polled).toEqual({ run, heldMs: 8_000, calls: 4, gaveUp: 0 });
});

test('is refused when fifty scripts poll at once for minutes, and continues until each run has ended', async () => {
  const { runs } = createBurst(50, 0);

  const polled = await simulateScripts(runs, clock());

  expect(polled.filter(({ gaveUp }) => gaveUp > 0).length).toBeGreaterThan(40);
  expect(polled.every(({ run, heldMs }) => run.startMs + heldMs >= run.endMs)).toBe(true);
});
