import { describe, expect, test } from 'vitest';
import type { PastEvent } from '../../../lambda/aws/log-results.ts';
import type { DescribedExecution } from '../../../lambda/aws/lookup.ts';
import { judgeRedrive } from '../../../lambda/launch/restart/judge-redrive.ts';
import { readPastStates } from '../../../lambda/launch/restart/past-states.ts';

const endedMs = Date.parse('2026-11-30T02:00:00Z');
const dayMs = 24 * 60 * 60_000;

const anExecution = (over: Partial<DescribedExecution> = {}): DescribedExecution => ({
  executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:settle:x',
  stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:settle',
  status: 'FAILED',
  startDate: new Date(endedMs - 60_000),
  stopDate: new Date(endedMs),
  redriveCount: 2,
  redriveStatus: 'REDRIVABLE',
  ...over,
});

describe('whether AWS allows a redrive', () => {
  test('counts the redrive, and keeps the end', () => {
    expect(judgeRedrive(anExecution(), endedMs)).toEqual({
      kind: 'allowed',
      redrive: 3,
      ended: { status: 'FAILED', atMs: endedMs },
    });
  });

  test.for([
    { after: 14 * dayMs - 1, kind: 'allowed' },
    { after: 14 * dayMs, kind: 'refused' },
  ])('$after ms after the end: $kind', ({ after, kind }) => {
    expect(judgeRedrive(anExecution(), endedMs + after).kind).toBe(kind);
  });

  test.for([
    { over: { status: 'RUNNING', stopDate: undefined }, verdict: { kind: 'active' } },
    { over: { status: 'PENDING_REDRIVE' }, verdict: { kind: 'active' } },
    { over: { redriveStatus: undefined }, verdict: { kind: 'allowed' } },
    {
      over: {
        redriveStatus: 'NOT_REDRIVABLE',
        redriveStatusReason: 'Execution history event limit exceeded',
      },
      verdict: { reason: expect.stringContaining('24,999 events or more') },
    },
    {
      over: {
        redriveStatus: 'NOT_REDRIVABLE',
        redriveStatusReason: 'Execution has exceeded the max execution time',
      },
      verdict: { reason: 'it began more than a year ago' },
    },
    {
      over: { redriveStatus: 'REDRIVABLE_BY_MAP_RUN' },
      verdict: { reason: 'its redriveStatus is REDRIVABLE_BY_MAP_RUN' },
    },
    {
      over: { redriveStatus: 'REDRIVE_IN_PROGRESS', redriveStatusReason: 'x'.repeat(300) },
      verdict: { reason: `its redriveStatus is REDRIVE_IN_PROGRESS: ${'x'.repeat(200)}` },
    },
  ])('$over.status $over.redriveStatus $over.redriveStatusReason', ({ over, verdict }) => {
    const described = { ...anExecution(), ...over } as DescribedExecution;

    expect(judgeRedrive(described, endedMs)).toMatchObject(verdict);
  });
});

/** A history from its lines, oldest first: type, and what it says. */
function aHistory(
  ...lines: readonly (readonly [
    type: string,
    state?: string | undefined,
    more?: Partial<PastEvent>,
  ])[]
): readonly PastEvent[] {
  return lines
    .map(([type, state, more], at) => ({
      ...{ id: at + 1, previousId: at, type, atMs: at },
      ...(state !== undefined && { state }),
      ...more,
    }))
    .toReversed();
}

describe('the states of an ended execution', () => {
  test('are kept if they were left, and repeated if not', () => {
    const events = aHistory(
      ['ExecutionStarted'],
      ['PassStateEntered', 'Load'],
      ['PassStateExited', 'Load'],
      ['TaskStateEntered', 'Rates'],
      ['TaskScheduled', undefined, { functionName: 'fetch' }],
      ['TaskFailed'],
      ['ExecutionFailed'],
    );

    expect(readPastStates(events)).toEqual({
      ...{ kept: ['Load'], repeated: ['Rates'], failStates: [] },
      work: [{ state: 'Rates', kind: 'function', id: 'fetch' }],
    });
  });

  test.for([{ entersAgain: true }, { entersAgain: false }])(
    'count a state once that a redrive ran again: entered again $entersAgain',
    ({ entersAgain }) => {
      const events = aHistory(
        ['TaskStateEntered', 'Rates'],
        ['ExecutionFailed'],
        ['ExecutionRedriven'],
        ...(entersAgain ? [['TaskStateEntered', 'Rates'] as const] : []),
        ['TaskStateExited', 'Rates'],
        ['TaskStateEntered', 'Report'],
        ['ExecutionFailed'],
      );

      expect(readPastStates(events)).toMatchObject({ kept: ['Rates'], repeated: ['Report'] });
    },
  );

  test('repeat a state of a loop that was left before', () => {
    const events = aHistory(
      ['PassStateEntered', 'Step'],
      ['PassStateExited', 'Step'],
      ['PassStateEntered', 'Step'],
      ['ExecutionAborted'],
    );

    expect(readPastStates(events)).toMatchObject({ kept: [], repeated: ['Step'] });
  });

  test('name a Fail state, after which a redrive fails again', () => {
    const events = aHistory(['FailStateEntered', 'No data'], ['ExecutionFailed']);

    expect(readPastStates(events).failStates).toEqual(['No data']);
  });

  test('keep the work of a state that was left out of the list', () => {
    const events = aHistory(
      ['TaskStateEntered', 'Done'],
      ['TaskSubmitted', undefined, { batchJobId: 'job-1' }],
      ['TaskStateExited', 'Done'],
      ['MapStateEntered', 'Legs'],
      ['MapRunStarted', undefined, { mapRunArn: 'arn:map' }],
      ['ExecutionFailed'],
    );

    expect(readPastStates(events).work).toEqual([{ state: 'Legs', kind: 'mapRun', id: 'arn:map' }]);
  });
});
