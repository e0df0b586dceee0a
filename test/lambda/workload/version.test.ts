import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchJobStatuses, executionStatuses } from '../../../lambda/contract.ts';
import { compareToKnown, toVersion, type Version } from '../../../lambda/workload/version.ts';
import { aBatchJob, anExecution } from '../../route-file/workloads.ts';

const known: Version = {
  beganMs: 1_000,
  run: 'run-b',
  attempt: 0,
  status: 'RUNNING',
  changedMs: 1_000,
};

describe('a version of a target', () => {
  test.for([
    {
      when: 'the same run has ended',
      change: { status: 'SUCCEEDED', changedMs: 5_000 },
      comparison: 'newer',
    },
    { when: 'it is reported again', change: {}, comparison: 'duplicate' },
    {
      when: 'it is reported again with another time',
      change: { changedMs: 1_001 },
      comparison: 'duplicate',
    },
    { when: 'the run is redriven', change: { attempt: 1 }, comparison: 'newer' },
    { when: 'a later run begins', change: { run: 'run-a', beganMs: 2_000 }, comparison: 'newer' },
    {
      when: 'an earlier run ends late',
      change: { run: 'run-a', beganMs: 500, status: 'FAILED', changedMs: 9_000 },
      comparison: 'staleRun',
    },
    {
      when: 'two runs begin together, the later by name',
      change: { run: 'run-c' },
      comparison: 'newer',
    },
    {
      when: 'two runs begin together, the earlier by name',
      change: { run: 'run-a' },
      comparison: 'staleRun',
    },
  ] as const)('is $comparison when $when', ({ change, comparison }) => {
    expect(compareToKnown({ ...known, ...change }, known)).toBe(comparison);
  });

  test.for([
    {
      when: 'RUNNING arrives after the end',
      from: 'SUCCEEDED',
      to: 'RUNNING',
      attempt: 0,
      comparison: 'superseded',
    },
    {
      when: 'RUNNING arrives after the end, redriven',
      from: 'FAILED',
      to: 'RUNNING',
      attempt: 1,
      comparison: 'newer',
    },
    {
      when: 'Batch goes back to RUNNABLE for a retry',
      from: 'RUNNING',
      to: 'RUNNABLE',
      attempt: 1,
      comparison: 'newer',
    },
    {
      when: 'RUNNABLE of the same attempt arrives late',
      from: 'RUNNING',
      to: 'RUNNABLE',
      attempt: 0,
      comparison: 'superseded',
    },
  ] as const)('is $comparison when $when', ({ from, to, attempt, comparison }) => {
    expect(compareToKnown({ ...known, status: to, attempt }, { ...known, status: from })).toBe(
      comparison,
    );
  });

  test.for([
    { when: 'a job ends that waited for its next attempt', attempt: 1, comparison: 'newer' },
    { when: 'its end is reported again', attempt: 1, ended: 1, comparison: 'duplicate' },
  ])('is $comparison when $when', ({ attempt, ended, comparison }) => {
    const end = { ...known, status: 'FAILED', attempt, final: true } as const;
    const waiting = { ...known, status: 'RUNNABLE', attempt: 2, changedMs: 9_000 } as const;

    expect(compareToKnown(end, ended ? end : waiting)).toBe(comparison);
  });

  test('is superseded when an ended job is reported to wait for its next attempt', () => {
    const end = { ...known, status: 'FAILED', attempt: 1, final: true } as const;

    expect(compareToKnown({ ...known, status: 'RUNNABLE', attempt: 2 }, end)).toBe('superseded');
  });

  test('is ordered the same regardless of the order of comparison', () => {
    const version = fc.record({
      beganMs: fc.integer({ min: 0, max: 3 }),
      run: fc.constantFrom('a', 'b'),
      attempt: fc.integer({ min: 0, max: 2 }),
      status: fc.constantFrom(...executionStatuses, ...batchJobStatuses),
      changedMs: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(version, version, (one, given) => {
        // A run begins once.
        const other = given.run === one.run ? { ...given, beganMs: one.beganMs } : given;
        const [forth, back] = [compareToKnown(one, other), compareToKnown(other, one)];

        if (forth === 'duplicate') expect(back).toBe('duplicate');
        else if (
          one.attempt !== other.attempt ||
          one.changedMs !== other.changedMs ||
          one.run !== other.run
        ) {
          expect([forth, back].filter((comparison) => comparison === 'newer')).toHaveLength(
            one.run === other.run && isTie(one, other) ? 0 : 1,
          );
        }
      }),
    );
  });
});

/** Two ends of one attempt at one instant, which AWS does not send: neither is newer. */
function isTie(one: Version, other: Version): boolean {
  return (
    one.attempt === other.attempt &&
    one.changedMs === other.changedMs &&
    compareToKnown(one, other) === 'superseded' &&
    compareToKnown(other, one) === 'superseded'
  );
}

describe('the version of an event', () => {
  test('consists of start, ARN and redrive of an execution', () => {
    expect(toVersion(anExecution({ redriveCount: 2 }))).toEqual({
      beganMs: Date.parse('2026-11-05T02:00:00Z'),
      run: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:night-42',
      attempt: 2,
      status: 'SUCCEEDED',
      changedMs: Date.parse('2026-11-05T02:13:00.250Z'),
    });
  });

  test('consists of creation, id and attempt of a Batch job', () => {
    expect(toVersion(aBatchJob({ attempt: 3 }))).toMatchObject({
      run: '4c7599ae-0a82-49aa-ba5a-4727fcce14a8',
      attempt: 3,
      status: 'FAILED',
      final: true,
    });
    expect(toVersion(aBatchJob({ status: 'RUNNING' }))).not.toHaveProperty('final');
    expect(toVersion(anExecution())).not.toHaveProperty('final');
  });
});
