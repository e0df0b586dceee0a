import { describe, expect, test } from 'vitest';
import {
  aBatchJobEvent,
  anExecutionEvent,
  batchSecret,
  readAt,
  stoppedAtMs,
} from '../support/builders.ts';
import { bridgeYaml, type CliResult, runCli } from './setup.ts';

/** Explains a text from stdin with the routes of the tests, one minute after the test events. */
function explain(stdin: string, ...more: readonly string[]): Promise<CliResult> {
  return explainAt(readAt, stdin, ...more);
}

function explainAt(now: Date, stdin: string, ...more: readonly string[]): Promise<CliResult> {
  const argv = ['explain', '--config', 'bridge.yaml', '--event', '-', ...more];
  return runCli(argv, { now, stdin, files: { 'bridge.yaml': bridgeYaml } });
}

async function explainAsData(stdin: string) {
  const { code, stdout } = await explain(stdin, '--json');
  return { code, ...JSON.parse(stdout) };
}

/** A message as an SNS notification. */
function toNotification(message: string): string {
  const topic = 'arn:aws:sns:eu-west-1:111122223333:aws-news';
  return JSON.stringify({ Type: 'Notification', TopicArn: topic, Message: message });
}

const succeeded = anExecutionEvent();
const text = JSON.stringify(succeeded);
const comment = 'AWS run-1 SUCCEEDED, event 315c1398-40ff-a850-213b-158f73e60175';

