import { describe, expect, test } from 'vitest';
import { parseJobName } from '../../../autosys/names.ts';
import {
  decideAfterReadBack,
  decideAfterSending,
  extendObservation,
} from '../../../lambda/delivery/decide-next.ts';
import type { Confirmation } from '../../../lambda/delivery/evidence/confirmation.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { aOneShotRequest, aStateRequest } from '../ledger/requests.ts';

const observationMs = 600_000;
const nowMs = 10_000_000;
const error = { name: 'E', code: 'AUTOSYS_UNREACHABLE', message: 'connection refused' };

function anEntry(over: Partial<Entry> = {}): Entry {
  const observed = { fromMs: nowMs - 60_000, toMs: nowMs - 1_000 };
  return {
    ...aOneShotRequest(),
    format: 1,
    stage: 'sending',
    dueMs: 0,
    tries: 1,
    history: [],
    sent: { sentMs: 0, observed },
    ...over,
  };
}
const overdue = { sentMs: 0, observed: { fromMs: nowMs - observationMs, toMs: nowMs - 1_000 } };
const hold = { kind: 'JOB_ON_HOLD', job: parseJobName('REPAIR') } as const;
const failure = {
  kind: 'CHANGE_STATUS',
  job: parseJobName('MIRROR'),
  status: 'FAILURE',
} as const;
/** Sent just now, while AutoSys showed no such variable. */
const justSent = { sentMs: nowMs - 1_000, value: { kind: 'unset' } } as const;
const shows: Confirmation = { kind: 'confirmed', at: new Date(nowMs) };
const notYet: Confirmation = { kind: 'notYet', found: 'AutoSys shows status INACTIVE' };
const showsBefore: Confirmation = { kind: 'notYet', found: 'X', shows: 'before' };
const showsEarlier: Confirmation = { kind: 'notYet', found: 'X', shows: 'earlier' };
const sameForLong = {
  sentMs: 0,
  observed: { fromMs: nowMs - observationMs, toMs: nowMs - 1_000, found: 'X' },
};
const away: Confirmation = { kind: 'notYet', found: 'x', away: { kind: 'unreached', error } };

describe('an accepted start that does not show, after its time', () => {
  const awaited = { ...anEntry().cause, awaited: true } as const;
  test.for<{
    what: string;
    entry: Partial<Entry>;
    marker?: 'processed' | 'unreadable';
    next: string;
  }>([
    {
      what: 'its request waits, and AutoSys processed it',
      entry: { cause: awaited },
      marker: 'processed',
      next: 'unreadable',
    },
    {
      what: 'its request waits, and no marker can be read',
      entry: { cause: awaited },
      marker: 'unreadable',
      next: 'unreadable',
    },
    {
      what: 'its request waits, and AutoSys does not list it',
      entry: { cause: awaited },
      next: 'refused',
    },
    { what: 'no request waits', entry: {}, marker: 'processed', next: 'refused' },
    {
      what: 'its request waits, and it may not have arrived',
      entry: { cause: awaited, stage: 'sending' },
      marker: 'unreadable',
      next: 'refused',
    },
  ])('is $next if $what', ({ entry, marker, next }) => {
    const start = anEntry({ stage: 'accepted', sent: overdue, ...entry });
    const seen: Confirmation = {
      ...notYet,
      kind: 'notYet',
      found: 'ON_HOLD',
      ...(marker && { marker }),
    };

    expect(decideAfterReadBack(start, seen, { nowMs, observationMs })).toMatchObject({
      kind: next,
    });
  });

  test('stays accepted during the observation window', () => {
    const start = anEntry({ stage: 'accepted', cause: awaited });
    const seen: Confirmation = { kind: 'notYet', found: 'ON_HOLD', marker: 'processed' };

    expect(decideAfterReadBack(start, seen, { nowMs, observationMs })).toMatchObject({
      kind: 'notYet',
    });
  });
});

