import { describe, expect, test } from 'vitest';
import { parseJobName } from '../../../autosys/names.ts';
import { admit, type EffectRequest } from '../../../lambda/ledger/admit.ts';
import { type Entry, type EntryStage, keptPreviousValues } from '../../../lambda/ledger/entry.ts';
import { aContext, aHold, aOneShotRequest, aStateRequest, aToggleRequest } from './requests.ts';

/** The entry after its first claim, without its lease, with the given changes. */
function anEntry(request = aStateRequest(), over: Partial<Entry> = {}): Entry {
  const first = admit(undefined, request, aContext({ leaseOwner: 'm0' }));
  if (first.kind !== 'take') throw new Error(first.kind);
  const { lease: _, ...free } = first.entry;
  return { ...free, ...over };
}

/** An entry that has certainly not reached AutoSys. */
function anUnsentEntry(request = aStateRequest(), over: Partial<Entry> = {}): Entry {
  const { sent: _, ...unsent } = anEntry(request, over);
  return { ...unsent, stage: 'due' };
}

/** The maximum number of previous values of an entry. */
const many = Array.from({ length: keptPreviousValues }, (_, number) => `value ${number}`);

describe('a request for a state', () => {
  test('is claimed under a lease if the ledger has no entry', () => {
    expect(admit(undefined, aStateRequest(), aContext())).toMatchObject({
      kind: 'take',
      readBackFirst: false,
      entry: {
        stage: 'sending',
        tries: 0,
        sent: { sentMs: 2_000 },
        lease: { owner: 'm1', untilMs: 12_000 },
      },
    });
  });

  test('replaces an older request and its failures', () => {
    const known = anEntry(aStateRequest(), {
      tries: 7,
      stage: 'parked',
      parked: { code: 'X', reason: 'x' },
    });

    const claimed = admit(
      known,
      aStateRequest({ status: 'SUCCEEDED', changedMs: 9_000 }),
      aContext(),
    );

    expect(claimed).toMatchObject({
      kind: 'take',
      entry: { stage: 'sending', tries: 0, event: { value: 'SUCCEEDED' } },
    });
    expect(claimed.kind === 'take' && claimed.entry).not.toHaveProperty('parked');
  });

  test.for([
    {
      when: 'it was confirmed',
      over: { stage: 'confirmed', confirmedMs: 2_000, previousValues: ['FAILED'] },
      previousValues: ['RUNNING'],
    },
    {
      when: 'it may have been sent',
      over: { tries: 1, previousValues: ['FAILED'] },
      previousValues: ['RUNNING', 'FAILED'],
    },
    {
      when: 'AutoSys accepted it and cannot show it',
      over: { stage: 'confirmed', previousValues: ['FAILED'] },
      previousValues: ['RUNNING', 'FAILED'],
    },
    {
      when: 'another function is working on it',
      over: { lease: { owner: 'm0', untilMs: 5_000 } },
      previousValues: ['RUNNING'],
    },
    {
      when: 'AutoSys rejected the last try',
      over: { stage: 'parked', tries: 0, previousValues: ['FAILED'] },
      previousValues: ['RUNNING', 'FAILED'],
    },
    {
      when: 'many values may have been sent',
      over: { tries: 1, previousValues: many },
      previousValues: ['RUNNING', ...many.slice(0, keptPreviousValues - 1)],
    },
    {
      when: 'the same value was sent before',
      over: { tries: 1, previousValues: ['FAILED', 'RUNNING'] },
      previousValues: ['RUNNING', 'FAILED'],
    },
  ] as const)('has $previousValues as previous values if for the older one $when', (example) => {
    const known = anEntry(aStateRequest(), example.over);

    expect(admit(known, aStateRequest({ status: 'SUCCEEDED' }), aContext())).toMatchObject({
      entry: { previousValues: example.previousValues, event: { value: 'SUCCEEDED' } },
    });
  });

  test.for([
    { when: 'it was never sent', over: { previousValues: ['FAILED'] }, previousValues: ['FAILED'] },
    {
      when: 'AutoSys has lost it and it was not sent again',
      over: { rereads: 1, previousValues: ['FAILED'] },
      previousValues: ['RUNNING', 'FAILED'],
    },
  ])('has $previousValues as previous values if for the older one $when', (example) => {
    const known = anUnsentEntry(aStateRequest(), example.over);

    expect(admit(known, aStateRequest({ status: 'SUCCEEDED' }), aContext())).toMatchObject({
      entry: { previousValues: example.previousValues, event: { value: 'SUCCEEDED' } },
    });
  });

  test('is left to the lease holder of the older request', () => {
    const known = anEntry(aStateRequest(), { lease: { owner: 'm0', untilMs: 5_000 } });

    expect(admit(known, aStateRequest({ status: 'SUCCEEDED' }), aContext())).toMatchObject({
      kind: 'defer',
      entry: { event: { value: 'SUCCEEDED' }, lease: { owner: 'm0', untilMs: 5_000 } },
    });
  });

  test('is claimed if the lease of the older request has expired', () => {
    const known = anEntry(aStateRequest(), { lease: { owner: 'm0', untilMs: 2_000 } });

    expect(admit(known, aStateRequest({ status: 'SUCCEEDED' }), aContext())).toMatchObject({
      kind: 'take',
    });
  });

  test.for([
    {
      when: 'it is confirmed',
      stage: 'confirmed',
      result: { kind: 'drop', reason: 'duplicate of event e1, which is confirmed' },
    },
    {
      when: 'it is parked',
      stage: 'parked',
      result: {
        kind: 'drop',
        reason: 'duplicate of event e1, which is parked',
        stage: 'parked',
      },
    },
    { when: 'it is still due', stage: 'due', result: { kind: 'take', readBackFirst: false } },
    {
      when: 'it is only accepted',
      stage: 'accepted',
      result: { kind: 'take', readBackFirst: true },
    },
  ] as const)('that is redelivered gives $result.kind when $when', ({ stage, result }) => {
    expect(admit(anEntry(aStateRequest(), { stage }), aStateRequest(), aContext())).toMatchObject(
      result,
    );
  });

  test.for([
    {
      when: 'its run has a later status',
      known: { status: 'SUCCEEDED' },
      reason: 'superseded by settlement run-a SUCCEEDED of attempt 0 (event e1)',
    },
    {
      when: 'a later run is known',
      known: { run: 'run-b', beganMs: 5_000 },
      reason:
        'stale run: settlement run-a began later, at 1970-01-01T00:00:05.000Z, and is RUNNING (event e1)',
    },
  ] as const)(
    'is discarded when $when, with the newer event as the reason',
    ({ known, reason }) => {
      expect(admit(anEntry(aStateRequest(known)), aStateRequest(), aContext())).toEqual({
        kind: 'drop',
        reason,
      });
    },
  );

  test('is stored as due while AutoSys must not be called', () => {
    const hold = aHold({ untilMs: 60_000 });

    const result = admit(undefined, aStateRequest(), aContext({ hold }));

    expect(result).toMatchObject({
      kind: 'defer',
      entry: { stage: 'due', dueMs: 60_000 },
      reason: 'AutoSys must not be called now: connection refused',
    });
    expect(result.kind === 'defer' && result.entry).not.toHaveProperty('lease');
  });
});

