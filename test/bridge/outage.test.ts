import { describe, expect, test } from 'vitest';
import {
  acceptAndLose,
  answerAfter,
  emptyBody,
  type Fault,
  garbage,
  halfAResponse,
  neverAnswer,
  refuseConnection,
  resetAfterAccept,
  resetBeforeAnswer,
  respond,
  respondWithLine,
  slowBody,
} from '../../emulator/index.ts';
import { observationMs } from '../../lambda/policies.ts';
import { type Bridge, buildBridge } from '../support/bridge.ts';
import { type AwsEvent, anExecutionEvent, namesOfRun } from '../support/builders.ts';
import { embedAutosys, impatient } from '../support/emulator.ts';

const jil = 'insert_job: REPAIR  job_type: CMD  machine: host1  command: true';
const setting = '  - { name: settlement, from: { stateMachine: settlement }, global: AWS_RUN }';
const starting = `
  - name: settlement
    from: { stateMachine: settlement }
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: REPAIR }]`;

/** Longer than any delay after a first failure. */
const soonMs = 360_000;

/**
 * Handles the event, and drains minute by minute until nothing is due.
 *
 * @returns the number of drains
 */
async function settle({ sandbox, autosys, due }: Bridge, event: AwsEvent): Promise<number> {
  expect(await sandbox.take([event])).toEqual([]);
  for (let drains = 0; drains < 5; drains += 1) {
    if ((await due()).length === 0) return drains;
    await autosys.clock.advance(soonMs);
    await sandbox.drain();
  }
  return Number.POSITIVE_INFINITY;
}

describe('an AutoSys whose first endpoint is down', () => {
  test('gets events through the second, at the first attempt', async () => {
    await using second = await embedAutosys({ jil, password: 'same' });
    await using bridge = await buildBridge({ routes: setting, standby: [second] });
    bridge.secrets['autosys/ACE'] = JSON.stringify({ username: 'autosys', password: 'same' });
    await bridge.autosys.emulator.goDown();

    const returned = await bridge.sandbox.take([anExecutionEvent()]);

    expect(returned).toEqual([]);
    await second.act();
    expect(second.emulator.instance.globalVariable('AWS_RUN')?.value).toBe('SUCCEEDED');
  });
});

describe('an AutoSys that is down', () => {
  test.for([
    { what: 'a global variable', routes: setting },
    { what: 'a one-shot', routes: starting },
  ])('delays no message: $what is due, and is drained when it is back', async ({ routes }) => {
    await using bridge = await buildBridge({ jil, routes });
    await bridge.autosys.emulator.goDown();
    expect(await bridge.sandbox.take([anExecutionEvent()])).toEqual([]);
    expect(await bridge.due()).toMatchObject([{ stage: 'due' }]);
    await bridge.autosys.clock.advance(soonMs);
    await bridge.autosys.emulator.comeBack();

    await bridge.sandbox.drain();

    expect(bridge.sandbox.lines).toMatchObject([
      {
        level: expect.any(String),
        message: expect.stringMatching(/^effect (unfinished, will retry|deferred)$/),
      },
      { level: 'info', message: 'effect confirmed', route: 'settlement', autosysInstance: 'ACE' },
    ]);
    expect(await bridge.due()).toEqual([]);
    await bridge.autosys.act();
    expect(bridge.globalVariable('AWS_RUN') ?? bridge.runs('REPAIR')).toBe(
      routes === setting ? 'SUCCEEDED' : 1,
    );
  });

  test('gets three requests in one invocation and then no more', async () => {
    await using bridge = await buildBridge({ routes: setting });
    bridge.autosys.emulator.misbehave(respond(503), { times: 'always' });

    await bridge.sandbox.take([anExecutionEvent()]);

    expect(bridge.autosys.emulator.requests().map(({ status }) => status)).toEqual([503, 503, 503]);
  });

  test('does not delay an execution environment by its Retry-After, and its circuit breaker opens', async () => {
    await using bridge = await buildBridge({ routes: setting });
    const { emulator, clock } = bridge.autosys;
    emulator.misbehave(respond(503, { retryAfter: 600 }), { times: 'always' });
    const begunAt = clock.now().getTime();

    for (const name of ['run-1', 'run-2', 'run-3']) {
      await bridge.openAnother().take([anExecutionEvent(namesOfRun(name))]);
    }

    expect(clock.now().getTime() - begunAt).toBeLessThan(10_000);
    expect(emulator.requests().map(({ status }) => status)).toEqual([503, 503, 503]);
    await bridge.sandbox.take([anExecutionEvent(namesOfRun('run-4'))]);
    expect(bridge.sandbox.lines.at(-1)).toMatchObject({
      message: 'effect deferred',
      reason: expect.stringMatching(/^AutoSys must not be called now: .*503/),
    });
  });
});

