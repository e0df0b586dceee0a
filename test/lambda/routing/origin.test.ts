import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesGlob, matchesOrigin } from '../../../lambda/routing/origin.ts';
import type { BatchJobOrigin, ExecutionOrigin, Selector } from '../../../lambda/routing/routes.ts';
import { aBatchJob, anExecution } from '../../route-file/workloads.ts';

const machine = 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement';
const definition = 'arn:aws:batch:eu-west-1:111122223333:job-definition/risk-calc';
const queue = 'arn:aws:batch:eu-west-1:111122223333:job-queue/night';

const name = (text: string): Selector => ({ by: 'name', text });
const glob = (text: string): Selector => ({ by: 'glob', text });
const arn = (text: string): Selector => ({ by: 'arn', text });

function fromMachine(changes: Partial<ExecutionOrigin> = {}): ExecutionOrigin {
  return {
    kind: 'execution',
    stateMachine: name('settlement'),
    mapChildren: 'ignore',
    ...changes,
  };
}

function fromBatch(changes: Partial<BatchJobOrigin> = {}): BatchJobOrigin {
  return { kind: 'batchJob', arrayChildren: 'ignore', nodes: 'ignore', ...changes };
}

describe('a state machine', () => {
  const unqualified = anExecution();
  const live = anExecution({ qualifiedArns: [`${machine}:live`, `${machine}:7`] });

  test.for([
    { selector: name('settlement'), event: unqualified, hears: true },
    { selector: name('settlement'), event: live, hears: true },
    { selector: name('settle'), event: unqualified, hears: false },
    { selector: name('Settlement'), event: unqualified, hears: false },
    { selector: glob('settle*'), event: unqualified, hears: true },
    { selector: glob('*'), event: unqualified, hears: true },
    { selector: glob('*ment'), event: live, hears: true },
    { selector: glob('settlement:l*'), event: live, hears: true },
    { selector: glob('settlement:*'), event: unqualified, hears: false },
    { selector: glob('*:7'), event: live, hears: true },
    { selector: arn(machine), event: unqualified, hears: true },
    { selector: arn(machine), event: live, hears: true },
    { selector: arn(`${machine}:live`), event: live, hears: true },
    { selector: arn(`${machine}:7`), event: live, hears: true },
    { selector: arn(`${machine}:8`), event: live, hears: false },
    { selector: arn(`${machine}:live`), event: unqualified, hears: false },
    { selector: arn(`${machine}s`), event: unqualified, hears: false },
  ])('by $selector.by $selector.text is heard: $hears', ({ selector, event, hears }) => {
    expect(matchesOrigin(fromMachine({ stateMachine: selector }), event)).toBe(hears);
  });

  test.for([
    { mapChildren: 'ignore', execution: true, child: false },
    { mapChildren: 'include', execution: true, child: true },
    { mapChildren: 'only', execution: false, child: true },
  ] as const)(
    'with mapChildren $mapChildren hears executions: $execution, children: $child',
    (row) => {
      const origin = fromMachine({ mapChildren: row.mapChildren });

      expect(matchesOrigin(origin, anExecution())).toBe(row.execution);
      expect(matchesOrigin(origin, anExecution({ mapLabel: 'PerTrade' }))).toBe(row.child);
    },
  );
});

