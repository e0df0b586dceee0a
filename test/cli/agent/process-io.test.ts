import { afterEach, expect, test, vi } from 'vitest';
import { createProcessIo } from '../../../cli/agent/process-io.ts';

const hourMs = 3_600_000;

afterEach(() => vi.restoreAllMocks());

test.each([
  ['forward', 5 * hourMs],
  ['back', -5 * hourMs],
])('a host clock that is set %s does not change the time of the command', (_, byMs) => {
  const setMs = Date.now();
  const clock = vi.spyOn(Date, 'now').mockReturnValue(setMs);
  const { now } = createProcessIo({ prefix: '', version: '', env: {} }).clock;
  expect(Math.abs(now() - setMs)).toBeLessThan(hourMs);

  clock.mockReturnValue(setMs + byMs);

  expect(Math.abs(now() - setMs)).toBeLessThan(hourMs);
  expect(Number.isInteger(now())).toBe(true);
});
