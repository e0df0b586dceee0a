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
    { selector: name('settlement'), event: unqualified, isMatch: true },
    { selector: name('settlement'), event: live, isMatch: true },
    { selector: name('settle'), event: unqualified, isMatch: false },
    { selector: name('Settlement'), event: unqualified, isMatch: false },
    { selector: glob('settle*'), event: unqualified, isMatch: true },
    { selector: glob('*'), event: unqualified, isMatch: true },
    { selector: glob('*ment'), event: live, isMatch: true },
    { selector: glob('settlement:l*'), event: live, isMatch: true },
    { selector: glob('settlement:*'), event: unqualified, isMatch: false },
    { selector: glob('*:7'), event: live, isMatch: true },
    { selector: arn(machine), event: unqualified, isMatch: true },
    { selector: arn(machine), event: live, isMatch: true },
    { selector: arn(`${machine}:live`), event: live, isMatch: true },
    { selector: arn(`${machine}:7`), event: live, isMatch: true },
    { selector: arn(`${machine}:8`), event: live, isMatch: false },
    { selector: arn(`${machine}:live`), event: unqualified, isMatch: false },
    { selector: arn(`${machine}s`), event: unqualified, isMatch: false },
    { selector: { ...glob('*'), except: ['settlement'] }, event: unqualified, isMatch: false },
    { selector: { ...glob('*'), except: ['settle'] }, event: unqualified, isMatch: true },
    { selector: { ...glob('*:live'), except: ['set*'] }, event: live, isMatch: false },
    // An exception is compared with the name only: `settlement:live` is no `*live`.
    { selector: { ...glob('*'), except: ['*live'] }, event: live, isMatch: true },
  ])('is matched by $selector.by $selector.text: $isMatch', ({ selector, event, isMatch }) => {
    expect(matchesOrigin(fromMachine({ stateMachine: selector }), event)).toBe(isMatch);
  });

  test.for([
    { mapChildren: 'ignore', execution: true, child: false },
    { mapChildren: 'include', execution: true, child: true },
    { mapChildren: 'only', execution: false, child: true },
  ] as const)(
    'is matched with mapChildren $mapChildren as execution: $execution, as child: $child',
    (row) => {
      const origin = fromMachine({ mapChildren: row.mapChildren });

      expect(matchesOrigin(origin, anExecution())).toBe(row.execution);
      expect(matchesOrigin(origin, anExecution({ mapLabel: 'PerTrade' }))).toBe(row.child);
    },
  );
});

