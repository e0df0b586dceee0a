import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceptPattern, matchesPattern } from '../../../event-pattern/index.ts';
import { batchJobStatuses, executionStatuses } from '../../../lambda/contract.ts';
import {
  createRouteIndex,
  type Origin,
  type Parts,
  type Route,
} from '../../../lambda/routing/routes.ts';
import { toTargetRoutes } from '../../../lambda/routing/target-routes.ts';
import { translate } from '../../../lambda/routing/translate.ts';
import { placeholders, type RuleBus } from '../../../route-file/rules/bus.ts';
import { describeWideRoutes } from '../../../route-file/rules/describe-wide.ts';
import { planRules, toWidePatterns } from '../../../route-file/rules/event-patterns.ts';
import { type AwsEvent, aBatchJobEvent, anExecutionEvent } from '../../support/builders.ts';
import { aBatchJobTarget, anExecutionTarget } from '../../support/launch-targets.ts';
import { toWorkloadEvent } from '../../support/read-event.ts';
import { aRoute, fromStateMachine, setGlobalOn } from '../../support/routes.ts';

interface Location {
  readonly account: string;
  readonly region: string;
}

/** The patterns as CloudFormation deploys them in a location. */
function deployed(patterns: readonly unknown[], { account, region }: Location) {
  return patterns.map((pattern) => {
    const text = JSON.stringify(pattern)
      .replaceAll(placeholders.partition, 'aws')
      .replaceAll(placeholders.region, region)
      .replaceAll(placeholders.account, account);
    return acceptPattern(JSON.parse(text));
  });
}

/**
 * True if a rule matches the event on a bus in the location. By default, it is that of the event.
 */
function isMatched(
  patterns: readonly unknown[],
  event: AwsEvent,
  location: Location = event,
): boolean {
  const { account, region } = location;
  return deployed(patterns, { account, region }).some((pattern) => matchesPattern(pattern, event));
}

/** True if the function of a bridge in this location handles the event. */
function isHandledBy(routes: readonly Route[], event: AwsEvent, bridge: Location): boolean {
  const read = toWorkloadEvent(event);
  const { kind, matchedBy } = translate(read, createRouteIndex(routes, bridge));
  // The sweep can look up a run whose end is lost only if its RUNNING has arrived.
  const begins = read.kind === 'execution' && read.status === 'RUNNING';
  return kind === 'effects' || (begins && matchedBy.length > 0);
}

const accounts = ['111122223333', '444455556666'] as const;
const regions = ['eu-west-1', 'eu-central-1'] as const;
const names = ['a', 'ab', 'abc', 'b', 'b-daily', 'a-daily'] as const;
const globs = ['a*', '*daily', 'a*y', '*', '*b*', 'b-*', '*-*-*', 'a*-*b*'] as const;
const qualifiedGlobs = ['a:*', '*:daily', 'a*:d*'] as const;
const qualifiers = ['', ':1', ':daily'] as const;

const parts = fc.constantFrom<Parts>('ignore', 'only', 'include');
const location = fc.record(
  {
    accounts: fc.subarray([...accounts], { minLength: 1 }),
    regions: fc.subarray([...regions], { minLength: 1 }),
  },
  { requiredKeys: [] },
);
const arnOf = (service: string, resource: string) =>
  `arn:aws:${service}:${regions[0]}:${accounts[0]}:${resource}`;

const byName = fc.constantFrom(...names).map((text) => ({ by: 'name', text }) as const);
const exceptions = fc.option(
  fc.array(fc.constantFrom(...names, 'a*', '*y', 'a*y', 'b-*'), { minLength: 1, maxLength: 3 }),
  { nil: undefined },
);
const byGlob = fc
  .record({ text: fc.constantFrom(...globs), except: exceptions })
  .map(({ text, except }) => ({ by: 'glob', text, ...(except && { except }) }) as const);
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
    where: location,
  })
  .map(({ where, ...rest }) => ({ kind: 'execution', ...rest, ...where }));

const batchJobOrigin: fc.Arbitrary<Origin> = fc
  .record({
    selected: fc
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
      .filter((selected) => Object.keys(selected).length > 0),
    arrayChildren: parts,
    nodes: parts,
    where: location,
  })
  .map(({ selected, where, ...rest }) => ({ kind: 'batchJob', ...rest, ...selected, ...where }));

