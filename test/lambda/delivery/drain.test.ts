import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { parseGlobalName, parseJobName } from '../../../autosys/names.ts';
import type { DrainResult } from '../../../lambda/delivery/drain.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import type { EffectRequest } from '../../../lambda/ledger/admit.ts';
import { agendaLists, toListPartition } from '../../../lambda/ledger/agenda.ts';
import { toKey } from '../../../lambda/ledger/entry-row.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { leaseMs } from '../../../lambda/policies.ts';
import { readDue, readParked } from '../../support/table.ts';
import { aOneShotRequest, aStateRequest } from '../ledger/requests.ts';
import { ace, aRig, dayMs, deadlineMs, unreachable } from './rig.ts';

const away = { name: 'E', code: 'E', message: 'connection refused' };

/** A request for another target. */
function aRequestFor(
  target: number,
  over: Parameters<typeof aStateRequest>[0] = {},
): EffectRequest {
  const request = aStateRequest(over);
  const globalVariable = parseGlobalName(`AWS_${target}`);
  return { ...request, event: { kind: 'SET_GLOBAL', globalVariable, value: toValue(request) } };
}

function toValue({ event }: EffectRequest) {
  if (event.kind !== 'SET_GLOBAL') throw new Error(event.kind);
  return event.value;
}

/** A rig whose circuit breaker opened before the given number of targets was requested. */
async function anOutage(targets: number) {
  const rig = aRig();
  const sandbox = rig.open();
  await sandbox.circuitBreakers.failed(ace, { kind: 'unreached', error: away, lockedOut: true });
  for (let target = 0; target < targets; target += 1) await sandbox.work(aRequestFor(target));
  expect(rig.autosys.sent).toEqual([]);
  return rig;
}

