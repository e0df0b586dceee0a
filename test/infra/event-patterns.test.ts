import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern, matchesPattern } from '../../event-pattern/pattern.ts';
import { maxPatternCharacters, toEventPatterns } from '../../infra/event-patterns.ts';
import { batchJobStatuses, executionStatuses } from '../../lambda/contract.ts';
import { readEvent } from '../../lambda/report/read/index.ts';
import { translate } from '../../lambda/report/translate.ts';
import {
  createRouteIndex,
  type Origin,
  type Parts,
  type Route,
} from '../../lambda/shared/routes.ts';
import { type AwsEvent, aBatchJobEvent, anExecutionEvent } from '../support/builders.ts';
import { aRoute, fromStateMachine, setGlobalOn } from '../support/routes.ts';

function isMatched(routes: readonly Route[], event: AwsEvent): boolean {
  return toEventPatterns(routes).some((pattern) => matchesPattern(compilePattern(pattern), event));
}

function isWanted(routes: readonly Route[], event: AwsEvent): boolean {
  const reading = readEvent(event);
  if (reading.kind !== 'event') throw new Error(`not an event: ${JSON.stringify(reading)}`);
  const { kind, heardBy } = translate(reading.event, createRouteIndex(routes));
  // What begins and is never heard of cannot be asked about when its end is lost.
  const begins = reading.event.kind === 'execution' && reading.event.status === 'RUNNING';
  return kind === 'effects' || (begins && heardBy.length > 0);
}

const accounts = ['111122223333', '444455556666'] as const;
const regions = ['eu-west-1', 'eu-central-1'] as const;
const names = ['a', 'ab', 'abc', 'b', 'b-daily', 'a-daily'] as const;
const globs = ['a*', '*daily', 'a*y', '*', '*b*', 'b-*'] as const;
const qualifiers = ['', ':1', ':daily'] as const;

const parts = fc.constantFrom<Parts>('ignore', 'only', 'include');
const whereabouts = fc.record(
  {
    accounts: fc.subarray([...accounts], { minLength: 1 }),
    regions: fc.subarray([...regions], { minLength: 1 }),
  },
  { requiredKeys: [] },
);
const arnOf = (service: string, resource: string) =>
  `arn:aws:${service}:${regions[0]}:${accounts[0]}:${resource}`;

const byName = fc.constantFrom(...names).map((text) => ({ by: 'name', text }) as const);
const byGlob = fc.constantFrom(...globs).map((text) => ({ by: 'glob', text }) as const);
const byArn = (service: string, toResource: (name: string) => string) =>
  fc
    .constantFrom(...names)
    .map((name) => ({ by: 'arn', text: arnOf(service, toResource(name)) }) as const);

const executionOrigin: fc.Arbitrary<Origin> = fc
  .record({
    stateMachine: fc.oneof(
      byName,
      byGlob,
      byArn('states', (name) => `stateMachine:${name}`),
      byArn('states', (name) => `stateMachine:${name}:1`),
    ),
    mapChildren: parts,
    where: whereabouts,
  })
  .map(({ where, ...rest }) => ({ kind: 'execution', ...rest, ...where }));

const batchJobOrigin: fc.Arbitrary<Origin> = fc
  .record({
    asked: fc
      .record(
        {
          jobQueue: fc.oneof(
            byName,
            byGlob,
            byArn('batch', (name) => `job-queue/${name}`),
          ),
          jobDefinition: fc.oneof(
            byName,
            byGlob,
            byName.map(({ by, text }) => ({ by, text: `${text}:7` })),
            byArn('batch', (name) => `job-definition/${name}`),
            byArn('batch', (name) => `job-definition/${name}:7`),
          ),
          batchJobName: fc.oneof(byName, byGlob),
        },
        { requiredKeys: [] },
      )
      .filter((asked) => Object.keys(asked).length > 0),
    arrayChildren: parts,
    nodes: parts,
    where: whereabouts,
  })
  .map(({ asked, where, ...rest }) => ({ kind: 'batchJob', ...rest, ...asked, ...where }));

