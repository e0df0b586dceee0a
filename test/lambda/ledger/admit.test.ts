import { describe, expect, test } from 'vitest';
import { parseJobName } from '../../../autosys/names.ts';
import { admit, type EffectRequest } from '../../../lambda/ledger/admit.ts';
import { type Entry, keptPreviousValues, type Stage } from '../../../lambda/ledger/entry.ts';
import { anAsker, aOneShotRequest, aStateRequest, aToggleRequest } from './requests.ts';

/** The entry as the ledger keeps it after a first offer, at the stage the test is about. */
function anEntry(request = aStateRequest(), over: Partial<Entry> = {}): Entry {
  const first = admit(undefined, request, anAsker({ leaseOwner: 'm0' }));
  if (first.kind !== 'take') throw new Error(first.kind);
  const { lease: _, ...free } = first.entry;
  return { ...free, ...over };
}

/** An entry that has certainly not reached AutoSys. */
function anUnsentEntry(request = aStateRequest(), over: Partial<Entry> = {}): Entry {
  const { sent: _, ...unsent } = anEntry(request, over);
  return { ...unsent, stage: 'due' };
}

/** As many values as an entry remembers. */
const many = Array.from({ length: keptPreviousValues }, (_, number) => `value ${number}`);

describe('a wish for a state', () => {
  test('is taken when nothing is known, under a lease', () => {
    expect(admit(undefined, aStateRequest(), anAsker())).toMatchObject({
      kind: 'take',
      lookFirst: false,
      entry: {
        stage: 'sending',
        tries: 0,
        sent: { sentMs: 2_000 },
        lease: { owner: 'm1', untilMs: 12_000 },
      },
    });
  });

  test('takes the place of an older one, and forgets its failures', () => {
    const known = anEntry(aStateRequest(), {
      tries: 7,
      stage: 'parked',
      parked: { code: 'X', reason: 'x' },
    });

    const taken = admit(known, aStateRequest({ status: 'SUCCEEDED', changedMs: 9_000 }), anAsker());

    expect(taken).toMatchObject({
      kind: 'take',
      entry: { stage: 'sending', tries: 0, event: { value: 'SUCCEEDED' } },
    });
    expect(taken.kind === 'take' && taken.entry).not.toHaveProperty('parked');
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
      when: 'AutoSys took it and cannot show it',
      over: { stage: 'confirmed', previousValues: ['FAILED'] },
      previousValues: ['RUNNING', 'FAILED'],
    },
    {
      when: 'somebody is at work on it',
      over: { lease: { owner: 'm0', untilMs: 5_000 } },
      previousValues: ['RUNNING'],
    },
    {
      when: 'AutoSys refused the last try',
      over: { stage: 'parked', tries: 0, previousValues: ['FAILED'] },
      previousValues: ['RUNNING', 'FAILED'],
    },
    {
      when: 'many may have been sent',
      over: { tries: 1, previousValues: many },
      previousValues: ['RUNNING', ...many.slice(0, keptPreviousValues - 1)],
    },
    {
      when: 'the same was sent before',
      over: { tries: 1, previousValues: ['FAILED', 'RUNNING'] },
      previousValues: ['RUNNING', 'FAILED'],
    },
  ] as const)(
    'keeps $previousValues as what may have stood before it where of the older one $when',
    (example) => {
      const known = anEntry(aStateRequest(), example.over);

      expect(admit(known, aStateRequest({ status: 'SUCCEEDED' }), anAsker())).toMatchObject({
        entry: { previousValues: example.previousValues, event: { value: 'SUCCEEDED' } },
      });
    },
  );

  test.for([
    { when: 'it was never sent', over: { previousValues: ['FAILED'] }, previousValues: ['FAILED'] },
    {
      when: 'AutoSys has lost it and it was not sent again',
      over: { rereads: 1, previousValues: ['FAILED'] },
      previousValues: ['RUNNING', 'FAILED'],
    },
  ])(
    'keeps $previousValues as what may have stood before it where of the older one $when',
    (example) => {
      const known = anUnsentEntry(aStateRequest(), example.over);

      expect(admit(known, aStateRequest({ status: 'SUCCEEDED' }), anAsker())).toMatchObject({
        entry: { previousValues: example.previousValues, event: { value: 'SUCCEEDED' } },
      });
    },
  );

  test('is left to whoever works on the older one, who keeps his lease', () => {
    const known = anEntry(aStateRequest(), { lease: { owner: 'm0', untilMs: 5_000 } });

    expect(admit(known, aStateRequest({ status: 'SUCCEEDED' }), anAsker())).toMatchObject({
      kind: 'defer',
      entry: { event: { value: 'SUCCEEDED' }, lease: { owner: 'm0', untilMs: 5_000 } },
    });
  });

  test('is taken from somebody whose lease has run out', () => {
    const known = anEntry(aStateRequest(), { lease: { owner: 'm0', untilMs: 2_000 } });

    expect(admit(known, aStateRequest({ status: 'SUCCEEDED' }), anAsker())).toMatchObject({
      kind: 'take',
    });
  });

  test.for([
    {
      when: 'it is confirmed',
      stage: 'confirmed',
      answer: { kind: 'drop', reason: 'duplicate of event e1, which is confirmed' },
    },
    {
      when: 'it is parked',
      stage: 'parked',
      answer: {
        kind: 'drop',
        reason: 'duplicate of event e1, which is parked',
        stage: 'parked',
      },
    },
    { when: 'it is still due', stage: 'due', answer: { kind: 'take', lookFirst: false } },
    { when: 'it is accepted only', stage: 'accepted', answer: { kind: 'take', lookFirst: true } },
  ] as const)('that comes again is answered with $answer.kind when $when', ({ stage, answer }) => {
    expect(admit(anEntry(aStateRequest(), { stage }), aStateRequest(), anAsker())).toMatchObject(
      answer,
    );
  });

  test.for([
    {
      when: 'its run has gone on',
      known: { status: 'SUCCEEDED' },
      reason: 'superseded by settlement run-a SUCCEEDED of attempt 0 (event e1)',
    },
    {
      when: 'a later run is known',
      known: { run: 'run-b', beganMs: 5_000 },
      reason:
        'stale run: settlement run-a began later, at 1970-01-01T00:00:05.000Z, and is RUNNING (event e1)',
    },
  ] as const)('is dropped when $when, and names what it lost to', ({ known, reason }) => {
    expect(admit(anEntry(aStateRequest(known)), aStateRequest(), anAsker())).toEqual({
      kind: 'drop',
      reason,
    });
  });

  test('is left as due while AutoSys is not to be asked', () => {
    const hold = { untilMs: 60_000, reason: 'connection refused' };

    const answer = admit(undefined, aStateRequest(), anAsker({ hold }));

    expect(answer).toMatchObject({
      kind: 'defer',
      entry: { stage: 'due', dueMs: 60_000 },
      reason: 'AutoSys is not to be asked now: connection refused',
    });
    expect(answer.kind === 'defer' && answer.entry).not.toHaveProperty('lease');
  });
});

