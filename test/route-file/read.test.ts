// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of a template are what it is about
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { RouteFileError, readRouteFile } from '../../route-file/index.ts';
import { aFile, faultsOf, read } from './files.ts';

const whole = `instances:
  ACE:
    endpoints: [https://autosys-a.example.com:9443, https://autosys-b.example.com:9443]
    secret: autosys/ACE/bridge
    profile: { base: standard, events: { SET_GLOBAL: { method: POST } } }
    timezone: Europe/Zurich
    confirmWithin: 500ms
routes:
  - name: settlement
    from: { stateMachine: settlement, account: "111122223333", region: [eu-west-1, us-east-1] }
    combine: latest
    global: AWS_SETTLEMENT
  - name: risk
    from: { jobQueue: night, jobDefinition: risk-calc, jobName: risk-*, arrayChildren: only }
    to: ACE
    combine: latest
    global: { name: AWS_RISK, values: { SUCCEEDED: "OK \${exitCode|0}" } }
    job: { name: RISK_MIRROR, statuses: { RUNNING: none, SUCCEEDED: none } }
    events:
      - { on: FAILED, event: FORCE_STARTJOB, job: risk_repair, comment: "risk: \${reason:100|no reason}" }
`;

test('compiles a whole file', () => {
  const { config, warnings } = read(whole);

  expect(warnings).toEqual([]);
  expect(config.instances).toEqual([
    {
      name: 'ACE',
      endpoints: ['https://autosys-a.example.com:9443', 'https://autosys-b.example.com:9443'],
      secret: 'autosys/ACE/bridge',
      profile: { base: 'standard', events: { SET_GLOBAL: { method: 'POST' } } },
      timezone: 'Europe/Zurich',
      confirmWithinMs: 500,
      deadlineMs: 4 * 86_400_000,
      oldEvents: 'park',
      drainPerSecond: 20,
      requestsUnderWay: 2,
      rereadForMs: 6 * 3_600_000,
      maintenance: [],
    },
  ]);
  expect(config.routes.map(({ name, from, to, combine }) => ({ name, from, to, combine }))).toEqual(
    [
      {
        name: 'settlement',
        to: 'ACE',
        combine: 'latest',
        from: {
          kind: 'execution',
          stateMachine: { by: 'name', text: 'settlement' },
          mapChildren: 'ignore',
          accounts: ['111122223333'],
          regions: ['eu-west-1', 'us-east-1'],
        },
      },
      {
        name: 'risk',
        to: 'ACE',
        combine: 'latest',
        from: {
          kind: 'batchJob',
          jobQueue: { by: 'name', text: 'night' },
          jobDefinition: { by: 'name', text: 'risk-calc' },
          batchJobName: { by: 'glob', text: 'risk-*' },
          arrayChildren: 'only',
          nodes: 'ignore',
        },
      },
    ],
  );
  expect(config.routes[1]?.actions).toEqual({
    SUCCEEDED: [
      {
        kind: 'SET_GLOBAL',
        fields: {
          globalVariable: ['AWS_RISK'],
          value: ['OK ', { field: 'exitCode', otherwise: '0' }],
        },
      },
    ],
    FAILED: [
      { kind: 'CHANGE_STATUS', fields: { job: ['RISK_MIRROR'], status: ['FAILURE'] } },
      {
        kind: 'FORCE_STARTJOB',
        fields: {
          job: ['risk_repair'],
          comment: ['risk: ', { field: 'reason', max: 100, otherwise: 'no reason' }],
        },
      },
    ],
  });
});

test('compiles to plain JSON', () => {
  const { config } = read(whole);

  expect(JSON.parse(JSON.stringify(config))).toEqual(config);
});

test('reports all faults of a file, each at its position', () => {
  const text = `instances:
  ACE:
    endpoints: [http://autosys.example.com]
    secret: autosys/ACE
routes:
  - name: settlement
    from: { stateMachine: settlement, account: 111122223333 }
    to: ACX
    globl: AWS_SETTLEMENT
    events:
      - { on: FAILD, event: STARTJOB, job: repair }
`;

  expect(faultsOf(text)).toEqual([
    '3:17 endpoint: found http://autosys.example.com, allowed: https://host:port, such as https://autosys.example.com:9443; without TLS the login would be sent unencrypted',
    '7:48 account: found a number, allowed: twelve digits; put it in quotes',
    '8:9 to: unknown instance "ACX"; did you mean ACE?; allowed: ACE',
    '9:5 unknown key "globl" in a route; did you mean global?; allowed: name, from, to, when, endsWithin, combine, mode, global, job, events',
    '11:15 "FAILD" is not a status of an execution; did you mean FAILED?; allowed: RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE',
  ]);
});

test('shows a fault with line, column and caret', () => {
  const text = aFile('to: ACE', 'from: { stateMachine: a? }', 'global: A');

  expect(() => read(text)).toThrow(
    [
      'bridge.yaml:7:27: stateMachine: found "a?", allowed: a name, a name with *, or an ARN; * is the only wildcard',
      '  6 |     to: ACE',
      '  7 |     from: { stateMachine: a? }',
      '    |                           ^^',
    ].join('\n'),
  );
});

