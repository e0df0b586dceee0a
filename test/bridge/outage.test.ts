import { describe, expect, test, vi } from 'vitest';
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
import { type Bridge, buildBridge } from '../support/bridge.ts';
import { type AwsEvent, anExecutionEvent } from '../support/builders.ts';
import { embedAutosys, impatient } from '../support/emulator.ts';

const jil = 'insert_job: REPAIR  job_type: CMD  machine: host1  command: true';
const setting = '  - { name: settlement, from: { stateMachine: settlement }, global: AWS_RUN }';
const starting = `
  - name: settlement
    from: { stateMachine: settlement }
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: REPAIR }]`;

const isSending = ({ path }: { readonly path: string }) => path.includes('force-start-job');

/** What the queue does: hands the event out again until it is done, five times at most. */
async function deliver(bridge: Bridge, event: AwsEvent): Promise<number> {
  for (let receiveCount = 1; receiveCount <= 5; receiveCount += 1) {
    const givenBack = await bridge.sandbox.take([event], receiveCount);
    if (givenBack.length === 0) return receiveCount;
    await bridge.autosys.clock.advance(360_000);
  }
  return Number.POSITIVE_INFINITY;
}

describe('an AutoSys whose first endpoint is down', () => {
  test('is told by the second, at the first try', async () => {
    await using second = await embedAutosys({ jil, password: 'same' });
    await using bridge = await buildBridge({ routes: setting, standby: [second] });
    bridge.secrets['autosys/ACE'] = JSON.stringify({ username: 'autosys', password: 'same' });
    await bridge.autosys.emulator.goDown();

    const givenBack = await bridge.sandbox.take([anExecutionEvent()]);

    expect(givenBack).toEqual([]);
    await second.act();
    expect(second.emulator.instance.globalVariable('AWS_RUN')?.value).toBe('SUCCEEDED');
  });
});

describe('an AutoSys that is down', () => {
  test.for([
    { what: 'a global variable', routes: setting },
    { what: 'a one-off', routes: starting },
  ])('lets the message wait, and takes $what when it is back', async ({ routes }) => {
    await using bridge = await buildBridge({ jil, routes });
    const event = anExecutionEvent();
    await bridge.autosys.emulator.goDown();
    const whileDown = await bridge.sandbox.take([event]);
    await bridge.autosys.clock.advance(360_000);
    await bridge.autosys.emulator.comeBack();

    const whenBack = await bridge.sandbox.take([event], 2);

    expect([whileDown, whenBack]).toEqual([[event], []]);
    expect(bridge.sandbox.lines.map(({ message }) => message)).toEqual(['retry', 'confirmed']);
    await bridge.autosys.act();
    expect(bridge.globalVariable('AWS_RUN') ?? bridge.runs('REPAIR')).toBe(
      routes === setting ? 'SUCCEEDED' : 1,
    );
  });

  test('is asked three times in one invocation and then left alone', async () => {
    await using bridge = await buildBridge({ routes: setting });
    bridge.autosys.emulator.misbehave(respond(503), { times: 'always' });

    await bridge.sandbox.take([anExecutionEvent()]);

    expect(bridge.autosys.emulator.requests().map(({ status }) => status)).toEqual([503, 503, 503]);
  });
});

/** Everything that may stand in the place of a good answer to one event. */
const bad: readonly { readonly when: string; readonly fault: Fault }[] = [
  { when: 'a reset after it was accepted', fault: resetAfterAccept },
  { when: 'a reset before it was read', fault: resetBeforeAnswer },
  { when: 'a refused connection', fault: refuseConnection },
  { when: 'silence', fault: neverAnswer },
  { when: 'half an answer', fault: halfAResponse },
  { when: 'bytes that are no HTTP', fault: garbage },
  { when: '500 with a page', fault: respond(500) },
  { when: '502', fault: respond(502) },
  { when: '503', fault: respond(503) },
  { when: '503 for a while', fault: respond(503, { retryAfter: 1 }) },
  { when: '429', fault: respond(429) },
  { when: '200 and a page of somebody else', fault: respond(200, { body: '<html>Hi</html>' }) },
];