describe('an event that a route matches', () => {
  test('is printed with the command, the request and the reason', async () => {
    const { code, stdout, stderr } = await explain(text);

    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      '<stdin>: settlement execution run-1 is SUCCEEDED',
      '  changed at 2026-11-20T02:01:00.000Z in account 111122223333, eu-west-1; event 315c1398-40ff-a850-213b-158f73e60175',
      '  matched by settlement',
      '  to ACE, by route settlement on SUCCEEDED',
      `    sendevent -E SET_GLOBAL -S ACE -G AWS_SETTLEMENT=SUCCEEDED -C "${comment}"`,
      `    POST /AEWS/event/set-global {"globalName":"AWS_SETTLEMENT","globalValue":"SUCCEEDED"}  (inferred)`,
      '    a second send is not harmless: the same value set again may start the waiting jobs again',
      '',
      '',
    ]);
    expect(stderr).toBe('1 event: 1 matched, 0 ignored, 0 invalid; nothing was sent\n');
  });

  test('is printed as data with --json', async () => {
    expect(await explainAsData(text)).toEqual({
      code: 0,
      counts: { matched: 1, ignored: 0, invalid: 0 },
      events: [
        {
          location: '<stdin>',
          outcome: 'matched',
          workload: {
            run: 'settlement execution run-1',
            status: 'SUCCEEDED',
            changedAt: '2026-11-20T02:01:00.000Z',
            account: '111122223333',
            region: 'eu-west-1',
            eventId: '315c1398-40ff-a850-213b-158f73e60175',
          },
          routes: ['settlement'],
          targets: [],
          requests: [],
          actions: [
            {
              route: 'settlement',
              instance: 'ACE',
              valid: true,
              sendevent: `sendevent -E SET_GLOBAL -S ACE -G AWS_SETTLEMENT=SUCCEEDED -C "${comment}"`,
              request: {
                method: 'POST',
                path: '/AEWS/event/set-global',
                body: { globalName: 'AWS_SETTLEMENT', globalValue: 'SUCCEEDED' },
                evidence: 'inferred',
              },
              repetition: 'not harmless: the same value set again may start the waiting jobs again',
            },
          ],
        },
      ],
    });
  });

  test.for([
    { what: 'matched', change: (config: string) => config },
    {
      what: 'ignored',
      change: (config: string) =>
        config.replaceAll('stateMachine: settlement', 'stateMachine: other'),
    },
  ])(
    'names the requests that its executions may send, if it is $what',
    async ({ what, change }) => {
      const machine = JSON.parse(text).detail.stateMachineArn;
      const config = `${change(bridgeYaml)}requests:
  ledger-team:
    callers: [{ stateMachine: "${machine}", role: "arn:aws:iam::111122223333:role/settlement" }]
    actions: [getGlobal]
    globals: [A]
  others:
    callers: [{ stateMachine: "${machine}-2", role: "arn:aws:iam::111122223333:role/settlement" }]
    actions: [getGlobal]
    globals: [A]
`;
      const argv = ['explain', '--config', 'b.yaml', '--event', 'e.json'];
      const files = { 'b.yaml': config, 'e.json': text };

      const { stdout } = await runCli(argv, { files });
      const { stdout: data } = await runCli([...argv, '--json'], { files });

      expect(stdout).toContain('\n  its executions may ask AutoSys by requests ledger-team\n');
      expect(JSON.parse(data).events).toMatchObject([{ outcome: what, requests: ['ledger-team'] }]);
    },
  );

  test('is printed with the request of the wire profile of its instance', async () => {
    const config = bridgeYaml.replace('secret:', 'profile: command-run\n    secret:');
    const argv = ['explain', '--config', 'b.yaml', '--event', 'e.json', '--json'];

    const { stdout } = await runCli(argv, { files: { 'b.yaml': config, 'e.json': text } });

    const request = JSON.parse(stdout).events[0].actions[0].request;
    expect(request).toMatchObject({ method: 'POST', path: '/AEWS/command/run' });
    expect(request.body.command).toMatch(/^sendevent -E SET_GLOBAL -G AWS_SETTLEMENT=SUCCEEDED -C/);
  });

  test('is reported if the wire profile has no request for its effect', async () => {
    const config = bridgeYaml.replace(
      'secret:',
      'profile: { extends: standard, events: { SET_GLOBAL: none } }\n    secret:',
    );
    const argv = ['explain', '--config', 'b.yaml', '--event', 'e.json'];

    const { code, stdout } = await runCli(argv, { files: { 'b.yaml': config, 'e.json': text } });

    expect(code).toBe(1);
    expect(stdout).toContain('the wire profile of ACE has no request for this event');
  });

  test('is reported if its effect is invalid, with the reason', async () => {
    const config = bridgeYaml.replace(
      'global: AWS_SETTLEMENT',
      `global: { name: AWS_SETTLEMENT, values: { SUCCEEDED: "\${output.total:20}" } }`,
    );
    const argv = ['explain', '--config', 'b.yaml', '--event', 'e.json'];

    const { code, stdout } = await runCli(argv, { files: { 'b.yaml': config, 'e.json': text } });

    expect(code).toBe(1);
    expect(stdout).toContain(`to ACE: invalid effect: SET_GLOBAL: value needs \${output.total}`);
  });

  test.for([
    { accounts: '["444455556666"]', depends: true },
    { accounts: '["111122223333"]', depends: false },
  ])('is checked against the accounts $accounts', async ({ accounts, depends }) => {
    const files = { 'b.yaml': `${bridgeYaml}accounts: ${accounts}\n`, 'e.json': text };

    const { code, stdout } = await runCli(['explain', '--config', 'b.yaml', '--event', 'e.json'], {
      files,
    });

    const line =
      '  allowed only if the bridge runs in account 111122223333, because the route file does not name this account\n';
    expect(code).toBe(0);
    expect(stdout.includes(line)).toBe(depends);
  });

  test.for([
    { more: 'accounts: ["111122223333"]', stackIn: 'account 111122223333' },
    {
      more: '  - { name: far, from: { stateMachine: far, region: us-east-1 }, global: G }',
      stackIn: 'Region eu-west-1',
    },
  ])(
    'matches under a condition if the file names other accounts or Regions: $more',
    async (row) => {
      const files = { 'b.yaml': `${bridgeYaml}${row.more}\n`, 'e.json': text };

      const { stdout } = await runCli(['explain', '--config', 'b.yaml', '--event', 'e.json'], {
        files,
      });

      expect(stdout).toContain(
        `  matches only if the stack is in ${row.stackIn}; a route without account or region uses those of the stack (settlement)\n`,
      );
    },
  );

  test('has its effect once if it arrives twice', async () => {
    const { events } = await explainAsData(`[${text},${text}]`);

    expect(events).toMatchObject([
      { location: '<stdin>[0]', actions: [{ valid: true }] },
      { location: '<stdin>[1]', actions: [{ valid: true, sameAs: '<stdin>[0]' }] },
    ]);
    expect(events[0].actions[0]).not.toHaveProperty('sameAs');
  });
});

