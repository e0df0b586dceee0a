import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { matchesOrigin } from '../../../lambda/routing/origin.ts';
import { createRouteIndex, type Origin, type Route } from '../../../lambda/routing/routes.ts';
import type { WorkloadEvent } from '../../../lambda/workload/workload.ts';
import { aBatchJob, anExecution } from '../../route-file/workloads.ts';

function aRoute(name: string, from: Origin): Route {
  return { name, from, to: parseAutosysInstance('ACE'), endsWithinMs: 3_600_000, actions: {} };
}

function aMachine(text: string, more: object = {}): Origin {
  const by = text.startsWith('arn:') ? 'arn' : text.includes('*') ? 'glob' : 'name';
  return { kind: 'execution', stateMachine: { by, text }, mapChildren: 'ignore', ...more };
}

const batch = { kind: 'batchJob', arrayChildren: 'ignore', nodes: 'ignore' } as const;
const night = { by: 'name', text: 'night' } as const;

function anyMachineBut(...except: readonly string[]): Origin {
  return {
    kind: 'execution',
    stateMachine: { by: 'glob', text: '*', except },
    mapChildren: 'ignore',
  };
}

function namesOf(routes: readonly { readonly name: string }[]): readonly string[] {
  return routes.map((route) => route.name);
}

/** The account and Region of the stack. */
const home = { account: '111122223333', region: 'eu-west-1' };

describe('a route without account or Region', () => {
  const finds = (from: Origin, event: WorkloadEvent) =>
    createRouteIndex([aRoute('one', from)], home).find(event).length === 1;
  const elsewhere = anExecution({ account: '444455556666' });
  const abroad = anExecution({ region: 'us-east-1' });

  test.for([
    { from: aMachine('settlement'), own: true, other: false, far: false },
    {
      from: aMachine('settlement', { accounts: ['444455556666'] }),
      own: false,
      other: true,
      far: false,
    },
    {
      from: aMachine('settlement', { regions: ['us-east-1', 'eu-west-1'] }),
      own: true,
      other: false,
      far: true,
    },
  ])('matches those of the stack: $from', ({ from, own, other, far }) => {
    expect(finds(from, anExecution())).toBe(own);
    expect(finds(from, elsewhere)).toBe(other);
    expect(finds(from, abroad)).toBe(far);
  });

  test('matches those of its ARN', () => {
    const arn = 'arn:aws:states:us-east-1:444455556666:stateMachine:settlement';
    const event = anExecution({
      account: '444455556666',
      region: 'us-east-1',
      stateMachineArn: arn,
    });

    expect(finds(aMachine(arn), event)).toBe(true);
  });

  test('matches all if the stack is not known', () => {
    const index = createRouteIndex([aRoute('one', aMachine('settlement'))]);

    expect(index.find(elsewhere)).toHaveLength(1);
    expect(index.find(abroad)).toHaveLength(1);
  });
});

