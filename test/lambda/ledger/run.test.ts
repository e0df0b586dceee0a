import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keptHistoryEntries } from '../../../lambda/ledger/entry.ts';
import {
  closeRun,
  keptEntryNames,
  postpone,
  type Run,
  type RunUpdate,
  updateRun,
} from '../../../lambda/ledger/run.ts';
import { toVersion } from '../../../lambda/workload/version.ts';
import type { BatchJobEvent, ExecutionEvent } from '../../../lambda/workload/workload.ts';
import { aBatchJob, anExecution } from '../../route-file/workloads.ts';

const minuteMs = 60_000;
const announcedMs = Date.parse('2026-11-05T02:00:00Z');

/** What AWS announces of a run: how it stands, so many minutes after its beginning. */
function told(
  change: Partial<ExecutionEvent> = {},
  { minutes = 0, ...over }: Partial<RunUpdate> & { readonly minutes?: number } = {},
): RunUpdate {
  const at = new Date(announcedMs + minutes * minuteMs);
  const event = anExecution({ status: 'RUNNING', emittedAt: at, changedAt: at, ...change });
  return {
    event,
    version: toVersion(event),
    routes: [
      { name: 'settlement', endsWithinMs: 60 * minuteMs },
      { name: 'hasty', endsWithinMs: 10 * minuteMs },
    ],
    decisions: [{ key: `entry ${event.status} ${event.redriveCount}`, text: 'taken' }],
    nowMs: at.getTime() + 500,
    ...over,
  };
}

const running = updateRun(undefined, told());
const failed = updateRun(running, told({ status: 'FAILED' }, { minutes: 5 }));

describe('a run', () => {
  test('tells who it is, who hears it, what it asked for and what was decided on it', () => {
    expect(running).toEqual({
      format: 1,
      kind: 'run',
      workload: 'execution',
      account: '111122223333',
      region: 'eu-west-1',
      name: 'night-42',
      called: 'settlement execution night-42',
      version: toVersion(told().event),
      routes: ['settlement', 'hasty'],
      entries: ['entry RUNNING 0'],
      askMs: announcedMs + 10 * minuteMs,
      asks: 0,
      history: [
        {
          atMs: announcedMs + 500,
          text: 'RUNNING (event 11111111-2222-3333-4444-555555555555): taken',
        },
      ],
    });
  });

  test('goes by the name and the id of a Batch job', () => {
    const event: BatchJobEvent = aBatchJob({ status: 'RUNNABLE' });

    const run = updateRun(undefined, { ...told(), event, version: toVersion(event) });

    expect(run).toMatchObject({
      workload: 'batchJob',
      name: 'risk-42',
      version: { run: event.batchJobId, status: 'RUNNABLE' },
    });
  });

  test('is not to be asked about once it is over, and again after a redrive', () => {
    const redriven = told({ redriveCount: 1 }, { minutes: 30 });

    expect(failed).not.toHaveProperty('askMs');
    expect(updateRun(failed, redriven).askMs).toBe(announcedMs + 40 * minuteMs);
  });

  test('that is over when it is first heard of is never asked about', () => {
    expect(updateRun(undefined, told({ status: 'SUCCEEDED' }))).not.toHaveProperty('askMs');
  });

  test('is asked about when its first announcement said, however often it moves', () => {
    const pending = updateRun(running, told({ status: 'PENDING_REDRIVE' }, { minutes: 8 }));

    expect(pending.askMs).toBe(announcedMs + 10 * minuteMs);
  });

  test('that is over stays to be asked about until all that its end asks for stands', () => {
    const end = { status: 'FAILED' } as const;
    const half = updateRun(running, told(end, { minutes: 5, unfinished: true }));
    const again = updateRun(half, told(end, { minutes: 11, unfinished: true }));
    const whole = updateRun(again, told(end, { minutes: 17 }));

    expect(half).toMatchObject({ unfinished: true, askMs: told({}, { minutes: 20 }).nowMs });
    expect(again).toMatchObject({ unfinished: true, askMs: half.askMs });
    expect(whole).not.toHaveProperty('askMs');
    expect(whole).not.toHaveProperty('unfinished');
  });

  test('that goes on is asked about when it was to be, whatever was unfinished in between', () => {
    const half = updateRun(undefined, told({}, { unfinished: true }));
    const whole = updateRun(half, told({}, { minutes: 6 }));

    expect([half.askMs, whole.askMs]).toEqual([running.askMs, running.askMs]);
    expect(whole).not.toHaveProperty('unfinished');
  });

  test('is not opened again by a late RUNNING, of which it tells', () => {
    const after = updateRun(
      failed,
      told({}, { minutes: 6, decisions: [{ text: 'dropped: late' }] }),
    );

    expect(after).not.toHaveProperty('askMs');
    expect(after.version.status).toBe('FAILED');
    expect(after.history.at(-1)?.text).toMatch(/^RUNNING \(event .+\): dropped: late$/);
  });

  test('is the same run when an announcement comes again and the same is decided', () => {
    expect(updateRun(running, told({}, { minutes: 7 }))).toBe(running);
  });

  test('says which announcement the sweep has found', () => {
    const found = updateRun(running, told({ status: 'SUCCEEDED', recovered: true }));

    expect(found.history.at(-1)?.text).toMatch(
      /^SUCCEEDED \(found by the sweep, event .+\): taken$/,
    );
  });

  test('keeps a bounded story of bounded lines, and a bounded list of entries', () => {
    const many = Array.from({ length: 2 * keptEntryNames }, (_, at) => ({
      key: `entry ${at}`,
      text: `${at} ${'x'.repeat(2_000)}`,
    }));

    const run = updateRun(undefined, told({}, { decisions: many }));

    expect(run.entries).toHaveLength(keptEntryNames);
    expect(run.entries.at(-1)).toBe(many.at(-1)?.key);
    expect(run.history).toHaveLength(keptHistoryEntries);
    expect(Buffer.byteLength(JSON.stringify(run))).toBeLessThan(100_000);
  });
});

