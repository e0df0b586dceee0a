import { describe, expect, test } from 'vitest';
import { findGroupDay } from '../../../lambda/groups/group-day.ts';
import { anExecutionEvent, namesOfRun } from '../../support/builders.ts';
import { aMember } from '../../support/groups.ts';
import { toWorkloadEvent } from '../../support/read-event.ts';

const days = { timezone: 'Europe/Zurich', cutoff: '18:00' };

describe('the business day of a run', () => {
  test('is that of its start, also if it ends on the next day', () => {
    const straggler = { of: 'risk-a', began: '2026-11-19T16:59:00Z', after: 7_200 } as const;

    expect(findGroupDay(aMember({ ...straggler, status: 'SUCCEEDED' }), days)).toEqual({
      kind: 'day',
      day: '2026-11-18',
      beganMs: Date.parse('2026-11-18T17:00:00Z'),
    });
  });

  test.for([
    { name: 'eod-2026-11-17-1', day: '2026-11-17' },
    { name: 'eod_20261117', day: '2026-11-17' },
    { name: 'eod-99999999-20261117', day: '2026-11-17' },
    { name: 'eod-20260231-20261117', day: '2026-11-17' },
  ])('is the date in the name $name if a field decides', ({ name, day }) => {
    const event = toWorkloadEvent(anExecutionEvent(namesOfRun(name)));

    expect(findGroupDay(event, { ...days, field: [{ field: 'executionName' }] })).toEqual({
      kind: 'day',
      day,
      beganMs: Date.parse(`${day}T17:00:00Z`),
    });
  });

  test('is the date in the output', () => {
    const event = toWorkloadEvent(anExecutionEvent());

    expect(findGroupDay(event, { ...days, field: [{ field: 'output.date' }] })).toMatchObject({
      day: '2026-11-20',
    });
  });

  test.for([
    {
      name: 'eod-1202611170',
      field: 'executionName',
      reason: 'its day is in a field without a date such as 2026-11-30 or 20261130',
    },
    {
      name: 'eod',
      field: 'output.missing',
      reason: 'its day is in output.missing, the output has no .missing (path: output.missing)',
    },
  ])('is none for $field of $name', ({ name, field, reason }) => {
    const event = toWorkloadEvent(anExecutionEvent(namesOfRun(name)));

    expect(findGroupDay(event, { ...days, field: [{ field }] })).toEqual({ kind: 'none', reason });
  });
});