/** Answers that show that AutoSys did not accept the event, so it is sent again. */
const notAccepted: readonly { readonly when: string; readonly fault: Fault }[] = [
  { when: 'a refused connection', fault: refuseConnection },
  { when: '503', fault: respond(503) },
  { when: '503 with Retry-After', fault: respond(503, { retryAfter: 1 }) },
  { when: '429', fault: respond(429) },
];

/** AutoSys accepted the event, and the answer was lost. */
const answerLost: readonly { readonly when: string; readonly fault: Fault }[] = [
  { when: 'a reset after it was accepted', fault: resetAfterAccept },
  { when: 'half an answer', fault: halfAResponse },
];

/** AutoSys did not accept the event, which the bridge cannot know. */
const unknownOutcome: readonly { readonly when: string; readonly fault: Fault }[] = [
  { when: 'a reset before it was read', fault: resetBeforeAnswer },
  { when: 'no answer', fault: neverAnswer },
  { when: 'bytes that are not HTTP', fault: garbage },
  { when: '500 with a page', fault: respond(500) },
  { when: '502', fault: respond(502) },
  { when: '200 with a page of another server', fault: respond(200, { body: '<html>Hi</html>' }) },
];

const posts = ({ autosys: { emulator } }: Bridge) =>
  emulator.requests().filter(({ path }) => path.includes('/event/'));