describe('an event that is answered with', () => {
  test.for(bad)('$when sets the global variable all the same', async ({ fault }) => {
    await using bridge = await buildBridge({ routes: setting, timeouts: impatient });
    bridge.autosys.emulator.misbehave(fault, { path: 'set-global' });

    const receipts = await deliver(bridge, anExecutionEvent());

    expect(receipts).toBe(1);
    expect(bridge.globalVariable('AWS_RUN')).toBe('SUCCEEDED');
    expect(bridge.sandbox.lines.at(-1)).toMatchObject({ message: 'confirmed' });
  });

  test.for(bad)('$when starts a job all the same, and once', async ({ fault }) => {
    await using bridge = await buildBridge({ jil, routes: starting, timeouts: impatient });
    bridge.autosys.emulator.misbehave(fault, { path: 'force-start-job' });

    const receipts = await deliver(bridge, anExecutionEvent());
    await bridge.autosys.act();

    expect(receipts).toBeLessThanOrEqual(2);
    expect(bridge.runs('REPAIR')).toBe(1);
    expect(bridge.sandbox.lines.at(-1)).toMatchObject({ message: 'confirmed' });
  });

  test.for([
    { when: 'a reset after it was accepted', fault: resetAfterAccept },
    { when: 'half an answer', fault: halfAResponse },
  ])('$when is found in AutoSys and not sent twice', async ({ fault }) => {
    await using bridge = await buildBridge({ jil, routes: starting });
    bridge.autosys.emulator.misbehave(fault, { path: 'force-start-job' });

    const givenBack = await bridge.sandbox.take([anExecutionEvent()]);

    expect(givenBack).toEqual([]);
    expect(bridge.autosys.emulator.requests().filter(isSending)).toHaveLength(1);
    expect(bridge.sandbox.lines).toMatchObject([{ message: 'confirmed' }]);
  });

  test('201 and nothing more is accepted, and never called confirmed', async () => {
    await using bridge = await buildBridge({ jil, routes: setting });
    bridge.autosys.emulator.misbehave(acceptAndLose);

    const givenBack = await bridge.sandbox.take([anExecutionEvent()]);

    expect(givenBack).toEqual([]);
    expect(bridge.sandbox.lines).toMatchObject([
      { level: 'warn', message: 'accepted', reason: expect.stringContaining('no such variable') },
    ]);
  });

  test('CAUAJM_E and 200 is refused', async () => {
    await using bridge = await buildBridge({ jil, routes: setting });
    bridge.autosys.emulator.misbehave(respondWithLine('CAUAJM_E_10062 Failed to get EEM'));
    const event = anExecutionEvent();

    expect(await bridge.sandbox.take([event])).toEqual([event]);

    expect(bridge.sandbox.lines).toMatchObject([{ message: 'refused', code: 'AUTOSYS_REFUSED' }]);
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
      expect(bridge.sandbox.lines).toMatchObject([{ message: 'confirmed' }]);
    },
  );
});

describe('an invocation whose time is over', () => {
  test('gives every message back, and asks AutoSys no more', async () => {
    await using bridge = await buildBridge({ jil, routes: setting });
    const { emulator } = bridge.autosys;
    emulator.misbehave(neverAnswer, { times: 'always' });
    const time = new AbortController();
    const events = [anExecutionEvent(), anExecutionEvent({ status: 'FAILED', output: null })];

    const taking = bridge.sandbox.take(events, 1, time.signal);
    await vi.waitUntil(() => emulator.requests().length > 0, { interval: 5 });
    time.abort();

    expect(await taking).toEqual(events);
    expect(emulator.requests()).toHaveLength(1);
  });

  test('finds afterwards what AutoSys took meanwhile, and does not send it twice', async () => {
    await using bridge = await buildBridge({ jil, routes: starting });
    const { emulator } = bridge.autosys;
    emulator.misbehave(answerAfter(86_400_000), { path: 'force-start-job' });
    const time = new AbortController();
    const event = anExecutionEvent();
    const taking = bridge.sandbox.take([event], 1, time.signal);
    await vi.waitUntil(() => emulator.requests().some(isSending), { interval: 5 });
    time.abort();
    expect(await taking).toEqual([event]);
    await bridge.autosys.act();

    expect(await bridge.openAnother().take([event], 2)).toEqual([]);

    expect(emulator.requests().filter(isSending)).toHaveLength(1);
    expect(bridge.runs('REPAIR')).toBe(1);
  });
});
