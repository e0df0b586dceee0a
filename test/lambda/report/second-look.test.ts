import { describe, expect, test } from 'vitest';
import { parseJobName } from '../../../autosys/names.ts';
import type { Confirmation } from '../../../lambda/report/confirm.ts';
import type { Entry } from '../../../lambda/report/ledger/entry.ts';
import {
  decideAfterLook,
  decideAfterSending,
  extendLooks,
} from '../../../lambda/report/second-look.ts';
import { aOnceWish, aStateWish } from './ledger/wishes.ts';

const lookForMs = 600_000;
const nowMs = 10_000_000;
const error = { name: 'E', code: 'AUTOSYS_UNREACHABLE', message: 'connection refused' };

function anEntry(over: Partial<Entry> = {}): Entry {
  const looks = { fromMs: nowMs - 60_000, toMs: nowMs - 1_000 };
  return {
    ...aOnceWish(),
    format: 1,
    stage: 'sending',
    dueMs: 0,
    tries: 1,
    story: [],
    before: { sentMs: 0, looks },
    ...over,
  };
}
const overdue = { sentMs: 0, looks: { fromMs: nowMs - lookForMs, toMs: nowMs - 1_000 } };
const hold = { kind: 'JOB_ON_HOLD', job: parseJobName('REPAIR') } as const;
const failure = {
  kind: 'CHANGE_STATUS',
  job: parseJobName('MIRROR'),
  status: 'FAILURE',
} as const;
/** Sent a moment ago, while AutoSys showed no such variable. */
const justSent = { sentMs: nowMs - 1_000, value: { kind: 'unset' } } as const;
const shows: Confirmation = { kind: 'confirmed', at: new Date(nowMs) };
const notYet: Confirmation = { kind: 'notYet', found: 'AutoSys shows status INACTIVE' };
const showsBefore: Confirmation = { kind: 'notYet', found: 'X', shows: 'before' };
const showsEarlier: Confirmation = { kind: 'notYet', found: 'X', shows: 'earlier' };
const sameForLong = {
  sentMs: 0,
  looks: { fromMs: nowMs - lookForMs, toMs: nowMs - 1_000, found: 'X' },
};
const away: Confirmation = { kind: 'notYet', found: 'x', away: { kind: 'unreached', error } };

describe('an entry that may have been sent', () => {
  test.for<{ what: string; entry: Partial<Entry>; seen: Confirmation; next: string }>([
    { what: 'a start that does not show', entry: {}, seen: notYet, next: 'unknown' },
    { what: 'a start taken', entry: { stage: 'accepted' }, seen: notYet, next: 'notYet' },
    { what: 'a start after its time', entry: { before: overdue }, seen: notYet, next: 'refused' },
    {
      what: 'a start taken, after its time',
      entry: { stage: 'accepted', before: overdue },
      seen: notYet,
      next: 'refused',
    },
    {
      what: 'a start in its queue, after its time',
      entry: { before: overdue },
      seen: { kind: 'notYet', found: 'the event in its queue', queued: true },
      next: 'notYet',
    },
    { what: 'a start of an AutoSys away', entry: { before: overdue }, seen: away, next: 'unknown' },
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
      entry: { event: hold, before: overdue },
      seen: notYet,
      next: 'refused',
    },
    {
      what: 'a state taken, whatever AutoSys shows and for how long',
      entry: { ...aStateWish(), stage: 'accepted', before: sameForLong },
      seen: showsBefore,
      next: 'notYet',
    },
    {
      what: 'a state of unknown outcome, before the window is over',
      entry: { ...aStateWish(), before: { sentMs: 0 } },
      seen: showsBefore,
      next: 'unknown',
    },
    {
      what: 'a state of unknown outcome, where AutoSys shows for the whole window what it showed before',
      entry: { ...aStateWish(), before: sameForLong },
      seen: showsBefore,
      next: 'send',
    },
    {
      what: 'a state of unknown outcome, where AutoSys showed something else within the window',
      entry: { ...aStateWish(), before: sameForLong },
      seen: { ...showsBefore, found: 'Y' },
      next: 'unknown',
    },
    {
      what: 'a state of unknown outcome, where AutoSys shows it in another form',
      entry: { ...aStateWish(), before: sameForLong },
      seen: { kind: 'notYet', found: 'X' },
      next: 'unknown',
    },
    {
      what: 'a state that was sent twice',
      entry: { ...aStateWish(), before: { ...sameForLong, sends: 2 } },
      seen: showsBefore,
      next: 'unknown',
    },
    {
      what: 'a state taken, after an earlier one of unknown outcome that AutoSys shows since',
      entry: { ...aStateWish(), stage: 'accepted', unsettled: true, before: sameForLong },
      seen: showsEarlier,
      next: 'send',
    },
    {
      what: 'a state taken, after an earlier one that AutoSys took and shows',
      entry: { ...aStateWish(), stage: 'accepted', before: sameForLong },
      seen: showsEarlier,
      next: 'notYet',
    },
    {
      what: 'a state that another actor has changed',
      entry: { ...aStateWish(), before: sameForLong },
      seen: { kind: 'changed', found: 'Z' },
      next: 'moot',
    },
    {
      what: 'a state of unknown outcome that cannot be read back',
      entry: aStateWish(),
      seen: { kind: 'unreadable', reason: 'x' },
      next: 'refused',
    },
    {
      what: 'a state taken, that shows',
      entry: { ...aStateWish(), stage: 'accepted' },
      seen: shows,
      next: 'confirmed',
    },
    {
      what: 'a value that shows and cannot have stood there before',
      entry: { ...aStateWish({ status: 'SUCCEEDED' }), before: justSent, formers: ['RUNNING'] },
      seen: shows,
      next: 'confirmed',
    },
    {
      what: 'a value that shows and may have stood there before',
      entry: {
        ...aStateWish({ status: 'FAILED' }),
        before: justSent,
        formers: ['RUNNING', 'FAILED'],
      },
      seen: shows,
      next: 'unknown',
    },
    {
      what: 'a value that shows, with blanks at its end before',
      entry: {
        ...aStateWish({ status: 'FAILED' }),
        before: { ...justSent, value: { kind: 'value', value: 'FAILED  ' } },
      },
      seen: shows,
      next: 'unknown',
    },
    {
      what: 'a value that shows, where it is not known what stood there before',
      entry: { ...aStateWish({ status: 'SUCCEEDED' }), before: { sentMs: nowMs - 1_000 } },
      seen: shows,
      next: 'unknown',
    },
    {
      what: 'a value that may have stood there before, and still shows after the window',
      entry: { ...aStateWish({ status: 'SUCCEEDED' }), before: { sentMs: nowMs - lookForMs } },
      seen: shows,
      next: 'confirmed',
    },
    {
      what: 'the status of a job that shows and may have stood there before',
      entry: { ...aStateWish(), event: failure, before: { sentMs: nowMs - 1_000 } },
      seen: shows,
      next: 'unknown',
    },
    {
      what: 'the status of a job that shows and did not before',
      entry: {
        ...aStateWish(),
        event: failure,
        before: { sentMs: nowMs - 1_000, job: { active: true, status: 'RUNNING' } },
      },
      seen: shows,
      next: 'confirmed',
    },
    { what: 'a start that shows', entry: {}, seen: shows, next: 'confirmed' },
  ])('is $next: $what', ({ entry, seen, next }) => {
    const decided = decideAfterLook(anEntry(entry), seen, { nowMs, lookForMs });

    expect(decided === 'send' ? decided : decided.kind).toBe(next);
  });
});