describe('an entry that is older than its deadline', () => {
  const deadlineMs = 1_000_000;
  const seenMs = aStateRequest().cause.seenMs;
  const at = (age: number) => aContext({ deadlineMs, nowMs: seenMs + age });
  const hold = (age: number) =>
    aHold({ untilMs: seenMs + age, reason: 'declared maintenance', outage: 'maintenance' });

  test.for([
    { when: 'AutoSys may be called', context: at(deadlineMs), dueMs: 0, kind: 'park' },
    {
      when: 'AutoSys must not be called now',
      context: { ...at(deadlineMs), hold: hold(deadlineMs + 5) },
      dueMs: 0,
      kind: 'defer',
    },
    {
      when: 'it was held back when the deadline passed',
      context: at(deadlineMs + 5),
      dueMs: seenMs + deadlineMs + 5,
      kind: 'take',
    },
    {
      when: 'it is twice as old, and still held back',
      context: { ...at(2 * deadlineMs), hold: hold(3 * deadlineMs) },
      dueMs: seenMs + 2 * deadlineMs,
      kind: 'park',
    },
  ] as const)('gives $kind if $when', ({ context, dueMs, kind }) => {
    const entry = anUnsentEntry(aStateRequest(), { dueMs });

    expect(admit(entry, aStateRequest(), context)).toMatchObject({ kind });
  });
});

describe.for<EffectRequest>([
  aStateRequest(),
  {
    ...aStateRequest(),
    event: { kind: 'CHANGE_STATUS', job: parseJobName('REPAIR'), status: 'SUCCESS' },
  },
])('a state whose lease holder died: $event.kind', (request) => {
  const known = anEntry(request, { lease: { owner: 'm0', untilMs: 20_000 } });

  test('is read back first, with the time of its send', () => {
    expect(admit(known, request, aContext({ nowMs: 20_000 }))).toMatchObject({
      kind: 'take',
      readBackFirst: true,
      entry: { stage: 'sending', sent: { sentMs: 2_000 } },
    });
  });

  test('is still read back first after a time in which AutoSys must not be called', () => {
    const hold = aHold({ untilMs: 60_000 });
    const held = admit(known, request, aContext({ nowMs: 20_000, hold }));
    if (held.kind !== 'defer') throw new Error(held.kind);

    expect(admit(held.entry, request, aContext({ nowMs: 60_000 }))).toMatchObject({
      kind: 'take',
      readBackFirst: true,
    });
  });

  test('is sent without a read-back if it has certainly not reached AutoSys', () => {
    expect(admit(anUnsentEntry(request), request, aContext())).toMatchObject({
      kind: 'take',
      readBackFirst: false,
    });
  });
});

