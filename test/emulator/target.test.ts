import { expect, test } from 'vitest';
import { readTarget } from '../../emulator/target.ts';

test.for([
  ['/AEWS/job', ['AEWS', 'job'], ''],
  ['/AEWS/job/', ['AEWS', 'job'], ''],
  ['//AEWS//job', ['AEWS', 'job'], ''],
  ['/AEWS/job/a%23b%20c', ['AEWS', 'job', 'a#b c'], ''],
  ['/AEWS/job/a%2Fb', ['AEWS', 'job', 'a/b'], ''],
  ['/AEWS/jil/job?name=a%23b', ['AEWS', 'jil', 'job'], 'name=a%23b'],
  ['/AEWS/job?filter=name==X?', ['AEWS', 'job'], 'filter=name%3D%3DX%3F'],
  ['https://host:9443/AEWS/job?x=1', ['AEWS', 'job'], 'x=1'],
  ['/AEWS/job#part', ['AEWS', 'job'], ''],
  ['*', ['*'], ''],
] as const)('reads %s', ([requestTarget, segments, query]) => {
  const target = readTarget(requestTarget);

  expect(target?.segments).toEqual(segments);
  expect(target?.query.toString()).toBe(query);
});

test('refuses invalid percent-encoding', () => {
  expect(readTarget('/AEWS/job/%E0%A4%A')).toBeUndefined();
});
