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
const startMs = Date.parse('2026-11-05T02:00:00Z');

/** An update with an event that AWS emits `minutes` minutes after the start of the run. */
function anUpdate(
  change: Partial<ExecutionEvent> = {},
  { minutes = 0, ...over }: Partial<RunUpdate> & { readonly minutes?: number } = {},
): RunUpdate {
  const at = new Date(startMs + minutes * minuteMs);
  const event = anExecution({ status: 'RUNNING', emittedAt: at, changedAt: at, ...change });
  return {
    event,
    version: toVersion(event),
    routes: [
      { name: 'settlement', endsWithinMs: 60 * minuteMs },
      { name: 'short', endsWithinMs: 10 * minuteMs },
    ],
    decisions: [{ key: `entry ${event.status} ${event.redriveCount}`, text: 'confirmed' }],
    nowMs: at.getTime() + 500,
    ...over,
  };
}

const running = updateRun(undefined, anUpdate());
const failed = updateRun(running, anUpdate({ status: 'FAILED' }, { minutes: 5 }));

describe('a run', () => {
  test('has its identity, matching routes, entries and decisions', () => {
    expect(running).toEqual({
      format: 1,
      kind: 'run',
      workload: 'execution',
      account: '111122223333',
      region: 'eu-west-1',
      name: 'night-42',
      called: 'settlement execution night-42',
      version: toVersion(anUpdate().event),
      routes: ['settlement', 'short'],
      entries: ['entry RUNNING 0'],
      askMs: startMs + 10 * minuteMs,
      asks: 0,
      history: [
        {
          atMs: startMs + 500,
          text: 'RUNNING (event 11111111-2222-3333-4444-555555555555): confirmed',
        },
      ],
    });
  });

  test('has the name and the id of a Batch job', () => {
    const event: BatchJobEvent = aBatchJob({ status: 'RUNNABLE' });

    const run = updateRun(undefined, { ...anUpdate(), event, version: toVersion(event) });

    expect(run).toMatchObject({
      workload: 'batchJob',
      name: 'risk-42',
      version: { run: event.batchJobId, status: 'RUNNABLE' },
    });
  });

  test('has no time to ask AWS after its end, and has one again after a redrive', () => {
    const redriven = anUpdate({ redriveCount: 1 }, { minutes: 30 });

    expect(failed).not.toHaveProperty('askMs');
    expect(updateRun(failed, redriven).askMs).toBe(startMs + 40 * minuteMs);
  });

  test('that has ended at its first event has no time to ask AWS', () => {
    expect(updateRun(undefined, anUpdate({ status: 'SUCCEEDED' }))).not.toHaveProperty('askMs');
  });

  test('keeps the time to ask AWS of its first event', () => {
    const pending = updateRun(running, anUpdate({ status: 'PENDING_REDRIVE' }, { minutes: 8 }));

    expect(pending.askMs).toBe(startMs + 10 * minuteMs);
  });

  test('that has ended keeps a time to ask AWS until the ledger has all its requests', () => {
    const end = { status: 'FAILED' } as const;
    const half = updateRun(running, anUpdate(end, { minutes: 5, unfinished: true }));
    const again = updateRun(half, anUpdate(end, { minutes: 11, unfinished: true }));
    const whole = updateRun(again, anUpdate(end, { minutes: 17 }));

    expect(half).toMatchObject({ unfinished: true, askMs: anUpdate({}, { minutes: 20 }).nowMs });
    expect(again).toMatchObject({ unfinished: true, askMs: half.askMs });
    expect(whole).not.toHaveProperty('askMs');
    expect(whole).not.toHaveProperty('unfinished');
  });

  test('of a Batch job has the log streams of all attempts, also while it runs', () => {
    const update = (change: Partial<BatchJobEvent>) => {
      const event = aBatchJob({ status: 'RUNNING', ...change });
      return { ...anUpdate(), event, version: toVersion(event) };
    };
    const first = updateRun(undefined, update({ logStreams: ['a'] }));
    const waiting = updateRun(first, update({ status: 'RUNNABLE', attempt: 2 }));
    const ended = updateRun(
      waiting,
      update({ status: 'FAILED', attempt: 2, logStreams: ['a', 'b'] }),
    );

    expect([first.logStreams, waiting.logStreams]).toEqual([['a'], ['a']]);
    expect(ended).toMatchObject({ logStreams: ['a', 'b'], result: { logStreams: ['a', 'b'] } });
  });

  test('that still runs keeps its time to ask AWS after an unfinished event', () => {
    const half = updateRun(undefined, anUpdate({}, { unfinished: true }));
    const whole = updateRun(half, anUpdate({}, { minutes: 6 }));

    expect([half.askMs, whole.askMs]).toEqual([running.askMs, running.askMs]);
    expect(whole).not.toHaveProperty('unfinished');
  });

  test('is not opened again by a late RUNNING, which is in its history', () => {
    const after = updateRun(
      failed,
      anUpdate({}, { minutes: 6, decisions: [{ text: 'discarded: late' }] }),
    );

    expect(after).not.toHaveProperty('askMs');
    expect(after.version.status).toBe('FAILED');
    expect(after.history.at(-1)?.text).toMatch(/^RUNNING \(event .+\): discarded: late$/);
  });

  test('is the same object after a duplicate event with the same decisions', () => {
    expect(updateRun(running, anUpdate({}, { minutes: 7 }))).toBe(running);
  });

  test('has events that the sweep found marked in its history', () => {
    const found = updateRun(running, anUpdate({ status: 'SUCCEEDED', recovered: true }));

    expect(found.history.at(-1)?.text).toMatch(
      /^SUCCEEDED \(found by the sweep, event .+\): confirmed$/,
    );
  });

  test('has limits for its history, its lines and its entries', () => {
    const many = Array.from({ length: 2 * keptEntryNames }, (_, at) => ({
      key: `entry ${at}`,
      text: `${at} ${'x'.repeat(2_000)}`,
    }));

    const run = updateRun(undefined, anUpdate({}, { decisions: many }));

    expect(run.entries).toHaveLength(keptEntryNames);
    expect(run.entries.at(-1)).toBe(many.at(-1)?.key);
    expect(run.history).toHaveLength(keptHistoryEntries);
    expect(Buffer.byteLength(JSON.stringify(run))).toBeLessThan(100_000);
  });
});

