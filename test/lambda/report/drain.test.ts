import { describe, expect, test } from 'vitest';
import { parseGlobalName } from '../../../autosys/names.ts';
import type { Wish } from '../../../lambda/report/ledger/offer.ts';
import { agendaLists } from '../../../lambda/report/ledger/rows.ts';
import { readDue, readParked } from '../../support/table.ts';
import { aOnceWish, aStateWish } from './ledger/wishes.ts';
import { ace, aRig, dayMs, deadlineMs, leaseMs, unreachable } from './rig.ts';

const away = { name: 'E', code: 'E', message: 'connection refused' };

/** A wish for another target. */
function aWishFor(target: number, over: Parameters<typeof aStateWish>[0] = {}): Wish {
  const wish = aStateWish(over);
  const globalVariable = parseGlobalName(`AWS_${target}`);
  return { ...wish, event: { kind: 'SET_GLOBAL', globalVariable, value: toValue(wish) } };
}

function toValue({ event }: Wish) {
  if (event.kind !== 'SET_GLOBAL') throw new Error(event.kind);
  return event.value;
}

/** A rig whose gate closed before so many targets were asked for. */
async function anOutage(targets: number) {
  const rig = aRig();
  const sandbox = rig.open();
  await sandbox.gates.failed(ace, { kind: 'unreached', error: away, lockedOut: true });
  for (let target = 0; target < targets; target += 1) await sandbox.work(aWishFor(target));
  expect(rig.autosys.sent).toEqual([]);
  return rig;
}

describe('the drain', () => {
  test.for([0, 1, 25, 26, 60])(
    'brings about all that is due, over all pages: %d',
    async (count) => {
      const rig = await anOutage(count);
      rig.advance(60_000);

      const drained = await rig.open().drain();

      expect(drained.map((one) => one.kind === 'worked' && one.outcome.kind)).toEqual(
        Array.from({ length: count }, () => 'confirmed'),
      );
      expect(await readDue(rig.table)).toEqual([]);
    },
  );

  test('sends only the newest state of each target', async () => {
    const rig = await anOutage(2);
    await rig.open().work(aWishFor(0, { status: 'SUCCEEDED' }));
    rig.advance(60_000);

    await rig.open().drain();

    expect([...rig.autosys.values].sort()).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  test('begins with what has waited longest', async () => {
    const rig = aRig();
    rig.autosys.answers.push(unreachable(), unreachable());
    await rig.open().work(aWishFor(7));
    rig.advance(1_000);
    await rig.open().work(aWishFor(3));
    rig.advance(60_000);

    await rig.open().drain();

    expect(
      rig.autosys.sent.map((event) => 'globalVariable' in event && event.globalVariable),
    ).toEqual(['AWS_7', 'AWS_3', 'AWS_7', 'AWS_3']);
  });

  test('leaves alone what is not yet due, and what somebody works on until his lease runs out', async () => {
    const rig = aRig();
    rig.autosys.answers.push(unreachable());
    await rig.open().work(aWishFor(1));
    await rig.open().offer(aWishFor(2));

    expect(await rig.open().drain()).toEqual([]);
    rig.advance(leaseMs);
    expect(await rig.open().drain()).toHaveLength(2);
  });

  test('does not take up again what fails meanwhile', async () => {
    const rig = await anOutage(2);
    rig.advance(60_000);
    rig.autosys.answers.push('lose', 'lose', 'lose', 'lose');

    const drained = await rig.open().drain();

    expect(drained).toMatchObject([
      { entry: { stage: 'accepted' }, outcome: { kind: 'waiting', code: 'BRIDGE_NOT_VISIBLE' } },
      { entry: { stage: 'accepted' } },
    ]);
  });

  test('stops when AutoSys is away, after one try, whatever waits', async () => {
    const rig = await anOutage(30);
    rig.advance(60_000);
    rig.autosys.answers.push(unreachable());

    const drained = await rig.open().drain();

    expect(drained).toMatchObject([{ outcome: { kind: 'waiting' } }]);
    expect(rig.autosys.sent).toHaveLength(1);
    expect(await readDue(rig.table)).toHaveLength(30);
  });

  test('does not come near AutoSys while the gate is closed', async () => {
    const rig = await anOutage(3);

    expect(await rig.open().drain()).toEqual([]);
    expect(rig.autosys.sent).toEqual([]);
  });

  test('stops when its time is over, and leaves the rest as it was', async () => {
    const rig = await anOutage(3);
    rig.advance(60_000);
    const invocation = new AbortController();
    rig.autosys.meanwhile.push(async () => invocation.abort());

    const drained = await rig.open().drain(invocation.signal);

    expect(drained).toHaveLength(1);
    expect(await readDue(rig.table)).toHaveLength(2);
  });

  test('keeps to its rate', async () => {
    const rig = await anOutage(10);
    rig.advance(60_000);
    const startedMs = rig.now().getTime();

    await rig.open().drain();

    expect(rig.now().getTime() - startedMs).toBe(1_000);
  });

  test('tells of a row that it cannot read, and goes on with the rest', async () => {
    const rig = await anOutage(2);
    const key = 'state ACE global AWS_FUTURE';
    const agenda = { list: agendaLists.due('ACE'), at: new Date(0) };
    await rig.table.put({ key, body: { format: 2 }, agenda, expiresAt: new Date(1e12) }, undefined);
    rig.advance(60_000);

    const drained = await rig.open().drain();

    expect(drained).toMatchObject([
      { kind: 'failed', key, error: { code: 'BRIDGE_LEDGER' } },
      { kind: 'worked', outcome: { kind: 'confirmed' } },
      { kind: 'worked', outcome: { kind: 'confirmed' } },
    ]);
    expect((await rig.table.get(key))?.body).toEqual({ format: 2 });
  });

  test('parks what has waited beyond its deadline instead of sending it late, and sends the rest', async () => {
    const rig = await anOutage(3);
    await rig.open().work(aOnceWish());
    rig.advance(deadlineMs);
    const nowMs = rig.now().getTime();
    const fresh = aWishFor(9);
    await rig.open().gates.failed(ace, { kind: 'unreached', error: away });
    await rig.open().work({ ...fresh, cause: { ...fresh.cause, seenMs: nowMs } });
    rig.advance(dayMs / 2);

    const drained = await rig.open().drain();

    expect(drained.map((one) => one.kind === 'worked' && one.outcome.kind)).toEqual([
      'parked',
      'parked',
      'parked',
      'parked',
      'confirmed',
    ]);
    expect((await readParked(rig.table)).map(({ parked }) => parked?.code)).toEqual(
      Array.from({ length: 4 }, () => 'BRIDGE_DEADLINE'),
    );
    expect(rig.autosys.sent).toMatchObject([{ globalVariable: 'AWS_9' }]);
  });
});