describe('a job status that replaces another', () => {
  const mirror = (over = {}) => ({
    ...aStateRequest(over),
    event: { kind: 'CHANGE_STATUS', job: parseJobName('MIRROR'), status: 'RUNNING' } as const,
  });

  test.for<{ when: string; over: Partial<Entry>; unsettled: true | undefined }>([
    {
      when: 'that was confirmed',
      over: { stage: 'confirmed', confirmedMs: 2_000 },
      unsettled: undefined,
    },
    {
      when: 'that AutoSys accepted and never showed',
      over: { stage: 'accepted' },
      unsettled: true,
    },
    { when: 'whose outcome is unknown', over: { stage: 'sending', tries: 1 }, unsettled: true },
  ])('$when records whether that may still take effect', ({ over, unsettled }) => {
    const next = admit(anEntry(mirror(), over), mirror({ status: 'SUCCEEDED' }), aContext());

    expect(next.kind === 'take' && next.entry.unsettled).toBe(unsettled);
  });

  test.for([
    { when: 'after another', over: {}, unsettled: undefined },
    {
      when: 'after one that was not confirmed',
      over: { unsettled: true as const },
      unsettled: true,
    },
  ])('that was never sent records it $when', ({ over, unsettled }) => {
    const known = anUnsentEntry(mirror(), over);
    const next = admit(known, mirror({ status: 'SUCCEEDED' }), aContext());

    expect(next.kind === 'take' && next.entry.unsettled).toBe(unsettled);
  });

  test.for([
    {
      what: 'was accepted by AutoSys',
      sent: { sentMs: 2_000, acceptedMs: 2_000 },
      unsettled: undefined,
    },
    { what: 'may have reached AutoSys', sent: { sentMs: 2_000 }, unsettled: true },
  ])(
    'for a variable, whose events AutoSys processes in order, depends on whether it $what',
    (example) => {
      const known = anEntry(aStateRequest(), { sent: example.sent });
      const next = admit(known, aStateRequest({ status: 'SUCCEEDED' }), aContext());

      expect(next.kind === 'take' && next.entry.unsettled).toBe(example.unsettled);
    },
  );
});

describe('a value whose lease holder died', () => {
  const orphaned = anEntry(aStateRequest(), { lease: { owner: 'm0', untilMs: 1_500 } });

  test('is a previous value, also after a time in which AutoSys must not be called', () => {
    const hold = aHold({ untilMs: 60_000 });
    const held = admit(orphaned, aStateRequest(), aContext({ hold }));
    if (held.kind !== 'defer') throw new Error(held.kind);

    const next = admit(held.entry, aStateRequest({ status: 'SUCCEEDED' }), aContext());

    expect(next).toMatchObject({ kind: 'take', entry: { previousValues: ['RUNNING'] } });
  });
});

describe('the history of a claimed entry', () => {
  test('has the request and the claim', () => {
    const result = admit(undefined, aStateRequest(), aContext());

    expect(result.kind === 'take' && result.entry.history).toEqual([
      { atMs: 2_000, text: 'requested by settlement run-a RUNNING (route settlement, event e1)' },
      { atMs: 2_000, text: 'claimed: to be sent now' },
    ]);
  });

  test('has the read-back before sending if it may have been sent', () => {
    const result = admit(
      anEntry(aOneShotRequest(), { stage: 'sending' }),
      aOneShotRequest(),
      aContext(),
    );

    expect(result.kind === 'take' && result.entry.history.at(-1)?.text).toBe(
      'claimed: AutoSys is read back first',
    );
  });
});