describe('an entry that is older than its deadline', () => {
  const deadlineMs = 1_000_000;
  const seenMs = aStateRequest().cause.seenMs;
  const at = (age: number) => anAsker({ deadlineMs, nowMs: seenMs + age });
  const hold = (age: number) => ({ untilMs: seenMs + age, reason: 'declared maintenance' });

  test.for([
    { when: 'nothing holds it back', asker: at(deadlineMs), dueMs: 0, kind: 'park' },
    {
      when: 'AutoSys is not to be asked now',
      asker: { ...at(deadlineMs), hold: hold(deadlineMs + 5) },
      dueMs: 0,
      kind: 'defer',
    },
    {
      when: 'it was held back when the deadline passed',
      asker: at(deadlineMs + 5),
      dueMs: seenMs + deadlineMs + 5,
      kind: 'take',
    },
    {
      when: 'it is twice as old, and still held back',
      asker: { ...at(2 * deadlineMs), hold: hold(3 * deadlineMs) },
      dueMs: seenMs + 2 * deadlineMs,
      kind: 'park',
    },
  ] as const)('is answered with $kind where $when', ({ asker, dueMs, kind }) => {
    const entry = anUnsentEntry(aStateRequest(), { dueMs });

    expect(admit(entry, aStateRequest(), asker)).toMatchObject({ kind });
  });
});

describe.for<EffectRequest>([
  aStateRequest(),
  {
    ...aStateRequest(),
    event: { kind: 'CHANGE_STATUS', job: parseJobName('REPAIR'), status: 'SUCCESS' },
  },
])('a state that its holder left behind: $event.kind', (request) => {
  const known = anEntry(request, { lease: { owner: 'm0', untilMs: 20_000 } });

  test('is looked at first, from when it may have been sent', () => {
    expect(admit(known, request, anAsker({ nowMs: 20_000 }))).toMatchObject({
      kind: 'take',
      lookFirst: true,
      entry: { stage: 'sending', sent: { sentMs: 2_000 } },
    });
  });

  test('is still looked at first after AutoSys was not to be asked', () => {
    const hold = { untilMs: 60_000, reason: 'connection refused' };
    const held = admit(known, request, anAsker({ nowMs: 20_000, hold }));
    if (held.kind !== 'defer') throw new Error(held.kind);

    expect(admit(held.entry, request, anAsker({ nowMs: 60_000 }))).toMatchObject({
      kind: 'take',
      lookFirst: true,
    });
  });

  test('is sent at once where it has certainly not reached AutoSys', () => {
    expect(admit(anUnsentEntry(request), request, anAsker())).toMatchObject({
      kind: 'take',
      lookFirst: false,
    });
  });
});

