import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../../event-pattern/index.ts';
import { judgeWhen } from '../../../lambda/routing/when.ts';
import type { BatchJobEvent, ExecutionEvent } from '../../../lambda/workload/workload.ts';
import { aBatchJob, anExecution } from '../../route-file/workloads.ts';

/** A condition as bridge.json has it: without what was written. */
function aWhen(pattern: object) {
  const text = JSON.stringify(pattern);
  const { combinations } = compilePattern(pattern);
  const kept = combinations.map((steps) => steps.map(({ path, tests }) => ({ path, tests })));
  return { text, combinations: JSON.parse(JSON.stringify(kept)) };
}

const json = (value: unknown) => ({ kind: 'json', value }) as const;

test.for<{ when: object; event: Partial<BatchJobEvent>; kind: string }>([
  { when: { exitCode: [4] }, event: { exitCode: 4 }, kind: 'holds' },
  { when: { exitCode: [4] }, event: { exitCode: 5 }, kind: 'fails' },
  { when: { exitCode: [4] }, event: { status: 'RUNNING' }, kind: 'fails' },
  { when: { exitCode: [{ exists: false }] }, event: {}, kind: 'holds' },
  { when: { exitCode: [{ 'anything-but': [0, 4] }] }, event: { exitCode: 1 }, kind: 'holds' },
  { when: { exitCode: [{ 'anything-but': [0, 4] }] }, event: { exitCode: 4 }, kind: 'fails' },
  { when: { exitCode: [{ 'anything-but': [0, 4] }] }, event: {}, kind: 'fails' },
  { when: { exitCode: [{ numeric: ['>', 0, '<=', 9] }] }, event: { exitCode: 9 }, kind: 'holds' },
  { when: { exitCode: [{ numeric: ['>', 0, '<=', 9] }] }, event: { exitCode: 0 }, kind: 'fails' },
  { when: { reason: [{ prefix: 'Host EC2' }] }, event: { reason: 'Host EC2 x' }, kind: 'holds' },
  { when: { reason: [{ suffix: 'gone' }] }, event: { reason: 'Host EC2 x' }, kind: 'fails' },
  { when: { batchJobName: [{ wildcard: 'r*-4?' }] }, event: {}, kind: 'fails' },
  { when: { batchJobName: [{ wildcard: 'r*-4*' }] }, event: {}, kind: 'holds' },
  { when: { jobQueue: [{ 'equals-ignore-case': 'NIGHT' }] }, event: {}, kind: 'holds' },
  { when: { status: ['FAILED'], attempt: [2] }, event: { attempt: 1 }, kind: 'fails' },
  {
    when: { $or: [{ exitCode: [4] }, { attempt: [{ numeric: ['>=', 2] }] }] },
    event: { attempt: 3 },
    kind: 'holds',
  },
])('$when on a Batch job with $event $kind', ({ when, event, kind }) => {
  expect(judgeWhen(aWhen(when), aBatchJob(event))).toEqual({ kind });
});

test.for<{ when: object; event: Partial<ExecutionEvent>; kind: string }>([
  { when: { error: ['Rates.NoData'] }, event: { error: 'Rates.NoData' }, kind: 'holds' },
  { when: { error: [{ prefix: 'Rates.' }] }, event: { error: 'Rates.NoData' }, kind: 'holds' },
  { when: { error: ['Rates.NoData'] }, event: { status: 'SUCCEEDED' }, kind: 'fails' },
  {
    when: { output: { settled: [true] } },
    event: { output: json({ settled: true }) },
    kind: 'holds',
  },
  {
    when: { output: { settled: [true] } },
    event: { output: json({ settled: 'true' }) },
    kind: 'fails',
  },
  { when: { output: { settled: [true] } }, event: { status: 'RUNNING' }, kind: 'fails' },
  {
    when: { output: { legs: { ccy: ['CHF'], ok: [false] } } },
    event: {
      output: json({
        legs: [
          { ccy: 'CHF', ok: true },
          { ccy: 'EUR', ok: false },
        ],
      }),
    },
    kind: 'fails',
  },
  { when: { input: { region: ['EU'] } }, event: { input: json({ region: 'EU' }) }, kind: 'holds' },
  { when: { startedAt: [{ prefix: '2026-11-05T02' }] }, event: {}, kind: 'holds' },
])('$when on an execution with $event $kind', ({ when, event, kind }) => {
  expect(judgeWhen(aWhen(when), anExecution(event))).toEqual({ kind });
});

describe('a condition on data that AWS left out', () => {
  const tooLarge = 'the output is larger than an event may be (248 KiB), so AWS left it out';

  test.for<{ when: object; result: object }>([
    { when: { output: { settled: [true] } }, result: { kind: 'unknown', why: tooLarge } },
    {
      when: { output: { settled: [true] }, stateMachine: ['settlement'] },
      result: { kind: 'unknown', why: tooLarge },
    },
    // Whatever the output is, these are decided by the other fields.
    { when: { output: { settled: [true] }, stateMachine: ['fx'] }, result: { kind: 'fails' } },
    { when: { stateMachine: ['fx'] }, result: { kind: 'fails' } },
    {
      when: { $or: [{ stateMachine: ['settlement'] }, { output: { a: [1] } }] },
      result: { kind: 'holds' },
    },
  ])('is unknown if it depends on them: $when', ({ when, result }) => {
    const event = anExecution({ output: { kind: 'leftOut' } });

    expect(judgeWhen(aWhen(when), event)).toEqual(result);
  });

  test('is unknown for an input beside a large output', () => {
    const event = anExecution({ input: { kind: 'leftOut' } });

    expect(judgeWhen(aWhen({ input: { region: ['EU'] } }), event)).toMatchObject({
      kind: 'unknown',
    });
  });
});
