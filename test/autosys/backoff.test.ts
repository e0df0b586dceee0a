import { expect, test } from 'vitest';
import { backoff } from '../../autosys/backoff.ts';

const policy = { firstWaitMs: 200, maxWaitMs: 1_000 };

test.for([
  { attempt: 1, jitter: 1, ms: 200 },
  { attempt: 1, jitter: 0, ms: 100 },
  { attempt: 2, jitter: 1, ms: 400 },
  { attempt: 3, jitter: 0.5, ms: 600 },
  { attempt: 4, jitter: 1, ms: 1_000 },
  { attempt: 5_000, jitter: 0, ms: 500 },
])('attempt $attempt with jitter $jitter is followed by a wait of $ms ms', (row) => {
  expect(backoff(policy, row.attempt, row.jitter)).toBe(row.ms);
});
