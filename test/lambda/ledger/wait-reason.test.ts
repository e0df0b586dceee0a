import { describe, expect, test } from 'vitest';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { admit, resume } from '../../../lambda/ledger/admit.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { Outage } from '../../../lambda/ledger/outage.ts';
import { findPresentWait } from '../../../lambda/ledger/wait-reason.ts';
import { aContext, aHold, aStateRequest } from './requests.ts';

const texts = ({ history }: Entry) => history.map(({ text }) => text);

/** The entry of a decision. */
function entryOf(result: ReturnType<typeof resume>): Entry {
  if (!('entry' in result)) throw new Error(result.kind);
  return result.entry;
}

/** An entry that an open circuit breaker holds back. */
function aHeldEntry(): Entry {
  return entryOf(admit(undefined, aStateRequest(), aContext({ hold: aHold() })));
}

const behind = { behind: 'FORCE_STARTJOB LOAD is due', behindKey: 'once ACE x' };

describe('the recorded reason of a wait', () => {
  test.for([
    {
      outage: 'circuitBreaker',
      text: 'circuit breaker open since 1970-01-01T00:00:01.000Z: connection refused',
    },
    {
      outage: 'login',
      text: 'logins suspended since 1970-01-01T00:00:01.000Z: connection refused',
    },
    { outage: 'maintenance', text: 'connection refused' },
  ] as const)('is the outage $outage, with its beginning', ({ outage, text }) => {
    const held = entryOf(admit(undefined, aStateRequest(), aContext({ hold: aHold({ outage }) })));

    expect(held.wait).toEqual({ kind: outage, sinceMs: 1_000, untilMs: 60_000, text });
    expect(texts(held).at(-1)).toBe(`waits: ${text}`);
  });

  test('is the predecessor, with its key', () => {
    const waiting = entryOf(admit(undefined, aStateRequest(), aContext(behind)));

    expect(waiting.wait).toEqual({
      kind: 'predecessor',
      sinceMs: 2_000,
      key: 'once ACE x',
      text: 'FORCE_STARTJOB LOAD is due',
    });
    expect(texts(waiting).at(-1)).toBe('waits for a predecessor: FORCE_STARTJOB LOAD is due');
  });

  test('is written once while an outage lasts, with the next try of the last look', () => {
    const held = aHeldEntry();
    const later = aContext({ nowMs: 60_000, hold: aHold({ untilMs: 120_000, reason: 'other' }) });

    const again = entryOf(resume(held, later));

    expect(again.wait).toMatchObject({ sinceMs: 1_000, untilMs: 120_000 });
    expect(again.history).toEqual(held.history);
  });

  test('is written again for another outage', () => {
    const window = { outage: 'maintenance', sinceMs: 50_000, untilMs: 90_000 } as const;
    const hold = aHold({ ...window, reason: 'declared maintenance' });

    const again = entryOf(resume(aHeldEntry(), aContext({ nowMs: 60_000, hold })));

    expect(texts(again).at(-1)).toBe('waits: declared maintenance');
  });

  test('is written once for a predecessor: a second look writes nothing', () => {
    const waiting = entryOf(resume(aHeldEntry(), aContext({ nowMs: 60_000, ...behind })));

    expect(waiting.wait?.kind).toBe('predecessor');
    expect(resume(waiting, aContext({ nowMs: 61_000, ...behind }))).toMatchObject({
      kind: 'leave',
    });
  });

  test('is removed when the entry is claimed, and stays in the history', () => {
    const claimed = entryOf(resume(aHeldEntry(), aContext({ nowMs: 60_000 })));

    expect(claimed.wait).toBeUndefined();
    expect(texts(claimed)).toContainEqual(expect.stringMatching(/^waits: circuit breaker open/));
  });
});

const outage: Outage = {
  format: 1,
  kind: 'outage',
  instance: parseAutosysInstance('ACE'),
  outage: 'login',
  fromMs: 500,
  lasts: true,
  reason: 'rejected',
  history: [],
};

describe('the present reason of a wait', () => {
  const due = (): Entry => {
    const { lease: _, sent: __, ...free } = entryOf(admit(undefined, aStateRequest(), aContext()));
    return { ...free, stage: 'due', dueMs: 5_000 };
  };

  test.for<{ what: string; entry: Partial<Entry>; nowMs?: number; wait: object | undefined }>([
    { what: 'a retry', entry: {}, wait: { kind: 'retry', untilMs: 5_000 } },
    { what: 'the next sweep run', entry: {}, nowMs: 5_000, wait: { kind: 'drain' } },
    {
      what: 'the function that holds the lease',
      entry: { lease: { owner: 'm7', untilMs: 9_000 } },
      wait: { kind: 'lease', owner: 'm7', untilMs: 9_000 },
    },
    {
      what: 'nothing of an expired lease',
      entry: { lease: { owner: 'm7', untilMs: 3_000 } },
      wait: { kind: 'retry' },
    },
    {
      what: 'the effect that AutoSys does not show',
      entry: { stage: 'accepted' },
      wait: { kind: 'effect', untilMs: 5_000 },
    },
    {
      what: 'an operator',
      entry: { stage: 'parked', parked: { code: 'X', reason: 'why' } },
      wait: { kind: 'person', text: 'parked (X): why' },
    },
    { what: 'nothing once it is confirmed', entry: { stage: 'confirmed' }, wait: undefined },
    {
      what: 'nothing once it is dismissed',
      entry: { stage: 'parked', dismissed: { by: 'x', note: 'y', atMs: 1 } },
      wait: undefined,
    },
  ])('is $what', ({ entry, nowMs = 3_000, wait }) => {
    const found = findPresentWait({ ...due(), ...entry }, nowMs);

    if (wait === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(wait);
  });

  test('is the recorded outage until its next try, if only the entry is known', () => {
    const held = aHeldEntry();

    expect(findPresentWait(held, 59_999)).toEqual(held.wait);
    expect(findPresentWait(held, 60_000)?.kind).toBe('drain');
  });

  test('is the outage that lasts, also for an entry that was recorded before it', () => {
    expect(findPresentWait(due(), 3_000, [outage])).toEqual({
      kind: 'login',
      sinceMs: 500,
      text: 'logins suspended since 1970-01-01T00:00:00.500Z: rejected',
    });
  });

  test('is not the recorded outage once it has ended', () => {
    const { lasts: _, ...ended } = { ...outage, untilMs: 2_500 };

    expect(findPresentWait(aHeldEntry(), 59_000, [ended])?.kind).toBe('retry');
  });
});