const route = fc.oneof(
  fc
    .record({ from: executionOrigin, on: fc.subarray([...executionStatuses], { minLength: 1 }) })
    .map(({ from, on }) => aRoute({ from, actions: setGlobalOn('X', on) })),
  fc
    .record({ from: batchJobOrigin, on: fc.subarray([...batchJobStatuses], { minLength: 1 }) })
    .map(({ from, on }) => aRoute({ from, actions: setGlobalOn('X', on) })),
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
    // No recorded event of a child contains its qualifier.
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

const home: Location = { account: accounts[0], region: regions[0] };
const elsewhere: Location = { account: accounts[1], region: regions[1] };
const isAt = (location: Location, { account, region }: Location) =>
  location.account === account && location.region === region;
const isAway = (event: Location) => !isAt(home, event);

/** A bus: the events it receives, the location of its rules, and the location of the bridge. */
interface BusCase {
  readonly title: string;
  readonly bus: RuleBus;
  readonly sees: (event: Location) => boolean;
  readonly at: (event: Location) => Location;
  readonly bridge: (event: Location) => Location;
}

const here = () => home;
const there = (event: Location) => event;
const buses: readonly BusCase[] = [
  {
    title: 'a default bus',
    bus: { kind: 'default', ...home },
    sees: (event) => isAt(home, event),
    at: here,
    bridge: here,
  },
  {
    title: 'a default bus whose location is known at deployment only',
    bus: { kind: 'default' },
    sees: () => true,
    at: there,
    bridge: there,
  },
  {
    title: 'the default bus of a source',
    bus: { kind: 'source', ...elsewhere, home },
    sees: (event) => isAt(elsewhere, event),
    at: there,
    bridge: here,
  },
  {
    title: 'the default bus of a source in the account of the bridge',
    bus: { kind: 'source', account: home.account, region: regions[1], home },
    sees: (event) => isAt({ account: home.account, region: regions[1] }, event),
    at: there,
    bridge: here,
  },
  {
    title: 'the default bus of a source in the Region of the bridge',
    bus: { kind: 'source', account: accounts[1], region: home.region, home },
    sees: (event) => isAt({ account: accounts[1], region: home.region }, event),
    at: there,
    bridge: here,
  },
  {
    title: 'the default bus of a source whose location is known at deployment only',
    bus: { kind: 'source', home },
    sees: isAway,
    at: there,
    bridge: here,
  },
  {
    title: 'the bus of the bridge',
    bus: { kind: 'own', home },
    sees: isAway,
    at: here,
    bridge: here,
  },
  {
    title: 'the bus of the bridge whose location is known at deployment only',
    bus: { kind: 'own', home: {} },
    sees: isAway,
    at: here,
    bridge: here,
  },
  {
    title: 'the bus of the bridge whose Region is known at deployment only',
    bus: { kind: 'own', home: { account: home.account } },
    sees: isAway,
    at: here,
    bridge: here,
  },
];

/**
 * False if a pattern may be wider, because of a qualifier that no recorded event has in this field.
 */
function isExact(routes: readonly Route[], event: AwsEvent): boolean {
  const usesQualifier = routes.some(
    ({ from }) =>
      from.kind === 'execution' &&
      from.stateMachine.by === 'glob' &&
      from.stateMachine.text.includes(':'),
  );
  const machine = String(event.detail['stateMachineArn'] ?? '');
  return !usesQualifier && machine.split(':').length <= 7;
}

const anyEvent = fc.oneof(executionEvent, batchJobEvent);

describe('the patterns', () => {
  test.for(buses)('of $title match every event that a route acts on', (one) => {
    fc.assert(
      fc.property(
        fc.array(route, { minLength: 1, maxLength: 6 }),
        anyEvent.filter(one.sees),
        (routes, event) => {
          const { patterns } = planRules(routes, one.bus);
          const isHandled = isHandledBy(routes, event, one.bridge(event));
          expect(isMatched(patterns, event, one.at(event)) || !isHandled).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test.for(buses)('of $title match no other event, if no route has a wider pattern', (one) => {
    fc.assert(
      fc.property(
        fc.array(route, { minLength: 1, maxLength: 4 }),
        anyEvent.filter(one.sees),
        (routes, event) => {
          const { patterns, wide } = planRules(routes, one.bus);
          fc.pre(wide.length === 0 && isExact(routes, event));
          const isHandled = isHandledBy(routes, event, one.bridge(event));
          expect(isMatched(patterns, event, one.at(event))).toBe(isHandled);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test.for(buses)(
    'of $title, one for each source, match every event that a route acts on',
    (one) => {
      fc.assert(
        fc.property(
          fc.array(route, { minLength: 1, maxLength: 4 }),
          anyEvent.filter(one.sees),
          (routes, event) => {
            const patterns = toWidePatterns(routes, one.bus);
            const isHandled = isHandledBy(routes, event, one.bridge(event));
            expect(isMatched(patterns, event, one.at(event)) || !isHandled).toBe(true);
            expect(patterns.length).toBeLessThanOrEqual(2);
          },
        ),
        { numRuns: 1_000 },
      );
    },
  );
});

describe('a route without account and Region', () => {
  const route = aRoute({ from: fromStateMachine('a') });

  test.for([
    { bus: { kind: 'own', home } },
    { bus: { kind: 'own', home: {} } },
    { bus: { kind: 'source', ...elsewhere, home } },
    { bus: { kind: 'source', account: home.account, region: regions[1], home } },
    { bus: { kind: 'source', home } },
  ] as const)('needs no rule besides that of the default bus: $bus', ({ bus }) => {
    expect(planRules([route], bus).patterns).toEqual([]);
    expect(toWidePatterns([route], bus)).toEqual([]);
    expect(planRules([route], { kind: 'default' }).patterns).toHaveLength(1);
  });

  test('has a rule on the bus of a source, if the location of the bridge is known at deployment only', () => {
    expect(planRules([route], { kind: 'source', home: {} }).patterns).toHaveLength(1);
  });
});

describe('a route with one of account and Region', () => {
  test.for([
    {
      over: { regions: ['eu-central-1'] },
      where: { account: [placeholders.account], region: ['eu-central-1'] },
    },
    {
      over: { accounts: ['444455556666'] },
      where: { account: ['444455556666'], region: [placeholders.region] },
    },
  ])('takes the other from the stack on the bus of the bridge: $where', ({ over, where }) => {
    expect(planOf('a', { kind: 'own', home: {} }, over).patterns).toMatchObject([where]);
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
  ])('$text is matched by its ARN on a default bus', ({ text, matchers }) => {
    expect(planOf(text, known)).toEqual({
      patterns: [{ ...night, detail: { ...ofWholes, stateMachineArn: matchers } }],
      wide: [],
    });
  });

  test('is matched with placeholders for values that are known at deployment only', () => {
    const [pattern] = planOf('a', { kind: 'default' }).patterns;

    const { partition, region, account } = placeholders;
    expect(pattern?.detail['stateMachineArn']).toEqual([
      `arn:${partition}:states:${region}:${account}:stateMachine:a`,
      { prefix: `arn:${partition}:states:${region}:${account}:stateMachine:a:` },
    ]);
  });

  test('is matched by suffix on the bus of the bridge, with account and Region if given', () => {
    const where = { accounts: ['444455556666'], regions: ['eu-west-1'] };

    const [pattern] = planOf('a', { kind: 'own', home }, where).patterns;

    expect(pattern).toMatchObject({ account: ['444455556666'], region: ['eu-west-1'] });
    expect(pattern?.detail['stateMachineArn']).toContainEqual({ suffix: ':stateMachine:a' });
  });

  test('of another account or Region has no rule on a default bus', () => {
    const plans = [
      planOf('a', known, { accounts: ['444455556666'] }),
      planOf('a', known, { regions: ['eu-central-1'] }),
      planOf('arn:aws:states:eu-west-1:444455556666:stateMachine:a', known),
      planOf('arn:aws:states:eu-central-1:111122223333:stateMachine:a', known),
    ];

    expect(plans).toEqual(plans.map(() => ({ patterns: [], wide: [] })));
  });

  test('with a version or alias is matched in the fields of these', () => {
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
  const own: RuleBus = { kind: 'own', home };
  const where = { account: ['444455556666'], region: ['eu-west-1'] };

  test.for([
    { text: '*-x-*', complexity: 12, head: '', detail: {} },
    {
      text: 'prod-*-a-*-b*c',
      complexity: 15,
      head: 'prod-',
      detail: { stateMachineArn: [{ wildcard: '*:stateMachine:prod-*' }] },
    },
  ])('such as $text has a wider pattern', ({ text, complexity, head, detail }) => {
    expect(planOf(text, own, { accounts: where.account })).toEqual({
      patterns: [{ ...night, ...where, detail: { ...ofWholes, ...detail } }],
      wide: [{ route: 'settlement', complexity, head }],
    });
  });
});

describe('an exception', () => {
  const batch = (over: Partial<Origin>) =>
    ({ kind: 'batchJob', arrayChildren: 'include', nodes: 'include', ...over }) as Origin;
  const except = (text: string, ...names: readonly string[]) =>
    ({ by: 'glob', text, except: names }) as const;
  const executions = 'arn:aws:states:eu-west-1:111122223333:execution';
  const planFrom = (from: Origin, bus: RuleBus = known) => planRules([aRoute({ from })], bus);

  test.for([
    { mapChildren: 'ignore', wildcard: ['*/*', `${executions}:a-x:*`, `${executions}:*-y:*`] },
    { mapChildren: 'only', wildcard: [`${executions}:a-x/*`, `${executions}:*-y/*`] },
  ] as const)(
    'of a state machine is matched by the ARN of its executions, mapChildren: $mapChildren',
    ({ mapChildren, wildcard }) => {
      const stateMachine = except('a-*', 'a-x', '*-y');
      const plan = planFrom({ kind: 'execution', stateMachine, mapChildren });

      expect(plan.wide).toEqual([]);
      expect(plan.patterns.map(({ detail }) => detail['executionArn'])).toEqual([
        [{ 'anything-but': { wildcard } }],
      ]);
      expect(deployed(plan.patterns, home)).toHaveLength(1);
    },
  );

  test.for([
    {
      selects: { batchJobName: except('*', 'a', 'b*') },
      detail: { jobName: [{ 'anything-but': { wildcard: ['a', 'b*'] } }] },
    },
    {
      selects: { jobQueue: except('*', 'q') },
      detail: { jobQueue: [{ 'anything-but': { wildcard: [`${queue}/q`] } }] },
    },
    {
      selects: { jobDefinition: except('*', 'd', 'e:7') },
      detail: {
        jobDefinition: [
          { 'anything-but': { wildcard: [`${definition}/d:*`, `${definition}/e:7`] } },
        ],
      },
    },
  ])('of every Batch name is exact: $detail', ({ selects, detail }) => {
    const { patterns, wide } = planFrom(batch(selects));

    expect(patterns.map((pattern) => pattern.detail)).toMatchObject([detail]);
    expect(wide).toEqual([]);
  });

  test.for<{ selects: Partial<Origin>; names: readonly string[] }>([
    { selects: { batchJobName: except('a*', 'ab') } as Partial<Origin>, names: ['ab'] },
    { selects: { jobQueue: except('a*', 'ab', 'ac') } as Partial<Origin>, names: ['ab', 'ac'] },
  ])('of a Batch name with a star is left to the function: $names', ({ selects, names }) => {
    const { patterns, wide } = planFrom(batch(selects));

    expect(JSON.stringify(patterns)).not.toContain('ab');
    expect(wide).toEqual([{ route: 'settlement', except: names }]);
    expect(describeWideRoutes(wide)).toEqual([
      `route settlement has a wider pattern than its from: its rule cannot leave out ${names.join(', ')}; these names reach the function, which discards their events`,
    ]);
  });

  test('that is too complex is left to the function', () => {
    const names = Array.from({ length: 12 }, (_, at) => `*x${at}*`);
    const stateMachine = except('*', ...names);
    const plan = planFrom({ kind: 'execution', stateMachine, mapChildren: 'ignore' });

    expect(plan.wide).toEqual([{ route: 'settlement', except: names }]);
    expect(deployed(plan.patterns, home)).toHaveLength(1);
  });
});

describe('an AWS Batch job', () => {
  const from = (over: Partial<Origin>) =>
    ({ kind: 'batchJob', arrayChildren: 'include', nodes: 'include', ...over }) as Origin;
  const glob = (text: string) => ({ by: 'glob', text }) as const;
  const name = (text: string) => ({ by: 'name', text }) as const;

  test.for([
    { selects: { jobQueue: name('q') }, detail: { jobQueue: [`${queue}/q`] } },
    { selects: { jobQueue: glob('q-*') }, detail: { jobQueue: [{ prefix: `${queue}/q-` }] } },
    {
      selects: { jobDefinition: name('d') },
      detail: { jobDefinition: [{ prefix: `${definition}/d:` }] },
    },
    { selects: { jobDefinition: name('d:7') }, detail: { jobDefinition: [`${definition}/d:7`] } },
    {
      selects: { jobDefinition: glob('d*') },
      detail: { jobDefinition: [{ prefix: `${definition}/d` }] },
    },
    { selects: { batchJobName: glob('n-*') }, detail: { jobName: [{ prefix: 'n-' }] } },
  ])('is matched without a wildcard on a default bus: $detail', ({ selects, detail }) => {
    const { patterns, wide } = planRules([aRoute({ from: from(selects) })], known);

    expect(patterns.map((pattern) => pattern.detail)).toMatchObject([detail]);
    expect(JSON.stringify(patterns)).not.toContain('wildcard');
    expect(wide).toEqual([]);
  });

  test('of four definitions needs two rules on the bus of the bridge', () => {
    const routes = ['a', 'b', 'c', 'd'].map((text) =>
      aRoute({
        name: text,
        from: from({ jobDefinition: name(text), accounts: ['444455556666'] }),
      }),
    );

    const { patterns } = planRules(routes, { kind: 'own', home });

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
  ] as const)('with 300 names in 100 accounts, %s, are within the quota', ([, routes]) => {
    const own = planRules(routes, { kind: 'own', home }).patterns;
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

  test('are within the size limit of EventBridge in every account and Region', () => {
    const long = names.map((text) => fromStateMachine(text.padEnd(80, '-')));
    const { patterns } = planRules(
      long.map((from, at) => aRoute({ name: `r${at}`, from })),
      { kind: 'default' },
    );

    const longest = { account: '111122223333', region: 'ap-southeast-99' };
    expect(deployed(patterns, longest).length).toBeLessThanOrEqual(100);
  });

  test('that differ only in the account share one pattern', () => {
    const routes = accountsOf
      .slice(0, 3)
      .map((account) =>
        aRoute({ from: { ...fromStateMachine('a'), accounts: [account] } as Origin }),
      );

    const { patterns } = planRules(routes, { kind: 'own', home });

    expect(patterns.map(({ account }) => account)).toEqual([accountsOf.slice(0, 3)]);
  });
});

describe('a launch target', () => {
  const [target, batchTarget] = [anExecutionTarget(), aBatchJobTarget()];
  const ends = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

  test('that starts a state machine has a rule with its exact ARN and every end', () => {
    expect(planRules(toTargetRoutes([target]), known)).toEqual({
      patterns: [
        {
          ...night,
          detail: {
            ...ofWholes,
            status: ends,
            stateMachineArn: [`${machine}:settlement`, { prefix: `${machine}:settlement:` }],
          },
        },
      ],
      wide: [],
    });
  });

  test('that starts a Batch job has a rule with queue, definition and its statuses', () => {
    expect(planRules(toTargetRoutes([batchTarget]), known)).toEqual({
      patterns: [
        {
          source: ['aws.batch'],
          'detail-type': ['Batch Job State Change'],
          detail: {
            status: ['RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED'],
            jobId: [{ 'anything-but': { wildcard: ['*:*', '*#*'] } }],
            jobQueue: [`${queue}/night`],
            jobDefinition: [{ prefix: `${definition}/risk-calc:` }],
          },
        },
      ],
      wide: [],
    });
  });

  test('shares the rule of a route with the same statuses', () => {
    const route = aRoute({ from: fromStateMachine('other'), actions: setGlobalOn('X', ends) });

    expect(planRules([route, ...toTargetRoutes([target])], known).patterns).toHaveLength(1);
    expect(
      planRules([aRoute({ actions: setGlobalOn('X', ends) }), ...toTargetRoutes([target])], known),
    ).toEqual(planRules(toTargetRoutes([target]), known));
  });

  test('has no rule on the bus of the bridge', () => {
    expect(
      planRules(toTargetRoutes([target, batchTarget]), { kind: 'own', home }).patterns,
    ).toEqual([]);
  });

  test.for(buses.filter(({ bus }) => bus.kind === 'default'))(
    'is matched by patterns that EventBridge accepts, on $title',
    (one) => {
      const targets = Array.from({ length: 200 }, (_, at) => [
        anExecutionTarget({ name: `e${at}`, from: fromStateMachine(`a-${at}`) }),
        aBatchJobTarget({ name: `b${at}` }),
      ]).flat();
      const routes = toTargetRoutes([
        ...targets,
        anExecutionTarget({ from: fromStateMachine('a') }),
      ]);
      const { patterns, wide } = planRules(routes, one.bus);

      fc.assert(
        fc.property(anyEvent.filter(one.sees), (event) => {
          const read = toWorkloadEvent(event);
          const matching = createRouteIndex(routes, one.bridge(event)).find(read);
          const isHandled = matching.some(({ actions }) => read.status in actions);
          expect(isMatched(patterns, event, one.at(event)) || !isHandled).toBe(true);
        }),
        { numRuns: 200 },
      );
      expect(wide).toEqual([]);
      expect(patterns.length).toBeLessThan(20);
    },
  );
});
