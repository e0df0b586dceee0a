import { expect, test } from 'vitest';
import { bridgeYaml, runCli } from './setup.ts';

const broken = bridgeYaml
  .replace('global: AWS_RISK', 'glbal: AWS_RISK')
  .replace('secret:', 'scret:');

test('prints the content of a valid file', async () => {
  const { code, stdout, stderr } = await runCli(['validate', 'bridge.yaml'], {
    files: { 'bridge.yaml': bridgeYaml },
  });

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('bridge.yaml: no faults; 1 instance, 2 routes, 3 AutoSys targets');
  expect(stdout).toContain('endpoints https://autosys.example.com:9443');
  expect(stdout).toContain('route risk: job queue night, Batch job name risk-eod -> ACE');
  expect(stdout).not.toContain('combine');
  expect(stdout).toContain(
    `SET_GLOBAL AWS_SETTLEMENT = "\${status}"  on RUNNING SUCCEEDED FAILED TIMED_OUT ABORTED`,
  );
  expect(stdout).toContain('CHANGE_STATUS RISK_IN_AWS SUCCESS  on SUCCEEDED');
  expect(stdout).toContain('global variables: AWS_SETTLEMENT (ACE), AWS_RISK (ACE)');
  expect(stdout).toContain('jobs: RISK_IN_AWS (ACE)');
});

test.for([
  { line: '', says: 'allowed accounts: the account of the bridge\n' },
  {
    line: 'accounts: ["777788889999", "444455556666"]\n',
    says: 'allowed accounts: the account of the bridge, and 444455556666, 777788889999\n',
  },
])('prints the allowed accounts if the file has "$line"', async ({ line, says }) => {
  const text = bridgeYaml.replace('routes:\n', `${line}routes:\n`);

  const { code, stdout } = await runCli(['validate', '-'], { stdin: text });

  expect(code).toBe(0);
  expect(stdout).toContain(says);
});

test('prints routes with wide patterns, their bus, and the reason', async () => {
  const text = bridgeYaml.replace(
    '{ stateMachine: settlement }',
    '{ stateMachine: "*-x-*", account: "444455556666" }\n    combine: latest',
  );

  const { code, stdout } = await runCli(['validate', '-'], { stdin: text });
  const { stdout: json } = await runCli(['validate', '-', '--json'], { stdin: text });

  expect(code).toBe(0);
  expect(stdout).toContain(
    'on the bus of the bridge: route settlement has a wider pattern than its from: the exact pattern has complexity 12, allowed: 10; every name reaches the function, which discards events that no route matches\n',
  );
  expect(stdout).not.toContain('on the default bus: route');
  expect(JSON.parse(json).wideRoutes).toEqual([
    { bus: 'own', route: 'settlement', complexity: 12, head: '' },
  ]);
});

test.for([
  ['every pattern is exact', bridgeYaml],
  [
    'the route means the account and Region of the stack, which has ARNs for it',
    bridgeYaml
      .replace('{ stateMachine: settlement }', '{ stateMachine: "*-x-*" }\n    combine: latest')
      .replace('routes:\n', 'accounts: ["444455556666"]\nroutes:\n'),
  ],
] as const)('prints no wide route if %s', async ([, stdin]) => {
  const { stdout } = await runCli(['validate', '-', '--json'], { stdin });

  expect(JSON.parse(stdout).wideRoutes).toEqual([]);
});

test('prints the source of the CA certificates', async () => {
  const text = bridgeYaml.replace('secret:', 'ca: { secret: autosys/ca }\n    secret:');

  const { code, stdout } = await runCli(['validate', '-'], { stdin: text });

  expect(code).toBe(0);
  expect(stdout).toContain('CA from secret autosys/ca');
});

test('prints the content as data with --json', async () => {
  const { code, stdout } = await runCli(['validate', '-', '--json'], { stdin: bridgeYaml });

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    file: '<stdin>',
    ok: true,
    instances: [{ name: 'ACE', profile: 'standard', timezone: 'UTC' }],
    routes: [{ name: 'settlement', to: 'ACE' }, { name: 'risk' }],
    accounts: [],
    autosysTargets: [
      { instance: 'ACE', kind: 'globalVariable', name: 'AWS_SETTLEMENT' },
      { kind: 'globalVariable', name: 'AWS_RISK' },
      { kind: 'job', name: 'RISK_IN_AWS' },
    ],
    warnings: [],
  });
});

