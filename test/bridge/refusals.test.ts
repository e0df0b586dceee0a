import { describe, expect, test } from 'vitest';
import { metrics } from '../../lambda/contract.ts';
import { buildBridge, toSecret } from '../support/bridge.ts';
import { aBatchJobEvent, anExecutionEvent, namesOfRun, stoppedAtMs } from '../support/builders.ts';

const jil = 'insert_job: REPAIR  job_type: CMD  machine: host1  command: sleep 60';

/** One variable per run, so that no effect waits for another. */
const routes = `
  - { name: many, from: { stateMachine: many }, global: "AWS_\${executionName:20}" }
  - { name: risk, from: { jobQueue: night, jobName: risk-eod }, global: AWS_RISK }
  - name: settlement
    from: { stateMachine: settlement }
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: REPAIR }]`;

/** Builds events of a number of different runs. */
const burst = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) =>
    anExecutionEvent(namesOfRun(`run-${from + at}`, 'many')),
  );

describe('a permission that AutoSys denies', () => {
  test('parks only the effects that need it', async () => {
    await using bridge = await buildBridge({
      jil,
      routes,
      autosys: { permissions: ['SET_GLOBAL', 'read'] },
    });

    const returned = await bridge.sandbox.take([anExecutionEvent(), aBatchJobEvent()]);

    expect(returned).toEqual([]);
    expect(bridge.globalVariable('AWS_RISK')).toBe('SUCCEEDED');
    expect(bridge.runs('REPAIR')).toBe(0);
    const why = {
      code: 'AUTOSYS_UNAUTHORIZED',
      reason: expect.stringMatching(/FORCE_STARTJOB REPAIR: .*403.*EEM/),
    };
    expect(bridge.sandbox.lines).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'effect parked', ...why }),
    );
    expect(await bridge.parked()).toMatchObject([
      {
        event: { kind: 'FORCE_STARTJOB', job: 'REPAIR' },
        cause: { route: 'settlement' },
        parked: why,
      },
    ]);
  });

  test('is not requested again by a repeated event or the drain: the entry stays parked for an operator', async () => {
    await using bridge = await buildBridge({ jil, routes, autosys: { permissions: ['read'] } });
    const event = anExecutionEvent();
    await bridge.sandbox.take([event]);
    bridge.autosys.emulator.permit(bridge.autosys.emulator.user);

    expect(await bridge.sandbox.take([event], 2)).toEqual([]);
    await bridge.autosys.clock.advance(360_000);
    await bridge.sandbox.drain();

    await bridge.autosys.act();
    expect(bridge.runs('REPAIR')).toBe(0);
    expect(bridge.sandbox.lines.at(-1)).toMatchObject({
      message: 'effect discarded',
      reason: expect.stringMatching(/^duplicate of event .+, which is parked$/),
    });
    expect(await bridge.parked()).toHaveLength(1);
  });

  test('does not keep a target parked: its next state is requested again', async () => {
    await using bridge = await buildBridge({ routes, autosys: { permissions: ['read'] } });
    await bridge.sandbox.take([aBatchJobEvent()]);
    expect(await bridge.parked()).toHaveLength(1);
    bridge.autosys.emulator.permit(bridge.autosys.emulator.user);

    await bridge.sandbox.take([
      aBatchJobEvent({ jobId: 'later', createdAt: stoppedAtMs, status: 'FAILED' }),
    ]);

    expect(bridge.globalVariable('AWS_RISK')).toBe('FAILED');
    expect(await bridge.parked()).toEqual([]);
  });
});

describe('a job that AutoSys does not know', () => {
  test.for([404, 400] as const)('is parked at once (%s)', async (status) => {
    await using bridge = await buildBridge({ routes, autosys: { unknownJobStatus: status } });

    const returned = await bridge.sandbox.take([anExecutionEvent()]);

    expect(returned).toEqual([]);
    expect(bridge.sandbox.lines).toMatchObject([
      { message: 'effect parked', code: 'AUTOSYS_JOB_NOT_FOUND' },
    ]);
    expect(await bridge.parked()).toMatchObject([{ parked: { code: 'AUTOSYS_JOB_NOT_FOUND' } }]);
  });

  test('is never confirmed if AutoSys still answers 201, and is parked in the end', async () => {
    await using bridge = await buildBridge({ routes, autosys: { unknownJobStatus: 201 } });

    expect(await bridge.sandbox.take([anExecutionEvent()])).toEqual([]);
    for (const waitMs of [360_000, 360_000]) {
      await bridge.autosys.clock.advance(waitMs);
      await bridge.sandbox.drain();
    }

    expect(bridge.sandbox.lines.map(({ message }) => message)).not.toContain('effect confirmed');
    expect(bridge.sandbox.lines.at(-1)).toMatchObject({
      message: 'effect parked',
      code: 'BRIDGE_OUTCOME_UNKNOWN',
    });
  });
});