describe('the index', () => {
  test('finds every route that matches the event, in file order', () => {
    const index = createRouteIndex([
      aRoute('all', aMachine('*')),
      aRoute('other', aMachine('other')),
      aRoute('name', aMachine('settlement')),
      aRoute('start', aMachine('settle*')),
      aRoute('end', aMachine('*ment')),
      aRoute('middle', aMachine('*tt*')),
      aRoute('arn', aMachine('arn:aws:states:eu-west-1:111122223333:stateMachine:settlement')),
      aRoute('here', aMachine('settlement', { accounts: ['444455556666', '111122223333'] })),
      aRoute('there', aMachine('settlement', { accounts: ['444455556666'] })),
    ]);

    expect(namesOf(index.find(anExecution()))).toEqual([
      'all',
      'name',
      'start',
      'end',
      'middle',
      'arn',
      'here',
    ]);
  });

  test('finds a route once if several of its names match', () => {
    const live = 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement:live';
    const index = createRouteIndex([aRoute('start', aMachine('settle*'))]);

    expect(namesOf(index.find(anExecution({ qualifiedArns: [live] })))).toEqual(['start']);
  });

  test('finds the routes that matchesOrigin matches, for any routes and events', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 });
    const account = fc.constantFrom('111122223333', '444455556666');
    const qualifier = fc.constantFrom('', ':1', ':2');
    const machineArn = (name: string) =>
      `arn:aws:states:eu-west-1:111122223333:stateMachine:${name}`;
    const batchArn = (type: string, name: string) =>
      `arn:aws:batch:eu-west-1:111122223333:${type}/${name}`;
    const globs = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 4 });
    const selector = (toArn: (name: string) => string) =>
      fc.oneof(
        fc.tuple(word, qualifier).map(([text, end]) => ({ by: 'name', text: text + end }) as const),
        globs.map((text) => ({ by: 'glob', text: `${text}*` }) as const),
        globs.map((text) => ({ by: 'glob', text: `*${text}` }) as const),
        fc.tuple(word, qualifier).map(([t, end]) => ({ by: 'arn', text: toArn(t + end) }) as const),
      );
    const parts = fc.constantFrom('ignore', 'only', 'include');
    const where = { accounts: fc.uniqueArray(account, { minLength: 1 }) };
    const executionOrigin = fc.record(
      {
        kind: fc.constant('execution'),
        stateMachine: selector(machineArn),
        mapChildren: parts,
        ...where,
      },
      { requiredKeys: ['kind', 'stateMachine', 'mapChildren'] },
    );
    const batchOrigin = fc
      .record(
        {
          kind: fc.constant('batchJob'),
          jobQueue: selector((name) => batchArn('job-queue', name)),
          jobDefinition: selector((name) => batchArn('job-definition', name)),
          batchJobName: selector((name) => name),
          arrayChildren: parts,
          nodes: parts,
          ...where,
        },
        { requiredKeys: ['kind', 'arrayChildren', 'nodes'] },
      )
      .filter((from) => Boolean(from.jobQueue ?? from.jobDefinition ?? from.batchJobName));
    const executions = fc.record({ name: word, qualifier, account }).map((given) =>
      anExecution({
        account: given.account,
        stateMachineName: given.name,
        stateMachineArn: machineArn(given.name),
        qualifiedArns: given.qualifier === '' ? [] : [machineArn(given.name + given.qualifier)],
      }),
    );
    const batchJobs = fc
      .record({ queue: word, definition: word, revision: fc.nat(3), name: word, account })
      .map((given) =>
        aBatchJob({
          account: given.account,
          jobQueueName: given.queue,
          jobQueueArn: batchArn('job-queue', given.queue),
          jobDefinitionName: given.definition,
          jobDefinitionArn: batchArn('job-definition', `${given.definition}:${given.revision}`),
          jobDefinitionRevision: given.revision,
          batchJobName: given.name,
        }),
      );
    const origins = fc.array(fc.oneof(executionOrigin, batchOrigin), { maxLength: 12 });
    const events: fc.Arbitrary<WorkloadEvent> = fc.oneof(executions, batchJobs);

    fc.assert(
      fc.property(origins, events, (froms, event) => {
        const routes = froms.map((from, at) => aRoute(`route-${at}`, from as Origin));
        expect(createRouteIndex(routes).find(event)).toEqual(
          routes.filter(({ from }) => matchesOrigin(from, event)),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('the cost of a lookup', () => {
  const width = 5;
  const pad = (at: number) => String(at).padStart(width, '0');
  const machineArn = (at: number) =>
    `arn:aws:states:eu-west-1:111122223333:stateMachine:flow-${pad(at)}`;

  test.for<{ by: string; toOrigin: (at: number) => Origin }>([
    { by: 'name', toOrigin: (at) => aMachine(`flow-${pad(at)}`) },
    { by: 'ARN', toOrigin: (at) => aMachine(machineArn(at)) },
    { by: 'start', toOrigin: (at) => aMachine(`flow-${pad(at)}*`) },
    { by: 'end', toOrigin: (at) => aMachine(`*-${pad(at)}`) },
    {
      by: 'job name in one queue',
      toOrigin: (at) => ({
        ...batch,
        jobQueue: night,
        batchJobName: { by: 'glob', text: `flow-${pad(at)}*` },
      }),
    },
    {
      by: 'account, all with one state machine',
      toOrigin: (at) => aMachine('flow-00007', { accounts: [`1111222${pad(at)}`] }),
    },
  ])('by $by is one route among ten and among ten thousand', ({ toOrigin }) => {
    const execution = anExecution({
      account: '111122200007',
      stateMachineName: 'flow-00007',
      stateMachineArn: machineArn(7),
    });
    const batchJob = aBatchJob({ batchJobName: 'flow-00007' });

    const costs = [10, 10_000].map((count) => {
      const routes = Array.from({ length: count }, (_, at) => aRoute(`r${at}`, toOrigin(at)));
      const event = routes[0]?.from.kind === 'batchJob' ? batchJob : execution;
      return createRouteIndex(routes).candidates(event).length;
    });

    expect(costs).toEqual([1, 1]);
  });
});

const {
  jobDefinitionArn: _,
  jobDefinitionName: __,
  jobDefinitionRevision: ___,
  ...rest
} = aBatchJob();
const withoutDefinition: WorkloadEvent = rest;

describe('an event without a job definition', () => {
  const queue: Origin = { ...batch, jobQueue: night };

  test('is matched by the routes that do not require one', () => {
    const index = createRouteIndex([
      aRoute('queue', queue),
      aRoute('name', { ...queue, jobDefinition: { by: 'name', text: 'risk-calc' } }),
      aRoute('any', { ...queue, jobDefinition: { by: 'glob', text: '*' } }),
    ]);

    expect(namesOf(index.find(aBatchJob()))).toEqual(['queue', 'name', 'any']);
    expect(namesOf(index.find(withoutDefinition))).toEqual(['queue']);
  });
});

describe('the explanation why no route matches an event', () => {
  const risk: Origin = {
    ...batch,
    jobQueue: night,
    jobDefinition: { by: 'name', text: 'risk-calc' },
  };

  test.for<{ from: Origin; event: WorkloadEvent; reason: string }>([
    {
      from: aMachine('settlement', { accounts: ['444455556666'] }),
      event: anExecution(),
      reason: 'route one matches account 444455556666 only (event: 111122223333)',
    },
    {
      from: aMachine('settlement', { regions: ['us-east-1', 'us-west-2'] }),
      event: anExecution(),
      reason: 'route one matches Region us-east-1, us-west-2 only (event: eu-west-1)',
    },
    {
      from: aMachine('settlement'),
      event: anExecution({ mapLabel: 'PerTrade' }),
      reason: 'route one ignores Distributed Map children (mapChildren: ignore)',
    },
    {
      from: aMachine('settlement', { mapChildren: 'only' }),
      event: anExecution(),
      reason: 'route one matches Distributed Map children only (mapChildren: only)',
    },
    {
      from: risk,
      event: aBatchJob({ role: 'arrayChild' }),
      reason: 'route one ignores array children (arrayChildren: ignore)',
    },
    {
      from: risk,
      event: aBatchJob({ role: 'node' }),
      reason: 'route one ignores nodes (nodes: ignore)',
    },
    {
      from: { ...risk, arrayChildren: 'only' },
      event: aBatchJob(),
      reason: 'route one matches array children only (arrayChildren: only)',
    },
    {
      from: { ...risk, nodes: 'only' },
      event: aBatchJob(),
      reason: 'route one matches nodes only (nodes: only)',
    },
    {
      from: risk,
      event: aBatchJob({ jobDefinitionName: 'var-calc', jobDefinitionArn: 'var-calc' }),
      reason: 'route one requires job definition risk-calc (event: var-calc)',
    },
    {
      from: risk,
      event: withoutDefinition,
      reason: 'route one requires job definition risk-calc (event: no job definition)',
    },
    {
      from: anyMachineBut('settlement'),
      event: anExecution(),
      reason: 'route one does not match state machine settlement, because of its except',
    },
    {
      from: anyMachineBut('other', '*ment'),
      event: anExecution(),
      reason:
        'route one does not match state machine *ment (event: settlement), because of its except',
    },
    {
      from: aMachine('Settlement'),
      event: anExecution(),
      reason:
        'no route names state machine settlement; one names Settlement, but names are case-sensitive',
    },
    {
      from: aMachine('setlement'),
      event: anExecution(),
      reason: 'no route names state machine settlement; one names setlement',
    },
    {
      from: aMachine('arn:aws:states:us-east-1:111122223333:stateMachine:settlement'),
      event: anExecution(),
      reason:
        'routes name state machine settlement only with another account, Region, version or revision',
    },
    {
      from: aMachine('arn:aws:states:us-east-1:111122223333:stateMachine:other'),
      event: anExecution(),
      reason: 'no route names state machine settlement',
    },
    {
      from: { ...batch, batchJobName: { by: 'glob', text: 'var-*' } },
      event: aBatchJob(),
      reason:
        'no route names job queue night or job definition risk-calc or Batch job name risk-42',
    },
    {
      from: {
        ...batch,
        jobDefinition: {
          by: 'arn',
          text: 'arn:aws:batch:eu-west-1:111122223333:job-definition/risk-calc:8',
        },
      },
      event: aBatchJob(),
      reason:
        'routes name job definition risk-calc only with another account, Region, version or revision',
    },
    {
      from: { ...batch, jobDefinition: { by: 'name', text: 'risk-calc:8' } },
      event: aBatchJob(),
      reason:
        'routes name job definition risk-calc only with another account, Region, version or revision',
    },
    {
      from: { ...batch, jobDefinition: { by: 'glob', text: '*' } },
      event: withoutDefinition,
      reason:
        'no route names job queue night or Batch job name risk-42; the event has no job definition',
    },
    { from: risk, event: anExecution(), reason: 'no route matches Step Functions executions' },
    { from: aMachine('x'), event: aBatchJob(), reason: 'no route matches AWS Batch jobs' },
  ])('is: $reason', ({ from, event, reason }) => {
    expect(createRouteIndex([aRoute('one', from)]).explainMiss(event)).toBe(reason);
  });

  test.for([
    {
      event: anExecution({ account: '444455556666' }),
      reason:
        'route one has no account setting, so it matches account 111122223333 only (event: 444455556666); to match it, add 444455556666 to account of the route',
    },
    {
      event: anExecution({ region: 'us-east-1' }),
      reason:
        'route one has no region setting, so it matches Region eu-west-1 only (event: us-east-1); to match it, add us-east-1 to region of the route',
    },
  ])(
    'names the missing setting of a route that matches only the stack: $reason',
    ({ event, reason }) => {
      const index = createRouteIndex([aRoute('one', aMachine('settlement'))], home);

      expect(index.explainMiss(event)).toBe(reason);
    },
  );

  test('names at most five routes', () => {
    const routes = Array.from({ length: 8 }, (_, at) =>
      aRoute(`r${at}`, aMachine('settlement', { regions: ['us-east-1'] })),
    );

    const reason = createRouteIndex(routes).explainMiss(anExecution());

    expect(reason.split('; ')).toHaveLength(6);
    expect(reason).toMatch(/; and 3 more such routes$/);
  });

  test('is created for each event', () => {
    const index = createRouteIndex([aRoute('one', aMachine('settlement'))]);

    expect(index.explainMiss(anExecution({ mapLabel: 'A' }))).toContain('mapChildren');
    expect(index.explainMiss(anExecution({ stateMachineName: 'x' }))).toContain('machine x');
    expect(index.explainMiss(aBatchJob())).toBe('no route matches AWS Batch jobs');
  });
});