const launchYaml = `${bridgeYaml}targets:
  settlement:
    stateMachine: settlement:live
    input: { date: "\${param.date}" }
    params: { date: '\\d{8}' }
  risk: { jobQueue: night, jobDefinition: risk:7, onKill: leave, enabled: false }
  fx: { stateMachine: fx, input: given, onRetry: redrive, mirror: { global: AWS_FX } }
callers:
  agents: { secret: autosys/agents, targets: [settlement, risk], jobs: ["PAY_*", RISK] }
  ops: { secret: autosys/ops, targets: [settlement], jobs: ["OPS_*"] }
`;

test('prints the launch targets and callers, one line each', async () => {
  const { code, stdout, stderr } = await runCli(['validate', '-'], { stdin: launchYaml });

  expect(code).toBe(0);
  expect(stdout).toContain(
    '<stdin>: no faults; 1 instance, 2 routes, 3 AutoSys targets, 3 launch targets, 2 callers\n',
  );
  expect(stdout).toContain(`
target settlement: state machine settlement:live, params date <- agents, ops
target risk: job queue night, job definition risk:7, onKill: leave, not enabled <- agents
target fx: state machine fx, input of the caller, onRetry: redrive, mirror variable AWS_FX <- no caller
caller agents: secret autosys/agents, jobs PAY_* RISK
caller ops: secret autosys/ops, jobs OPS_*
`);
  expect(stderr).toMatch(/^warning: <stdin>:19:3: targets: no caller may use fx; /);
});

test('prints the launch targets and callers as data with --json', async () => {
  const { stdout } = await runCli(['validate', '-', '--json'], { stdin: launchYaml });

  expect(JSON.parse(stdout)).toMatchObject({
    targets: [
      { name: 'settlement', kind: 'execution', stateMachine: 'settlement', qualifier: 'live' },
      { name: 'risk', kind: 'batchJob', jobDefinition: 'risk:7', enabled: false },
      { name: 'fx', input: 'given' },
    ],
    callers: [
      { name: 'agents', secret: 'autosys/agents', targets: ['risk', 'settlement'] },
      { name: 'ops', targets: ['settlement'] },
    ],
  });
});

const requestsYaml = `${bridgeYaml}requests:
  ledger-team:
    callers:
      - arn:aws:iam::111122223333:role/ledger
      - stateMachine: arn:aws:states:eu-west-1:111122223333:stateMachine:settlement
        role: arn:aws:iam::111122223333:role/settlement
    actions: [setGlobal, sendEvent, runJob]
    events: [JOB_ON_ICE]
    starts: [STARTJOB, join]
    jobs: [LOAD_*]
    globals: [LEDGER_*]
    onAbort: kill
  readers:
    callers: ["arn:aws:iam::111122223333:role/reader"]
    actions: [getGlobal]
    globals: [LEDGER_DAY]
    rate: 5
`;

test('prints the entries of requests, three lines each', async () => {
  const { code, stdout } = await runCli(['validate', '-'], { stdin: requestsYaml });

  expect(code).toBe(0);
  expect(stdout).toContain('3 AutoSys targets, 2 request entries\n');
  expect(stdout).toContain(`
requests ledger-team: setGlobal, sendEvent (JOB_ON_ICE), runJob (STARTJOB join) -> ACE
  jobs LOAD_*, variables LEDGER_*, onAbort: kill, at most 60 a minute
  by arn:aws:iam::111122223333:role/ledger, arn:aws:iam::111122223333:role/settlement, arn:aws:states:eu-west-1:111122223333:stateMachine:settlement

requests readers: getGlobal -> ACE
  variables LEDGER_DAY, at most 5 a minute
  by arn:aws:iam::111122223333:role/reader
`);
});

const nightYaml = `${bridgeYaml}night:
  readers: ["arn:aws:iam::111122223333:role/Operators"]
  everyMinutes: 1
`;

