import { describe, expect, test } from 'vitest';
import { metrics } from '../../lambda/contract.ts';
import { buildBridge } from '../support/bridge.ts';
import { aBatchJobEvent, anExecutionEvent } from '../support/builders.ts';

const jil = 'insert_job: REPAIR  job_type: CMD  machine: host1  command: sleep 60';
const arn = 'arn:aws:states:eu-west-1:111122223333';

/** A variable for each of many runs, so that nothing waits for anything else. */
const routes = `
  - { name: many, from: { stateMachine: many }, global: "AWS_\${executionName:20}" }
  - { name: risk, from: { jobName: risk-eod }, global: AWS_RISK }
  - name: settlement
    from: { stateMachine: settlement }
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: REPAIR }]`;

/** Announcements of so many different runs. */
const burst = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => {
    const name = `run-${from + at}`;
    return anExecutionEvent({
      executionArn: `${arn}:execution:many:${name}`,
      stateMachineArn: `${arn}:stateMachine:many`,
      name,
    });
  });

describe('a permission that AutoSys refuses', () => {
  test('costs what needs it, and nothing else', async () => {
    await using bridge = await buildBridge({
      jil,
      routes,
      autosys: { permissions: ['SET_GLOBAL', 'read'] },
    });
    const [starting, setting] = [anExecutionEvent(), aBatchJobEvent()];

    const givenBack = await bridge.sandbox.take([starting, setting]);

    expect(givenBack).toEqual([starting]);
    expect(bridge.globalVariable('AWS_RISK')).toBe('SUCCEEDED');
    expect(bridge.runs('REPAIR')).toBe(0);
    expect(bridge.sandbox.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: 'refused',
        code: 'AUTOSYS_UNAUTHORIZED',
        reason: expect.stringMatching(/FORCE_STARTJOB REPAIR: .*403.*EEM/),
      }),
    );
  });

  test('is asked for again when the message comes again, since an operator may have granted it', async () => {
    await using bridge = await buildBridge({ jil, routes, autosys: { permissions: ['read'] } });
    const event = anExecutionEvent();
    expect(await bridge.sandbox.take([event])).toEqual([event]);
    bridge.autosys.emulator.permit(bridge.autosys.emulator.user);

    expect(await bridge.sandbox.take([event], 2)).toEqual([]);

    await bridge.autosys.act();
    expect(bridge.runs('REPAIR')).toBe(1);
  });
});

describe('a job that AutoSys does not know', () => {
  test.for([404, 400, 201] as const)('is refused or never confirmed (%s)', async (status) => {
    await using bridge = await buildBridge({ routes, autosys: { unknownJobStatus: status } });
    const event = anExecutionEvent();

    const givenBack = await bridge.sandbox.take([event]);

    expect(givenBack).toEqual(status === 201 ? [] : [event]);
    expect(bridge.sandbox.lines).toMatchObject([
      status === 201
        ? { message: 'accepted' }
        : { message: 'refused', code: 'AUTOSYS_JOB_NOT_FOUND' },
    ]);
  });
});

describe('a wrong password', () => {
  test('is tried at most twice in a burst of twenty, and every message waits', async () => {
    await using bridge = await buildBridge({ jil, routes });
    bridge.autosys.emulator.setPassword('rotated');
    const events = burst(20);

    const givenBack = [
      ...(await bridge.sandbox.take(events.slice(0, 10))),
      ...(await bridge.sandbox.take(events.slice(10))),
    ];

    expect(givenBack).toEqual(events);
    expect(bridge.autosys.emulator.requests().length).toBeLessThanOrEqual(2);
    expect(bridge.sandbox.metrics[metrics.refused]).toBe(20);
  });

  test('is tried no more once the secret is right again and due', async () => {
    await using bridge = await buildBridge({ jil, routes });
    const { emulator, clock } = bridge.autosys;
    emulator.setPassword('rotated');
    const events = burst(5);
    await bridge.sandbox.take(events);
    bridge.secrets['autosys/ACE'] = JSON.stringify({
      username: emulator.user,
      password: emulator.password,
    });
    await clock.advance(360_000);

    expect(await bridge.sandbox.take(events, 2)).toEqual([]);

    expect(bridge.globalVariable('AWS_run-4')).toBe('SUCCEEDED');
  });
});

