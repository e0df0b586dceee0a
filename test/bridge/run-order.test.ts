import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { respond } from '../../emulator/index.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { type Bridge, buildBridge, passMinutes, sentTo } from '../support/bridge.ts';
import { type AwsEvent, aBatchJobEvent, anAttempt, anExecutionEvent } from '../support/builders.ts';

const minuteMs = 60_000;
const watchJil = 'insert_job: WATCH  job_type: CMD  machine: host1  command: sleep 86400';
const watching = (end: string) => `
  - name: settlement
    from: { stateMachine: settlement }
    events:
      - { on: RUNNING, event: FORCE_STARTJOB, job: WATCH }
      - { on: SUCCEEDED, ${end} }`;
const killing = watching('event: KILLJOB, job: WATCH');

const running = () => anExecutionEvent({ status: 'RUNNING', stopDate: null });
const ended = () => anExecutionEvent();

/** Wraps a table so that each call is delayed. A seed decides the delays. */
function slow(table: Table, seed: number): Table {
  let state = seed + 1;
  const wait = () => {
    state = (state * 48_271) % 2_147_483_647;
    return sleep(state % 8);
  };
  return {
    ...table,
    get: async (key) => {
      await wait();
      return table.get(key);
    },
    put: async (row, seen) => {
      await wait();
      return table.put(row, seen);
    },
  };
}

describe('a start on RUNNING and a kill at the end of the run', () => {
  test.for<{ how: string; take: (bridge: Bridge) => Promise<unknown> }>([
    { how: 'in one batch', take: ({ sandbox }) => sandbox.take([running(), ended()]) },
    {
      how: 'in one batch, the end first',
      take: ({ sandbox }) => sandbox.take([ended(), running()]),
    },
    {
      how: 'one after the other, the end first',
      take: async ({ sandbox }) => [await sandbox.take([ended()]), await sandbox.take([running()])],
    },
  ])('never leave the job running when they arrive $how', async ({ take }) => {
    await using bridge = await buildBridge({ jil: watchJil, routes: killing });

    await take(bridge);
    await bridge.autosys.act();
    await passMinutes(bridge, 3, bridge.autosys.act);

    expect(bridge.status('WATCH')).not.toBe('RUNNING');
    expect(sentTo(bridge).lastIndexOf('kill-job')).toBe(sentTo(bridge).length - 1);
    expect(await bridge.due()).toEqual([]);
  });

  test('never leave the job running when two functions handle them at once', async () => {
    for (let seed = 0; seed < 24; seed += 1) {
      await using bridge = await buildBridge({ jil: watchJil, routes: killing });
      const [one, two] = [seed, seed + 99].map((number) =>
        bridge.openAnother({ table: slow(bridge.table, number) }),
      );

      await Promise.all([one?.take([running()]), two?.take([ended()])]);
      await bridge.autosys.act();
      await passMinutes(bridge, 3, bridge.autosys.act);

      const state = { seed, status: bridge.status('WATCH'), sent: sentTo(bridge) };
      expect(state.status, JSON.stringify(state)).not.toBe('RUNNING');
      expect(state.sent.indexOf('force-start-job')).toBeLessThanOrEqual(0);
    }
  });

  test('never leave the job running when the function of the start crashes after it has recorded it', async () => {
    await using bridge = await buildBridge({ jil: watchJil, routes: killing });
    let hasCrashed = false;
    const crashing: Table = {
      ...bridge.table,
      get: (key) => (hasCrashed ? new Promise(() => {}) : bridge.table.get(key)),
      put: async (row, seen) => {
        const isStart = row.key.startsWith('once ACE FORCE_STARTJOB');
        if (isStart) {
          // The other function looks for the start before it is recorded.
          bridge.autosys.emulator.behave();
          await bridge.openAnother().take([ended()]);
        }
        const revision = await bridge.table.put(row, seen);
        hasCrashed ||= isStart;
        return isStart ? new Promise(() => {}) : revision;
      },
    };
    // The start is recorded as due, since its job could not be read.
    bridge.autosys.emulator.misbehave(respond(503), { path: '/job/WATCH', times: 'always' });

    bridge
      .openAnother({ table: crashing })
      .take([running()])
      .catch(() => undefined);
    await vi.waitUntil(() => hasCrashed);
    await passMinutes(bridge, 5, bridge.autosys.act);

    expect(sentTo(bridge)).not.toContain('force-start-job');
    expect(bridge.status('WATCH')).not.toBe('RUNNING');
    expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
  });

  test('never leave the job running when a start that was sent is delivered again after the end', async () => {
    const autosys = { eventDelayMs: 10 * minuteMs };
    await using bridge = await buildBridge({ jil: watchJil, routes: killing, autosys });
    const isSent = () => sentTo(bridge).includes('force-start-job');
    // The function crashes after AutoSys has accepted the start: it records nothing more.
    const crashing: Table = {
      ...bridge.table,
      put: async (row, seen) => (isSent() ? new Promise(() => {}) : bridge.table.put(row, seen)),
    };
    bridge
      .openAnother({ table: crashing })
      .take([running()])
      .catch(() => undefined);
    await vi.waitUntil(isSent);
    await bridge.autosys.clock.advance(2 * minuteMs);

    await bridge.openAnother().take([ended()]);
    await bridge.openAnother().take([running()]);
    const due = (await bridge.due()).map(({ event, stage }) => `${event.kind} ${stage}`);
    expect(due.sort()).toEqual(['FORCE_STARTJOB accepted', 'KILLJOB due']);
    await passMinutes(bridge, 30, bridge.autosys.act);

    expect(sentTo(bridge)).toEqual(['force-start-job', 'kill-job']);
    expect(bridge.status('WATCH')).toBe('TERMINATED');
    expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
  });

  test.for([
    { what: 'a kill', end: 'event: KILLJOB, job: WATCH', starts: 0 },
    { what: 'a status', end: 'event: CHANGE_STATUS, job: WATCH, status: SUCCESS', starts: 0 },
    { what: 'a hold', end: 'event: JOB_ON_HOLD, job: WATCH', starts: 0 },
    { what: 'a comment', end: 'event: COMMENT, job: WATCH, comment: done', starts: 1 },
    { what: 'another job', end: 'event: KILLJOB, job: OTHER', starts: 1 },
  ])(
    'sends a late start $starts times when the effect of the end is $what',
    async ({ end, starts }) => {
      const jil = `${watchJil}\ninsert_job: OTHER  job_type: CMD  machine: host1  command: true`;
      await using bridge = await buildBridge({ jil, routes: watching(end) });
      await bridge.sandbox.take([ended()]);

      await bridge.sandbox.take([running()]);
      await bridge.autosys.act();

      expect(sentTo(bridge).filter((path) => path === 'force-start-job')).toHaveLength(starts);
    },
  );

  test('wait for each other in the queue of AutoSys: the kill is not treated as already done', async () => {
    const autosys = { eventDelayMs: 10 * minuteMs };
    await using bridge = await buildBridge({ jil: watchJil, routes: killing, autosys });

    await bridge.sandbox.take([running(), ended()]);

    expect(sentTo(bridge)).toEqual(['force-start-job', 'kill-job']);
    expect(await bridge.due()).toMatchObject([{ stage: 'accepted' }, { stage: 'accepted' }]);
    await passMinutes(bridge, 15, bridge.autosys.act);
    expect(bridge.status('WATCH')).toBe('TERMINATED');
    expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
  });

  test('logs why a late start was discarded', async () => {
    await using bridge = await buildBridge({ jil: watchJil, routes: killing });
    await bridge.sandbox.take([ended()]);

    await bridge.sandbox.take([running()]);

    expect(bridge.sandbox.lines.at(-1)).toMatchObject({
      message: 'effect discarded',
      reason:
        'the run is SUCCEEDED already, and route settlement acts on the same job on SUCCEEDED; an event for RUNNING is not sent after that',
    });
  });

  test('starts the job of a redrive, which is no late start', async () => {
    await using bridge = await buildBridge({ jil: watchJil, routes: killing });
    await bridge.sandbox.take([running(), ended()]);

    await bridge.sandbox.take([
      anExecutionEvent({ status: 'RUNNING', stopDate: null, redriveCount: 1 }),
    ]);
    await bridge.autosys.act();

    expect(sentTo(bridge)).toEqual(['force-start-job', 'kill-job', 'force-start-job']);
    expect(bridge.status('WATCH')).toBe('RUNNING');
  });
});