describe('a Batch job', () => {
  test.for<{ origin: Partial<BatchJobOrigin>; isMatch: boolean }>([
    { origin: { jobQueue: name('night') }, isMatch: true },
    { origin: { jobQueue: name('nigh') }, isMatch: false },
    { origin: { jobQueue: glob('ni*') }, isMatch: true },
    { origin: { jobQueue: arn(queue) }, isMatch: true },
    { origin: { jobQueue: arn(`${queue}s`) }, isMatch: false },
    { origin: { jobDefinition: name('risk-calc') }, isMatch: true },
    { origin: { jobDefinition: name('risk-calc:7') }, isMatch: true },
    { origin: { jobDefinition: name('risk-calc:8') }, isMatch: false },
    { origin: { jobDefinition: glob('*-calc') }, isMatch: true },
    { origin: { jobDefinition: glob('risk-calc:*') }, isMatch: false },
    { origin: { jobDefinition: arn(definition) }, isMatch: true },
    { origin: { jobDefinition: arn(`${definition}:7`) }, isMatch: true },
    { origin: { jobDefinition: arn(`${definition}:8`) }, isMatch: false },
    { origin: { batchJobName: name('risk-42') }, isMatch: true },
    { origin: { batchJobName: glob('risk-*') }, isMatch: true },
    { origin: { batchJobName: glob('var-*') }, isMatch: false },
    { origin: { jobQueue: name('night'), batchJobName: glob('risk-*') }, isMatch: true },
    { origin: { jobQueue: name('day'), batchJobName: glob('risk-*') }, isMatch: false },
    { origin: { batchJobName: { ...glob('risk-*'), except: ['*-42'] } }, isMatch: false },
    { origin: { batchJobName: { ...glob('risk-*'), except: ['risk-4', 'x'] } }, isMatch: true },
    { origin: { jobDefinition: { ...glob('*'), except: ['risk-calc:7'] } }, isMatch: false },
    { origin: { jobDefinition: { ...glob('*'), except: ['risk-calc:8'] } }, isMatch: true },
    { origin: { jobDefinition: { ...glob('*'), except: ['risk-calc'] } }, isMatch: false },
    { origin: { jobDefinition: { ...glob('*'), except: ['*7'] } }, isMatch: true },
  ])('is matched by $origin: $isMatch', ({ origin, isMatch }) => {
    expect(matchesOrigin(fromBatch(origin), aBatchJob())).toBe(isMatch);
  });

  test.for([
    {
      arrayChildren: 'ignore',
      nodes: 'ignore',
      matched: ['job', 'arrayParent', 'multiNodeParent'],
    },
    {
      arrayChildren: 'include',
      nodes: 'ignore',
      matched: ['job', 'arrayParent', 'arrayChild', 'multiNodeParent'],
    },
    { arrayChildren: 'only', nodes: 'ignore', matched: ['arrayChild'] },
    { arrayChildren: 'ignore', nodes: 'only', matched: ['node'] },
    { arrayChildren: 'only', nodes: 'include', matched: ['arrayChild', 'node'] },
    {
      arrayChildren: 'ignore',
      nodes: 'include',
      matched: ['job', 'arrayParent', 'multiNodeParent', 'node'],
    },
  ] as const)(
    'is matched with arrayChildren $arrayChildren and nodes $nodes as $matched',
    (row) => {
      const { matched, ...parts } = row;
      const origin = fromBatch({ jobQueue: name('night'), ...parts });

      const roles = (
        ['job', 'arrayParent', 'arrayChild', 'multiNodeParent', 'node'] as const
      ).filter((role) => matchesOrigin(origin, aBatchJob({ role })));

      expect(roles).toEqual(matched);
    },
  );
});

test.for([
  { accounts: ['111122223333'], regions: undefined, isMatch: true },
  { accounts: ['444455556666'], regions: undefined, isMatch: false },
  { accounts: ['444455556666', '111122223333'], regions: ['eu-west-1'], isMatch: true },
  { accounts: undefined, regions: ['us-east-1', 'eu-west-1'], isMatch: true },
  { accounts: ['111122223333'], regions: ['us-east-1'], isMatch: false },
])(
  'accounts $accounts and Regions $regions match the event: $isMatch',
  ({ accounts, regions, isMatch }) => {
    const origin = fromMachine({ ...(accounts && { accounts }), ...(regions && { regions }) });

    expect(matchesOrigin(origin, anExecution())).toBe(isMatch);
  },
);

test('an origin does not match the other kind of workload', () => {
  expect(matchesOrigin(fromMachine({ stateMachine: glob('*') }), aBatchJob())).toBe(false);
  expect(matchesOrigin(fromBatch({ jobQueue: glob('*') }), anExecution())).toBe(false);
});

describe('a glob', () => {
  test.for([
    { glob: '*', name: '', matches: true },
    { glob: 'a*a', name: 'a', matches: false },
    { glob: 'a*a', name: 'aa', matches: true },
    { glob: '*a*b*', name: 'xxaxxbxx', matches: true },
    { glob: '*a*b*', name: 'xxbxxaxx', matches: false },
    { glob: 'a*b*bc', name: 'abc', matches: false },
    { glob: 'a.c*', name: 'abc', matches: false },
    { glob: 'a**b', name: 'ab', matches: true },
  ])('$glob matches "$name": $matches', ({ glob: pattern, name: text, matches }) => {
    expect(matchesGlob(pattern, text)).toBe(matches);
  });

  test('matches the same names as an equivalent regular expression', () => {
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

  test('with many stars is compared without delay', () => {
    expect(matchesGlob(`${'a*'.repeat(50)}b`, 'a'.repeat(500))).toBe(false);
  });
});