describe('an event that a launch target matches', () => {
  const targets = 'targets: { pay: { stateMachine: settlement } }\n';
  const explainWith = (config: string, ...more: readonly string[]) => {
    const argv = ['explain', '--config', 'bridge.yaml', '--event', '-', ...more];
    return runCli(argv, { now: readAt, stdin: text, files: { 'bridge.yaml': config } });
  };

  test('is printed with the name of the target beside the effects of a route', async () => {
    const { code, stdout } = await explainWith(bridgeYaml + targets);

    expect(code).toBe(0);
    expect(stdout.split('\n').slice(2, 5)).toEqual([
      '  matched by settlement',
      '  recorded for launch target pay',
      '  to ACE, by route settlement on SUCCEEDED',
    ]);
  });

  test('is printed with the name of the target alone if no route matches it', async () => {
    const config = bridgeYaml.slice(0, bridgeYaml.indexOf('routes:')) + targets;

    const { code, stdout, stderr } = await explainWith(config);
    const { stdout: json } = await explainWith(config, '--json');

    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      '<stdin>: settlement execution run-1 is SUCCEEDED',
      '  changed at 2026-11-20T02:01:00.000Z in account 111122223333, eu-west-1; event 315c1398-40ff-a850-213b-158f73e60175',
      '  recorded for launch target pay',
      '',
    ]);
    expect(stderr).toBe('1 event: 1 matched, 0 ignored, 0 invalid; nothing was sent\n');
    expect(JSON.parse(json).events).toMatchObject([
      { outcome: 'matched', routes: [], targets: ['pay'], actions: [] },
    ]);
  });

  test('is printed with its mirror', async () => {
    const mirror = 'targets: { pay: { stateMachine: settlement, mirror: { job: PAY_IN_AWS } } }\n';

    const { stdout } = await explainWith(bridgeYaml + mirror);

    expect(stdout.split('\n').slice(3, 5)).toEqual([
      '  recorded for launch target pay',
      '  shown in the mirror of pay if the bridge has started the run',
    ]);
  });
});

describe('an old event', () => {
  const dayMs = 86_400_000;
  const later = new Date(stoppedAtMs + 4 * dayMs + 1);

  test('is evaluated at its own time, with a line if it would be parked today', async () => {
    const { code, stdout } = await explainAt(later, text);

    expect(code).toBe(0);
    expect(stdout.split('\n').slice(2, 5)).toEqual([
      '  today this event would be parked (BRIDGE_OLD_EVENT) for ACE: the event happened at 2026-11-20T02:01:00.000Z, which is longer ago than the deadline of 4d',
      '  matched by settlement',
      '  to ACE, by route settlement on SUCCEEDED',
    ]);
  });

  test.for([
    { when: 'it is a day old', now: new Date(stoppedAtMs + dayMs), event: succeeded },
    { when: 'nothing would be sent', now: later, event: aBatchJobEvent({ status: 'RUNNABLE' }) },
  ])('has no such line if $when', async ({ now, event }) => {
    const { stdout } = await explainAt(now, JSON.stringify(event));

    expect(stdout).not.toContain('today');
  });

  test('has the line as data if it comes from an archive replay', async () => {
    const replayed = JSON.stringify({ ...aBatchJobEvent(), 'replay-name': 'night' });

    const { stdout } = await explainAt(readAt, replayed, '--json');

    expect(JSON.parse(stdout).events).toMatchObject([
      {
        outcome: 'matched',
        today:
          'today this event would be parked (BRIDGE_OLD_EVENT) for ACE: the event comes from the archive replay "night"',
      },
    ]);
  });

  test('has a line if it is ahead of the clock', async () => {
    const { code, stdout } = await explainAt(new Date('2026-01-01T00:00:00Z'), text);

    expect(code).toBe(0);
    expect(stdout).toContain(
      '  today this event would be invalid: time: expected ISO 8601 from 2015',
    );
  });

  test('is invalid if an instant does not fit its own time', async () => {
    const ahead = JSON.stringify(anExecutionEvent({ stopDate: stoppedAtMs + 2 * dayMs }));

    const { code, events } = await explainAsData(ahead);

    expect(code).toBe(1);
    expect(events).toMatchObject([{ outcome: 'invalid', path: 'detail.stopDate' }]);
  });
});