describe('an entry that may have been sent', () => {
  test.for<{ what: string; entry: Partial<Entry>; seen: Confirmation; next: string }>([
    { what: 'a start that does not show', entry: {}, seen: notYet, next: 'unknown' },
    { what: 'a start taken', entry: { stage: 'accepted' }, seen: notYet, next: 'notYet' },
    { what: 'a start after its time', entry: { sent: overdue }, seen: notYet, next: 'refused' },
    {
      what: 'a start taken, after its time',
      entry: { stage: 'accepted', sent: overdue },
      seen: notYet,
      next: 'refused',
    },
    {
      what: 'a start in its queue, after its time',
      entry: { sent: overdue },
      seen: { kind: 'notYet', found: 'the event in its queue', queued: true },
      next: 'notYet',
    },
    { what: 'a start of an AutoSys away', entry: { sent: overdue }, seen: away, next: 'unknown' },
    {
      what: 'a start that cannot be read back',
      entry: {},
      seen: { kind: 'unreadable', reason: 'x' },
      next: 'refused',
    },
    {
      what: 'a start taken that cannot be read back',
      entry: { stage: 'accepted' },
      seen: { kind: 'unreadable', reason: 'x' },
      next: 'unreadable',
    },
    {
      what: 'a start that the scheduler refused',
      entry: {},
      seen: { kind: 'failed', reason: 'ER' },
      next: 'refused',
    },
    { what: 'a hold', entry: { event: hold }, seen: notYet, next: 'send' },
    {
      what: 'a hold taken, which an operator may have undone',
      entry: { event: hold, stage: 'accepted' },
      seen: notYet,
      next: 'notYet',
    },
    {
      what: 'a hold after its time',
      entry: { event: hold, sent: overdue },
      seen: notYet,
      next: 'refused',
    },
    {
      what: 'a state taken, whatever AutoSys shows and for how long',
      entry: { ...aStateRequest(), stage: 'accepted', sent: sameForLong },
      seen: showsBefore,
      next: 'notYet',
    },
    {
      what: 'a state of unknown outcome, before the window is over',
      entry: { ...aStateRequest(), sent: { sentMs: 0 } },
      seen: showsBefore,
      next: 'unknown',
    },
    {
      what: 'a state of unknown outcome, where AutoSys shows for the whole window what it showed before',
      entry: { ...aStateRequest(), sent: sameForLong },
      seen: showsBefore,
      next: 'send',
    },
    {
      what: 'a state of unknown outcome, where AutoSys showed something else within the window',
      entry: { ...aStateRequest(), sent: sameForLong },
      seen: { ...showsBefore, found: 'Y' },
      next: 'unknown',
    },
    {
      what: 'a state of unknown outcome, where AutoSys shows it in another form',
      entry: { ...aStateRequest(), sent: sameForLong },
      seen: { kind: 'notYet', found: 'X' },
      next: 'unknown',
    },
    {
      what: 'a state that was sent twice',
      entry: { ...aStateRequest(), sent: { ...sameForLong, sends: 2 } },
      seen: showsBefore,
      next: 'unknown',
    },
    {
      what: 'a state taken, after an earlier one of unknown outcome that AutoSys shows since',
      entry: { ...aStateRequest(), stage: 'accepted', unsettled: true, sent: sameForLong },
      seen: showsEarlier,
      next: 'send',
    },
    {
      what: 'a state taken, after an earlier one that AutoSys took and shows',
      entry: { ...aStateRequest(), stage: 'accepted', sent: sameForLong },
      seen: showsEarlier,
      next: 'notYet',
    },
    {
      what: 'a state that another actor has changed',
      entry: { ...aStateRequest(), sent: sameForLong },
      seen: { kind: 'changed', found: 'Z' },
      next: 'moot',
    },
    {
      what: 'a state of unknown outcome that cannot be read back',
      entry: aStateRequest(),
      seen: { kind: 'unreadable', reason: 'x' },
      next: 'refused',
    },
    {
      what: 'a state of unknown outcome whose read is rejected, though it could be read before',
      entry: { ...aStateRequest(), sent: justSent },
      seen: { kind: 'unreadable', reason: 'x' },
      next: 'unknown',
    },
    {
      what: 'a state taken whose read is rejected, though it could be read before',
      entry: { ...aStateRequest(), stage: 'accepted', sent: justSent },
      seen: { kind: 'unreadable', reason: 'x' },
      next: 'notYet',
    },
    {
      what: 'a state taken whose reads are rejected for the whole window',
      entry: {
        ...{ ...aStateRequest(), stage: 'accepted' },
        sent: { ...sameForLong, value: { kind: 'unset' } },
      },
      seen: { kind: 'unreadable', reason: 'X' },
      next: 'unreadable',
    },
    {
      what: 'a state taken, that shows',
      entry: { ...aStateRequest(), stage: 'accepted' },
      seen: shows,
      next: 'confirmed',
    },
    {
      what: 'a value that shows and is new',
      entry: {
        ...aStateRequest({ status: 'SUCCEEDED' }),
        sent: justSent,
        previousValues: ['RUNNING'],
      },
      seen: shows,
      next: 'confirmed',
    },
    {
      what: 'a value that shows and may have been there before',
      entry: {
        ...aStateRequest({ status: 'FAILED' }),
        sent: justSent,
        previousValues: ['RUNNING', 'FAILED'],
      },
      seen: shows,
      next: 'unknown',
    },
    {
      what: 'a value that shows, with blanks at its end before',
      entry: {
        ...aStateRequest({ status: 'FAILED' }),
        sent: { ...justSent, value: { kind: 'value', value: 'FAILED  ' } },
      },
      seen: shows,
      next: 'unknown',
    },
    {
      what: 'a value that shows, without a known earlier value',
      entry: { ...aStateRequest({ status: 'SUCCEEDED' }), sent: { sentMs: nowMs - 1_000 } },
      seen: shows,
      next: 'unknown',
    },
    {
      what: 'a value that may have been there before, and still shows after the window',
      entry: { ...aStateRequest({ status: 'SUCCEEDED' }), sent: { sentMs: nowMs - observationMs } },
      seen: shows,
      next: 'confirmed',
    },
    {
      what: 'the status of a job that shows and may have been there before',
      entry: { ...aStateRequest(), event: failure, sent: { sentMs: nowMs - 1_000 } },
      seen: shows,
      next: 'unknown',
    },
    {
      what: 'the status of a job that shows and did not before',
      entry: {
        ...aStateRequest(),
        event: failure,
        sent: { sentMs: nowMs - 1_000, job: { active: true, status: 'RUNNING' } },
      },
      seen: shows,
      next: 'confirmed',
    },
    { what: 'a start that shows', entry: {}, seen: shows, next: 'confirmed' },
  ])('is $next: $what', ({ entry, seen, next }) => {
    const decided = decideAfterReadBack(anEntry(entry), seen, {
      nowMs,
      observationMs: observationMs,
    });

    expect(decided === 'send' ? decided : decided.kind).toBe(next);
  });
});

