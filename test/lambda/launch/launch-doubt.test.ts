import { describe, expect, test } from 'vitest';
import {
  judgeDoubt,
  toCallsLeft,
  toDuplicateCheckMs,
  toUnknownCalls,
} from '../../../lambda/launch/launch-doubt.ts';

const nowMs = Date.parse('2026-11-30T02:00:00Z');
const secondMs = 1_000;

describe('an intended launch without a live lease', () => {
  test.for([
    { of: 'an execution', launch: { workload: 'execution' }, kind: 'resume' },
    {
      of: 'an execution of unknown outcome, whose name is its token',
      launch: { workload: 'execution', unknownCalls: { count: 5, lastMs: nowMs } },
      kind: 'resume',
    },
    {
      of: 'a Batch job that AWS has certainly not accepted',
      launch: { workload: 'batchJob' },
      kind: 'resume',
    },
    {
      of: 'a Batch job of unknown outcome',
      launch: { workload: 'batchJob', unknownCalls: { count: 1, lastMs: nowMs - 119 * secondMs } },
      kind: 'lookUp',
      ifNotFound: 'wait',
    },
    {
      of: 'a Batch job of unknown outcome for two minutes',
      launch: { workload: 'batchJob', unknownCalls: { count: 1, lastMs: nowMs - 120 * secondMs } },
      kind: 'lookUp',
      ifNotFound: 'call',
    },
    {
      of: 'a Batch job with two unknown calls',
      launch: { workload: 'batchJob', unknownCalls: { count: 2, lastMs: nowMs - 600 * secondMs } },
      kind: 'lookUp',
      ifNotFound: 'giveUp',
    },
    {
      of: 'a Batch job whose function died just now',
      launch: { workload: 'batchJob', lease: { untilMs: nowMs } },
      kind: 'lookUp',
      ifNotFound: 'wait',
    },
    {
      of: 'a Batch job whose function died at its second call',
      launch: {
        workload: 'batchJob',
        unknownCalls: { count: 1, lastMs: nowMs - 900 * secondMs },
        lease: { untilMs: nowMs - 300 * secondMs },
      },
      kind: 'lookUp',
      ifNotFound: 'giveUp',
    },
  ] as const)('of $of: $kind', ({ launch, kind, ...row }) => {
    const expected = 'ifNotFound' in row ? { kind, ifNotFound: row.ifNotFound } : { kind };

    expect(judgeDoubt(launch, nowMs)).toEqual(expected);
  });

  test.for([
    { of: 'its only unknown call', count: 1, found: true, left: undefined },
    { of: 'one of two unknown calls', count: 2, found: true, left: 1 },
    { of: 'a call after an unknown one', count: 1, found: false, left: 1 },
  ])('that is bound to the job of $of has calls left: $left', ({ count, found, left }) => {
    const launch = { workload: 'batchJob', unknownCalls: { count, lastMs: nowMs } } as const;

    expect(toCallsLeft(launch, found).unknownCalls?.count).toBe(left);
  });

  test('that was found after its function died at the second call has one left', () => {
    const unknownCalls = { count: 1, lastMs: 0 };

    const left = toCallsLeft(
      { workload: 'batchJob', unknownCalls, lease: { untilMs: nowMs } },
      true,
    );

    expect(left).toEqual({ unknownCalls: { count: 1, lastMs: nowMs } });
  });

  test('of an execution has none left: its name is its token', () => {
    const launch = { workload: 'execution', unknownCalls: { count: 1, lastMs: nowMs } } as const;

    expect(toCallsLeft(launch)).toEqual({});
  });

  test('is searched for duplicates ten minutes after its last unknown call', () => {
    const unknownCalls = { count: 1, lastMs: nowMs };
    const job = { workload: 'batchJob', stage: 'started', unknownCalls } as const;

    expect(toDuplicateCheckMs(job)).toBe(nowMs + 600 * secondMs);
    expect(toDuplicateCheckMs({ ...job, stage: 'intended' })).toBeUndefined();
    expect(toDuplicateCheckMs({ ...job, workload: 'execution' })).toBeUndefined();
    expect(toDuplicateCheckMs({ workload: 'batchJob', stage: 'started' })).toBeUndefined();
  });

  test('has no unknown call before its first', () => {
    expect(toUnknownCalls({})).toBeUndefined();
  });
});