describe('an event without an effect in AutoSys', () => {
  test.for([
    {
      when: 'no route names it',
      event: anExecutionEvent({
        stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlment',
        executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:settlment:run-1',
      }),
      because: 'no route names state machine settlment; one names settlement',
    },
    {
      when: 'no matching route has an action for the status',
      event: aBatchJobEvent({ status: 'RUNNABLE' }),
      because: 'no matching route has an action for this status (matched: risk)',
    },
    {
      when: 'it is a warning about a queue',
      event: aBatchJobEvent({}, { 'detail-type': 'Batch Job Queue Blocked' }),
      because: 'it has no job status',
    },
  ])('is ignored with the reason when $when', async ({ event, because }) => {
    const { code, stdout } = await explain(JSON.stringify(event));

    expect(code).toBe(0);
    expect(stdout).toContain('ignored: ');
    expect(stdout).toContain(because);
  });
});

describe('events in each input format', () => {
  const other = JSON.stringify(aBatchJobEvent());
  const pretty = JSON.stringify(succeeded, null, 2);

  test.for([
    { when: 'an array', text: `[${text},${other}]`, locations: ['<stdin>[0]', '<stdin>[1]'] },
    { when: 'lines', text: `${text}\n\n${other}\n`, locations: ['<stdin>:1', '<stdin>:3'] },
    {
      when: 'a byte order mark',
      text: `\uFEFF${text}\n${other}`,
      locations: ['<stdin>:1', '<stdin>:2'],
    },
    {
      when: 'one after the other',
      text: `${pretty}\n${other}`,
      locations: ['<stdin>:1', `<stdin>:${pretty.split('\n').length + 1}`],
    },
    {
      when: 'the payload of a function for a queue',
      text: JSON.stringify({
        Records: [
          { messageId: '1', body: text },
          { messageId: '2', body: other },
        ],
      }),
      locations: ['<stdin>.Records[0].body', '<stdin>.Records[1].body'],
    },
    {
      when: 'records in lines',
      text: `${JSON.stringify({ messageId: '1', body: text })}\n${JSON.stringify({ messageId: '2', body: other })}`,
      locations: ['<stdin>:1.body', '<stdin>:2.body'],
    },
    {
      when: 'the output of aws sqs receive-message',
      text: JSON.stringify({ Messages: [{ Body: text }, { Body: other }] }, null, 2),
      locations: ['<stdin>.Messages[0].Body', '<stdin>.Messages[1].Body'],
    },
    {
      when: 'notifications of a topic in the messages of a queue',
      text: JSON.stringify({
        Records: [{ body: toNotification(text) }, { body: toNotification(other) }],
      }),
      locations: ['<stdin>.Records[0].body.Message', '<stdin>.Records[1].body.Message'],
    },
    {
      when: 'the payload of a function for a topic',
      text: JSON.stringify({
        Records: [
          { Sns: JSON.parse(toNotification(text)) },
          { Sns: JSON.parse(toNotification(other)) },
        ],
      }),
      locations: ['<stdin>.Records[0].Sns.Message', '<stdin>.Records[1].Sns.Message'],
    },
  ])('are read from $when', async ({ text: packed, locations }) => {
    const { code, events } = await explainAsData(packed);

    expect(code).toBe(0);
    expect(events).toMatchObject([
      { location: locations[0], outcome: 'matched', workload: { status: 'SUCCEEDED' } },
      { location: locations[1], outcome: 'matched', routes: ['risk'] },
    ]);
  });

  test('are read from several files', async () => {
    const argv = ['explain', '--config', 'b.yaml', '--event', '1.json', '--event', '2.json'];

    const { code, stdout } = await runCli(argv, {
      files: { 'b.yaml': bridgeYaml, '1.json': text, '2.json': other },
    });

    expect(code).toBe(0);
    expect(stdout).toMatch(/^1\.json: /m);
    expect(stdout).toMatch(/^2\.json: /m);
  });

  test('may be missing', async () => {
    const { code, stderr } = await explain('\n');

    expect(code).toBe(0);
    expect(stderr).toContain('-: no event found');
  });
});

