import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../../lambda/ledger/entry.ts';
import { parseEntry, toKey, toRow } from '../../../../lambda/ledger/entry-row.ts';
import { createMemoryTable } from '../../../../lambda/ledger/store/memory-table.ts';
import { toStartRequest } from '../../../../lambda/request/effect-request.ts';
import type { RequestFailure, RequestResult } from '../../../../lambda/request/result.ts';
import { toStartFacts } from '../../../../lambda/request/wait/start-facts.ts';
import { createStopStart } from '../../../../lambda/request/wait/stop-start.ts';
import { aStoredRequest, nightMs } from './rig.ts';

const timeout = aFailure('AutoSys.Timeout');
const rejected = aFailure('AutoSys.Rejected');

function aFailure(failure: RequestFailure): RequestResult {
  return { kind: 'failure', failure, cause: 'a cause' };
}

/**
 * The check over a ledger with the entry of a start, or without one.
 *
 * @param stored the entry in the ledger, if it has changed since the wait read it
 */
async function aRig(over?: Partial<Entry>, stored = over) {
  const now = () => new Date(nightMs);
  const table = createMemoryTable({ now });
  const request = aStoredRequest();
  const start = toStartRequest(request);
  if (start === undefined) throw new Error('the request sends no start');
  const entry: Entry = {
    ...{ format: 1, ...start, stage: 'due', dueMs: nightMs, tries: 0, history: [] },
    ...over,
  };
  if (stored) await table.put(toRow({ ...entry, ...stored }, nightMs), undefined);
  const stopStart = createStopStart({ table, now, newLeaseId: () => 'wait-function' });
  const facts = over ? toStartFacts(entry, false) : ({ kind: 'absent' } as const);
  return {
    ask: (result: RequestResult, { wait = request.wait } = request) => {
      if (wait === undefined) throw new Error('the request has no wait');
      return stopStart({ facts, start, ...(over && { entry }) }, { wait, result });
    },
    read: async () => {
      const row = await table.get(toKey(start));
      return row && parseEntry(row);
    },
  };
}

describe('a start that is not in the ledger', () => {
  test('cannot be recorded any more, so the wait ends', async () => {
    const rig = await aRig();

    expect(await rig.ask(timeout)).toBe(true);
    expect(await rig.read()).toMatchObject({
      stage: 'confirmed',
      history: [{}, { text: 'discarded: its request has ended' }],
    });
  });

  test('is left to the function that has recorded it since', async () => {
    const rig = await aRig(undefined, { stage: 'due' });

    expect(await rig.ask(timeout)).toBe(false);
    expect(await rig.read()).toMatchObject({ stage: 'due' });
  });

  test('needs no record if the job was never read', async () => {
    const rig = await aRig();
    const { before: _, ...wait } = aStoredRequest().wait ?? {};

    expect(await rig.ask(timeout, { wait } as never)).toBe(true);
    expect(await rig.read()).toBeUndefined();
  });
});

describe('a start that is due', () => {
  test('is withdrawn, and the wait ends', async () => {
    const rig = await aRig({ stage: 'due' });

    expect(await rig.ask(rejected)).toBe(true);
    expect(await rig.read()).toMatchObject({
      stage: 'confirmed',
      history: [{ text: 'discarded: its request has ended' }],
    });
  });

  test('is left to the function that has claimed it', async () => {
    const lease = { owner: 'drain', untilMs: nightMs + 1 };
    const rig = await aRig({ stage: 'due', lease });

    expect(await rig.ask(timeout)).toBe(false);
    expect(await rig.read()).toMatchObject({ stage: 'due', lease });
  });

  test('is withdrawn once the function that had claimed it has ended', async () => {
    const rig = await aRig({ stage: 'due', lease: { owner: 'drain', untilMs: nightMs } });

    expect(await rig.ask(timeout)).toBe(true);
    expect(await rig.read()).toMatchObject({ stage: 'confirmed' });
  });

  test('is left to a function that has begun to send it since', async () => {
    const rig = await aRig({ stage: 'due' }, { stage: 'sending' });

    expect(await rig.ask(timeout)).toBe(false);
    expect(await rig.read()).toMatchObject({ stage: 'sending' });
  });
});

describe('a start that may have been sent', () => {
  test('decides first while a function works on it', async () => {
    const lease = { owner: 'drain', untilMs: nightMs + 1 };
    const rig = await aRig({ stage: 'sending', lease });

    expect(await rig.ask(timeout)).toBe(false);
  });

  test.for([
    ['lets the wait end at its timeout', timeout, true],
    ['decides before any other failure', rejected, false],
    ['decides before an answer', { kind: 'answer', answer: { status: 'SUCCESS' } }, false],
  ] as const)('%s', async ([, result, mayEnd]) => {
    const rig = await aRig({ stage: 'sending' });

    expect(await rig.ask(result)).toBe(mayEnd);
    expect(await rig.read()).toMatchObject({ stage: 'sending' });
  });
});

test.for([
  ['accepted', { stage: 'accepted', sent: { sentMs: nightMs, acceptedMs: nightMs } }],
  ['parked', { stage: 'parked', parked: { code: 'BRIDGE_DEADLINE', reason: 'too late' } }],
] as const)('a start that is %s is not sent any more', async ([, over]) => {
  const rig = await aRig(over as Partial<Entry>);

  expect(await rig.ask(timeout)).toBe(true);
});