describe('a status of a job that takes the place of another', () => {
  const mirror = (over = {}) => ({
    ...aStateRequest(over),
    event: { kind: 'CHANGE_STATUS', job: parseJobName('MIRROR'), status: 'RUNNING' } as const,
  });

  test.for<{ when: string; over: Partial<Entry>; unsettled: true | undefined }>([
    {
      when: 'that was seen',
      over: { stage: 'confirmed', confirmedMs: 2_000 },
      unsettled: undefined,
    },
    { when: 'that AutoSys took and never showed', over: { stage: 'accepted' }, unsettled: true },
    { when: 'whose outcome is unknown', over: { stage: 'sending', tries: 1 }, unsettled: true },
  ])('$when knows whether that may come about yet', ({ over, unsettled }) => {
    const next = admit(anEntry(mirror(), over), mirror({ status: 'SUCCEEDED' }), anAsker());

    expect(next.kind === 'take' && next.entry.unsettled).toBe(unsettled);
  });

  test.for([
    { when: 'after another', over: {}, unsettled: undefined },
    { when: 'after one that was not seen', over: { unsettled: true as const }, unsettled: true },
  ])('that was never sent knows of it $when', ({ over, unsettled }) => {
    const known = anUnsentEntry(mirror(), over);
    const next = admit(known, mirror({ status: 'SUCCEEDED' }), anAsker());

    expect(next.kind === 'take' && next.entry.unsettled).toBe(unsettled);
  });

  test.for([
    {
      what: 'AutoSys accepted',
      sent: { sentMs: 2_000, acceptedMs: 2_000 },
      unsettled: undefined,
    },
    { what: 'may have reached AutoSys', sent: { sentMs: 2_000 }, unsettled: true },
  ])('as a value, which AutoSys processes in its order, knows of one that $what', (example) => {
    const known = anEntry(aStateRequest(), { sent: example.sent });
    const next = admit(known, aStateRequest({ status: 'SUCCEEDED' }), anAsker());

    expect(next.kind === 'take' && next.entry.unsettled).toBe(example.unsettled);
  });
});

describe('a value that its holder left behind', () => {
  const leftBehind = anEntry(aStateRequest(), { lease: { owner: 'm0', untilMs: 1_500 } });

  test('may stand in AutoSys, also after AutoSys was not to be asked', () => {
    const hold = { untilMs: 60_000, reason: 'x' };
    const held = admit(leftBehind, aStateRequest(), anAsker({ hold }));
    if (held.kind !== 'defer') throw new Error(held.kind);

    const next = admit(held.entry, aStateRequest({ status: 'SUCCEEDED' }), anAsker());

    expect(next).toMatchObject({ kind: 'take', entry: { previousValues: ['RUNNING'] } });
  });
});

describe('the story of what is taken', () => {
  test('tells when it was asked for and when it is to be sent', () => {
    const answer = admit(undefined, aStateRequest(), anAsker());

    expect(answer.kind === 'take' && answer.entry.history).toEqual([
      { atMs: 2_000, text: 'asked by settlement run-a RUNNING (route settlement, event e1)' },
      { atMs: 2_000, text: 'taken up: to be sent now' },
    ]);
  });

  test('tells that AutoSys is looked at first where it may have been sent', () => {
    const answer = admit(
      anEntry(aOneShotRequest(), { stage: 'sending' }),
      aOneShotRequest(),
      anAsker(),
    );

    expect(answer.kind === 'take' && answer.entry.history.at(-1)?.text).toBe(
      'taken up: AutoSys is looked at first',
    );
  });
});

