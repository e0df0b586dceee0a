import { describe, expect, test } from 'vitest';
import { parseJobName } from '../../autosys/names.ts';
import {
  acceptAndLose,
  emptyBody,
  type Fault,
  resetAfterAccept,
  resetBeforeAnswer,
  respond,
  respondEmpty,
  respondWithPage,
} from '../../emulator/index.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { type Bridge, buildBridge } from '../support/bridge.ts';
import { anExecutionEvent } from '../support/builders.ts';
import { impatient } from '../support/emulator.ts';

const job = parseJobName('REPAIR');
const jil = 'insert_job: REPAIR  job_type: CMD  machine: host1  command: true';
const longJil = 'insert_job: REPAIR  job_type: CMD  machine: host1  command: sleep 1200';

/** A route that sends one event for this job on SUCCEEDED. */
const saying = (event: string) => `
  - name: settlement
    from: { stateMachine: settlement }
    events: [{ on: SUCCEEDED, event: ${event}, job: REPAIR }]`;
const starting = saying('FORCE_STARTJOB');

/** Drains every six minutes, which is longer than any retry delay, until nothing is due. */
async function drainUntilQuiet({ autosys, due, openAnother }: Bridge): Promise<Bridge['sandbox']> {
  const other = openAnother();
  for (let drains = 0; drains < 6 && (await due()).length > 0; drains += 1) {
    await autosys.clock.advance(360_000);
    await other.drain();
  }
  return other;
}

const sentEvents = ({ autosys: { emulator } }: Bridge) =>
  emulator.requests().filter(({ path }) => path.includes('/event/'));

/**
 * Wraps the table of an execution environment that crashes when the condition is true, or after a
 * matching write. The last write is stored.
 */
function dyingWhen(table: Table, isOver: (written?: Partial<Entry>) => boolean): Table {
  const liveOn = (written?: Partial<Entry>) => {
    if (isOver(written)) throw new TypeError('the execution environment crashed');
  };
  return {
    ...table,
    put: async (row, seen) => {
      liveOn();
      const revision = await table.put(row, seen);
      liveOn(row.body as Partial<Entry>);
      return revision;
    },
  };
}

describe('an execution environment that crashes', () => {
  test('after it has sent a start and before it has recorded that leaves a start that is found', async () => {
    await using bridge = await buildBridge({ jil, routes: starting });
    const table = dyingWhen(bridge.table, () => sentEvents(bridge).length > 0);
    const event = anExecutionEvent();

    const returned = await bridge.openAnother({ table }).take([event]);
    await bridge.autosys.send({ kind: 'FORCE_STARTJOB', job });
    const other = await drainUntilQuiet(bridge);

    expect(returned).toEqual([event]);
    expect(bridge.runs('REPAIR')).toBe(2);
    expect(other.lines).toMatchObject([{ message: 'effect confirmed' }]);
  });

  test('before it has sent leaves a start that is not sent, and is parked for an operator', async () => {
    await using bridge = await buildBridge({ jil, routes: starting });
    const table = dyingWhen(bridge.table, (written) => written?.stage === 'sending');

    await bridge.openAnother({ table }).take([anExecutionEvent()]);
    await drainUntilQuiet(bridge);

    expect(sentEvents(bridge)).toEqual([]);
    expect(await bridge.parked()).toMatchObject([{ parked: { code: 'BRIDGE_OUTCOME_UNKNOWN' } }]);
  });
});