const route = fc.oneof(
  fc
    .record({ from: executionOrigin, on: fc.subarray([...executionStatuses], { minLength: 1 }) })
    .map(({ from, on }) => aRoute({ from, say: setGlobalOn('X', on) })),
  fc
    .record({ from: batchJobOrigin, on: fc.subarray([...batchJobStatuses], { minLength: 1 }) })
    .map(({ from, on }) => aRoute({ from, say: setGlobalOn('X', on) })),
);

const envelope = fc.record({
  account: fc.constantFrom(...accounts),
  region: fc.constantFrom(...regions),
});

const executionEvent = fc
  .record({
    envelope,
    name: fc.constantFrom(...names),
    label: fc.constantFrom('', '/PerTrade'),
    inArn: fc.constantFrom(...qualifiers),
    version: fc.constantFrom(...qualifiers),
    status: fc.constantFrom(...executionStatuses),
  })
  .map(({ envelope: where, name, label, inArn, version, status }) => {
    const arn = (resource: string) => `arn:aws:states:${where.region}:${where.account}:${resource}`;
    // What qualifies the run of a child is not known to be told.
    const qualifier = label === '' ? version : '';
    return anExecutionEvent(
      {
        status,
        executionArn: arn(`execution:${name}${label}:run-1`),
        stateMachineArn: arn(`stateMachine:${name}${label || inArn}`),
        stateMachineVersionArn: qualifier === '' ? null : arn(`stateMachine:${name}${qualifier}`),
      },
      where,
    );
  });

const batchJobEvent = fc
  .record({
    envelope,
    queue: fc.constantFrom(...names),
    definition: fc.constantFrom(...names),
    revision: fc.constantFrom(7, 70),
    jobName: fc.constantFrom(...names),
    part: fc.constantFrom('', ':3', '#1'),
    status: fc.constantFrom(...batchJobStatuses),
  })
  .map(({ envelope: where, queue, definition, revision, jobName, part, status }) => {
    const arn = (resource: string) => `arn:aws:batch:${where.region}:${where.account}:${resource}`;
    return aBatchJobEvent(
      {
        status,
        jobName,
        jobId: `4c7599ae-0a82-49aa-ba5a-4727fcce14a8${part}`,
        jobQueue: arn(`job-queue/${queue}`),
        jobDefinition: arn(`job-definition/${definition}:${revision}`),
      },
      where,
    );
  });

describe('the patterns', () => {
  test('match exactly the events that a route wants, and where executions that it hears begin', () => {
    fc.assert(
      fc.property(
        fc.array(route, { minLength: 1, maxLength: 4 }),
        fc.oneof(executionEvent, batchJobEvent),
        (routes, event) => {
          expect(isMatched(routes, event)).toBe(isWanted(routes, event));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('are one pattern for many routes that ask alike', () => {
    const routes = ['a', 'b', 'c'].map((name) => aRoute({ name, from: fromStateMachine(name) }));

    expect(toEventPatterns(routes)).toEqual([
      {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          status: ['RUNNING', 'SUCCEEDED', 'FAILED'],
          executionArn: [{ 'anything-but': { wildcard: '*/*' } }],
          stateMachineArn: [
            { suffix: ':stateMachine:a' },
            { wildcard: '*:stateMachine:a:*' },
            { suffix: ':stateMachine:b' },
            { wildcard: '*:stateMachine:b:*' },
            { suffix: ':stateMachine:c' },
            { wildcard: '*:stateMachine:c:*' },
          ],
        },
      },
    ]);
  });

  test('keep within the size that EventBridge takes, and lose no route', () => {
    const routes = Array.from({ length: 1_000 }, (_, at) =>
      aRoute({ name: `r${at}`, from: fromStateMachine(`state-machine-${at}`) }),
    );

    const patterns = toEventPatterns(routes);

    expect(
      Math.max(...patterns.map((pattern) => JSON.stringify(pattern).length)),
    ).toBeLessThanOrEqual(maxPatternCharacters);
    expect(patterns.flatMap(({ detail }) => detail['stateMachineArn'])).toHaveLength(2_000);
  });
});
