import { describe, expect, test } from 'vitest';
import {
  aBatchJobEvent,
  anExecutionEvent,
  batchSecret,
  readAt,
  stoppedAtMs,
} from '../support/builders.ts';
import { bridgeYaml, type Ran, runCli } from './setup.ts';

/** Explains a text from stdin by the routes of the tests, a minute after the events of the builders. */
function explain(stdin: string, ...more: readonly string[]): Promise<Ran> {
  return explainAt(readAt, stdin, ...more);
}

function explainAt(now: Date, stdin: string, ...more: readonly string[]): Promise<Ran> {
  const argv = ['explain', '--config', 'bridge.yaml', '--event', '-', ...more];
  return runCli(argv, { now, stdin, files: { 'bridge.yaml': bridgeYaml } });
}

async function explainAsData(stdin: string) {
  const { code, stdout } = await explain(stdin, '--json');
  return { code, ...JSON.parse(stdout) };
}

/** A message as SNS hands it on. */
function notify(message: string): string {
  const topic = 'arn:aws:sns:eu-west-1:111122223333:aws-news';
  return JSON.stringify({ Type: 'Notification', TopicArn: topic, Message: message });
}

const succeeded = anExecutionEvent();
const text = JSON.stringify(succeeded);
const comment = 'AWS run-1 SUCCEEDED, event 315c1398-40ff-a850-213b-158f73e60175';

