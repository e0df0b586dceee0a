import { describe, expect, test } from 'vitest';
import type { JobRunView } from '../../../autosys/views.ts';
import { judgeOldJob, judgeOldVariable } from '../../../lambda/sweep/judge-old-reaction.ts';
import { version } from '../ledger/requests.ts';

const zurich = 'Europe/Zurich';
const at = (text: string) => new Date(text);
/** A run in AWS from 02:00 to 03:00 UTC. */
const observed = anEnd('2026-11-20T02:00:00Z', '2026-11-20T03:00:00Z');

function anEnd(began: string, changed: string) {
  return {
    version: {
      ...version,
      status: 'SUCCEEDED' as const,
      beganMs: Date.parse(began),
      changedMs: Date.parse(changed),
    },
  };
}

function aRun(
  started: string,
  ended: string | undefined,
  over: Partial<JobRunView> = {},
): JobRunView {
  return {
    status: ended === undefined ? 'RUNNING' : 'SUCCESS',
    run: 7,
    startedAt: at(started),
    ...(ended !== undefined && { endedAt: at(ended) }),
    ...over,
  };
}

const whole = aRun('2026-11-20T01:59:50Z', '2026-11-20T03:00:04Z');

describe('the run of the polling job that belongs to a run in AWS', () => {
  test('is the one that was active at its end', () => {
    expect(judgeOldJob(observed, [whole], zurich)).toEqual({
      kind: 'job',
      status: 'SUCCESS',
      run: 7,
      startedMs: Date.parse('2026-11-20T01:59:50Z'),
      endedMs: Date.parse('2026-11-20T03:00:04Z'),
    });
  });

  test('may have ended before the run in AWS, as when its script died', () => {
    const died = aRun('2026-11-20T01:59:50Z', '2026-11-20T02:10:00Z', { status: 'FAILURE' });

    expect(judgeOldJob(observed, [died], zurich)).toMatchObject({ kind: 'job', status: 'FAILURE' });
  });

  test('may begin within an hour after it', () => {
    const late = aRun('2026-11-20T03:30:00Z', '2026-11-20T03:30:02Z', { run: 8 });
    const lastNight = aRun('2026-11-19T02:00:00Z', '2026-11-19T03:00:00Z', { run: 2 });

    expect(judgeOldJob(observed, [late, lastNight], zurich)).toMatchObject({ run: 8 });
  });

  test('is found among later runs', () => {
    const later = aRun('2026-11-20T03:20:00Z', '2026-11-20T03:40:00Z', { run: 9 });

    expect(judgeOldJob(observed, [later, whole], zurich)).toMatchObject({ run: 7 });
  });

  test.for([
    { when: 'the job still runs', runs: [aRun('2026-11-20T01:59:50Z', undefined)], kind: 'notYet' },
    { when: 'the job never ran', runs: [{ status: 'INACTIVE' as const }], kind: 'notYet' },
    {
      when: 'the job ran last in another night',
      runs: [aRun('2026-11-19T02:00:00Z', '2026-11-19T03:00:00Z')],
      kind: 'notYet',
    },
    {
      when: 'the only run that is shown began later',
      runs: [aRun('2026-11-20T03:20:00Z', '2026-11-20T03:40:00Z')],
      kind: 'hidden',
    },
    {
      when: 'the job shows a status that is no end',
      runs: [{ ...whole, status: 'ON_ICE' as const }],
      kind: 'unreadable',
    },
  ])('is $kind when $when', ({ runs, kind }) => {
    expect(judgeOldJob(observed, runs, zurich)).toMatchObject({ kind });
  });

  test('is none when all runs of the job began more than an hour later', () => {
    const later = aRun('2026-11-20T05:00:00Z', '2026-11-20T05:01:00Z');
    const runs = [aRun('2026-11-20T06:00:00Z', '2026-11-20T06:01:00Z'), later];

    expect(judgeOldJob(observed, runs, zurich)).toMatchObject({ kind: 'hidden' });
    expect(judgeOldJob(observed, runs, zurich, true)).toMatchObject({ kind: 'notYet' });
  });

  test('has an ambiguous end in the hour that clocks repeat', () => {
    // 02:30 in Zurich is 00:30 and 01:30 UTC. AutoSys shows the local time only.
    const night = anEnd('2026-10-24T23:00:00Z', '2026-10-25T01:29:55Z');
    const run = aRun('2026-10-24T22:59:00Z', '2026-10-25T00:30:07Z');

    expect(judgeOldJob(night, [run], zurich)).toMatchObject({
      endedMs: Date.parse('2026-10-25T01:30:07Z'),
      ambiguous: true,
    });
  });

  test('has a certain end in the hours around it, and when clocks are set forward', () => {
    const autumn = anEnd('2026-10-24T23:00:00Z', '2026-10-25T02:00:00Z');
    const spring = anEnd('2026-03-29T00:00:00Z', '2026-03-29T01:10:00Z');

    const ends = [
      judgeOldJob(autumn, [aRun('2026-10-24T22:59:00Z', '2026-10-25T02:00:03Z')], zurich),
      judgeOldJob(spring, [aRun('2026-03-28T23:59:00Z', '2026-03-29T01:10:03Z')], zurich),
    ];

    expect(ends).toMatchObject([
      { endedMs: Date.parse('2026-10-25T02:00:03Z') },
      { endedMs: Date.parse('2026-03-29T01:10:03Z') },
    ]);
    for (const end of ends) expect(end).not.toHaveProperty('ambiguous');
  });
});

describe('the change of the variable', () => {
  const shown = (text: string) => ({
    kind: 'value' as const,
    value: 'SUCCEEDED',
    lastChanged: { at: at(text), ambiguous: false },
  });

  test('is the last one, if it is not before the end of the run', () => {
    expect(judgeOldVariable(observed, shown('2026-11-20T03:00:06Z'), zurich)).toEqual({
      kind: 'value',
      value: 'SUCCEEDED',
      changedMs: Date.parse('2026-11-20T03:00:06Z'),
    });
  });

  test('is ambiguous in the hour that clocks repeat', () => {
    const night = anEnd('2026-10-24T23:00:00Z', '2026-10-25T00:29:55Z');

    expect(judgeOldVariable(night, shown('2026-10-25T00:30:07Z'), zurich)).toMatchObject({
      changedMs: Date.parse('2026-10-25T00:30:07Z'),
      ambiguous: true,
    });
  });

  test.for([
    { when: 'it was set before the end', view: shown('2026-11-20T02:00:06Z'), kind: 'notYet' },
    { when: 'it is not set', view: { kind: 'unset' } as const, kind: 'notYet' },
    {
      when: 'its list cannot be read now',
      view: { kind: 'notNow', reason: 'busy' } as const,
      kind: 'notYet',
    },
    {
      when: 'AutoSys shows no time',
      view: { kind: 'value', value: 'SUCCEEDED' } as const,
      kind: 'unreadable',
    },
    {
      when: 'the profile reads no variables',
      view: { kind: 'unreadable', reason: 'no request' } as const,
      kind: 'unreadable',
    },
  ])('is $kind when $when', ({ view, kind }) => {
    expect(judgeOldVariable(observed, view, zurich)).toMatchObject({ kind });
  });
});
