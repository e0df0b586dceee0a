import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceptPattern, matchesPattern } from '../../../../event-pattern/index.ts';
import { batchJobStatuses, executionStatuses } from '../../../../lambda/contract.ts';
import { readEvent } from '../../../../lambda/report/read/index.ts';
import { translate } from '../../../../lambda/report/translate.ts';
import {
  createRouteIndex,
  type Origin,
  type Parts,
  type Route,
} from '../../../../lambda/shared/routes.ts';
import { placeholders, type RuleBus } from '../../../../lambda/shared/rules/bus.ts';
import { planRules, toWidePatterns } from '../../../../lambda/shared/rules/event-patterns.ts';
import { type AwsEvent, aBatchJobEvent, anExecutionEvent } from '../../../support/builders.ts';
import { aRoute, fromStateMachine, setGlobalOn } from '../../../support/routes.ts';

interface Place {
  readonly account: string;
  readonly region: string;
}

/** What CloudFormation makes of the patterns in a place. */
function deployed(patterns: readonly unknown[], { account, region }: Place) {
  return patterns.map((pattern) => {
    const text = JSON.stringify(pattern)
      .replaceAll(placeholders.partition, 'aws')
      .replaceAll(placeholders.region, region)
      .replaceAll(placeholders.account, account);
    return acceptPattern(JSON.parse(text));
  });
}

