import { expect, test } from 'vitest';
import { createUnitCount } from '../../bench/launch/counted-table.ts';
import { toGoalAims, toGoalTable } from '../../bench/launch/goals.ts';
import { sumPrivateMemory } from '../../bench/launch/waiter-process.ts';
import { toHeldCost, toWaitingCost } from '../../bench/launch/waiting-cost.ts';

test('prints a missed goal as missed', () => {
  const figures = [
    { what: 'requests', found: 159, goal: { text: '≤ 165', atMost: 165 } },
    {
      what: 'memory, MB',
      found: 20,
      against: ['bare', 10] as const,
      goal: { text: '≤ 1.3 × bare', value: 2, atMost: 1.3 },
    },
    { what: 'with got', found: 21 },
  ];

  expect(toGoalTable(figures).rows).toEqual([
    ['requests', 159, '–', '–', '≤ 165', 'met'],
    ['memory, MB', 20, 'bare', 10, '≤ 1.3 × bare', 'MISSED'],
    ['with got', 21, '–', '–', '–', ''],
  ]);
  expect(toGoalAims(figures)).toEqual([
    { what: 'requests (≤ 165)', atMost: 165, found: 159 },
    { what: 'memory, MB (≤ 1.3 × bare)', atMost: 1.3, found: 2 },
  ]);
});

test('counts the units of reads and writes, with the indexes that change', () => {
  const count = createUnitCount();
  const at = new Date('2026-11-30T01:00:00Z');
  const row = { key: 'launch', body: { text: 'x'.repeat(1_000) } };
  const listed = { ...row, agenda: { list: 'watch', at } };

  expect(count({ of: 'get', key: 'launch' })).toEqual({ reads: 1, writes: 0 });
  expect(count({ of: 'put', row: { key: 'small', body: {} }, seen: undefined }).writes).toBe(1);
  expect(count({ of: 'put', row, seen: undefined }).writes).toBe(2);
  expect(count({ of: 'put', row: listed, seen: 1 }).writes).toBe(3);
  expect(count({ of: 'put', row: listed, seen: 2 }).writes).toBe(2);
  const moved = { ...listed, agenda: { list: 'watch', at: new Date(0) } };
  expect(count({ of: 'put', row: moved, seen: 3 }).writes).toBe(4);
});

test('computes the cost of a million requests from list prices', () => {
  const million = { requests: 1e6, reads: 2e6, writes: 0 };

  expect(toWaitingCost(million)).toBeCloseTo(3.5 + 0.2 + 0.1333 + 0.25, 3);
  expect(toWaitingCost({ requests: 0, reads: 0, writes: 1e6 })).toBeCloseTo(0.625);
  expect(toHeldCost(20)).toBeCloseTo(0.48, 2);
});

test('sums the private memory of a process', () => {
  const text = `00400000-7ffd0 ---p 00000000 00:00 0 [rollup]
Rss:               45000 kB
Shared_Clean:      30000 kB
Private_Clean:       200 kB
Private_Dirty:     13000 kB
Private_Hugetlb:       0 kB
`;

  expect(sumPrivateMemory(text)).toBe(13_200);
});