describe('a reused execution ARN', () => {
  const starting = `
  - name: settlement
    from: { stateMachine: settlement }
    global: AWS_SETTLEMENT
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: LOAD }]`;
  const loadJil = 'insert_job: LOAD  job_type: CMD  machine: host1  command: true';
  const dayMs = 86_400_000;
  const startOf = ({ autosys }: Bridge) => autosys.clock.now().getTime();
  const runAt = (startMs: number, over: Record<string, unknown> = {}): AwsEvent =>
    anExecutionEvent({ startDate: startMs, stopDate: startMs + 1_000, ...over });

  test('is another run, which sets the variable and starts the job again', async () => {
    await using bridge = await buildBridge({ jil: loadJil, routes: starting });
    const first = startOf(bridge);
    await bridge.sandbox.take([runAt(first)]);
    await bridge.autosys.act();
    await bridge.autosys.clock.advance(2 * dayMs);

    await bridge.sandbox.take([
      runAt(first + 2 * dayMs, { status: 'RUNNING', stopDate: null }),
      runAt(first + 2 * dayMs),
    ]);
    await bridge.autosys.act();

    expect(bridge.runs('LOAD')).toBe(2);
    expect(bridge.globalVariable('AWS_SETTLEMENT')).toBe('SUCCEEDED');
    expect(sentTo(bridge).filter((path) => path === 'set-global')).toHaveLength(3);
  });

  test('discards an event of the earlier run after the later one', async () => {
    await using bridge = await buildBridge({ jil: loadJil, routes: starting });
    const first = startOf(bridge);
    await bridge.sandbox.take([runAt(first)]);

    await bridge.sandbox.take([runAt(first - dayMs, { status: 'FAILED' })]);

    expect(bridge.globalVariable('AWS_SETTLEMENT')).toBe('SUCCEEDED');
    expect(bridge.sandbox.lines.at(-1)).toMatchObject({
      message: 'effect discarded',
      reason: expect.stringMatching(/^stale run: /),
    });
  });
});

describe('one end of a Batch job', () => {
  const starting = `
  - name: load
    from: { jobName: "*" }
    events: [{ on: FAILED, event: FORCE_STARTJOB, job: REPAIR }]`;
  const jil = 'insert_job: REPAIR  job_type: CMD  machine: host1  command: true';
  const failed = (attempts: number) =>
    aBatchJobEvent({
      status: 'FAILED',
      attempts: Array.from({ length: attempts }, () => anAttempt(1)),
    });

  test.for([
    [1, 2],
    [2, 1],
    [0, 1],
    [3, 3],
  ])('has one effect when it lists %i and then %i attempts', async ([first = 0, second = 0]) => {
    await using bridge = await buildBridge({ jil, routes: starting });

    for (const attempts of [first, second, first]) {
      await bridge.openAnother().take([failed(attempts)]);
      await bridge.autosys.act();
    }
    await passMinutes(bridge, 2, bridge.autosys.act);

    expect(bridge.runs('REPAIR')).toBe(1);
  });
});