describe('a wrong password', () => {
  test('is sent at most twice in a burst of twenty, and everything is due', async () => {
    await using bridge = await buildBridge({ jil, routes });
    bridge.autosys.emulator.setPassword('rotated');
    const events = burst(20);

    const returned = [
      ...(await bridge.sandbox.take(events.slice(0, 10))),
      ...(await bridge.sandbox.take(events.slice(10))),
    ];

    expect(returned).toEqual([]);
    expect(bridge.autosys.emulator.requests().length).toBeLessThanOrEqual(2);
    expect(bridge.sandbox.metrics[metrics.waiting]).toBe(20);
    expect(await bridge.due()).toHaveLength(20);
    expect(await bridge.parked()).toEqual([]);
  });

  test('costs at most two requests over three execution environments: it opens the circuit breaker for all', async () => {
    await using bridge = await buildBridge({ jil, routes });
    bridge.autosys.emulator.setPassword('rotated');
    const sandboxes = [bridge.sandbox, bridge.openAnother(), bridge.openAnother()];

    for (const [at, sandbox] of sandboxes.entries()) {
      expect(await sandbox.take(burst(1, at))).toEqual([]);
      await sandbox.take(burst(5, 10 + 5 * at));
    }

    expect(bridge.autosys.emulator.requests().length).toBeLessThanOrEqual(2);
    expect(await bridge.due()).toHaveLength(18);
    expect(sandboxes.at(-1)?.lines).toContainEqual(
      expect.objectContaining({
        message: 'effect deferred',
        reason: expect.stringMatching(/must not be called now: .*401/),
      }),
    );
  });

  test('is not sent again after the secret is valid and refreshed, and the drain sends everything', async () => {
    await using bridge = await buildBridge({ jil, routes });
    const { emulator, clock } = bridge.autosys;
    emulator.setPassword('rotated');
    await bridge.sandbox.take(burst(5));
    bridge.secrets['autosys/ACE'] = toSecret(emulator);
    await clock.advance(360_000);

    await bridge.sandbox.drain();

    expect(await bridge.due()).toEqual([]);
    expect(bridge.globalVariable('AWS_run-4')).toBe('SUCCEEDED');
    expect(emulator.requests().filter(({ status }) => status === 401).length).toBeLessThanOrEqual(
      2,
    );
  });
});

describe('a rotation', () => {
  test('during a batch of events delays nothing', async () => {
    await using bridge = await buildBridge({ jil, routes });
    const { emulator } = bridge.autosys;
    await bridge.sandbox.take(burst(3));
    emulator.setPassword('rotated');
    bridge.secrets['autosys/ACE'] = toSecret(emulator);

    const returned = await bridge.sandbox.take(burst(10, 3));

    expect(returned).toEqual([]);
    expect(emulator.instance.globalVariables().size).toBe(13);
    expect(bridge.sandbox.metrics[metrics.confirmed]).toBe(13);
    expect(await bridge.due()).toEqual([]);
    expect(bridge.sandbox.secretReads()).toBe(2);
    // Number of requests under way with the old password.
    expect(emulator.requests().filter(({ status }) => status === 401).length).toBeLessThanOrEqual(
      2,
    );
  });

  test('that has not reached AutoSys yet keeps the old password in use', async () => {
    await using bridge = await buildBridge({ jil, routes });
    await bridge.sandbox.take(burst(1));
    bridge.secrets['autosys/ACE'] = JSON.stringify({ username: 'autosys', password: 'to come' });

    expect(await bridge.sandbox.take(burst(5, 1))).toEqual([]);

    expect(bridge.autosys.emulator.requests().filter(({ status }) => status === 401)).toEqual([]);
  });
});

describe('a secret that cannot be used', () => {
  test.for([
    { when: 'is not JSON', text: 'hunter2' },
    { when: 'lacks the password', text: '{"username":"u"}' },
    { when: 'has a colon in its user', text: '{"username":"a:b","password":"hunter2"}' },
  ])(
    'is detected before any request to AutoSys if it $when, and everything waits for a valid one',
    async ({ text }) => {
      const code = 'BRIDGE_SECRET_SHAPE';
      await using bridge = await buildBridge({ jil, routes });
      bridge.secrets['autosys/ACE'] = text;

      expect(await bridge.sandbox.take(burst(3))).toEqual([]);

      expect(bridge.autosys.emulator.requests()).toEqual([]);
      expect(bridge.sandbox.lines).toMatchObject([
        { message: 'circuit breaker opened', autosysInstance: 'ACE' },
        ...[1, 2, 3].map(() => ({ message: 'effect unfinished, will retry', code })),
      ]);
      expect(bridge.sandbox.metrics).toMatchObject({
        [metrics.circuitOpened]: 1,
        [metrics.loginRefused]: 1,
      });
      expect(JSON.stringify([bridge.sandbox.lines, bridge.table.written])).not.toContain('hunter2');
      bridge.secrets['autosys/ACE'] = toSecret(bridge.autosys.emulator);
      await bridge.autosys.clock.advance(360_000);
      await bridge.sandbox.drain();
      expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
      expect(bridge.globalVariable('AWS_run-2')).toBe('SUCCEEDED');
    },
  );
});

describe('a message that cannot be parsed', () => {
  test.for([
    { what: 'cut JSON', body: '{"version":"0","det' },
    { what: 'not JSON', body: '<xml/>' },
    { what: 'null', body: 'null' },
    { what: 'another service', body: anExecutionEvent({}, { source: 'aws.ec2' }) },
    { what: 'an unknown status', body: anExecutionEvent({ status: 'DREAMING' }) },
    { what: 'no status', body: aBatchJobEvent({ status: undefined }) },
  ])('alone returns to the queue: $what', async ({ body }) => {
    await using bridge = await buildBridge({ jil, routes });
    const [first, second] = [aBatchJobEvent(), ...burst(1)];

    const returned = await bridge.sandbox.take<unknown>([first, body, second]);

    expect(returned).toEqual([body]);
    expect(bridge.globalVariable('AWS_RISK')).toBe('SUCCEEDED');
    expect(bridge.globalVariable('AWS_run-0')).toBe('SUCCEEDED');
    expect(bridge.sandbox.lines.filter(({ message }) => message === 'event invalid')).toMatchObject(
      [{ stage: 'read', messageId: 'm2', code: 'BRIDGE_INVALID_EVENT' }],
    );
  });
});