describe('the drain', () => {
  test.for([0, 1, 25, 26, 60])('executes all due entries, over all pages: %d', async (count) => {
    const rig = await anOutage(count);
    rig.advance(60_000);

    const drained = await rig.open().drain();

    expect(drained.map((one) => one.kind === 'worked' && one.outcome.kind)).toEqual(
      Array.from({ length: count }, () => 'confirmed'),
    );
    expect(await readDue(rig.table)).toEqual([]);
  });

  test('spends no rate on rows of newer software', async () => {
    const rig = await anOutage(2);
    const expiresAt = new Date('2100-01-01');
    for (let at = 0; at < 1_000; at += 1) {
      const key = `state ACE global ${at}`;
      const agenda = { list: toListPartition(agendaLists.due(ace), key), at: new Date(at) };
      await rig.table.put({ key, body: { format: 2 }, agenda, expiresAt }, undefined);
    }
    rig.advance(60_000);
    const begunAt = rig.now().getTime();

    const drained = await rig.open().drain();

    expect(drained.filter(({ kind }) => kind === 'failed')).toHaveLength(1_000);
    expect(rig.autosys.values).toHaveLength(2);
    expect(rig.now().getTime() - begunAt).toBeLessThan(1_000);
  });

  test('keeps the beginning and the last attempt of a long outage in the history', async () => {
    const rig = aRig();
    const sandbox = rig.open();
    rig.autosys.answers.push(...Array.from({ length: 40 }, unreachable));
    await sandbox.work(aStateRequest());
    for (let drains = 0; drains < 30; drains += 1) {
      rig.advance(360_000);
      await sandbox.drain();
    }

    const entry = await rig.entry(aStateRequest());

    const away = expect.stringMatching(/^not reached: .*connection refused$/);
    const up = 'claimed: to be sent now';
    expect(entry?.tries).toBe(31);
    expect(entry?.history.map(({ text }) => text)).toEqual([
      'requested by settlement run-a RUNNING (route settlement, event e1)',
      ...[up, away, up, away],
    ]);
    expect(entry?.history[1]?.atMs).toBe(10_000);
    expect(entry?.history.at(-1)?.atMs).toBe(rig.now().getTime());
  });

  test('sends only the newest state of each target', async () => {
    const rig = await anOutage(2);
    await rig.open().work(aRequestFor(0, { status: 'SUCCEEDED' }));
    rig.advance(60_000);

    await rig.open().drain();

    expect([...rig.autosys.values].sort()).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  test('begins with the oldest entry', async () => {
    const rig = aRig();
    rig.autosys.answers.push(unreachable(), unreachable());
    await rig.open().work(aRequestFor(7));
    rig.advance(1_000);
    await rig.open().work(aRequestFor(3));
    rig.advance(60_000);

    await rig.open().drain();

    expect(
      rig.autosys.sent.map((event) => 'globalVariable' in event && event.globalVariable),
    ).toEqual(['AWS_7', 'AWS_3', 'AWS_7', 'AWS_3']);
  });

  test('leaves entries that are not due, and entries under a lease', async () => {
    const rig = aRig();
    rig.autosys.answers.push(unreachable());
    await rig.open().work(aRequestFor(1));
    await rig.open().admit(aRequestFor(2));

    expect(await rig.open().drain()).toEqual([]);
    rig.advance(leaseMs);
    expect(await rig.open().drain()).toHaveLength(2);
  });

  test('sends a chain in its order within one drain, in whatever order it is due', async () => {
    const rig = aRig();
    const keys = [3, 2, 1].map((target) => toKey(aRequestFor(target)));
    await rig.keep(aRequestFor(1), { dueMs: 10_000, after: keys.slice(0, 2) });
    await rig.keep(aRequestFor(2), { dueMs: 11_000, after: keys.slice(0, 1) });
    await rig.keep(aRequestFor(3), { dueMs: 12_000 });
    rig.advance(60_000);

    await rig.open().drain();

    expect(
      rig.autosys.sent.map((event) => 'globalVariable' in event && event.globalVariable),
    ).toEqual(['AWS_3', 'AWS_2', 'AWS_1']);
    expect(await readDue(rig.table)).toEqual([]);
  });

  test('spends no rate on waiting entries when many chains are due at once', async () => {
    const rig = await anOutage(0);
    for (let chain = 0; chain < 60; chain += 1) {
      // By their keys one-shots come before variables.
      const start: EffectRequest = {
        ...aOneShotRequest(),
        event: { kind: 'FORCE_STARTJOB', job: parseJobName(`J${chain}`) },
        after: [toKey(aRequestFor(chain))],
      };
      await rig.open().work(aRequestFor(chain));
      await rig.open().work(start);
    }
    rig.advance(60_000);
    const begunAt = rig.now().getTime();

    await rig.open().drain();

    expect(rig.autosys.sent).toHaveLength(120);
    expect(rig.now().getTime() - begunAt).toBe(12_000);
  });

  test('leaves an entry whose predecessor cannot be sent, and ends', async () => {
    const rig = aRig();
    await rig.keep(aRequestFor(1), { after: [toKey(aRequestFor(2))] });
    await rig.keep(aRequestFor(2), { dueMs: 11_000 });
    rig.advance(60_000);
    rig.autosys.answers.push(unreachable());

    await rig.open().drain();

    expect(rig.autosys.sent).toHaveLength(1);
    expect(await readDue(rig.table)).toMatchObject([{ tries: 0 }, { tries: 1 }]);
  });

  test('does not retry an entry that failed in this drain', async () => {
    const rig = await anOutage(2);
    rig.advance(60_000);
    rig.autosys.answers.push('lose', 'lose', 'lose', 'lose');

    const drained = await rig.open().drain();

    expect(drained).toMatchObject([
      { entry: { stage: 'accepted' }, outcome: { kind: 'waiting', code: 'BRIDGE_NOT_VISIBLE' } },
      { entry: { stage: 'accepted' } },
    ]);
  });

  test('stops after one attempt when AutoSys is down', async () => {
    const rig = await anOutage(30);
    rig.advance(60_000);
    rig.autosys.answers.push(unreachable());

    const drained = await rig.open().drain();

    expect(drained).toMatchObject([{ outcome: { kind: 'waiting' } }]);
    expect(rig.autosys.sent).toHaveLength(1);
    expect(await readDue(rig.table)).toHaveLength(30);
  });

  test('sends no request while the circuit breaker is open', async () => {
    const rig = await anOutage(3);

    expect(await rig.open().drain()).toEqual([]);
    expect(rig.autosys.sent).toEqual([]);
  });

  test('stops when its time is over, and leaves the rest unchanged', async () => {
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

  test('reports a row that it cannot parse, and goes on with the rest', async () => {
    const rig = await anOutage(2);
    const key = 'state ACE global AWS_FUTURE';
    const agenda = { list: toListPartition(agendaLists.due('ACE'), key), at: new Date(0) };
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

  test('parks an entry past its deadline instead of sending it late, and sends the rest', async () => {
    const rig = await anOutage(3);
    await rig.open().work(aOneShotRequest());
    rig.advance(deadlineMs);
    const nowMs = rig.now().getTime();
    const fresh = aRequestFor(9);
    await rig.open().circuitBreakers.failed(ace, { kind: 'unreached', error: away });
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

/**
 * The AutoSys of the rig; each send takes some turns of the event loop. It records the concurrency.
 */
function aBusyPort(rig: ReturnType<typeof aRig>) {
  let busy = 0;
  const atOnce: number[] = [];
  const port: typeof rig.autosys.port = {
    ...rig.autosys.port,
    sendEvent: async (event, options) => {
      busy += 1;
      atOnce.push(busy);
      for (let turn = 0; turn < 20; turn += 1) await nextTurn();
      try {
        return await rig.autosys.port.sendEvent(event, options);
      } finally {
        busy -= 1;
      }
    },
  };
  return { port, atOnce };
}

const toNames = ({ sent }: ReturnType<typeof aRig>['autosys']) =>
  sent.map((event) => 'globalVariable' in event && event.globalVariable);

describe('the concurrency of the drain', () => {
  test.for([
    { concurrency: 1, most: 1 },
    { concurrency: 4, most: 4 },
    { concurrency: undefined, most: 10 },
  ])('are as many as told, $lanes, and never more than $most', async ({ concurrency, most }) => {
    const rig = await anOutage(30);
    rig.advance(60_000);
    const { port, atOnce } = aBusyPort(rig);

    const drained = await rig.open({ port, ...(concurrency && { concurrency }) }).drain();

    expect(Math.max(...atOnce)).toBe(most);
    expect(drained).toHaveLength(30);
    expect(await readDue(rig.table)).toEqual([]);
  });

  test('starts in the order of the agenda, each entry once', async () => {
    const rig = aRig();
    rig.autosys.answers.push(...Array.from({ length: 12 }, unreachable));
    const order = [4, 9, 0, 11, 2, 7, 1, 10, 3, 8, 5, 6];
    for (const target of order) {
      await rig.open().work(aRequestFor(target));
      await rig.open().circuitBreakers.succeeded(ace);
      rig.advance(1_000);
    }
    rig.autosys.sent.length = 0;
    rig.advance(60_000);

    await rig.open({ concurrency: 4, port: aBusyPort(rig).port }).drain();

    expect(toNames(rig.autosys)).toEqual(order.map((target) => `AWS_${target}`));
  });

  test('rises only after AutoSys has answered one entry', async () => {
    const rig = await anOutage(5);
    rig.advance(60_000);
    const { port, atOnce } = aBusyPort(rig);

    await rig.open({ port }).drain();

    expect(atOnce).toEqual([1, 1, 2, 3, 4]);
  });

  test('sends only what is under way when AutoSys goes down', async () => {
    const rig = await anOutage(60);
    rig.advance(60_000);
    const { port } = aBusyPort(rig);
    const away = Array.from({ length: 60 }, unreachable);
    rig.autosys.meanwhile.push(
      async () => {},
      async () => {
        rig.autosys.answers.push(...away);
      },
    );

    await rig.open({ port, concurrency: 5 }).drain();

    const failuresToOpen = 3;
    expect(rig.autosys.sent.length).toBeLessThanOrEqual(1 + 5 + failuresToOpen);
    expect(await readDue(rig.table)).toHaveLength(59);
  });

  test('starts nothing more when the time is over, and finishes what has begun', async () => {
    const rig = await anOutage(20);
    rig.advance(60_000);
    const invocation = new AbortController();
    rig.autosys.meanwhile.push(
      async () => {},
      async () => invocation.abort(),
    );
    const { port, atOnce } = aBusyPort(rig);

    const drained = await rig.open({ port, concurrency: 5 }).drain(invocation.signal);

    expect(drained).toHaveLength(atOnce.length);
    expect(atOnce.length).toBeLessThanOrEqual(1 + 5);
    expect(await readDue(rig.table)).toHaveLength(20 - drained.length);
  });

  test('reports all finished entries when the table fails', async () => {
    // More than one page in each partition of the list.
    const rig = await anOutage(80);
    rig.advance(60_000);
    const table: Table = {
      ...rig.table,
      agenda: async (list, options) => {
        if (options.from === undefined) return rig.table.agenda(list, options);
        throw new LedgerError({ doing: 'read the agenda', reason: 'throttled' });
      },
    };
    const told: DrainResult[] = [];

    const drained = rig.open({ table, port: aBusyPort(rig).port }).drain(undefined, told);

    await expect(drained).rejects.toThrow('throttled');
    expect(told.length).toBeGreaterThanOrEqual(25);
    expect(told).toHaveLength(rig.autosys.values.length);
  });

  test('keeps the rate of one task', async () => {
    const rig = await anOutage(30);
    rig.advance(60_000);
    const startedMs = rig.now().getTime();

    await rig.open({ port: aBusyPort(rig).port }).drain();

    expect(rig.now().getTime() - startedMs).toBe(3_000);
  });
});
