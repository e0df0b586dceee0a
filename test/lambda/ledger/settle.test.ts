import { describe, expect, test } from 'vitest';
import { admit } from '../../../lambda/ledger/admit.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { keptHistoryEntries } from '../../../lambda/ledger/entry.ts';
import { parseEntry, toRow } from '../../../lambda/ledger/entry-row.ts';
import { type SettlePolicy, settle } from '../../../lambda/ledger/settle.ts';
import { aContext, aOneShotRequest, aStateRequest } from './requests.ts';

const day = 86_400_000;
const policy: SettlePolicy = {
  firstWaitMs: 1_000,
  maxWaitMs: 60_000,
  deadlineMs: 4 * day,
  jitter: 1,
};
const error = { name: 'E', code: 'AUTOSYS_UNREACHABLE', message: 'connection refused' };

function aClaimedEntry(request = aStateRequest()): Entry {
  const first = admit(undefined, request, aContext());
  if (first.kind !== 'take') throw new Error(first.kind);
  return first.entry;
}

describe('an entry past its deadline', () => {
  test.for([
    { days: 3, stage: 'accepted' },
    { days: 4, stage: 'parked' },
  ])(
    'that AutoSys accepted and does not show is $stage $days days after the acceptance',
    ({ days, stage }) => {
      const acceptedMs = 1_000 + 3 * day;
      const entry = { ...aClaimedEntry(), sent: { sentMs: acceptedMs, acceptedMs } };
      const notYet = { kind: 'notYet', found: 'AutoSys shows "RUNNING"' } as const;

      const settled = settle(entry, notYet, acceptedMs + days * day, policy);

      expect(settled.stage).toBe(stage);
      expect(settled.history.at(-1)?.text).toContain('AutoSys shows "RUNNING"');
    },
  );

  test.for([
    { days: 30, tries: 0, stage: 'accepted' },
    { days: 7, tries: 9, stage: 'accepted' },
    { days: 8, tries: 2, stage: 'parked' },
  ])(
    'that could not be read back is $stage after $days days and $tries earlier tries',
    ({ days, tries, stage }) => {
      const acceptedMs = 1_000;
      const entry: Entry = { ...aClaimedEntry(), stage: 'accepted', tries };
      const accepted = { ...entry, sent: { sentMs: acceptedMs, acceptedMs } };
      for (const result of [
        { kind: 'unknown', error, isUnread: true },
        { kind: 'notYet', found: error.message, isUnread: true },
      ] as const) {
        expect(settle(accepted, result, acceptedMs + days * day, policy).stage).toBe(stage);
      }
    },
  );
});

/** Every possible result for an event that AutoSys accepted. */
const afterAcceptance = [
  { kind: 'confirmed' },
  { kind: 'unreadable', reason: 'not supported' },
  { kind: 'notYet', found: 'RUNNING' },
  { kind: 'unknown', error },
  { kind: 'refused', error },
] as const;

describe('an event that AutoSys accepted days after its cause', () => {
  test.for(afterAcceptance)('and that is $kind is stored with the time of acceptance', (result) => {
    const acceptedMs = 1_000 + 5 * day;
    const request = aOneShotRequest();

    const settled = settle(
      aClaimedEntry(request),
      { ...result, acceptedMs },
      acceptedMs + 500,
      policy,
    );

    expect(settled.sent?.acceptedMs).toBe(acceptedMs);
    expect(settled.stage === 'parked').toBe(result.kind === 'refused');
    const stored = { ...toRow(settled, acceptedMs), revision: 1 };
    expect(parseEntry(stored)).toEqual(settled);
  });
});

describe('an event whose answer was lost', () => {
  const foundMs = 1_000 + 3 * day;
  const inQueue = { kind: 'notYet', found: 'AutoSys shows the event in its queue' } as const;

  test('counts as accepted when a read-back first finds it in the queue of AutoSys', () => {
    const first = settle(aClaimedEntry(aOneShotRequest()), inQueue, foundMs, policy);
    const second = settle(first, inQueue, foundMs + day, policy);

    expect([first.stage, first.sent?.acceptedMs]).toEqual(['accepted', foundMs]);
    expect([second.stage, second.sent?.acceptedMs]).toEqual(['accepted', foundMs]);
    expect(settle(second, inQueue, foundMs + 4 * day, policy).stage).toBe('parked');
  });
});