describe('an entry that was just sent, without a reply', () => {
  const facts = { nowMs, observationMs, sentMs: nowMs - 1_000, doubt: error };

  test.for<{ what: string; entry: Partial<Entry>; next: string }>([
    {
      what: 'a value that is new',
      entry: {
        ...aStateRequest({ status: 'SUCCEEDED' }),
        sent: justSent,
        previousValues: ['RUNNING'],
      },
      next: 'confirmed',
    },
    {
      what: 'a value that may have been there before',
      entry: { ...aStateRequest({ status: 'FAILED' }), previousValues: ['RUNNING', 'FAILED'] },
      next: 'unknown',
    },
    { what: 'a start', entry: {}, next: 'confirmed' },
  ])('is $next where AutoSys shows it: $what', ({ entry, next }) => {
    expect(decideAfterSending(anEntry(entry), shows, facts)).toMatchObject({ kind: next });
  });

  test('is confirmed if AutoSys accepted it and shows it', () => {
    const { doubt: _, ...accepted } = facts;

    expect(decideAfterSending(anEntry(aStateRequest()), shows, accepted)).toMatchObject({
      kind: 'confirmed',
    });
  });
});

describe('the observation window', () => {
  test.for([
    { when: 'it was never read back', observed: undefined, fromMs: nowMs },
    {
      when: 'it was read back a moment ago',
      observed: { fromMs: 5, toMs: nowMs - observationMs + 1 },
      fromMs: 5,
    },
    {
      when: 'it was not read back for as long, as in an outage',
      observed: { fromMs: 5, toMs: nowMs - observationMs },
      fromMs: nowMs,
    },
  ])('counts from $fromMs when $when', ({ observed, fromMs }) => {
    const entry = { ...aOneShotRequest(), ...(observed && { sent: { sentMs: 0, observed } }) };

    expect(extendObservation(entry, { found: 'X', nowMs, observationMs })).toEqual({
      fromMs,
      toMs: nowMs,
    });
  });
});

describe('a status after another one that was never read back', () => {
  /** RUNNING was sent and never read back; now FAILURE is requested. */
  const after: Partial<Entry> = {
    kind: 'state',
    event: failure,
    stage: 'accepted',
    previousValues: ['RUNNING'],
    unsettled: true,
  };
  const sentMs = nowMs - 1_000;

  test('is not confirmed right after the send, although AutoSys accepted it and shows it', () => {
    expect(
      decideAfterSending(anEntry(after), shows, { nowMs, observationMs: observationMs, sentMs }),
    ).toEqual({
      kind: 'notYet',
      found: 'it, and an earlier request may still take effect',
      sentMs,
    });
  });

  test.for([
    { after: observationMs - 1, next: 'notYet' },
    { after: observationMs, next: 'confirmed' },
  ])('says $next when it still shows $after ms later', ({ after: ms, next }) => {
    const entry = anEntry({ ...after, sent: { sentMs: nowMs - ms } });

    expect(
      decideAfterReadBack(entry, shows, { nowMs, observationMs: observationMs }),
    ).toMatchObject({ kind: next });
  });

  test('is sent again when the previous one shows during the whole window', () => {
    const entry = anEntry({ ...after, sent: sameForLong });

    expect(decideAfterReadBack(entry, showsEarlier, { nowMs, observationMs: observationMs })).toBe(
      'send',
    );
  });

  test('is confirmed at once if the previous one was read back', () => {
    const { unsettled: _, ...settled } = anEntry(after);

    expect(
      decideAfterSending(settled, shows, { nowMs, observationMs: observationMs, sentMs }),
    ).toEqual(shows);
  });
});
