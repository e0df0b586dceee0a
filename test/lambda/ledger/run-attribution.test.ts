import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../../lambda/errors.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { createAttributeRun } from '../../../lambda/ledger/run-attribution.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import { aOneShotRequest } from './requests.ts';

const now = () => new Date(5_000);

/** A start of the same job for another run of a workload, sent when the job had this number. */
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
  throw new LedgerError({ doing: 'write a row', reason: 'said by the test' });
}

const aCredit = () => createAttributeRun({ table: createMemoryTable({ now }), now });

describe('a run of an AutoSys job', () => {
  test('proves the first one-off that asks for it, however often', async () => {
    const credit = aCredit();

    expect([await credit(aStart('a', 7), '8'), await credit(aStart('a', 7), '8')]).toEqual([
      true,
      true,
    ]);
  });

  test('refuses to prove a second one-off', async () => {
    const credit = aCredit();
    await credit(aStart('a', 7), '8');

    expect(await credit(aStart('b', 7), '8')).toBe(false);
    expect(await credit(aStart('c'), '8')).toBe(false);
  });

  test('that another one-off saw before it was sent proves the one that was sent before it', async () => {
    const credit = aCredit();
    await credit(aStart('b', 8), '9');

    expect(await credit(aStart('a', 7), '9')).toBe(true);
    expect(await credit(aStart('c', 7), '8')).toBe(false);
  });

  test.for([
    { by: 'the same one-off', of: 'a', proves: true },
    { by: 'another one-off', of: 'b', proves: false },
  ])(
    'is judged by what stands there when a write of unknown outcome meets the credit of $by',
    async ({ of, proves }, { expect }) => {
      const table = createMemoryTable({ now });
      await createAttributeRun({ table, now })(aStart(of, 7), '8');
      const credit = createAttributeRun({ table: { ...table, put: failToWrite }, now });

      expect(await credit(aStart('a', 7), '8')).toBe(proves);
    },
  );

  test('proves nothing when a write of unknown outcome has left no credit', async () => {
    const table = { ...createMemoryTable({ now }), put: failToWrite };

    await expect(createAttributeRun({ table, now })(aStart('a', 7), '8')).rejects.toThrow(
      LedgerError,
    );
  });
});
