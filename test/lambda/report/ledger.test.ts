import { describe, expect, test } from 'vitest';
import { createMemoryLedger } from '../../../lambda/report/ledger.ts';

describe('the ledger of one sandbox', () => {
  test('gives a new effect to the first who asks, and says begun to the second', async () => {
    const ledger = createMemoryLedger();

    expect(await ledger.claim('k', false)).toEqual({ kind: 'ours' });
    expect(await ledger.claim('k', false)).toEqual({ kind: 'begun' });
  });

  test('says begun of a redelivered effect it has never heard of', async () => {
    expect(await createMemoryLedger().claim('k', true)).toEqual({ kind: 'begun' });
  });

  test.for(['accepted', 'confirmed'] as const)(
    'remembers that an effect is %s',
    async (progress) => {
      const ledger = createMemoryLedger();
      await ledger.claim('k', false);

      await ledger.note('k', progress);

      expect(await ledger.claim('k', true)).toEqual({ kind: progress });
    },
  );

  test('gives an effect out again once its claim is taken back', async () => {
    const ledger = createMemoryLedger();
    await ledger.claim('k', false);

    await ledger.note('k', 'open');

    expect(await ledger.claim('k', false)).toEqual({ kind: 'ours' });
  });

  test('forgets the oldest beyond its capacity', async () => {
    const ledger = createMemoryLedger(2);
    for (const key of ['a', 'b', 'c']) await ledger.claim(key, false);

    expect(await ledger.claim('b', false)).toEqual({ kind: 'begun' });
    expect(await ledger.claim('a', false)).toEqual({ kind: 'ours' });
  });
});