describe('a start by another sender', () => {
  test('is not mistaken for a start of the bridge with unknown outcome', async () => {
    await using bridge = await buildBridge({ jil, routes: starting, timeouts: impatient });
    bridge.autosys.emulator.misbehave(resetBeforeAnswer, { path: 'force-start-job' });
    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.send({ kind: 'FORCE_STARTJOB', job });

    const other = await drainUntilQuiet(bridge);

    expect(bridge.runs('REPAIR')).toBe(1);
    expect(other.lines.map(({ message }) => message)).not.toContain('effect confirmed');
    expect(await bridge.parked()).toMatchObject([
      {
        parked: { reason: expect.stringContaining('the event is not among the events of the job') },
      },
    ]);
  });

  test('does not confirm a start of the bridge that AutoSys accepted and lost', async () => {
    await using bridge = await buildBridge({ jil, routes: starting });
    bridge.autosys.emulator.misbehave(acceptAndLose, { path: 'force-start-job' });
    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.send({ kind: 'FORCE_STARTJOB', job });

    const other = await drainUntilQuiet(bridge);

    expect(bridge.runs('REPAIR')).toBe(1);
    expect(other.lines).toMatchObject([
      {
        message: 'effect accepted',
        reason: expect.stringContaining('does not show by which event'),
      },
    ]);
  });

  test('by the bridge for another run is distinguished by the comment', async () => {
    await using bridge = await buildBridge({ jil, routes: starting, timeouts: impatient });
    bridge.autosys.emulator.misbehave(resetBeforeAnswer, { path: 'force-start-job' });
    const second = anExecutionEvent(
      { executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:two' },
      { id: '00000000-0000-4000-8000-000000000002' },
    );

    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.sandbox.take([second]);
    await drainUntilQuiet(bridge);

    expect(bridge.runs('REPAIR')).toBe(1);
    expect(bridge.sandbox.lines).toMatchObject([
      { message: 'effect unfinished, will retry' },
      { message: 'effect confirmed' },
    ]);
    expect(await bridge.parked()).toMatchObject([{ parked: { code: 'BRIDGE_OUTCOME_UNKNOWN' } }]);
  });
});

test('a start whose answer was lost is found at the first read-back after six hours of outage', async () => {
  await using bridge = await buildBridge({ jil, routes: starting, timeouts: impatient });
  const { emulator, clock } = bridge.autosys;
  const table = dyingWhen(bridge.table, () => sentEvents(bridge).length > 0);
  emulator.misbehave(resetAfterAccept, { path: 'force-start-job' });
  // The outcome is not recorded, and the lease expires.
  await bridge.openAnother({ table }).take([anExecutionEvent()]);
  await emulator.goDown();
  for (let hour = 0; hour < 6; hour += 1) {
    await clock.advance(3_600_000);
    await bridge.sandbox.drain();
  }
  expect(await bridge.parked()).toEqual([]);
  await emulator.comeBack();

  const other = await drainUntilQuiet(bridge);

  expect(other.lines.at(-1)).toMatchObject({ message: 'effect confirmed' });
  expect(bridge.runs('REPAIR')).toBe(1);
});

test('a start that AutoSys processed without starting the job is parked, with what the job shows', async () => {
  const waiting = `${jil}\ncondition: v(NEVER) = 1`;
  await using bridge = await buildBridge({ jil: waiting, routes: saying('STARTJOB') });

  await bridge.sandbox.take([anExecutionEvent()]);
  await drainUntilQuiet(bridge);

  expect(sentEvents(bridge)).toHaveLength(1);
  expect(await bridge.parked()).toMatchObject([
    {
      parked: {
        reason: expect.stringContaining('status INACTIVE, though the event was processed'),
      },
    },
  ]);
});

describe('a kill', () => {
  test('of a job that runs is confirmed when the job is TERMINATED', async () => {
    await using bridge = await buildBridge({ jil: longJil, routes: saying('KILLJOB') });
    await bridge.autosys.send({ kind: 'FORCE_STARTJOB', job });

    await bridge.sandbox.take([anExecutionEvent()]);

    expect(bridge.status('REPAIR')).toBe('TERMINATED');
    expect(bridge.sandbox.lines).toMatchObject([{ message: 'effect confirmed' }]);
  });

  test('of a job that does not run is accepted by AutoSys, has no effect, and parks nothing', async () => {
    await using bridge = await buildBridge({ jil: longJil, routes: saying('KILLJOB') });

    await bridge.sandbox.take([anExecutionEvent()]);

    expect(bridge.sandbox.lines).toMatchObject([
      { message: 'effect accepted', reason: expect.stringContaining('there was nothing to kill') },
    ]);
    expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
  });

  test('of unknown outcome is not sent to a run that began after the one that it was meant for', async () => {
    await using bridge = await buildBridge({
      jil: 'insert_job: REPAIR  job_type: CMD  machine: host1  command: sleep 10',
      routes: saying('KILLJOB'),
      timeouts: impatient,
    });
    await bridge.autosys.send({ kind: 'FORCE_STARTJOB', job });
    bridge.autosys.emulator.misbehave(resetBeforeAnswer, { path: 'kill-job' });
    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.clock.advance(20_000);
    await bridge.autosys.send({ kind: 'FORCE_STARTJOB', job });

    const other = await drainUntilQuiet(bridge);

    expect(bridge.status('REPAIR')).toBe('SUCCESS');
    expect(other.lines).toMatchObject([
      { message: 'effect accepted', reason: expect.stringContaining('another has begun') },
    ]);
  });
});

test('a hold of a job that runs is sent once, and parked when the job never shows it', async () => {
  await using bridge = await buildBridge({ jil: longJil, routes: saying('JOB_ON_HOLD') });
  await bridge.autosys.send({ kind: 'FORCE_STARTJOB', job });

  await bridge.sandbox.take([anExecutionEvent()]);
  await drainUntilQuiet(bridge);

  const holds = sentEvents(bridge).filter(({ path }) => path.includes('hold-job'));
  expect(holds).toHaveLength(1);
  expect(await bridge.parked()).toMatchObject([
    {
      parked: {
        reason: expect.stringMatching(
          /accepted by AutoSys, which does not show it: AutoSys shows status/,
        ),
      },
    },
  ]);
});

/** How often the event reaches AutoSys, how often the job runs, and the final outcome. */
const answers: readonly {
  readonly when: string;
  readonly fault: Fault;
  readonly sent: number;
  readonly runs: number;
  readonly code: string | undefined;
}[] = [
  { when: '400', fault: respond(400), sent: 1, runs: 0, code: 'AUTOSYS_REFUSED' },
  { when: '403', fault: respond(403), sent: 1, runs: 0, code: 'AUTOSYS_UNAUTHORIZED' },
  {
    when: '404 in JSON',
    fault: respond(404, { body: '{"error":"no"}' }),
    sent: 1,
    runs: 0,
    code: 'AUTOSYS_REFUSED',
  },
  { when: '404 with a page', fault: respondWithPage(404), sent: 2, runs: 1, code: undefined },
  { when: '404 without a body', fault: respondEmpty(404), sent: 2, runs: 1, code: undefined },
  { when: '403 with a page', fault: respondWithPage(403), sent: 2, runs: 1, code: undefined },
  {
    when: '200 and a message that the job already runs',
    fault: respond(200, { body: 'Job REPAIR is already RUNNING\n' }),
    sent: 1,
    runs: 0,
    code: 'AUTOSYS_REFUSED',
  },
  { when: '408', fault: respond(408), sent: 2, runs: 1, code: undefined },
  { when: '429', fault: respond(429, { retryAfter: 5 }), sent: 2, runs: 1, code: undefined },
  { when: '503', fault: respond(503, { retryAfter: 5 }), sent: 2, runs: 1, code: undefined },
  { when: '500', fault: respond(500), sent: 1, runs: 0, code: 'BRIDGE_OUTCOME_UNKNOWN' },
  { when: '502', fault: respond(502), sent: 1, runs: 0, code: 'BRIDGE_OUTCOME_UNKNOWN' },
  { when: '504', fault: respond(504), sent: 1, runs: 0, code: 'BRIDGE_OUTCOME_UNKNOWN' },
  { when: 'a redirect', fault: respond(302), sent: 1, runs: 0, code: 'BRIDGE_OUTCOME_UNKNOWN' },
  {
    when: '200 and a page',
    fault: respond(200, { body: '<html>Sign in</html>' }),
    sent: 1,
    runs: 0,
    code: 'BRIDGE_OUTCOME_UNKNOWN',
  },
  { when: '201 without a body', fault: emptyBody, sent: 1, runs: 1, code: undefined },
];

describe('a one-shot that is answered with', () => {
  test.for(answers)('$when is sent $sent times and runs $runs times', async (row) => {
    await using bridge = await buildBridge({ jil, routes: starting, timeouts: impatient });
    bridge.autosys.emulator.misbehave(row.fault, { path: 'force-start-job' });

    await bridge.sandbox.take([anExecutionEvent()]);
    await drainUntilQuiet(bridge);

    expect(sentEvents(bridge)).toHaveLength(row.sent);
    expect(bridge.runs('REPAIR')).toBe(row.runs);
    expect((await bridge.parked()).map(({ parked }) => parked?.code)).toEqual(
      row.code === undefined ? [] : [row.code],
    );
    expect(await bridge.due()).toEqual([]);
  });
});

describe('a status that is answered with', () => {
  test.for([
    ...answers.filter(({ code }) => code === undefined || code === 'BRIDGE_OUTCOME_UNKNOWN'),
    { when: 'a reset after it was accepted', fault: resetAfterAccept },
    { when: 'a reset before it was read', fault: resetBeforeAnswer },
  ])('$when is still set', async ({ fault }) => {
    const routes = saying('CHANGE_STATUS, status: SUCCESS');
    await using bridge = await buildBridge({ jil, routes, timeouts: impatient });
    bridge.autosys.emulator.misbehave(fault, { path: 'change-status-job' });

    await bridge.sandbox.take([anExecutionEvent()]);
    await drainUntilQuiet(bridge);

    expect(bridge.status('REPAIR')).toBe('SUCCESS');
    expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
  });

  test('201 and nothing more is not set again', async () => {
    const routes = saying('CHANGE_STATUS, status: SUCCESS');
    await using bridge = await buildBridge({ jil, routes });
    bridge.autosys.emulator.misbehave(acceptAndLose, { path: 'change-status-job' });

    await bridge.sandbox.take([anExecutionEvent()]);
    await drainUntilQuiet(bridge);

    expect(sentEvents(bridge)).toHaveLength(1);
    expect(await bridge.due()).toMatchObject([{ stage: 'accepted' }]);
  });

  test('201 and nothing more is not set over a run that has begun since', async () => {
    const routes = saying('CHANGE_STATUS, status: SUCCESS');
    await using bridge = await buildBridge({ jil: longJil, routes });
    bridge.autosys.emulator.misbehave(acceptAndLose, { path: 'change-status-job' });
    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.send({ kind: 'FORCE_STARTJOB', job });

    await bridge.autosys.clock.advance(360_000);
    await bridge.sandbox.drain();

    expect(bridge.status('REPAIR')).toBe('RUNNING');
    expect(bridge.sandbox.lines.at(-1)).toMatchObject({
      message: 'effect accepted',
      reason: expect.stringContaining('the job has started since'),
    });
  });
});
