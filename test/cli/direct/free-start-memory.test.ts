import { expect, test } from 'vitest';
import { collectRarely, freeStartMemory } from '../../../cli/direct/free-start-memory.ts';

test('collects after the first, second, fourth and eighth answer, and passes answers on', async () => {
  const collectedAfter: number[] = [];
  let asked = 0;
  const ask = collectRarely(
    async (add: number) => {
      asked += 1;
      return asked + add;
    },
    () => collectedAfter.push(asked),
  );

  const answers = [];
  for (let count = 0; count < 9; count += 1) answers.push(await ask(100));

  expect(collectedAfter).toEqual([1, 2, 4, 8]);
  expect(answers).toEqual([101, 102, 103, 104, 105, 106, 107, 108, 109]);
});

test('does not count a call that rejects', async () => {
  let collections = 0;
  const ask = collectRarely(
    () => Promise.reject(new Error('no')),
    () => {
      collections += 1;
    },
  );

  await expect(ask()).rejects.toThrow('no');
  expect(collections).toBe(0);
});

test('frees what is no longer used', () => {
  const used = () => process.memoryUsage().heapUsed;
  let kept: unknown = Array.from({ length: 200_000 }, (_, at) => ({ at }));
  const before = used();
  expect(kept).toHaveLength(200_000);
  kept = undefined;

  freeStartMemory();

  expect(used()).toBeLessThan(before - 4_000_000);
});