describe('a route', () => {
  const from = 'from: { stateMachine: settlement }';

  test('is sent to the only instance if it names none', () => {
    const text = `instances: { ACE: { endpoints: [https://a], secret: s } }
routes: [{ name: one, from: { stateMachine: x }, global: G }]`;

    expect(read(text).config.routes[0]?.to).toBe('ACE');
  });

  test('requires an instance name if the file has several', () => {
    expect(faultsOf(aFile(from, 'global: G'))).toEqual(['5:5 to is missing; allowed: ACE, PRD']);
  });

  test('requires an action', () => {
    expect(faultsOf(aFile('to: ACE', from))).toEqual([
      '5:5 this route has no action; add global, job or events',
    ]);
  });

  test('requires a unique name', () => {
    const text = `${aFile('to: ACE', from, 'global: G')}  - { name: one, to: PRD, ${from}, global: H }\n`;

    expect(faultsOf(text)).toEqual(['9:13 name: duplicate route name one; use another name']);
  });

  test.for([
    {
      line: 'name: a b',
      expected: 'name: found "a b", allowed: 1 to 64 letters, digits and . _ -',
    },
    {
      line: `name: ${'x'.repeat(65)}`,
      expected: `name: found "${'x'.repeat(65)}", allowed: 1 to 64 letters, digits and . _ -`,
    },
    {
      line: 'name: 7',
      expected:
        'name: found a number, allowed: 1 to 64 letters, digits and . _ -; put it in quotes',
    },
    { line: 'name:', expected: 'name: found nothing, allowed: 1 to 64 letters, digits and . _ -' },
    { line: 'x: y', expected: 'name is missing; allowed: 1 to 64 letters, digits and . _ -' },
  ])('is rejected with $line', ({ line, expected }) => {
    const text = `instances: { ACE: { endpoints: [https://a], secret: s } }
routes:
  - from: { stateMachine: x }
    global: G
    ${line}
`;

    expect(faultsOf(text).map((fault) => fault.replace(/^\S+ /, ''))).toContain(expected);
  });
});

describe('endsWithin', () => {
  const route = (endsWithin: string) =>
    aFile('to: ACE', 'from: { stateMachine: x }', 'global: G', `endsWithin: ${endsWithin}`);

  test.for([
    { endsWithin: '1m', ms: 60_000 },
    { endsWithin: '90m', ms: 5_400_000 },
    { endsWithin: '80d', ms: 80 * 86_400_000 },
  ])('can be $endsWithin', ({ endsWithin, ms }) => {
    expect(read(route(endsWithin)).config.routes[0]?.endsWithinMs).toBe(ms);
  });

  test('is one hour by default', () => {
    const text = aFile('to: ACE', 'from: { stateMachine: x }', 'global: G');

    expect(read(text).config.routes[0]?.endsWithinMs).toBe(3_600_000);
  });

  test.for(['59s', '81d', 'soon'])('is rejected as %s', (endsWithin) => {
    expect(faultsOf(route(endsWithin))).toEqual([
      `9:17 endsWithin: found "${endsWithin}", allowed: from 1m to 80d, such as 90m or 12h`,
    ]);
  });
});

describe('the metric per route', () => {
  const file = (line: string) =>
    `${aFile('to: ACE', 'from: { stateMachine: x }', 'global: G')}${line}\n`;

  test.for([
    { line: '', metricPerRoute: true },
    { line: 'metricPerRoute: true', metricPerRoute: true },
    { line: 'metricPerRoute: false', metricPerRoute: false },
  ])('is emitted or not, as in the file: "$line"', ({ line, metricPerRoute }) => {
    expect(read(file(line)).config.metricPerRoute).toBe(metricPerRoute);
  });

  test('is rejected with any other value', () => {
    expect(faultsOf(file('metricPerRoute: "no"'))).toEqual([
      '9:17 metricPerRoute: found "no", allowed: true or false',
    ]);
  });
});

describe('a file', () => {
  test.for([
    {
      text: '',
      expected: [
        '1:1 the route file: found nothing, allowed: a mapping with instances, routes, groups, targets, callers, requests, night, accounts, metricPerRoute',
      ],
    },
    {
      text: '# nothing yet\n',
      expected: [
        '1:1 the route file: found nothing, allowed: a mapping with instances, routes, groups, targets, callers, requests, night, accounts, metricPerRoute',
      ],
    },
    {
      text: '[]',
      expected: [
        '1:1 the route file: found a list, allowed: a mapping with instances, routes, groups, targets, callers, requests, night, accounts, metricPerRoute',
      ],
    },
    {
      text: 'instances: {}\nroutes: []\n',
      expected: [
        '1:12 instances: found none, allowed: one or more',
        '2:9 routes: found an empty list, allowed: a list of one or more',
      ],
    },
    {
      text: 'instances: 7\nroutes: x\n',
      expected: [
        '1:12 instances: found a number, allowed: a mapping of instance names, such as ACE',
        '2:9 routes: found "x", allowed: a list of one or more',
      ],
    },
    {
      text: 'instance: {}\n',
      expected: [
        '1:1 instances is missing; allowed: a mapping of instance names, such as ACE',
        '1:1 routes is missing; allowed: a list of one or more',
        '1:1 unknown key "instance" in the route file; did you mean instances?; allowed: instances, routes, groups, targets, callers, requests, night, accounts, metricPerRoute',
      ],
    },
  ])('is rejected as $text', ({ text, expected }) => {
    expect([...faultsOf(text)].sort()).toEqual([...expected].sort());
  });
});