describe('a run about which AWS had no news', () => {
  const nowMs = startMs + 11 * minuteMs;
  const postponed = postpone(running, nowMs + minuteMs, { nowMs, text: 'AWS says RUNNING' });

  test('has a new time to ask AWS and a count of questions', () => {
    expect(postponed).toMatchObject({ askMs: nowMs + minuteMs, asks: 1 });
    expect(postponed.history.at(-1)).toEqual({ atMs: nowMs, text: 'AWS says RUNNING' });
  });

  test('starts the count again after a new event', () => {
    expect(updateRun(postponed, anUpdate({ status: 'FAILED' })).asks).toBe(0);
    expect(updateRun(postponed, anUpdate()).asks).toBe(1);
  });

  test('is closed if AWS does not know it, until a new event arrives', () => {
    const closed = closeRun(postponed, { nowMs, reason: 'AWS has forgotten it' });

    expect(closed).not.toHaveProperty('askMs');
    expect(closed.history.at(-1)?.text).toBe('closed: AWS has forgotten it');
    expect(updateRun(closed, anUpdate())).not.toHaveProperty('askMs');
    expect(updateRun(closed, anUpdate({ redriveCount: 1 }))).toHaveProperty('askMs');
  });
});

/** All events of one run that is redriven twice, oldest first. */
const life = [0, 1, 2].flatMap((redriveCount) => [
  anUpdate({ status: 'RUNNING', redriveCount }, { minutes: 10 * redriveCount }),
  anUpdate({ status: 'FAILED', redriveCount }, { minutes: 10 * redriveCount + 5 }),
]);

test('events of a run in any order and number leave the same version and entries', () => {
  const shuffled = fc
    .array(fc.constantFrom(...life), { maxLength: 8 })
    .chain((repeated) =>
      fc.shuffledSubarray([...life, ...repeated], { minLength: life.length + repeated.length }),
    );
  const applyAll = (updates: readonly RunUpdate[]) =>
    updates.reduce<Run | undefined>(updateRun, undefined);
  const inOrder = applyAll(life);

  fc.assert(
    fc.property(shuffled, (updates) => {
      const run = applyAll(updates);

      expect(run?.version).toEqual(inOrder?.version);
      expect(run?.entries.toSorted()).toEqual(inOrder?.entries.toSorted());
      expect(run).not.toHaveProperty('askMs');
    }),
  );
});
