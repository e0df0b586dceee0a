import { describe, expect, test } from 'vitest';
import { offer, resume } from '../../../../lambda/report/ledger/offer.ts';
import { replay } from '../../../../lambda/report/ledger/replay.ts';
import { park } from '../../../../lambda/report/ledger/settle.ts';
import { anAsker, aOnceWish, aStateWish } from './wishes.ts';

const day = 86_400_000;

function parked(wish = aStateWish()) {
  const taken = offer(undefined, wish, anAsker());
  if (taken.kind !== 'take') throw new Error(taken.kind);
  return park({ ...taken.entry, tries: 7 }, 3_000, { code: 'AUTOSYS_REFUSED', reason: 'no' });
}

describe('a replayed entry', () => {
  test('is due now, without its tries and its reason', () => {
    const replayed = replay(parked(), 9_000, 'ops');

    expect(replayed).toMatchObject({ stage: 'due', dueMs: 9_000, tries: 0 });
    expect(replayed).not.toHaveProperty('parked');
    expect(replayed.story.at(-1)).toEqual({ atMs: 9_000, text: 'replayed by ops' });
  });

  test('has its whole deadline before it again', () => {
    const nowMs = 10 * day;
    const later = anAsker({ nowMs: nowMs + 3 * day });

    expect(resume(replay(parked(), nowMs, 'ops'), later).kind).toBe('take');
    expect(resume({ ...parked(), stage: 'due' }, later).kind).toBe('park');
  });

  test('of a one-off is sent afresh, without a look at what may have become of it', () => {
    const entry = parked(aOnceWish());
    expect(entry).toHaveProperty('before');

    const replayed = replay(entry, 9_000, 'ops');

    expect(replayed).not.toHaveProperty('before');
    expect(resume(replayed, anAsker({ nowMs: 9_500 }))).toMatchObject({
      kind: 'take',
      lookFirst: false,
      entry: { stage: 'sending', before: { sentMs: 9_500 } },
    });
  });
});
