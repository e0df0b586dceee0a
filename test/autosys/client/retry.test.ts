import { expect, test } from 'vitest';
import { decideNext, type FailureFacts } from '../../../autosys/client/index.ts';

const policy = { maxAttempts: 4, firstWaitMs: 200, maxWaitMs: 1_000 };
const facts: FailureFacts = { attempts: 1, disposition: 'retry', repeatable: false, jitter: 1 };

test.for<{ when: string; facts: FailureFacts; next: object }>([
  { when: 'AutoSys did not act', facts, next: { kind: 'wait', ms: 200 } },
  {
    when: 'the jitter is 0',
    facts: { ...facts, jitter: 0 },
    next: { kind: 'wait', ms: 100 },
  },
  {
    when: 'it is the second attempt',
    facts: { ...facts, attempts: 2 },
    next: { kind: 'wait', ms: 400 },
  },
  {
    when: 'the doubled wait is above the maximum',
    facts: { ...facts, attempts: 3, jitter: 0.5 },
    next: { kind: 'wait', ms: 600 },
  },
  {
    when: 'the attempts are used up',
    facts: { ...facts, attempts: 4 },
    next: { kind: 'stop', reason: '4 of 4 attempts failed' },
  },
  {
    when: 'a repetition could start a second run',
    facts: { ...facts, disposition: 'confirm' },
    next: { kind: 'readBack' },
  },
  {
    when: 'a repetition could start a second run and the attempts are used up',
    facts: { ...facts, disposition: 'confirm', attempts: 9 },
    next: { kind: 'readBack' },
  },
  {
    when: 'a repetition changes nothing',
    facts: { ...facts, disposition: 'confirm', repeatable: true },
    next: { kind: 'wait', ms: 200 },
  },
  {
    when: 'AutoSys rejected it',
    facts: { ...facts, disposition: 'reject', repeatable: true },
    next: { kind: 'stop', reason: 'sending it again does not help' },
  },
  {
    when: 'Retry-After is longer',
    facts: { ...facts, retryAfterMs: 5_000 },
    next: { kind: 'wait', ms: 5_000 },
  },
  {
    when: 'Retry-After is shorter',
    facts: { ...facts, retryAfterMs: 5 },
    next: { kind: 'wait', ms: 200 },
  },
  {
    when: 'the time left is just enough',
    facts: { ...facts, remainingMs: 200 },
    next: { kind: 'wait', ms: 200 },
  },
  {
    when: 'the time left is not enough',
    facts: { ...facts, remainingMs: 199 },
    next: {
      kind: 'stop',
      reason: 'the next attempt is due in 200 ms, and only 199 ms are left',
    },
  },
])('decides $next.kind when $when', ({ facts, next }) => {
  expect(decideNext(facts, policy)).toEqual(next);
});