describe('an entry', () => {
  test.for([
    { result: { kind: 'confirmed' }, stage: 'confirmed', confirmedMs: 3_000 },
    {
      result: { kind: 'unreadable', reason: 'not supported' },
      stage: 'confirmed',
      confirmedMs: undefined,
    },
    { result: { kind: 'notYet', found: 'RUNNING' }, stage: 'accepted', confirmedMs: undefined },
    { result: { kind: 'unreached', error }, stage: 'due', confirmedMs: undefined },
    { result: { kind: 'unknown', error }, stage: 'sending', confirmedMs: undefined },
    { result: { kind: 'refused', error }, stage: 'parked', confirmedMs: undefined },
  ] as const)(
    'of a state is $stage after $result.kind, without a lease',
    ({ result, stage, confirmedMs }) => {
      const settled = settle(aClaimedEntry(), result, 3_000, policy);

      expect([settled.stage, settled.confirmedMs, settled.lease]).toEqual([
        stage,
        confirmedMs,
        undefined,
      ]);
    },
  );

  test('of a one-shot may have been sent after an unknown outcome', () => {
    expect(
      settle(aClaimedEntry(aOneShotRequest()), { kind: 'unknown', error }, 3_000, policy).stage,
    ).toBe('sending');
  });

  test.for([
    { sends: 1, stage: 'due', sent: undefined },
    { sends: 2, stage: 'sending', sent: { sentMs: 2_000, sends: 1 } },
  ])('whose send number $sends did not reach AutoSys is $stage', ({ sends, stage, sent }) => {
    const entry = { ...aClaimedEntry(), sent: { sentMs: 2_000, sends } };

    const settled = settle(entry, { kind: 'unreached', error }, 3_000, policy);

    expect([settled.stage, settled.sent]).toEqual([stage, sent]);
  });

  test('that AutoSys rejected has no send record, and one with an unknown outcome has', () => {
    const rejected = settle(
      aClaimedEntry(),
      { kind: 'refused', error, isRejected: true },
      3_000,
      policy,
    );
    const unknown = settle(aClaimedEntry(), { kind: 'refused', error }, 3_000, policy);

    expect(rejected).not.toHaveProperty('sent');
    expect(unknown).toHaveProperty('sent');
  });

  test('of a one-shot is due again if it did not reach AutoSys', () => {
    expect(
      settle(aClaimedEntry(aOneShotRequest()), { kind: 'unreached', error }, 3_000, policy).stage,
    ).toBe('due');
  });

  test.for([
    { tries: 0, waitMs: 1_000 },
    { tries: 1, waitMs: 2_000 },
    { tries: 5, waitMs: 32_000 },
    { tries: 6, waitMs: 60_000 },
    { tries: 5_000, waitMs: 60_000 },
  ])('waits $waitMs ms after $tries failures and one more', ({ tries, waitMs }) => {
    const settled = settle(
      { ...aClaimedEntry(), tries },
      { kind: 'unreached', error },
      3_000,
      policy,
    );

    expect(settled.dueMs - 3_000).toBe(waitMs);
  });

  test('waits half as long with the lowest jitter', () => {
    const settled = settle(aClaimedEntry(), { kind: 'unreached', error }, 3_000, {
      ...policy,
      jitter: 0,
    });

    expect(settled.dueMs - 3_000).toBe(500);
  });

  test.for([
    { when: 'a millisecond before its deadline', nowMs: 1_000 + 4 * day - 1, stage: 'due' },
    { when: 'at its deadline', nowMs: 1_000 + 4 * day, stage: 'parked' },
  ])('is $stage $when', ({ nowMs, stage }) => {
    expect(settle(aClaimedEntry(), { kind: 'unreached', error }, nowMs, policy).stage).toBe(stage);
  });

  test.for([
    { deadlineMs: 4 * day, words: '4 days' },
    { deadlineMs: day / 24, words: '1 h' },
    { deadlineMs: day / 16, words: '1.5 h' },
    { deadlineMs: 1.5 * day, words: '36 h' },
  ])('is parked with the deadline in its reason: $words', ({ deadlineMs, words }) => {
    const late = { ...policy, deadlineMs };

    const { parked } = settle(
      aClaimedEntry(),
      { kind: 'unreached', error },
      1_000 + deadlineMs,
      late,
    );

    expect(parked?.reason).toBe(
      `not confirmed within ${words}; last: not reached: connection refused`,
    );
  });

  test('keeps the last lines of a long history', () => {
    let entry = aClaimedEntry();
    for (let round = 0; round < 100; round += 1) {
      const message = `connection refused, ${round}`;
      entry = settle(
        entry,
        { kind: 'unreached', error: { ...error, message } },
        3_000 + round,
        policy,
      );
    }

    expect(entry.history).toHaveLength(keptHistoryEntries);
    expect(entry.history.at(-1)).toEqual({
      atMs: 3_099,
      text: 'not reached: connection refused, 99',
    });
  });

  test('keeps the first and the last of repeated lines', () => {
    let entry = aClaimedEntry();
    const before = entry.history.length;
    for (let round = 0; round < 100; round += 1) {
      entry = settle(entry, { kind: 'unreached', error }, 3_000 + round, policy);
    }

    expect(entry.history.slice(before)).toEqual([
      { atMs: 3_000, text: 'not reached: connection refused' },
      { atMs: 3_099, text: 'not reached: connection refused' },
    ]);
  });
});