describe('an input that is not an event', () => {
  test('is reported with its location, and does not stop the others', async () => {
    const noStatus = JSON.stringify(anExecutionEvent({ status: undefined }));
    const body = JSON.stringify({ Records: [{ body: 'no JSON' }, { body: text }] });

    const { code, events, counts } = await explainAsData(
      [text, 'nonsense', noStatus, '{"broken": {', body, '42'].join('\n'),
    );

    expect(code).toBe(1);
    expect(counts).toEqual({ matched: 2, ignored: 0, invalid: 5 });
    expect(events).toMatchObject([
      { location: '<stdin>:1', outcome: 'matched' },
      { location: '<stdin>:2', outcome: 'invalid', reason: expect.stringContaining('JSON') },
      { location: '<stdin>:3', outcome: 'invalid', path: 'detail.status' },
      { location: '<stdin>:4', outcome: 'invalid' },
      { location: '<stdin>:5.Records[0].body', outcome: 'invalid' },
      { location: '<stdin>:5.Records[1].body', outcome: 'matched' },
      { location: '<stdin>:6', outcome: 'invalid' },
    ]);
  });

  const entry = { Source: 'aws.states', DetailType: 'Any', Detail: batchSecret };
  const noEvent = 'expected an EventBridge event with source, detail-type and detail';
  test.for([
    { when: 'a number', value: 42, reason: `${noEvent}, found a number` },
    { when: 'null', value: null, reason: `${noEvent}, found null` },
    {
      when: 'an object of another kind',
      value: { password: batchSecret },
      reason: `${noEvent}, found an object without these fields`,
    },
    {
      when: 'the detail of an execution',
      value: succeeded.detail,
      reason: `${noEvent}, found only the detail of a Step Functions execution; add the envelope`,
    },
    {
      when: 'the detail of a Batch job',
      value: aBatchJobEvent().detail,
      reason: `${noEvent}, found only the detail of a Batch job; add the envelope`,
    },
    {
      when: 'an entry of put-events',
      value: { Entries: [entry] },
      reason:
        'found an entry for put-events, without the fields that EventBridge adds: id, account, region and time; expected the event that a rule delivers',
    },
    {
      when: 'a dated entry of put-events',
      value: [{ ...entry, Time: '2026-11-20T02:00:00Z' }],
      reason: expect.stringContaining('adds: id, account and region;'),
    },
  ])('is described: $when', async ({ value, reason }) => {
    const { code, events } = await explainAsData(JSON.stringify(value));

    expect(code).toBe(1);
    expect(events).toMatchObject([{ outcome: 'invalid', reason }]);
    expect(JSON.stringify(events)).not.toContain(batchSecret);
  });

  test.for([
    { what: 'an array', value: `${'['.repeat(100_000)}${']'.repeat(100_000)}` },
    {
      what: 'an event',
      value: text.replace(
        '"detail":{',
        `"detail":{"x":${'{"y":'.repeat(20_000)}1${'}'.repeat(20_000)},`,
      ),
    },
    {
      what: 'a message',
      value: JSON.stringify({ Records: [{ body: `${'['.repeat(9_000)}${']'.repeat(9_000)}` }] }),
    },
  ])('is invalid if it is nested too deeply: $what', async ({ value }) => {
    const { code, events } = await explainAsData(value);

    expect(code).toBe(1);
    expect(events).toMatchObject([
      {
        outcome: 'invalid',
        reason: expect.stringContaining('at most 500 levels of objects and arrays'),
      },
    ]);
  });

  test('is printed without the environment of a Batch job', async () => {
    const good = aBatchJobEvent();
    const bad = aBatchJobEvent({ status: 'NONSENSE' });
    const worse = JSON.stringify(good).slice(0, -3);
    const packed = [JSON.stringify(good), JSON.stringify(bad), worse].join('\n');

    for (const more of [[], ['--json']]) {
      const { code, stdout, stderr } = await explain(packed, ...more);

      expect(code).toBe(1);
      expect(packed).toContain(batchSecret);
      expect(stdout + stderr).not.toContain(batchSecret);
    }
  });
});

test('prints the faults of an invalid route file', async () => {
  const argv = ['explain', '--config', 'b.yaml', '--event', '-'];

  const { code, stdout, stderr } = await runCli(argv, { files: { 'b.yaml': 'routes: []' } });

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('b.yaml:1:');
});

test('prints the faults of a route file as data with a code', async () => {
  const argv = ['explain', '--config', 'b.yaml', '--event', '-', '--json'];

  const { code, stderr } = await runCli(argv, { files: { 'b.yaml': 'routes: []' } });

  expect(code).toBe(1);
  expect(JSON.parse(stderr)).toMatchObject({
    error: {
      name: 'RouteFileError',
      code: 'CLI_SOURCE',
      faults: expect.arrayContaining([expect.objectContaining({ file: 'b.yaml', line: 1 })]),
    },
  });
});