describe('a run that AWS was asked about in vain', () => {
  const nowMs = announcedMs + 11 * minuteMs;
  const postponed = postpone(running, nowMs + minuteMs, { nowMs, text: 'AWS says RUNNING' });

  test('is asked about again, and counts how often', () => {
    expect(postponed).toMatchObject({ askMs: nowMs + minuteMs, asks: 1 });
    expect(postponed.history.at(-1)).toEqual({ atMs: nowMs, text: 'AWS says RUNNING' });
  });

  test('counts anew once AWS announces something', () => {
    expect(updateRun(postponed, told({ status: 'FAILED' })).asks).toBe(0);
    expect(updateRun(postponed, told()).asks).toBe(1);
  });

  test('is closed where AWS does not know it, until it is announced anew', () => {
    const closed = closeRun(postponed, { nowMs, reason: 'AWS has forgotten it' });

    expect(closed).not.toHaveProperty('askMs');
    expect(closed.history.at(-1)?.text).toBe('closed: AWS has forgotten it');
    expect(updateRun(closed, told())).not.toHaveProperty('askMs');
    expect(updateRun(closed, told({ redriveCount: 1 }))).toHaveProperty('askMs');
  });
});

/** The life of one run, redriven twice, from the oldest announcement to the newest. */
const life = [0, 1, 2].flatMap((redriveCount) => [
  told({ status: 'RUNNING', redriveCount }, { minutes: 10 * redriveCount }),
  told({ status: 'FAILED', redriveCount }, { minutes: 10 * redriveCount + 5 }),
]);

test('announcements of a run in any order and number leave the same version and entries', () => {
  const shuffled = fc
    .array(fc.constantFrom(...life), { maxLength: 8 })
    .chain((repeated) =>
      fc.shuffledSubarray([...life, ...repeated], { minLength: life.length + repeated.length }),
    );
  const hear = (announcements: readonly RunUpdate[]) =>
    announcements.reduce<Run | undefined>(updateRun, undefined);
  const inOrder = hear(life);

  fc.assert(
    fc.property(shuffled, (announcements) => {
      const run = hear(announcements);

      expect(run?.version).toEqual(inOrder?.version);
      expect(run?.entries.toSorted()).toEqual(inOrder?.entries.toSorted());
      expect(run).not.toHaveProperty('askMs');
    }),
  );
});