describe('a password in the file', () => {
  test.for([
    'secret: { username: bridge, password: hunter2 }',
    'password: hunter2',
    'password: "hunter2',
    'credentials: [bridge, hunter2]',
    'secret: "hunter2 is mine"',
    'endpoints: ["https://bridge:hunter2@autosys.example.com"]',
    'endpoints: ["https://bridge:hun/hunter2@autosys.example.com"]',
  ])('is rejected and never shown: %s', (line) => {
    const text = `instances:
  ACE:
    ${line}
    timezone: Nowhere
routes: []
`;

    let error: unknown;
    try {
      read(text);
    } catch (thrown) {
      error = thrown;
    }

    expect(error).toBeInstanceOf(RouteFileError);
    expect(`${inspect(error, { depth: 9 })} ${JSON.stringify(error)} ${error}`).not.toContain(
      'hunter2',
    );
  });

  test.for([
    {
      line: 'password: x',
      expected:
        '3:5 credentials are not allowed in this file; store {"username": …, "password": …} in AWS Secrets Manager, and give the name of that secret as secret',
    },
    {
      line: 'secret: { username: a, password: b }',
      expected:
        '3:5 secret: found a mapping, allowed: the name or ARN of a secret in AWS Secrets Manager, not the login itself',
    },
  ])('is rejected with a reference to Secrets Manager: $line', ({ line, expected }) => {
    const text = `instances:
  ACE:
    ${line}
`;

    expect(faultsOf(text)).toContain(expected);
  });
});

describe('any text', () => {
  const isConfigOrFaults = (text: string) => {
    try {
      const { config, warnings } = readRouteFile({ name: 'any', text }, () => undefined);
      return (
        config.routes.length > 0 &&
        config.instances.length > 0 &&
        config.routes.every(({ actions }) => Object.keys(actions).length > 0) &&
        warnings.every(({ start, end }) => start < end)
      );
    } catch (error) {
      if (!(error instanceof RouteFileError)) throw error;
      return (
        error.problems.length > 0 &&
        error.problems.every(
          ({ start, end, message }) =>
            start >= 0 && start <= end && start <= text.length && message !== '',
        )
      );
    }
  };

  test('results in a configuration, or in faults with positions', () => {
    const character = fc.constantFrom(...'{}[]:,-&*!|>"\'#%@? \n\tab1~<');

    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 40 }), (text) => {
        expect(text).toSatisfy(isConfigOrFaults);
      }),
      { numRuns: 1000 },
    );
  });

  test('results in them for a whole file with a random change', () => {
    const patch = fc.record({
      at: fc.nat(whole.length),
      length: fc.nat(12),
      text: fc.oneof(
        fc.string({ maxLength: 6 }),
        fc.constantFrom('&a ', '*a', '!x ', '<<: ', '${', '- '),
      ),
    });

    fc.assert(
      fc.property(patch, ({ at, length, text }) => {
        expect(whole.slice(0, at) + text + whole.slice(at + length)).toSatisfy(isConfigOrFaults);
      }),
      { numRuns: 500 },
    );
  });

  test('results in them for random values of all keys', () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('settle*', '${status}', 'FAILED', 'STARTJOB', 'none', 'arn:aws:x'),
    );
    const keys = (...names: readonly string[]) =>
      fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 5 });
    const route = fc.record(
      {
        name: value,
        from: fc.oneof(value, keys('stateMachine', 'jobQueue', 'jobName', 'account', 'nodes')),
        to: value,
        global: fc.oneof(value, keys('name', 'values'), fc.array(keys('name', 'values'))),
        job: fc.oneof(value, keys('name', 'statuses')),
        events: fc.oneof(value, fc.array(keys('on', 'event', 'job', 'priority', 'comment'))),
      },
      { requiredKeys: [] },
    );
    const instance = fc.oneof(value, keys('endpoints', 'secret', 'ca', 'profile', 'timezone'));
    const file = fc.record(
      { instances: fc.dictionary(fc.constantFrom('ACE', 'x'), instance), routes: fc.array(route) },
      { requiredKeys: [] },
    );

    fc.assert(
      fc.property(file, (given) => {
        expect(stringify(given)).toSatisfy(isConfigOrFaults);
      }),
      { numRuns: 300 },
    );
  });
});
