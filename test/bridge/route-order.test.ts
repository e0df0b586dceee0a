import { expect, test } from 'vitest';
import { type Bridge, buildBridge, sentTo } from '../support/bridge.ts';
import { anExecutionEvent, startedAtMs } from '../support/builders.ts';

const jil = `
insert_job: LATER   job_type: CMD  machine: host1  command: true
insert_job: LOAD    job_type: CMD  machine: host1  command: true  condition: v(NEVER) = "1"
`;
const holding = `
  - name: settlement
    from: { stateMachine: settlement }
    events:
      - { on: RUNNING, event: JOB_ON_HOLD, job: LATER }
      - { on: [SUCCEEDED, FAILED], event: JOB_OFF_HOLD, job: LATER }`;
const loading = `
  - name: settlement
    from: { stateMachine: settlement }
    global: AWS_SETTLEMENT
    events:
      - { on: SUCCEEDED, event: JOB_OFF_HOLD, job: LOAD }
      - { on: SUCCEEDED, event: FORCE_STARTJOB, job: LOAD }`;

const running = (id: string, over = {}) =>
  anExecutionEvent({ status: 'RUNNING', stopDate: null, output: null, ...over }, { id });
const succeeded = (id: string, over = {}) =>
  anExecutionEvent({ status: 'SUCCEEDED', ...over }, { id });
const ids = [1, 2, 3].map((nth) => `00000000-0000-4000-8000-00000000000${nth}`) as [
  string,
  string,
  string,
];

/**
 * Handles the events during an outage, each in its own execution environment. Then AutoSys is back,
 * and everything is drained.
 */
async function handleInOutage(bridge: Bridge, events: readonly object[]): Promise<void> {
  await bridge.autosys.emulator.goDown();
  for (const event of events) await bridge.openAnother().take([event as never]);
  await bridge.autosys.emulator.comeBack();
  for (let drains = 0; drains < 6 && (await bridge.due()).length > 0; drains += 1) {
    await bridge.autosys.clock.advance(360_000);
    await bridge.openAnother().drain();
    await bridge.autosys.act();
  }
}

test.for([
  { order: 'in order', events: [running(ids[0]), succeeded(ids[1])] },
  { order: 'in reverse order', events: [succeeded(ids[1]), running(ids[0])] },
])(
  'a job that is held and released through an outage ends released: $order',
  async ({ events }) => {
    await using bridge = await buildBridge({ jil, routes: holding });

    await handleInOutage(bridge, events);

    expect(sentTo(bridge)).toEqual(['off-hold-job']);
    expect(bridge.status('LATER')).not.toBe('ON_HOLD');
  },
);

test('a release that arrives after the hold of a later run is dropped with a reason', async () => {
  await using bridge = await buildBridge({ jil, routes: holding });
  const executionArn = 'arn:aws:states:eu-west-1:111122223333:execution:settlement:run-2';
  const later = { executionArn, name: 'run-2', startDate: startedAtMs + 1_000 };

  await bridge.sandbox.take([running(ids[0])]);
  await bridge.sandbox.take([running(ids[1], later)]);
  await bridge.sandbox.take([succeeded(ids[2])]);
  await bridge.autosys.act();

  expect(bridge.status('LATER')).toBe('ON_HOLD');
  expect(bridge.sandbox.lines.at(-1)).toMatchObject({
    message: 'effect discarded',
    reason: expect.stringMatching(/^stale run: settlement execution run-2 began later/),
  });
});

test('the effects of a route reach AutoSys in the order of the file, also after an outage', async () => {
  await using bridge = await buildBridge({ jil, routes: loading });

  await handleInOutage(bridge, [succeeded(ids[0])]);

  expect(sentTo(bridge)).toEqual(['set-global', 'off-hold-job', 'force-start-job']);
  expect(bridge.runs('LOAD')).toBe(1);
});

test('a job that is started at the beginning and killed at the end is started first, also after an outage', async () => {
  const watching = `
  - name: settlement
    from: { stateMachine: settlement }
    events:
      - { on: RUNNING, event: FORCE_STARTJOB, job: WATCH }
      - { on: SUCCEEDED, event: KILLJOB, job: WATCH }`;
  const watch = 'insert_job: WATCH  job_type: CMD  machine: host1  command: sleep 86400';
  await using bridge = await buildBridge({ jil: watch, routes: watching });

  await handleInOutage(bridge, [running(ids[0]), succeeded(ids[1])]);

  expect(sentTo(bridge)).toEqual(['force-start-job', 'kill-job']);
  expect(bridge.status('WATCH')).toBe('TERMINATED');
});
