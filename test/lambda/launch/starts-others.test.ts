import { describe, expect, test } from 'vitest';
import { mapChildrenStartOthers } from '../../../lambda/launch/stop/starts-others.ts';

const task = (Resource: string) => ({ Type: 'Task', Resource, End: true });
const lambda = task('arn:aws:states:::lambda:invoke');
const plain = task('arn:aws:states:::states:startExecution');

function aMap(state: object, mode = 'DISTRIBUTED') {
  const ProcessorConfig = { Mode: mode, ExecutionType: 'STANDARD' };
  return { Type: 'Map', ItemProcessor: { ProcessorConfig, StartAt: 'A', States: { A: state } } };
}
const toText = (states: object) => JSON.stringify({ StartAt: 'A', States: states }, undefined, 2);

describe('children of a Distributed Map may have started others if its processor', () => {
  test.each([
    'arn:aws:states:::states:startExecution',
    'arn:aws:states:::states:startExecution.sync:2',
    'arn:aws-cn:states:::states:startExecution.waitForTaskToken',
    'arn:aws:states:::batch:submitJob',
    'arn:aws:states:::aws-sdk:sfn:startExecution',
    'arn:aws:states:::aws-sdk:batch:SubmitJob',
  ])('has the resource %s', (resource) => {
    expect(mapChildrenStartOthers(toText({ Map: aMap(task(resource)) }))).toBe(true);
  });

  test.each([
    { where: 'in an inline Map', state: aMap(plain, 'INLINE') },
    {
      where: 'in a Parallel state',
      state: { Type: 'Parallel', Branches: [{ States: { plain } }] },
    },
    { where: 'in a nested Distributed Map', state: aMap(plain) },
  ])('has such a task $where', ({ state }) => {
    expect(mapChildrenStartOthers(toText({ Map: aMap(state) }))).toBe(true);
  });

  test('has another Distributed Map, whose children may outlast it', () => {
    expect(mapChildrenStartOthers(toText({ Map: aMap(aMap(lambda)) }))).toBe(true);
  });

  test('writes it with escapes', () => {
    const text = toText({ Map: aMap(plain) }).replaceAll('startExecution', 'start\\u0045xecution');

    expect(text).not.toContain('startExecution');
    expect(mapChildrenStartOthers(text)).toBe(true);
  });

  test.each([
    { found: 'no JSON', text: '{' },
    { found: 'nothing', text: '' },
    { found: 'a JSON text', text: '"x"' },
    { found: 'such a task without a Distributed Map', text: toText({ plain }) },
  ])('cannot be told from $found', ({ text }) => {
    expect(mapChildrenStartOthers(text)).toBe(true);
  });
});

describe('children of a Distributed Map have started nothing if', () => {
  test.each([
    { when: 'their processor calls functions alone', states: { Map: aMap(lambda) } },
    { when: 'only states beside the Map start others', states: { plain, Map: aMap(lambda) } },
    { when: 'there is neither such a Map nor such a task', states: { lambda } },
    { when: 'each of several Maps calls functions', states: { A: aMap(lambda), B: aMap(lambda) } },
  ])('$when', ({ states }) => {
    expect(mapChildrenStartOthers(toText(states))).toBe(false);
  });
});