describe('a Batch job', () => {
  test.for<{ origin: Partial<BatchJobOrigin>; hears: boolean }>([
    { origin: { jobQueue: name('night') }, hears: true },
    { origin: { jobQueue: name('nigh') }, hears: false },
    { origin: { jobQueue: glob('ni*') }, hears: true },
    { origin: { jobQueue: arn(queue) }, hears: true },
    { origin: { jobQueue: arn(`${queue}s`) }, hears: false },
    { origin: { jobDefinition: name('risk-calc') }, hears: true },
    { origin: { jobDefinition: name('risk-calc:7') }, hears: true },
    { origin: { jobDefinition: name('risk-calc:8') }, hears: false },
    { origin: { jobDefinition: glob('*-calc') }, hears: true },
    { origin: { jobDefinition: glob('risk-calc:*') }, hears: false },
    { origin: { jobDefinition: arn(definition) }, hears: true },
    { origin: { jobDefinition: arn(`${definition}:7`) }, hears: true },
    { origin: { jobDefinition: arn(`${definition}:8`) }, hears: false },
    { origin: { batchJobName: name('risk-42') }, hears: true },
    { origin: { batchJobName: glob('risk-*') }, hears: true },
    { origin: { batchJobName: glob('var-*') }, hears: false },
    { origin: { jobQueue: name('night'), batchJobName: glob('risk-*') }, hears: true },
    { origin: { jobQueue: name('day'), batchJobName: glob('risk-*') }, hears: false },
  ])('of $origin is heard: $hears', ({ origin, hears }) => {
    expect(matchesOrigin(fromBatch(origin), aBatchJob())).toBe(hears);
  });

  test.for([
    { arrayChildren: 'ignore', nodes: 'ignore', heard: ['job', 'arrayParent', 'multiNodeParent'] },
    {
      arrayChildren: 'include',
      nodes: 'ignore',
      heard: ['job', 'arrayParent', 'arrayChild', 'multiNodeParent'],
    },
    { arrayChildren: 'only', nodes: 'ignore', heard: ['arrayChild'] },
    { arrayChildren: 'ignore', nodes: 'only', heard: ['node'] },
    { arrayChildren: 'only', nodes: 'include', heard: ['arrayChild', 'node'] },
    {
      arrayChildren: 'ignore',
      nodes: 'include',
      heard: ['job', 'arrayParent', 'multiNodeParent', 'node'],
    },
  ] as const)('with arrayChildren $arrayChildren and nodes $nodes hears $heard', (row) => {
    const { heard, ...parts } = row;
    const origin = fromBatch({ jobQueue: name('night'), ...parts });

    const roles = (['job', 'arrayParent', 'arrayChild', 'multiNodeParent', 'node'] as const).filter(
      (role) => matchesOrigin(origin, aBatchJob({ role })),
    );

    expect(roles).toEqual(heard);
  });
});

test.for([
  { accounts: ['111122223333'], regions: undefined, hears: true },
  { accounts: ['444455556666'], regions: undefined, hears: false },
  { accounts: ['444455556666', '111122223333'], regions: ['eu-west-1'], hears: true },
  { accounts: undefined, regions: ['us-east-1', 'eu-west-1'], hears: true },
  { accounts: ['111122223333'], regions: ['us-east-1'], hears: false },
])('accounts $accounts and Regions $regions hear it: $hears', ({ accounts, regions, hears }) => {
  const origin = fromMachine({ ...(accounts && { accounts }), ...(regions && { regions }) });

  expect(matchesOrigin(origin, anExecution())).toBe(hears);
});

test('ignores the other kind of workload', () => {
  expect(matchesOrigin(fromMachine({ stateMachine: glob('*') }), aBatchJob())).toBe(false);
  expect(matchesOrigin(fromBatch({ jobQueue: glob('*') }), anExecution())).toBe(false);
});

describe('a glob', () => {
  test.for([
    { glob: '*', name: '', fits: true },
    { glob: 'a*a', name: 'a', fits: false },
    { glob: 'a*a', name: 'aa', fits: true },
    { glob: '*a*b*', name: 'xxaxxbxx', fits: true },
    { glob: '*a*b*', name: 'xxbxxaxx', fits: false },
    { glob: 'a*b*bc', name: 'abc', fits: false },
    { glob: 'a.c*', name: 'abc', fits: false },
    { glob: 'a**b', name: 'ab', fits: true },
  ])('$glob fits "$name": $fits', ({ glob: pattern, name: text, fits }) => {
    expect(matchesGlob(pattern, text)).toBe(fits);
  });

  test('fits what the same pattern as a regular expression fits', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 6 });

    fc.assert(
      fc.property(patterns, letters, (pattern, text) => {
        const expression = pattern.replaceAll('.', '\\.').replaceAll('*', '.*');
        expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${expression}$`).test(text));
      }),
      { numRuns: 500 },
    );
  });

  test('with many stars answers at once', () => {
    expect(matchesGlob(`${'a*'.repeat(50)}b`, 'a'.repeat(500))).toBe(false);
  });
});