describe('an event that is answered with', () => {
  test.for([...notAccepted, ...answerLost])(
    '$when still sets the global variable',
    async ({ fault }) => {
      await using bridge = await buildBridge({ routes: setting, timeouts: impatient });
      bridge.autosys.emulator.misbehave(fault, { path: 'set-global' });

      const drains = await settle(bridge, anExecutionEvent());

      expect(drains).toBe(0);
      expect(bridge.globalVariable('AWS_RUN')).toBe('SUCCEEDED');
      expect(bridge.sandbox.lines.at(-1)).toMatchObject({ message: 'effect confirmed' });
    },
  );

  test.for(unknownOutcome)(
    '$when sets the global variable after the observation window, not earlier',
    async ({ fault }) => {
      await using bridge = await buildBridge({ routes: setting, timeouts: impatient });
      bridge.autosys.emulator.misbehave(fault, { path: 'set-global' });
      const sentMs = bridge.autosys.clock.now().getTime();
      await bridge.sandbox.take([anExecutionEvent()]);
      while (posts(bridge).length < 2 && bridge.globalVariable('AWS_RUN') === undefined) {
        await bridge.autosys.clock.advance(60_000);
        await bridge.openAnother().drain();
      }

      const windowMs = bridge.autosys.clock.now().getTime() - sentMs;
      expect(windowMs).toBeGreaterThanOrEqual(observationMs);
      expect(windowMs).toBeLessThan(observationMs + 5 * 60_000);
      expect(bridge.globalVariable('AWS_RUN')).toBe('SUCCEEDED');
      expect(await bridge.due()).toEqual([]);
      expect(await bridge.parked()).toEqual([]);
    },
  );

  test.for([...notAccepted, ...answerLost])('$when still starts a job, once', async (row) => {
    await using bridge = await buildBridge({ jil, routes: starting, timeouts: impatient });
    bridge.autosys.emulator.misbehave(row.fault, { path: 'force-start-job' });

    await settle(bridge, anExecutionEvent());
    await bridge.autosys.act();

    expect(bridge.runs('REPAIR')).toBe(1);
    expect(bridge.sandbox.lines.at(-1)).toMatchObject({ message: 'effect confirmed' });
  });

  test.for(unknownOutcome)(
    '$when is read back, and a start that is not found is parked, not sent twice',
    async ({ fault }) => {
      await using bridge = await buildBridge({ jil, routes: starting, timeouts: impatient });
      bridge.autosys.emulator.misbehave(fault, { path: 'force-start-job' });

      await settle(bridge, anExecutionEvent());

      expect(posts(bridge).length).toBeLessThanOrEqual(1);
      expect(bridge.runs('REPAIR')).toBe(0);
      expect(bridge.sandbox.lines.at(0)).toMatchObject({
        message: 'effect unfinished, will retry',
      });
      expect(bridge.sandbox.lines.at(-1)).toMatchObject({
        level: 'error',
        message: 'effect parked',
        code: 'BRIDGE_OUTCOME_UNKNOWN',
      });
      expect(await bridge.parked()).toMatchObject([
        {
          event: { kind: 'FORCE_STARTJOB', job: 'REPAIR' },
          parked: { code: 'BRIDGE_OUTCOME_UNKNOWN', reason: expect.stringContaining('look at') },
        },
      ]);
    },
  );

  test.for(answerLost)('$when is found in AutoSys and not sent twice', async ({ fault }) => {
    await using bridge = await buildBridge({ jil, routes: starting });
    bridge.autosys.emulator.misbehave(fault, { path: 'force-start-job' });

    const returned = await bridge.sandbox.take([anExecutionEvent()]);

    expect(returned).toEqual([]);
    expect(posts(bridge)).toHaveLength(1);
    expect(bridge.sandbox.lines).toMatchObject([{ message: 'effect confirmed' }]);
  });

  test('201 without an effect is never sent again, and parked at the deadline with the value that AutoSys shows', async () => {
    await using bridge = await buildBridge({ jil, routes: setting });
    bridge.autosys.emulator.misbehave(acceptAndLose, { path: 'set-global' });
    await bridge.sandbox.take([anExecutionEvent()]);
    const dayMs = 86_400_000;
    for (const ms of [60_000, 3_600_000, dayMs, 2 * dayMs, dayMs]) {
      expect(await bridge.due()).toMatchObject([{ stage: 'accepted' }]);
      await bridge.autosys.clock.advance(ms);
      await bridge.sandbox.drain();
    }

    expect(posts(bridge)).toHaveLength(1);
    expect(await bridge.parked()).toMatchObject([
      {
        parked: {
          code: 'BRIDGE_DEADLINE',
          reason: expect.stringContaining('AutoSys shows no such variable'),
        },
      },
    ]);
  });

  test('201 without an effect is parked if it was a start, because a second start could run the job twice', async () => {
    await using bridge = await buildBridge({ jil, routes: starting });
    bridge.autosys.emulator.misbehave(acceptAndLose, { method: 'POST' });

    await settle(bridge, anExecutionEvent());

    expect(posts(bridge)).toHaveLength(1);
    expect(bridge.sandbox.lines.map(({ message }) => message)).not.toContain('effect confirmed');
    expect(await bridge.parked()).toMatchObject([{ parked: { code: 'BRIDGE_OUTCOME_UNKNOWN' } }]);
  });

  test('200 with a CAUAJM_E line is a rejection, and is parked with the message of AutoSys', async () => {
    await using bridge = await buildBridge({ jil, routes: setting });
    bridge.autosys.emulator.misbehave(respondWithLine('CAUAJM_E_10062 Failed to get EEM'), {
      path: 'set-global',
    });

    expect(await bridge.sandbox.take([anExecutionEvent()])).toEqual([]);

    expect(bridge.sandbox.lines).toMatchObject([
      { message: 'effect parked', code: 'AUTOSYS_REFUSED' },
    ]);
    expect(await bridge.parked()).toMatchObject([
      { parked: { code: 'AUTOSYS_REFUSED', reason: expect.stringContaining('CAUAJM_E_10062') } },
    ]);
  });
});

describe('an AutoSys that is slow', () => {
  test.for([{ fault: answerAfter(9_000) }, { fault: slowBody(1_000) }, { fault: emptyBody }])(
    'is waited for: $fault.kind',
    async ({ fault }) => {
      await using bridge = await buildBridge({ jil, routes: starting });
      bridge.autosys.emulator.misbehave(fault, { times: 'always', method: 'POST' });

      let over = false;
      const taking = bridge.sandbox.take([anExecutionEvent()]).finally(() => {
        over = true;
      });
      while (!over) await bridge.autosys.clock.advance(10);

      expect(await taking).toEqual([]);
      expect(bridge.runs('REPAIR')).toBe(1);
      expect(bridge.sandbox.lines).toMatchObject([{ message: 'effect confirmed' }]);
    },
  );
});
