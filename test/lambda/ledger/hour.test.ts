import { expect, test } from 'vitest';
import { hourShards, toHour, toHourPartitions, toHours } from '../../../lambda/ledger/hour.ts';

const at = (text: string) => Date.parse(text);

test('a partition names the instance, the hour in UTC and a shard', () => {
  const partition = toHour('ACE', at('2026-11-20T02:59:59.999Z'), 'run x');

  expect(partition).toMatch(/^ACE 2026-11-20T02 [0-7]$/);
  expect(toHourPartitions('ACE', at('2026-11-20T02:00:00Z'))).toContain(partition);
});

test('a row stays in its partition within an hour', () => {
  const hours = ['02:00:00', '02:30:00', '02:59:59'].map((time) =>
    toHour('ACE', at(`2026-11-20T${time}Z`), 'state ACE global AWS_RISK'),
  );

  expect(new Set(hours).size).toBe(1);
});

test.for([
  { keys: 'of variables', toKey: (one: number) => `state ACE global AWS_NIGHT_${one}` },
  {
    keys: 'of runs',
    toKey: (one: number) => `run arn:aws:states:eu-west-1:1:execution:a:n-${one}@1`,
  },
  { keys: 'of Batch jobs', toKey: (one: number) => `run ${one}c9e1-4b1f-4d3e-9a7c-0d5f6a7b8c9d` },
])('the keys $keys spread over all shards', ({ toKey }) => {
  const counts = new Map<string, number>();
  for (let one = 0; one < 8_000; one += 1) {
    const partition = toHour('ACE', 0, toKey(one));
    counts.set(partition, (counts.get(partition) ?? 0) + 1);
  }

  expect(counts.size).toBe(hourShards);
  expect(Math.max(...counts.values())).toBeLessThan(1_500);
});

test('the hours of a span include the hour of each limit, the newest first', () => {
  const span = { from: new Date('2026-11-20T22:30:00Z'), until: new Date('2026-11-21T00:00:00Z') };

  expect(toHours(span).map((ms) => new Date(ms).toISOString().slice(0, 13))).toEqual([
    '2026-11-21T00',
    '2026-11-20T23',
    '2026-11-20T22',
  ]);
});