describe('a wish for a one-off', () => {
  const job = { active: false, run: 7 };

  test('counts as sent from the moment it is taken', () => {
    expect(admit(undefined, aOneShotRequest(), anAsker({ snapshot: { job } }))).toMatchObject({
      kind: 'take',
      lookFirst: false,
      entry: { stage: 'sending', sent: { job, sentMs: 2_000 } },
    });
  });

  test('that may have been sent is looked for first, with the job as it was before', () => {
    const known = anEntry(aOneShotRequest(), { sent: { job, sentMs: 1_500 } });

    expect(
      admit(known, aOneShotRequest(), anAsker({ snapshot: { job: { active: true, run: 8 } } })),
    ).toMatchObject({
      kind: 'take',
      lookFirst: true,
      entry: { sent: { job, sentMs: 1_500 } },
    });
  });

  test('that never left us is sent afresh', () => {
    const known = anEntry(aOneShotRequest(), { stage: 'due' });

    expect(admit(known, aOneShotRequest(), anAsker({ snapshot: { job } }))).toMatchObject({
      kind: 'take',
      lookFirst: false,
      entry: { stage: 'sending', sent: { job, sentMs: 2_000 } },
    });
  });

  test.for<Stage>(['confirmed', 'parked'])('is a duplicate once it is %s', (stage) => {
    expect(admit(anEntry(aOneShotRequest(), { stage }), aOneShotRequest(), anAsker())).toEqual({
      kind: 'drop',
      reason: `duplicate of event e1, which is ${stage}`,
      ...(stage === 'parked' && { stage }),
    });
  });
});

describe('a wish for a switch', () => {
  const ended = { status: 'SUCCEEDED', changedMs: 9_000 } as const;

  test('counts as sent from its claim on, as a one-off does', () => {
    expect(admit(undefined, aToggleRequest(), anAsker())).toMatchObject({
      kind: 'take',
      lookFirst: false,
      entry: { stage: 'sending', sent: { sentMs: 2_000 } },
    });
  });

  test.for(['due', 'sending', 'accepted', 'confirmed', 'parked'] as const)(
    'takes the place of an older one that is %s, and is sent afresh',
    (stage) => {
      const known = anEntry(aToggleRequest(), { stage });

      expect(admit(known, aToggleRequest(ended), anAsker())).toMatchObject({
        kind: 'take',
        lookFirst: false,
        entry: { event: { kind: 'JOB_OFF_HOLD' }, stage: 'sending' },
      });
    },
  );

  test.for([
    { what: 'a late hold', late: {}, reason: /^superseded by settlement run-a SUCCEEDED/ },
    { what: 'the hold of yesterday’s run', late: { run: 'b', beganMs: 1 }, reason: /^stale run: / },
  ])('drops $what', ({ late, reason }) => {
    const known = anEntry(aToggleRequest(ended), { stage: 'confirmed' });

    expect(admit(known, aToggleRequest(late), anAsker())).toEqual({
      kind: 'drop',
      reason: expect.stringMatching(reason),
    });
  });

  test('is left unsent to the function that sends the older one', () => {
    const known = anEntry(aToggleRequest(), { lease: { owner: 'm0', untilMs: 5_000 } });
    const deferred = admit(known, aToggleRequest(ended), anAsker());

    expect(deferred).toMatchObject({
      kind: 'defer',
      entry: { stage: 'due', lease: { owner: 'm0' } },
    });
    expect(deferred.kind === 'defer' && deferred.entry).not.toHaveProperty('sent');
  });

  test('is left unsent where it must wait for its turn', () => {
    const known = anEntry(aToggleRequest(), { lease: { owner: 'm0', untilMs: 5_000 } });
    const request = { ...aToggleRequest(ended), after: ['state ACE global X'] };

    expect(admit(known, request, anAsker())).toMatchObject({
      kind: 'defer',
      entry: { stage: 'due' },
    });
  });
});

describe('a wish whose turn has not come', () => {
  const asker = anAsker({ behind: 'SET_GLOBAL X=1 is due' });
  const reason = 'its turn has not come: SET_GLOBAL X=1 is due';

  test.for([aStateRequest(), aToggleRequest(), aOneShotRequest()])(
    'is stored as due and free: $kind',
    (request) => {
      const deferred = admit(undefined, request, asker);

      expect(deferred).toMatchObject({
        kind: 'defer',
        reason,
        behind: true,
        entry: { stage: 'due' },
      });
      expect(deferred.kind === 'defer' && deferred.entry).not.toHaveProperty('lease');
    },
  );

  test('is stored free of the lease of somebody who died over what it takes the place of', () => {
    const known = anEntry(aStateRequest(), { lease: { owner: 'm0', untilMs: 1_500 } });

    const deferred = admit(known, aStateRequest({ status: 'SUCCEEDED' }), asker);

    expect(deferred).toMatchObject({ kind: 'defer', behind: true });
    expect(deferred.kind === 'defer' && deferred.entry).not.toHaveProperty('lease');
  });

  test('is left as it stands where it was stored before', () => {
    const known = anEntry(aOneShotRequest(), { stage: 'due' });

    expect(admit(known, aOneShotRequest(), asker)).toEqual({ kind: 'leave', reason, behind: true });
  });
});