function isMatched(patterns: readonly unknown[], event: AwsEvent): boolean {
  const { account, region } = event;
  return deployed(patterns, { account, region }).some((pattern) => matchesPattern(pattern, event));
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
const globs = ['a*', '*daily', 'a*y', '*', '*b*', 'b-*', '*-*-*', 'a*-*b*'] as const;
const qualifiedGlobs = ['a:*', '*:daily', 'a*:d*'] as const;
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
      fc.constantFrom(...qualifiedGlobs).map((text) => ({ by: 'glob', text }) as const),
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

const home: Place = { account: accounts[0], region: regions[0] };
const buses: readonly (readonly [string, RuleBus])[] = [
  ['a default bus', { kind: 'default', ...home }],
  ['a default bus whose place is known at the deployment only', { kind: 'default' }],
  ['the bus of the bridge', { kind: 'own' }],
];

/** A default bus sees its own account and Region only. */
const isSeen = (bus: RuleBus, { account, region }: Place) =>
  bus.kind === 'own' || ((bus.account ?? account) === account && (bus.region ?? region) === region);

/** Patterns may match more for a qualifier that no recording of AWS has where it is asked for. */
function isExact(routes: readonly Route[], event: AwsEvent): boolean {
  const asksForQualifier = routes.some(
    ({ from }) =>
      from.kind === 'execution' &&
      from.stateMachine.by === 'glob' &&
      from.stateMachine.text.includes(':'),
  );
  const machine = String(event.detail['stateMachineArn'] ?? '');
  return !asksForQualifier && machine.split(':').length <= 7;
}

describe('the patterns', () => {
  test.for(buses)('of %s match every event that a route wants', ([, bus]) => {
    fc.assert(
      fc.property(
        fc.array(route, { minLength: 1, maxLength: 6 }),
        fc.oneof(executionEvent, batchJobEvent).filter((event) => isSeen(bus, event)),
        (routes, event) => {
          const { patterns } = planRules(routes, bus);
          expect(isMatched(patterns, event) || !isWanted(routes, event)).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test.for(buses)('of %s match no other event, where no route matches wide', ([, bus]) => {
    fc.assert(
      fc.property(
        fc.array(route, { minLength: 1, maxLength: 4 }),
        fc.oneof(executionEvent, batchJobEvent).filter((event) => isSeen(bus, event)),
        (routes, event) => {
          const { patterns, wide } = planRules(routes, bus);
          fc.pre(wide.length === 0 && isExact(routes, event));
          expect(isMatched(patterns, event)).toBe(isWanted(routes, event));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test.for(buses)('of %s, one for each source, match every event that a route wants', ([, bus]) => {
    fc.assert(
      fc.property(
        fc.array(route, { minLength: 1, maxLength: 4 }),
        fc.oneof(executionEvent, batchJobEvent).filter((event) => isSeen(bus, event)),
        (routes, event) => {
          const patterns = toWidePatterns(routes, bus);
          expect(isMatched(patterns, event) || !isWanted(routes, event)).toBe(true);
          expect(patterns.length).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

const night = {
  source: ['aws.states'],
  'detail-type': ['Step Functions Execution Status Change'],
} as const;
const ofWholes = {
  status: ['RUNNING', 'SUCCEEDED', 'FAILED'],
  executionArn: [{ 'anything-but': { wildcard: '*/*' } }],
} as const;
const machine = 'arn:aws:states:eu-west-1:111122223333:stateMachine';
const queue = 'arn:aws:batch:eu-west-1:111122223333:job-queue';
const definition = 'arn:aws:batch:eu-west-1:111122223333:job-definition';
const known: RuleBus = { kind: 'default', ...home };

function planOf(text: string, bus: RuleBus, over: Partial<Origin> = {}) {
  const by = text.startsWith('arn:') ? 'arn' : text.includes('*') ? 'glob' : 'name';
  const from: Origin = { kind: 'execution', stateMachine: { by, text }, mapChildren: 'ignore' };
  return planRules([aRoute({ from: { ...from, ...over } as Origin })], bus);
}

describe('a state machine', () => {
  test.for([
    { text: 'a', matchers: [`${machine}:a`, { prefix: `${machine}:a:` }] },
    { text: 'a-*', matchers: [{ prefix: `${machine}:a-` }] },
    { text: '*', matchers: [{ prefix: `${machine}:` }] },
  ])('$text is asked for by its ARN on a default bus', ({ text, matchers }) => {
    expect(planOf(text, known)).toEqual({
      patterns: [{ ...night, detail: { ...ofWholes, stateMachineArn: matchers } }],
      wide: [],
    });
  });

  test('is asked for with what is known at the deployment only', () => {
    const [pattern] = planOf('a', { kind: 'default' }).patterns;

    const { partition, region, account } = placeholders;
    expect(pattern?.detail['stateMachineArn']).toEqual([
      `arn:${partition}:states:${region}:${account}:stateMachine:a`,
      { prefix: `arn:${partition}:states:${region}:${account}:stateMachine:a:` },
    ]);
  });

  test('is asked for by its ending on the bus of the bridge, with account and Region where named', () => {
    const where = { accounts: ['444455556666'], regions: ['eu-west-1'] };

    const [pattern] = planOf('a', { kind: 'own' }, where).patterns;

    expect(pattern).toMatchObject({ account: ['444455556666'], region: ['eu-west-1'] });
    expect(pattern?.detail['stateMachineArn']).toContainEqual({ suffix: ':stateMachine:a' });
  });

  test('of another account or Region is not asked for on a default bus', () => {
    const plans = [
      planOf('a', known, { accounts: ['444455556666'] }),
      planOf('a', known, { regions: ['eu-central-1'] }),
      planOf('arn:aws:states:eu-west-1:444455556666:stateMachine:a', known),
      planOf('arn:aws:states:eu-central-1:111122223333:stateMachine:a', known),
    ];

    expect(plans).toEqual(plans.map(() => ({ patterns: [], wide: [] })));
  });

  test('by version or alias is asked for in the fields that name these', () => {
    const [pattern] = planOf('a:*', known).patterns;

    const matchers = [{ prefix: `${machine}:a:` }];
    expect(pattern?.detail['$or']).toEqual([
      { stateMachineArn: matchers },
      { stateMachineVersionArn: matchers },
      { stateMachineAliasArn: matchers },
    ]);
  });
});

describe('a selector that is too complex', () => {
  const own: RuleBus = { kind: 'own' };

  test.for([
    { text: '*-x-*', complexity: 12, head: '', detail: {} },
    {
      text: 'prod-*-a-*-b*c',
      complexity: 15,
      head: 'prod-',
      detail: { stateMachineArn: [{ wildcard: '*:stateMachine:prod-*' }] },
    },
  ])('such as $text matches wide', ({ text, complexity, head, detail }) => {
    expect(planOf(text, own)).toEqual({
      patterns: [{ ...night, detail: { ...ofWholes, ...detail } }],
      wide: [{ route: 'settlement', complexity, head }],
    });
  });
});

describe('an AWS Batch job', () => {
  const from = (over: Partial<Origin>) =>
    ({ kind: 'batchJob', arrayChildren: 'include', nodes: 'include', ...over }) as Origin;
  const glob = (text: string) => ({ by: 'glob', text }) as const;
  const name = (text: string) => ({ by: 'name', text }) as const;

  test.for([
    { asks: { jobQueue: name('q') }, detail: { jobQueue: [`${queue}/q`] } },
    { asks: { jobQueue: glob('q-*') }, detail: { jobQueue: [{ prefix: `${queue}/q-` }] } },
    {
      asks: { jobDefinition: name('d') },
      detail: { jobDefinition: [{ prefix: `${definition}/d:` }] },
    },
    { asks: { jobDefinition: name('d:7') }, detail: { jobDefinition: [`${definition}/d:7`] } },
    {
      asks: { jobDefinition: glob('d*') },
      detail: { jobDefinition: [{ prefix: `${definition}/d` }] },
    },
    { asks: { batchJobName: glob('n-*') }, detail: { jobName: [{ prefix: 'n-' }] } },
  ])('is asked for without a wildcard on a default bus: $detail', ({ asks, detail }) => {
    const { patterns, wide } = planRules([aRoute({ from: from(asks) })], known);

    expect(patterns.map((pattern) => pattern.detail)).toMatchObject([detail]);
    expect(JSON.stringify(patterns)).not.toContain('wildcard');
    expect(wide).toEqual([]);
  });

  test('by four definitions on the bus of the bridge takes two rules', () => {
    const routes = ['a', 'b', 'c', 'd'].map((text) =>
      aRoute({ name: text, from: from({ jobDefinition: name(text) }) }),
    );

    const { patterns } = planRules(routes, { kind: 'own' });

    expect(patterns).toHaveLength(2);
    expect(deployed(patterns, home)).toHaveLength(2);
  });
});

describe('many routes', () => {
  const names = Array.from({ length: 300 }, (_, at) => `night-settlement-${at}`);
  const accountsOf = Array.from({ length: 100 }, (_, at) => String(100_000_000_000 + at));
  const asList = names.map((text) =>
    aRoute({ name: text, from: { ...fromStateMachine(text), accounts: accountsOf } as Origin }),
  );
  const oneByOne = accountsOf.flatMap((account) =>
    names.map((text) =>
      aRoute({ name: text, from: { ...fromStateMachine(text), accounts: [account] } as Origin }),
    ),
  );

  test.for([
    ['a list in each', asList],
    ['one in each', oneByOne],
  ] as const)('by 300 names in 100 accounts, %s, fit into the quota', ([, routes]) => {
    const own = planRules(routes, { kind: 'own' }).patterns;
    const of = { account: accountsOf[7] ?? '', region: 'eu-west-1' };
    const ofDefault = planRules(routes, { kind: 'default', ...of }).patterns;
    const ofAny = planRules(routes, { kind: 'default' }, { dropAccounts: true }).patterns;

    expect(deployed(own, of).length).toBeLessThanOrEqual(100);
    expect(deployed(ofDefault, of).length).toBeLessThanOrEqual(100);
    expect(deployed(ofAny, of).length).toBeLessThanOrEqual(100);
    const event = anExecutionEvent(
      {
        stateMachineArn: `arn:aws:states:eu-west-1:${of.account}:stateMachine:night-settlement-299`,
      },
      of,
    );
    expect([own, ofDefault, ofAny].map((patterns) => isMatched(patterns, event))).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('keep within the size that EventBridge takes wherever they are deployed', () => {
    const long = names.map((text) => fromStateMachine(text.padEnd(80, '-')));
    const { patterns } = planRules(
      long.map((from, at) => aRoute({ name: `r${at}`, from })),
      { kind: 'default' },
    );

    const longest = { account: '111122223333', region: 'ap-southeast-99' };
    expect(deployed(patterns, longest).length).toBeLessThanOrEqual(100);
  });

  test('that ask alike share one pattern, and one for each account is none the less one', () => {
    const routes = accountsOf
      .slice(0, 3)
      .map((account) =>
        aRoute({ from: { ...fromStateMachine('a'), accounts: [account] } as Origin }),
      );

    const { patterns } = planRules(routes, { kind: 'own' });

    expect(patterns.map(({ account }) => account)).toEqual([accountsOf.slice(0, 3)]);
  });
});
