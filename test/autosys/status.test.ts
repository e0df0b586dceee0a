import { describe, expect, test } from 'vitest';
import {
  isActive,
  isJobStatus,
  isTerminal,
  jobStatuses,
  readJobStatus,
  toLetters,
  toStatusNumber,
} from '../../autosys/status.ts';

/** Name, letters and number of each status. SUSPENDED has no published number. */
const table = [
  ['RUNNING', 'RU', 1],
  ['STARTING', 'ST', 3],
  ['SUCCESS', 'SU', 4],
  ['FAILURE', 'FA', 5],
  ['TERMINATED', 'TE', 6],
  ['ON_ICE', 'OI', 7],
  ['INACTIVE', 'IN', 8],
  ['ACTIVATED', 'AC', 9],
  ['RESTART', 'RE', 10],
  ['ON_HOLD', 'OH', 11],
  ['QUE_WAIT', 'QU', 12],
  ['WAIT_REPLY', 'WR', 13],
  ['PEND_MACH', 'PE', 14],
  ['RESWAIT', 'RW', 15],
  ['ON_NOEXEC', 'NE', 16],
  ['SUSPENDED', 'SP', undefined],
] as const;

test('jobStatuses lists all statuses, in the order of their numbers', () => {
  expect(jobStatuses).toEqual(table.map(([status]) => status));
});

describe('each status', () => {
  test.for(table)(
    '%s has the letters %s and the number %s, and reads back from each',
    ([status, letters, number]) => {
      expect(toLetters(status)).toBe(letters);
      expect(toStatusNumber(status)).toBe(number);
      expect(isJobStatus(status)).toBe(true);

      expect(readJobStatus(status)).toBe(status);
      expect(readJobStatus(` ${status.toLowerCase()} `)).toBe(status);
      expect(readJobStatus(letters)).toBe(status);
      expect(number === undefined || readJobStatus(String(number)) === status).toBe(true);
    },
  );
});

test.for(['', '0', '2', '17', '-1', 'XX', 'DONE', 'toString', '__proto__'])(
  'readJobStatus returns undefined for %j',
  (text) => {
    expect(readJobStatus(text)).toBeUndefined();
    expect(isJobStatus(text)).toBe(false);
  },
);

test('SUCCESS, FAILURE and TERMINATED are terminal', () => {
  expect(jobStatuses.filter(isTerminal)).toEqual(['SUCCESS', 'FAILURE', 'TERMINATED']);
});

test('the five statuses that n() treats as running are active', () => {
  expect(jobStatuses.filter(isActive)).toEqual([
    'RUNNING',
    'STARTING',
    'RESTART',
    'WAIT_REPLY',
    'SUSPENDED',
  ]);
});
