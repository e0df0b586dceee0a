import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../../lambda/errors.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { createAttributeRun } from '../../../lambda/ledger/run-attribution.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import { aOneShotRequest } from './requests.ts';

const now = () => new Date(5_000);

/** A start of the job for run `of` of a workload, sent when the job had run number `beforeRun`. */
function aStart(of: string, beforeRun?: number): Entry {
  const job = beforeRun === undefined ? undefined : { active: false, run: beforeRun };
  return {
    ...aOneShotRequest({ run: of }),
    format: 1,
    stage: 'sending',
    dueMs: 0,
    tries: 0,
    history: [],
    sent: { sentMs: 0, ...(job && { job }) },
  };
}

async function failToWrite(): Promise<never> {
  throw new LedgerError({ doing: 'write a row', reason: 'simulated by the test' });
}

const anAttributeRun = () => createAttributeRun({ table: createMemoryTable({ now }), now });

describe('a run of an AutoSys job', () => {
  test('proves the first one-shot that it is attributed to, also repeatedly', async () => {
    const attributeRun = anAttributeRun();

    expect([
      await attributeRun(aStart('a', 7), '8'),
      await attributeRun(aStart('a', 7), '8'),
    ]).toEqual([true, true]);
  });

  test('does not prove a second one-shot', async () => {
    const attributeRun = anAttributeRun();
    await attributeRun(aStart('a', 7), '8');

    expect(await attributeRun(aStart('b', 7), '8')).toBe(false);
    expect(await attributeRun(aStart('c'), '8')).toBe(false);
  });

  test('that another one-shot saw before it was sent proves an earlier one-shot', async () => {
    const attributeRun = anAttributeRun();
    await attributeRun(aStart('b', 8), '9');

    expect(await attributeRun(aStart('a', 7), '9')).toBe(true);
    expect(await attributeRun(aStart('c', 7), '8')).toBe(false);
  });

  test('proves no earlier one-shot if the caller asks for this run only', async () => {
    const attributeRun = anAttributeRun();
    await attributeRun(aStart('b', 8), '9');

    expect(await attributeRun(aStart('a', 7), '9', { orEarlier: false })).toBe(false);
    expect(await attributeRun(aStart('c', 7), '8', { orEarlier: false })).toBe(true);
  });

  test.for([
    { by: 'the same one-shot', of: 'a', proves: true },
    { by: 'another one-shot', of: 'b', proves: false },
  ])(
    'is attributed by the stored row if a write of unknown outcome finds the row of $by',
    async ({ of, proves }, { expect }) => {
      const table = createMemoryTable({ now });
      await createAttributeRun({ table, now })(aStart(of, 7), '8');
      const attributeRun = createAttributeRun({ table: { ...table, put: failToWrite }, now });

      expect(await attributeRun(aStart('a', 7), '8')).toBe(proves);
    },
  );

  test('proves nothing if a write of unknown outcome has left no row', async () => {
    const table = { ...createMemoryTable({ now }), put: failToWrite };

    await expect(createAttributeRun({ table, now })(aStart('a', 7), '8')).rejects.toThrow(
      LedgerError,
    );
  });
});