describe('a rotation', () => {
  test('in the middle of the night gives no message back', async () => {
    await using bridge = await buildBridge({ jil, routes });
    const { emulator } = bridge.autosys;
    await bridge.sandbox.take(burst(3));
    emulator.setPassword('rotated');
    bridge.secrets['autosys/ACE'] = JSON.stringify({
      username: emulator.user,
      password: emulator.password,
    });

    const givenBack = await bridge.sandbox.take(burst(10, 3));

    expect(givenBack).toEqual([]);
    expect(emulator.instance.globalVariables().size).toBe(13);
    expect(bridge.sandbox.metrics[metrics.refused]).toBeUndefined();
    expect(bridge.sandbox.secretReads()).toBe(2);
    // What was under way with the old password is refused once each, and never again.
    expect(emulator.requests().filter(({ status }) => status === 401).length).toBeLessThanOrEqual(
      10,
    );
  });

  test('that AutoSys has not yet heard of lets the old password go on', async () => {
    await using bridge = await buildBridge({ jil, routes });
    await bridge.sandbox.take(burst(1));
    bridge.secrets['autosys/ACE'] = JSON.stringify({ username: 'autosys', password: 'to come' });

    expect(await bridge.sandbox.take(burst(5, 1))).toEqual([]);

    expect(bridge.autosys.emulator.requests().filter(({ status }) => status === 401)).toEqual([]);
  });
});

describe('a secret that cannot be used', () => {
  test.for([
    { when: 'is no JSON', text: 'hunter2', code: 'BRIDGE_SECRET_SHAPE' },
    { when: 'lacks the password', text: '{"username":"u"}', code: 'BRIDGE_SECRET_SHAPE' },
    {
      when: 'has a colon in its user',
      text: '{"username":"a:b","password":"hunter2"}',
      code: 'AUTOSYS_NAME',
    },
  ])('is refused before AutoSys is asked when it $when', async ({ text, code }) => {
    await using bridge = await buildBridge({ jil, routes });
    bridge.secrets['autosys/ACE'] = text;
    const events = burst(3);

    expect(await bridge.sandbox.take(events)).toEqual(events);

    expect(bridge.autosys.emulator.requests()).toEqual([]);
    expect(bridge.sandbox.lines.map((line) => line['code'])).toEqual([code, code, code]);
    expect(JSON.stringify(bridge.sandbox.lines)).not.toContain('hunter2');
  });
});

describe('a message that nobody can read', () => {
  test.for([
    { what: 'cut JSON', body: '{"version":"0","det' },
    { what: 'no JSON', body: '<xml/>' },
    { what: 'null', body: 'null' },
    { what: 'another service', body: anExecutionEvent({}, { source: 'aws.ec2' }) },
    { what: 'a status of another day', body: anExecutionEvent({ status: 'DREAMING' }) },
    { what: 'no status', body: aBatchJobEvent({ status: undefined }) },
  ])('goes back alone among good ones: $what', async ({ body }) => {
    await using bridge = await buildBridge({ jil, routes });
    const [first, second] = [aBatchJobEvent(), ...burst(1)];

    const givenBack = await bridge.sandbox.take<unknown>([first, body, second]);

    expect(givenBack).toEqual([body]);
    expect(bridge.globalVariable('AWS_RISK')).toBe('SUCCEEDED');
    expect(bridge.globalVariable('AWS_run-0')).toBe('SUCCEEDED');
    expect(bridge.sandbox.lines.filter(({ message }) => message === 'refused')).toMatchObject([
      { stage: 'read', messageId: 'm2', code: 'BRIDGE_INVALID_EVENT' },
    ]);
  });
});
