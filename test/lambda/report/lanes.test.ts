import { expect, test } from 'vitest';
import { createLanes } from '../../../lambda/report/lanes.ts';

/** Work that ends when told, and notes that it began. */
function aWork(begun: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const work = async () => {
    begun.push(name);
    await promise;
  };
  return { work, end: resolve };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('work in one lane goes one by one, in calling order', async () => {
  const lanes = createLanes();
  const begun: string[] = [];
  const [first, second] = [aWork(begun, 'first'), aWork(begun, 'second')];

  const all = [lanes.run(['x'], first.work), lanes.run(['x'], second.work)];
  await settled();
  expect(begun).toEqual(['first']);

  first.end();
  await settled();
  expect(begun).toEqual(['first', 'second']);
  second.end();
  await Promise.all(all);
});

test('work in other lanes does not wait, and work in two lanes waits for both', async () => {
  const lanes = createLanes();
  const begun: string[] = [];
  const [x, y, both] = [aWork(begun, 'x'), aWork(begun, 'y'), aWork(begun, 'both')];

  const all = [
    lanes.run(['x'], x.work),
    lanes.run(['y'], y.work),
    lanes.run(['x', 'y'], both.work),
  ];
  await settled();
  expect(begun).toEqual(['x', 'y']);

  x.end();
  await settled();
  expect(begun).toEqual(['x', 'y']);

  y.end();
  both.end();
  await Promise.all(all);
  expect(begun).toEqual(['x', 'y', 'both']);
});

test('a lane goes on after work that failed', async () => {
  const lanes = createLanes();

  const failed = lanes.run(['x'], () => Promise.reject(new Error('no')));

  await expect(failed).rejects.toThrow('no');
  expect(await lanes.run(['x'], async () => 'next')).toBe('next');
});