test('prints the pages of the night, and who reads them', async () => {
  const text = await runCli(['validate', '-'], { stdin: nightYaml });
  const json = await runCli(['validate', '-', '--json'], { stdin: nightYaml });

  expect(text.stdout).toContain(`
night: a page of ACE every minute, from 20:00, kept for 14 days
  read by arn:aws:iam::111122223333:role/Operators
`);
  expect(JSON.parse(json.stdout)).toMatchObject({
    night: { instances: ['ACE'], everyMinutes: 1, keepDays: 14, since: '20:00' },
  });
});

test('prints the entries of requests as data with --json', async () => {
  const { stdout } = await runCli(['validate', '-', '--json'], { stdin: requestsYaml });

  expect(JSON.parse(stdout)).toMatchObject({
    requests: [
      { name: 'ledger-team', actions: ['setGlobal', 'sendEvent', 'runJob'], mayKill: true },
      { name: 'readers', roles: ['arn:aws:iam::111122223333:role/reader'], perMinute: 5 },
    ],
  });
});

test('prints every fault with its location and its line', async () => {
  const { code, stdout, stderr } = await runCli(['validate', 'bridge.yaml'], {
    files: { 'bridge.yaml': broken },
  });

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('bridge.yaml:4:5: unknown key "scret"');
  expect(stderr).toContain('  4 |     scret: autosys/ACE/bridge');
  expect(stderr).toContain('bridge.yaml:11:5: unknown key "glbal"');
});

test('prints the faults as data on stdout with --json', async () => {
  const { code, stdout, stderr } = await runCli(['validate', 'bridge.yaml', '--json'], {
    files: { 'bridge.yaml': broken },
  });

  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    file: 'bridge.yaml',
    ok: false,
    faults: expect.arrayContaining([
      {
        file: 'bridge.yaml',
        line: 11,
        column: 5,
        message: expect.stringContaining('did you mean global?'),
      },
    ]),
  });
});

test('warns about valid content that is probably a mistake', async () => {
  const twice = `${bridgeYaml}  - name: again\n    from: { stateMachine: settlement }\n    global: AWS_SETTLEMENT\n`;

  const { code, stderr } = await runCli(['validate', 'bridge.yaml'], {
    files: { 'bridge.yaml': twice },
  });

  expect(code).toBe(0);
  expect(stderr).toMatch(/^warning: bridge\.yaml:\d+:\d+: /);
});

test('checks wire profiles like the client', async () => {
  const invalidYaml = bridgeYaml.replace('secret:', 'profile: { extends: standrad }\n    secret:');

  const { code, stderr } = await runCli(['validate', 'bridge.yaml'], {
    files: { 'bridge.yaml': invalidYaml },
  });

  expect(code).toBe(1);
  expect(stderr).toContain('profile: extends: found "standrad"');
});

test('rejects a file that does not exist', async () => {
  const { code, stderr } = await runCli(['validate', 'nowhere.yaml']);

  expect(code).toBe(1);
  expect(stderr).toBe('error: nowhere.yaml: cannot be read: no such file\n');
});

test('does not print a password in the file', async () => {
  const { stdout, stderr } = await runCli(['validate', 'bridge.yaml'], {
    files: { 'bridge.yaml': bridgeYaml.replace('secret: autosys/ACE/bridge', 'password: hunter2') },
  });

  expect(stderr).toContain('Secrets Manager');
  expect(stdout + stderr).not.toContain('hunter2');
});

test.for([
  {
    of: 'another target',
    lines: ['  other: { stateMachine: other, mirror: { global: AWS_RISK } }'],
    says: 'mirror: target risk has variable AWS_RISK too; use another name',
  },
  {
    of: 'a route',
    lines: ['routes:', '  - { name: r, from: { stateMachine: x }, global: AWS_RISK }'],
    says: 'mirror: route r can set variable AWS_RISK too; use another name',
  },
])('refuses a mirror variable that $of names as well', async ({ lines, says }) => {
  const text = [
    'instances: { ACE: { endpoints: ["https://ace.example.com:9443"], secret: s } }',
    'callers: { agents: { secret: t, targets: ["*"], jobs: ["NIGHT_*"] } }',
    'targets:',
    '  risk: { stateMachine: risk, mirror: { global: AWS_RISK } }',
    ...lines,
  ].join('\n');

  const { code, stderr } = await runCli(['validate', '-'], { stdin: text });

  expect(code).toBe(1);
  expect(stderr).toContain(says);
});
