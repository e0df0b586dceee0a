import { expect, test } from 'vitest';
import { parseJobName } from '../../../../autosys/names.ts';
import { JobListMemory, toJobQueries } from '../../../../lambda/request/wait/job-queries.ts';

const names = (...texts: string[]) => texts.map((text) => parseJobName(text));
const patterns = (texts: string[], long: string[] = []) =>
  toJobQueries(names(...texts), (pattern) => long.includes(pattern)).map(({ pattern }) => pattern);

test.for([
  { when: 'no job is awaited', given: [], found: [] },
  { when: 'one job is awaited', given: ['LOAD'], found: ['LOAD'] },
  { when: 'one job is awaited twice', given: ['LOAD', 'LOAD'], found: ['LOAD'] },
  { when: 'names have a common prefix', given: ['LOAD_2', 'LOAD_1'], found: ['LOAD_%'] },
  { when: 'one name begins another', given: ['LOAD', 'LOAD_1'], found: ['LOAD%'] },
  {
    when: 'the prefix is too short',
    given: ['LOAD_1', 'LOAD_2', 'LEDGER'],
    found: ['LEDGER', 'LOAD_%'],
  },
  { when: 'names have nothing in common', given: ['A', 'B'], found: ['A', 'B'] },
])('asks for $found when $when', ({ given, found }) => {
  expect(patterns(given)).toEqual(found);
});

test('divides a list that was too long', () => {
  expect(patterns(['LOAD_A1', 'LOAD_A2', 'LOAD_B'], ['LOAD_%'])).toEqual(['LOAD_A%', 'LOAD_B']);
});

test('reads a hundred jobs of one prefix in one request', () => {
  const all = Array.from({ length: 100 }, (_, at) => `NIGHT_LOAD_${at}`);

  expect(patterns(all)).toEqual(['NIGHT_LOAD_%']);
});

test('remembers a list that was too long for a quarter of an hour', () => {
  const memory = new JobListMemory();
  const query = { pattern: 'LOAD_%', names: names('LOAD_1', 'LOAD_2') };

  memory.learn(query, 101, 1_000);

  expect(memory.isLong('LOAD_%', 900_000)).toBe(true);
  expect(memory.isLong('LOAD_%', 901_000)).toBe(false);
});

test('remembers that lists cannot be read for a quarter of an hour', () => {
  const memory = new JobListMemory();

  memory.setUnusable(1_000);

  expect(memory.isOff(900_000)).toBe(true);
  expect(memory.isOff(901_000)).toBe(false);
});