describe('an entry that was just sent, with no answer', () => {
  const facts = { nowMs, lookForMs, sentMs: nowMs - 1_000, doubt: error };

  test.for<{ what: string; entry: Partial<Entry>; next: string }>([
    {
      what: 'a value that cannot have stood there before',
      entry: { ...aStateWish({ status: 'SUCCEEDED' }), before: justSent, formers: ['RUNNING'] },
      next: 'confirmed',
    },
    {
      what: 'a value that may have stood there before',
      entry: { ...aStateWish({ status: 'FAILED' }), formers: ['RUNNING', 'FAILED'] },
      next: 'unknown',
    },
    { what: 'a start', entry: {}, next: 'confirmed' },
  ])('is $next where AutoSys shows it: $what', ({ entry, next }) => {
    expect(decideAfterSending(anEntry(entry), shows, facts)).toMatchObject({ kind: next });
  });

  test('is confirmed where AutoSys said that it took it, and shows it', () => {
    const { doubt: _, ...accepted } = facts;

    expect(decideAfterSending(anEntry(aStateWish()), shows, accepted)).toMatchObject({
      kind: 'confirmed',
    });
  });
});

describe('the time in which an effect is looked for', () => {
  test.for([
    { when: 'nobody has looked yet', looks: undefined, fromMs: nowMs },
    {
      when: 'somebody looked a moment ago',
      looks: { fromMs: 5, toMs: nowMs - lookForMs + 1 },
      fromMs: 5,
    },
    {
      when: 'nobody looked for as long, as in an outage',
      looks: { fromMs: 5, toMs: nowMs - lookForMs },
      fromMs: nowMs,
    },
  ])('counts from $fromMs when $when', ({ looks, fromMs }) => {
    const entry = { ...aOnceWish(), ...(looks && { before: { sentMs: 0, looks } }) };

    expect(extendLooks(entry, { found: 'X', nowMs, lookForMs })).toEqual({ fromMs, toMs: nowMs });
  });
});

describe('a status after another that was never seen', () => {
  /** RUNNING was sent and never seen, and now FAILURE is asked for. */
  const after: Partial<Entry> = {
    kind: 'state',
    event: failure,
    stage: 'accepted',
    formers: ['RUNNING'],
    unsettled: true,
  };
  const sentMs = nowMs - 1_000;

  test('is not confirmed right after it was sent, though AutoSys has taken it and shows it', () => {
    expect(decideAfterSending(anEntry(after), shows, { nowMs, lookForMs, sentMs })).toEqual({
      kind: 'notYet',
      found: 'it, and an earlier request may still take effect',
      sentMs,
    });
  });

  test.for([
    { after: lookForMs - 1, next: 'notYet' },
    { after: lookForMs, next: 'confirmed' },
  ])('says $next when it still shows $after ms later', ({ after: ms, next }) => {
    const entry = anEntry({ ...after, before: { sentMs: nowMs - ms } });

    expect(decideAfterLook(entry, shows, { nowMs, lookForMs })).toMatchObject({ kind: next });
  });

  test('is sent again when the one before shows for the whole window after all', () => {
    const entry = anEntry({ ...after, before: sameForLong });

    expect(decideAfterLook(entry, showsEarlier, { nowMs, lookForMs })).toBe('send');
  });

  test('is confirmed at once where the one before was seen', () => {
    const { unsettled: _, ...settled } = anEntry(after);

    expect(decideAfterSending(settled, shows, { nowMs, lookForMs, sentMs })).toEqual(shows);
  });
});
