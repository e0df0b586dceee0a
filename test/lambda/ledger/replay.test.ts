import { describe, expect, test } from 'vitest';
import { admit, resume } from '../../../lambda/ledger/admit.ts';
import { toKey, toRow } from '../../../lambda/ledger/entry-row.ts';
import { replayEntry } from '../../../lambda/ledger/replay.ts';
import { park } from '../../../lambda/ledger/settle.ts';
import { aRig, dayMs } from '../delivery/rig.ts';
import { aContext, aOneShotRequest, aStateRequest } from './requests.ts';

function parked(request = aStateRequest()) {
  const claimed = admit(undefined, request, aContext());
  if (claimed.kind !== 'take') throw new Error(claimed.kind);
  return park({ ...claimed.entry, tries: 7 }, 3_000, { code: 'AUTOSYS_REFUSED', reason: 'no' });
}

describe('a replayed entry', () => {
  test('is due now, without its tries and its reason', () => {
    const replayed = replayEntry(parked(), 9_000, 'ops');

    expect(replayed).toMatchObject({ stage: 'due', dueMs: 9_000, tries: 0 });
    expect(replayed).not.toHaveProperty('parked');
    expect(replayed.history.at(-1)).toEqual({ atMs: 9_000, text: 'replayed by ops' });
  });

  test('has a new deadline', () => {
    const nowMs = 10 * dayMs;
    const later = aContext({ nowMs: nowMs + 3 * dayMs });

    expect(resume(replayEntry(parked(), nowMs, 'ops'), later).kind).toBe('take');
    expect(resume({ ...parked(), stage: 'due' }, later).kind).toBe('park');
  });

  test('of a one-shot is sent again without a read-back', () => {
    const entry = parked(aOneShotRequest());
    expect(entry).toHaveProperty('sent');

    const replayed = replayEntry(entry, 9_000, 'ops');

    expect(replayed).not.toHaveProperty('sent');
    expect(resume(replayed, aContext({ nowMs: 9_500 }))).toMatchObject({
      kind: 'take',
      readBackFirst: false,
      entry: { stage: 'sending', sent: { sentMs: 9_500 } },
    });
  });

  test.for([
    { kind: 'state', request: aStateRequest() },
    { kind: 'once', request: aOneShotRequest() },
  ])('of kind $kind is sent once by the next drain', async ({ request }) => {
    const rig = aRig();
    const key = toKey(request);
    await rig.table.put(toRow(parked(request), 3_000), undefined);
    rig.advance(10 * dayMs);
    const row = await rig.table.get(key);
    const nowMs = rig.now().getTime();

    await rig.table.put(toRow(replayEntry(parked(request), nowMs, 'ops'), nowMs), row?.revision);
    await rig.open().drain();
    await rig.open().drain();

    expect(rig.autosys.sent).toHaveLength(1);
    expect((await rig.entry(request))?.stage).toBe('confirmed');
  });
});