describe('an event that a route hears', () => {
  test('is told with the command, the request and the reason', async () => {
    const { code, stdout, stderr } = await explain(text);

    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      '<stdin>: settlement execution run-1 is SUCCEEDED',
      '  changed at 2026-11-20T02:01:00.000Z in account 111122223333, eu-west-1; event 315c1398-40ff-a850-213b-158f73e60175',
      '  heard by settlement',
      '  to ACE, as route settlement says on SUCCEEDED',
      `    sendevent -E SET_GLOBAL -S ACE -G AWS_SETTLEMENT=SUCCEEDED -C "${comment}"`,
      `    POST /AEWS/event/set-global {"globalName":"AWS_SETTLEMENT","globalValue":"SUCCEEDED"}  (inferred)`,
      '    a repetition is not harmless: the same value set again may start the waiting jobs again',
      '',
      '',
    ]);
    expect(stderr).toBe('1 event: 1 for AutoSys, 0 ignored, 0 refused; nothing was sent\n');
  });

  test('is told as data', async () => {
    expect(await explainAsData(text)).toEqual({
      code: 0,
      counts: { told: 1, ignored: 0, refused: 0 },
      events: [
        {
          place: '<stdin>',
          outcome: 'told',
          workload: {
            run: 'settlement execution run-1',
            status: 'SUCCEEDED',
            changedAt: '2026-11-20T02:01:00.000Z',
            account: '111122223333',
            region: 'eu-west-1',
            eventId: '315c1398-40ff-a850-213b-158f73e60175',
          },
          routes: ['settlement'],
          says: [
            {
              route: 'settlement',
              instance: 'ACE',
              said: true,
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

  test('is told with the request of the wire profile of its instance', async () => {
    const config = bridgeYaml.replace('secret:', 'profile: command-run\n    secret:');
    const argv = ['explain', '--config', 'b.yaml', '--event', 'e.json', '--json'];

    const { stdout } = await runCli(argv, { files: { 'b.yaml': config, 'e.json': text } });

    const request = JSON.parse(stdout).events[0].says[0].request;
    expect(request).toMatchObject({ method: 'POST', path: '/AEWS/command/run' });
    expect(request.body.command).toMatch(/^sendevent -E SET_GLOBAL -G AWS_SETTLEMENT=SUCCEEDED -C/);
  });

  test('names what the profile of its instance has no request for', async () => {
    const config = bridgeYaml.replace(
      'secret:',
      'profile: { extends: standard, events: { SET_GLOBAL: none } }\n    secret:',
    );
    const argv = ['explain', '--config', 'b.yaml', '--event', 'e.json'];

    const { code, stdout } = await runCli(argv, { files: { 'b.yaml': config, 'e.json': text } });

    expect(code).toBe(1);
    expect(stdout).toContain('the wire profile of ACE has no request for it');
  });

  test('names what cannot be said, and why', async () => {
    const config = bridgeYaml.replace(
      'global: AWS_SETTLEMENT',
      `global: { name: AWS_SETTLEMENT, values: { SUCCEEDED: "\${output.total:20}" } }`,
    );
    const argv = ['explain', '--config', 'b.yaml', '--event', 'e.json'];

    const { code, stdout } = await runCli(argv, { files: { 'b.yaml': config, 'e.json': text } });

    expect(code).toBe(1);
    expect(stdout).toContain(`to ACE: cannot be said: SET_GLOBAL: value needs \${output.total}`);
  });

  test.for([
    { accounts: '["444455556666"]', told: true },
    { accounts: '["111122223333"]', told: false },
  ])('is held against the accounts $accounts', async ({ accounts, told }) => {
    const files = { 'b.yaml': `${bridgeYaml}accounts: ${accounts}\n`, 'e.json': text };

    const { code, stdout } = await runCli(['explain', '--config', 'b.yaml', '--event', 'e.json'], {
      files,
    });

    const line =
      '  refused unless the bridge runs in account 111122223333, which the route file does not name\n';
    expect(code).toBe(0);
    expect(stdout.includes(line)).toBe(told);
  });

  test.for([
    { more: 'accounts: ["111122223333"]', where: 'account 111122223333' },
    {
      more: '  - { name: far, from: { stateMachine: far, region: us-east-1 }, global: G }',
      where: 'Region eu-west-1',
    },
  ])('is told under a condition where the file names other places: $more', async (row) => {
    const files = { 'b.yaml': `${bridgeYaml}${row.more}\n`, 'e.json': text };

    const { stdout } = await runCli(['explain', '--config', 'b.yaml', '--event', 'e.json'], {
      files,
    });

    expect(stdout).toContain(
      `  matched only if the stack is in ${row.where}: a route without account or region means the stack's own (settlement)\n`,
    );
  });

  test('is told once where it is announced twice', async () => {
    const { events } = await explainAsData(`[${text},${text}]`);

    expect(events).toMatchObject([
      { place: '<stdin>[0]', says: [{ said: true }] },
      { place: '<stdin>[1]', says: [{ said: true, sameAs: '<stdin>[0]' }] },
    ]);
    expect(events[0].says[0]).not.toHaveProperty('sameAs');
  });
});

describe('an event of another day', () => {
  const dayMs = 86_400_000;
  const later = new Date(stoppedAtMs + 4 * dayMs + 1);

  test('is explained as of its own time, with a line where it would be parked today', async () => {
    const { code, stdout } = await explainAt(later, text);

    expect(code).toBe(0);
    expect(stdout.split('\n').slice(2, 5)).toEqual([
      '  today it would be parked (BRIDGE_OLD_EVENT) for ACE: the event happened at 2026-11-20T02:01:00.000Z, which is longer ago than the deadline of 4d',
      '  heard by settlement',
      '  to ACE, as route settlement says on SUCCEEDED',
    ]);
  });

  test.for([
    { when: 'it is a day old', now: new Date(stoppedAtMs + dayMs), event: succeeded },
    { when: 'nothing would be sent', now: later, event: aBatchJobEvent({ status: 'RUNNABLE' }) },
  ])('has no such line where $when', async ({ now, event }) => {
    const { stdout } = await explainAt(now, JSON.stringify(event));

    expect(stdout).not.toContain('today');
  });

  test('has the line as data where a replay announces it', async () => {
    const replayed = JSON.stringify({ ...aBatchJobEvent(), 'replay-name': 'night' });

    const { stdout } = await explainAt(readAt, replayed, '--json');

    expect(JSON.parse(stdout).events).toMatchObject([
      {
        outcome: 'told',
        today:
          'today it would be parked (BRIDGE_OLD_EVENT) for ACE: the event comes from the archive replay "night"',
      },
    ]);
  });

  test('says so where it lies ahead of the clock', async () => {
    const { code, stdout } = await explainAt(new Date('2026-01-01T00:00:00Z'), text);

    expect(code).toBe(0);
    expect(stdout).toContain('  today it would be refused: time: expected ISO 8601 from 2015');
  });

  test('is refused with an instant that does not fit its own time', async () => {
    const ahead = JSON.stringify(anExecutionEvent({ stopDate: stoppedAtMs + 2 * dayMs }));

    const { code, events } = await explainAsData(ahead);

    expect(code).toBe(1);
    expect(events).toMatchObject([{ outcome: 'refused', path: 'detail.stopDate' }]);
  });
});

describe('an event that says nothing to AutoSys', () => {
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
      when: 'it warns of a queue',
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

describe('events in all their packings', () => {
  const other = JSON.stringify(aBatchJobEvent());
  const pretty = JSON.stringify(succeeded, null, 2);

  test.for([
    { when: 'an array', text: `[${text},${other}]`, places: ['<stdin>[0]', '<stdin>[1]'] },
    { when: 'lines', text: `${text}\n\n${other}\n`, places: ['<stdin>:1', '<stdin>:3'] },
    {
      when: 'a mark in front',
      text: `\uFEFF${text}\n${other}`,
      places: ['<stdin>:1', '<stdin>:2'],
    },
    {
      when: 'one after the other',
      text: `${pretty}\n${other}`,
      places: ['<stdin>:1', `<stdin>:${pretty.split('\n').length + 1}`],
    },
    {
      when: 'what a queue hands to a function',
      text: JSON.stringify({
        Records: [
          { messageId: '1', body: text },
          { messageId: '2', body: other },
        ],
      }),
      places: ['<stdin>.Records[0].body', '<stdin>.Records[1].body'],
    },
    {
      when: 'records in lines',
      text: `${JSON.stringify({ messageId: '1', body: text })}\n${JSON.stringify({ messageId: '2', body: other })}`,
      places: ['<stdin>:1.body', '<stdin>:2.body'],
    },
    {
      when: 'what aws sqs receive-message prints',
      text: JSON.stringify({ Messages: [{ Body: text }, { Body: other }] }, null, 2),
      places: ['<stdin>.Messages[0].Body', '<stdin>.Messages[1].Body'],
    },
    {
      when: 'notifications of a topic in the messages of a queue',
      text: JSON.stringify({
        Records: [{ body: notify(text) }, { body: notify(other) }],
      }),
      places: ['<stdin>.Records[0].body.Message', '<stdin>.Records[1].body.Message'],
    },
    {
      when: 'what a topic hands to a function',
      text: JSON.stringify({
        Records: [{ Sns: JSON.parse(notify(text)) }, { Sns: JSON.parse(notify(other)) }],
      }),
      places: ['<stdin>.Records[0].Sns.Message', '<stdin>.Records[1].Sns.Message'],
    },
  ])('are read out of $when', async ({ text: packed, places }) => {
    const { code, events } = await explainAsData(packed);

    expect(code).toBe(0);
    expect(events).toMatchObject([
      { place: places[0], outcome: 'told', workload: { status: 'SUCCEEDED' } },
      { place: places[1], outcome: 'told', routes: ['risk'] },
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

  test('may be none', async () => {
    const { code, stderr } = await explain('\n');

    expect(code).toBe(0);
    expect(stderr).toContain('-: holds no event');
  });
});

describe('what is no event', () => {
  test('is refused by its place, and stops no other', async () => {
    const noStatus = JSON.stringify(anExecutionEvent({ status: undefined }));
    const body = JSON.stringify({ Records: [{ body: 'no JSON' }, { body: text }] });

    const { code, events, counts } = await explainAsData(
      [text, 'nonsense', noStatus, '{"broken": {', body, '42'].join('\n'),
    );

    expect(code).toBe(1);
    expect(counts).toEqual({ told: 2, ignored: 0, refused: 5 });
    expect(events).toMatchObject([
      { place: '<stdin>:1', outcome: 'told' },
      { place: '<stdin>:2', outcome: 'refused', reason: expect.stringContaining('JSON') },
      { place: '<stdin>:3', outcome: 'refused', path: 'detail.status' },
      { place: '<stdin>:4', outcome: 'refused' },
      { place: '<stdin>:5.Records[0].body', outcome: 'refused' },
      { place: '<stdin>:5.Records[1].body', outcome: 'told' },
      { place: '<stdin>:6', outcome: 'refused' },
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
      reason: `${noEvent}, found an object without any of them`,
    },
    {
      when: 'the detail of an execution',
      value: succeeded.detail,
      reason: `${noEvent}, found the detail of a Step Functions execution alone; the envelope around it is missing`,
    },
    {
      when: 'the detail of a Batch job',
      value: aBatchJobEvent().detail,
      reason: `${noEvent}, found the detail of a Batch job alone; the envelope around it is missing`,
    },
    {
      when: 'an entry of put-events',
      value: { Entries: [entry] },
      reason:
        'found an entry for put-events, to which EventBridge only adds id, account, region and time; expected the event as a rule hands it on, with all of them',
    },
    {
      when: 'a dated entry of put-events',
      value: [{ ...entry, Time: '2026-11-20T02:00:00Z' }],
      reason: expect.stringContaining('only adds id, account and region;'),
    },
  ])('is named for what it is: $when', async ({ value, reason }) => {
    const { code, events } = await explainAsData(JSON.stringify(value));

    expect(code).toBe(1);
    expect(events).toMatchObject([{ outcome: 'refused', reason }]);
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
  ])('is refused where it is nested too deeply: $what', async ({ value }) => {
    const { code, events } = await explainAsData(value);

    expect(code).toBe(1);
    expect(events).toMatchObject([
      { outcome: 'refused', reason: expect.stringContaining('at most 500 objects and arrays') },
    ]);
  });

  test('shows neither in words nor as data what the environment of a Batch job holds', async () => {
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

test('fails with the faults of a route file that is wrong', async () => {
  const argv = ['explain', '--config', 'b.yaml', '--event', '-'];

  const { code, stdout, stderr } = await runCli(argv, { files: { 'b.yaml': 'routes: []' } });

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('b.yaml:1:');
});

test('tells the faults of a route file as data, under a code of their own', async () => {
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