describe('a request for a one-shot', () => {
  const job = { active: false, run: 7 };

  test('counts as sent when it is claimed', () => {
    expect(admit(undefined, aOneShotRequest(), aContext({ snapshot: { job } }))).toMatchObject({
      kind: 'take',
      readBackFirst: false,
      entry: { stage: 'sending', sent: { job, sentMs: 2_000 } },
    });
  });

  test('that may have been sent is read back first, with its first snapshot of the job', () => {
    const known = anEntry(aOneShotRequest(), { sent: { job, sentMs: 1_500 } });

    expect(
      admit(known, aOneShotRequest(), aContext({ snapshot: { job: { active: true, run: 8 } } })),
    ).toMatchObject({
      kind: 'take',
      readBackFirst: true,
      entry: { sent: { job, sentMs: 1_500 } },
    });
  });

  test('that has not reached AutoSys is sent again', () => {
    const known = anEntry(aOneShotRequest(), { stage: 'due' });

    expect(admit(known, aOneShotRequest(), aContext({ snapshot: { job } }))).toMatchObject({
      kind: 'take',
      readBackFirst: false,
      entry: { stage: 'sending', sent: { job, sentMs: 2_000 } },
    });
  });

  test.for<EntryStage>(['confirmed', 'parked'])('is a duplicate once it is %s', (stage) => {
    expect(admit(anEntry(aOneShotRequest(), { stage }), aOneShotRequest(), aContext())).toEqual({
      kind: 'drop',
      reason: `duplicate of event e1, which is ${stage}`,
      ...(stage === 'parked' && { stage }),
    });
  });
});

describe('a request for a toggle', () => {
  const ended = { status: 'SUCCEEDED', changedMs: 9_000 } as const;

  test('counts as sent when it is claimed, like a one-shot', () => {
    expect(admit(undefined, aToggleRequest(), aContext())).toMatchObject({
      kind: 'take',
      readBackFirst: false,
      entry: { stage: 'sending', sent: { sentMs: 2_000 } },
    });
  });

  test.for(['due', 'sending', 'accepted', 'confirmed', 'parked'] as const)(
    'replaces an older request that is %s, and is sent',
    (stage) => {
      const known = anEntry(aToggleRequest(), { stage });

      expect(admit(known, aToggleRequest(ended), aContext())).toMatchObject({
        kind: 'take',
        readBackFirst: false,
        entry: { event: { kind: 'JOB_OFF_HOLD' }, stage: 'sending' },
      });
    },
  );

  test.for([
    { what: 'a late hold', late: {}, reason: /^superseded by settlement run-a SUCCEEDED/ },
    { what: 'the hold of yesterday’s run', late: { run: 'b', beganMs: 1 }, reason: /^stale run: / },
  ])('discards $what', ({ late, reason }) => {
    const known = anEntry(aToggleRequest(ended), { stage: 'confirmed' });

    expect(admit(known, aToggleRequest(late), aContext())).toEqual({
      kind: 'drop',
      reason: expect.stringMatching(reason),
    });
  });

  test('is left to the function that sends the older request', () => {
    const known = anEntry(aToggleRequest(), { lease: { owner: 'm0', untilMs: 5_000 } });
    const deferred = admit(known, aToggleRequest(ended), aContext());

    expect(deferred).toMatchObject({
      kind: 'defer',
      entry: { stage: 'due', lease: { owner: 'm0' } },
    });
    expect(deferred.kind === 'defer' && deferred.entry).not.toHaveProperty('sent');
  });

  test('is not sent while it waits for a predecessor', () => {
    const known = anEntry(aToggleRequest(), { lease: { owner: 'm0', untilMs: 5_000 } });
    const request = { ...aToggleRequest(ended), after: ['state ACE global X'] };

    expect(admit(known, request, aContext())).toMatchObject({
      kind: 'defer',
      entry: { stage: 'due' },
    });
  });
});

describe('a request with a pending predecessor', () => {
  const context = aContext({ behind: 'SET_GLOBAL X=1 is due' });
  const reason = 'waits for a predecessor: SET_GLOBAL X=1 is due';

  test.for([aStateRequest(), aToggleRequest(), aOneShotRequest()])(
    'is stored as due without a lease: $kind',
    (request) => {
      const deferred = admit(undefined, request, context);

      expect(deferred).toMatchObject({
        kind: 'defer',
        reason,
        behind: true,
        entry: { stage: 'due' },
      });
      expect(deferred.kind === 'defer' && deferred.entry).not.toHaveProperty('lease');
    },
  );

  test('is stored without the expired lease of the request that it replaces', () => {
    const known = anEntry(aStateRequest(), { lease: { owner: 'm0', untilMs: 1_500 } });

    const deferred = admit(known, aStateRequest({ status: 'SUCCEEDED' }), context);

    expect(deferred).toMatchObject({ kind: 'defer', behind: true });
    expect(deferred.kind === 'defer' && deferred.entry).not.toHaveProperty('lease');
  });

  test('is left unchanged if it is stored already', () => {
    const known = anEntry(aOneShotRequest(), { stage: 'due' });

    expect(admit(known, aOneShotRequest(), context)).toEqual({
      kind: 'leave',
      reason,
      behind: true,
    });
  });
});
