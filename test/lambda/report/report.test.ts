import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../../lambda/errors.ts';
import { agendaLists, toListPartition } from '../../../lambda/ledger/agenda.ts';
import { toKey } from '../../../lambda/ledger/entry-row.ts';
import { parseRun, toRunKey } from '../../../lambda/ledger/run-row.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import type { Route } from '../../../lambda/routing/routes.ts';
import { toTargetRoutes } from '../../../lambda/routing/target-routes.ts';
import { createReportTelemetry } from '../../../lambda/telemetry/report-telemetry.ts';
import { anExecutionEvent, startedAtMs, stoppedAtMs } from '../../support/builders.ts';
import { anExecutionTarget } from '../../support/launch-targets.ts';
import { aRoute, fromStateMachine, setGlobalOn } from '../../support/routes.ts';
import { aRig, unreachable } from '../delivery/rig.ts';
import { aStateRequest } from '../ledger/requests.ts';

const executionArn = 'arn:aws:states:eu-west-1:111122223333:execution:settlement:run-1';
const runId = `${executionArn}@${startedAtMs}`;
const runKey = toRunKey({ run: executionArn, beganMs: startedAtMs });
const farAway = new Date('2100-01-01');

/** Sets a variable and starts a job once the execution has failed. */
const repairing = aRoute({
  actions: {
    ...setGlobalOn('AWS_SETTLEMENT', ['RUNNING', 'SUCCEEDED']),
    FAILED: [
      ...(setGlobalOn('AWS_SETTLEMENT', ['FAILED']).FAILED ?? []),
      { kind: 'FORCE_STARTJOB', fields: { job: ['REPAIR'] } },
    ],
  },
});

async function readRun(table: Table) {
  const row = await table.get(runKey);
  return row && parseRun(row);
}

/** A table that fails to read the row of one key. */
function throttlingOn(table: Table, rowKey: string): Table {
  const throttled = new LedgerError({ doing: 'read', reason: 'throttled' });
  return {
    ...table,
    get: (key) => (key === rowKey ? Promise.reject(throttled) : table.get(key)),
  };
}

/** A table, and a list of its requests in order. */
function counting(table: Table) {
  const requests: string[] = [];
  const counted: Table = {
    get: (key) => {
      requests.push(`get ${key}`);
      return table.get(key);
    },
    put: (row, seen) => {
      requests.push(`put ${row.key}`);
      return table.put(row, seen);
    },
    agenda: table.agenda,
  };
  return { counted, requests };
}

describe('an event of an account that is not allowed', () => {
  const notAllowed = () => anExecutionEvent({}, { account: '999988887777' });

  test('is refused with the account and what to do, without a request to AutoSys or the ledger', async () => {
    const rig = aRig({ routes: [repairing] });
    const { counted, requests } = counting(rig.table);

    const report = await rig.open({ table: counted }).take(notAllowed());

    expect(report).toMatchObject({
      kind: 'refused',
      event: { account: '999988887777' },
      reason:
        'the route file does not allow account 999988887777, so its events are discarded; to allow it, add it to accounts in the route file',
    });
    expect({ requests, sent: rig.autosys.sent }).toEqual({ requests: [], sent: [] });
  });
});

describe('the report of an event', () => {
  test('records the run with its entries and the decision on each', async () => {
    const rig = aRig({ routes: [repairing] });

    await rig.open().take(anExecutionEvent({ status: 'FAILED' }));

    const run = await readRun(rig.table);
    expect(run).toMatchObject({
      called: 'settlement execution run-1',
      routes: ['settlement'],
      version: { status: 'FAILED' },
      entries: [
        'state ACE global AWS_SETTLEMENT',
        `once ACE FORCE_STARTJOB job=REPAIR ${runId} 0 FAILED`,
      ],
    });
    const event = 'event 315c1398-40ff-a850-213b-158f73e60175';
    expect(run?.history.map(({ text }) => text)).toEqual([
      `FAILED (${event}): SET_GLOBAL AWS_SETTLEMENT=FAILED on ACE (route settlement): confirmed by AutoSys`,
      `FAILED (${event}): FORCE_STARTJOB REPAIR on ACE (route settlement): confirmed by AutoSys`,
    ]);
    for (const key of run?.entries ?? []) expect(await rig.table.get(key)).toBeDefined();
  });

  test('records a duplicate, a superseded event and a stale run with the newer event', async () => {
    const rig = aRig({ routes: [aRoute()] });
    const sandbox = rig.open();
    const yesterday = {
      executionArn: `${executionArn}-0`,
      name: 'run-0',
      startDate: startedAtMs - 86_400_000,
    };

    await sandbox.take(anExecutionEvent({}, { id: 'e1' }));
    await sandbox.take(anExecutionEvent({}, { id: 'e2' }));
    await sandbox.take(anExecutionEvent({ status: 'RUNNING' }, { id: 'e3' }));
    await sandbox.take(anExecutionEvent(yesterday, { id: 'e4' }));

    const history = (await readRun(rig.table))?.history.map(({ text }) => text) ?? [];
    expect(history.slice(1)).toEqual([
      expect.stringMatching(
        /^SUCCEEDED \(event e2\): .*: discarded: duplicate of event e1, which is/,
      ),
      expect.stringMatching(
        /^RUNNING \(event e3\): .*: discarded: superseded by settlement execution run-1 SUCCEEDED of/,
      ),
    ]);
    const stale = await rig.table.get(
      toRunKey({ run: `${executionArn}-0`, beganMs: startedAtMs - 86_400_000 }),
    );
    expect(stale && parseRun(stale).history[0]?.text).toMatch(
      /discarded: stale run: settlement execution run-1 began later, at 2026-11-20T02:00:00\.000Z, and is SUCCEEDED \(event e1\)$/,
    );
  });

  test('that was superseded during execution reports the newer event with its own time', async () => {
    const rig = aRig({ routes: [aRoute()] });
    const sandbox = rig.open();
    rig.advance(stoppedAtMs + 1_500 - rig.now().getTime());
    rig.autosys.meanwhile.push(() => sandbox.take(anExecutionEvent({}, { id: 'end' })));
    const lines: object[] = [];
    const measured: unknown[] = [];
    const write = (message: string, fields: object) => lines.push({ message, ...fields });
    const telemetry = createReportTelemetry({
      log: { info: write, warn: write, error: write },
      metrics: {
        count: () => {},
        gauge: () => {},
        milliseconds: (...measurement) => measured.push(measurement),
      },
    });

    telemetry('m1', await sandbox.take(anExecutionEvent({ status: 'RUNNING' }, { id: 'begin' })));

    expect(rig.autosys.values).toEqual(['RUNNING', 'SUCCEEDED']);
    expect(lines).toMatchObject([
      {
        message: 'effect discarded',
        eventId: 'begin',
        autosysEvent: 'SET_GLOBAL AWS_SETTLEMENT=RUNNING',
        reason: 'superseded during execution by settlement execution run-1 SUCCEEDED (event end)',
      },
      {
        message: 'effect confirmed',
        messageId: 'm1',
        eventId: 'end',
        autosysEvent: 'SET_GLOBAL AWS_SETTLEMENT=SUCCEEDED',
        durationMs: 1_500,
      },
    ]);
    expect(measured).toEqual([
      ['ConfirmedAfter', 1_500, { autosysInstance: 'ACE', route: 'settlement' }],
    ]);
    const history = (await readRun(rig.table))?.history.map(({ text }) => text);
    expect(history?.at(-1)).toMatch(/^RUNNING \(event begin\): .*: discarded: superseded during/);
  });

  test('records the run for a status without an action, with the reason', async () => {
    const route = aRoute({ actions: setGlobalOn('AWS_SETTLEMENT', ['SUCCEEDED']) });
    const rig = aRig({ routes: [route] });

    const report = await rig.open().take(anExecutionEvent({ status: 'RUNNING' }));

    expect(report).toMatchObject({ kind: 'ignored', reason: expect.stringMatching(/RUNNING/) });
    expect(rig.autosys.sent).toEqual([]);
    expect(await readRun(rig.table)).toMatchObject({
      entries: [],
      version: { status: 'RUNNING' },
      history: [
        {
          text: expect.stringMatching(
            /ignored: .*; no matching route has an action for this status/,
          ),
        },
      ],
    });
    const open = await rig.table.agenda(agendaLists.open, { until: farAway, limit: 9 });
    expect(open.entries).toEqual([{ key: runKey, at: new Date('2026-11-20T03:01:00Z') }]);
  });

  test('records the run of a launch target, and sends nothing', async () => {
    const rig = aRig({ routes: toTargetRoutes([anExecutionTarget()]) });
    const reason =
      'settlement execution run-1 is RUNNING; recorded for launch target settlement, nothing is sent to AutoSys';

    const report = await rig.open().take(anExecutionEvent({ status: 'RUNNING' }));

    expect(report).toMatchObject({ kind: 'recorded', reason });
    expect(rig.autosys.sent).toEqual([]);
    expect(await readRun(rig.table)).toMatchObject({
      routes: ['target:settlement'],
      entries: [],
      version: { status: 'RUNNING' },
      history: [{ text: expect.stringMatching(`: recorded: ${reason}$`) }],
    });
    const open = await rig.table.agenda(agendaLists.open, { until: farAway, limit: 9 });
    expect(open.entries).toEqual([{ key: runKey, at: new Date('2026-11-20T03:01:00Z') }]);
  });

  test('records the run of a launch target beside the effects of a route', async () => {
    const routes = [aRoute(), ...toTargetRoutes([anExecutionTarget()])];
    const rig = aRig({ routes });

    const report = await rig.open().take(anExecutionEvent());

    expect(report).toMatchObject({ kind: 'reported', settled: [{ route: 'settlement' }] });
    expect(await readRun(rig.table)).toMatchObject({
      routes: ['settlement', 'target:settlement'],
      version: { status: 'SUCCEEDED' },
    });
  });

  test.for([
    { of: 'a launch target', routes: toTargetRoutes([anExecutionTarget()]) },
    {
      of: 'a route and a launch target',
      routes: [aRoute(), ...toTargetRoutes([anExecutionTarget()])],
    },
  ])('does not ask AWS about a run of $of that only an archive replays', async ({ routes }) => {
    const rig = aRig({ routes });
    const event = { ...anExecutionEvent({ status: 'RUNNING' }), 'replay-name': 'again' };

    await rig.open().take(event);

    const run = await readRun(rig.table);
    expect(run).toMatchObject({ onlyReplayed: true });
    expect(run).not.toHaveProperty('askMs');
  });

  test('records no run that no route matches', async () => {
    const rig = aRig({ routes: [aRoute({ from: fromStateMachine('other') })] });

    await rig.open().take(anExecutionEvent());

    expect(rig.table.written).toEqual([]);
  });

  test('records an invalid effect among the entries of the run', async () => {
    const value = [{ field: 'output.absent' }];
    const actions: Route['actions'] = {
      SUCCEEDED: [{ kind: 'SET_GLOBAL', fields: { globalVariable: ['D'], value } }],
    };
    const rig = aRig({ routes: [aRoute({ actions })] });

    await rig.open().take(anExecutionEvent());

    const [key = ''] = (await readRun(rig.table))?.entries ?? [];
    expect((await rig.table.get(key))?.body).toMatchObject({ kind: 'invalidEffect' });
  });

  test('calls AutoSys after two round trips to the ledger, and makes five in total', async () => {
    const rig = aRig({ routes: [aRoute()] });
    const { counted, requests } = counting(rig.table);
    let before = 0;
    rig.autosys.meanwhile.push(async () => {
      before = requests.length;
    });

    await rig.open({ table: counted }).take(anExecutionEvent());

    const state = 'state ACE global AWS_SETTLEMENT';
    const isCounted = (request: string) => !/circuit |instance names/.test(request);
    const ofLedger = requests.filter(isCounted);
    expect(ofLedger).toEqual([
      `get ${runKey}`,
      `get ${state}`,
      `put ${state}`,
      `put ${state}`,
      `put ${runKey}`,
    ]);
    expect(requests.slice(0, before).filter(isCounted)).toEqual(ofLedger.slice(0, 3));
  });

  test('records the instance name with its first effect in an execution environment', async () => {
    const rig = aRig({ routes: [aRoute()] });
    const { counted, requests } = counting(rig.table);
    const ofNames = () => requests.filter((request) => request.includes('instance names'));
    const sandbox = rig.open({ table: counted });

    await sandbox.take(anExecutionEvent({ status: 'RUNNING' }));
    await sandbox.take(anExecutionEvent());
    expect(ofNames()).toEqual(['get instance names', 'put instance names']);
    await rig.open({ table: counted }).take(anExecutionEvent({ status: 'FAILED' }));

    expect(ofNames()).toHaveLength(3);
    expect((await rig.table.get('instance names'))?.body).toMatchObject({ used: ['ACE'] });
  });

  test('records the instance name before the entry', async () => {
    const rig = aRig({ routes: [aRoute()] });
    const failing: Table = {
      ...rig.table,
      get: async (key) => {
        if (key === 'instance names') throw new LedgerError({ doing: 'read', reason: 'throttled' });
        return rig.table.get(key);
      },
    };

    await expect(rig.open({ table: failing }).take(anExecutionEvent())).rejects.toThrow(
      'throttled',
    );

    expect(await rig.table.get(toKey(aStateRequest({ status: 'SUCCEEDED' })))).toBeUndefined();
  });
});

describe('a row that cannot be parsed', () => {
  const unreadable = { body: { format: 2 }, expiresAt: farAway };

  test('returns its message to the queue with the reason, and does not stop other effects', async () => {
    const rig = aRig({ routes: [repairing] });
    await rig.table.put({ key: toKey(aStateRequest()), ...unreadable }, undefined);

    const report = rig.open().take(anExecutionEvent({ status: 'FAILED' }));

    await expect(report).rejects.toThrow(
      'could not read state ACE global AWS_SETTLEMENT: the row is of a format',
    );
    expect(rig.autosys.starts).toBe(1);
    expect((await readRun(rig.table))?.history.at(-1)?.text).toMatch(
      /failed, will retry: the ledger could not read state ACE global AWS_SETTLEMENT/,
    );
  });

  test('of the run returns its message to the queue after the effects are executed', async () => {
    const rig = aRig({ routes: [aRoute()] });
    await rig.table.put({ key: runKey, ...unreadable }, undefined);

    const report = rig.open().take(anExecutionEvent());

    await expect(report).rejects.toThrow(`could not read ${runKey}: the row is of a format`);
    expect(rig.autosys.values).toEqual(['SUCCEEDED']);
    expect((await rig.table.get(runKey))?.body).toEqual(unreadable.body);
  });

  test.for([
    { what: 'of newer software', body: { format: 2 } },
    { what: 'damaged', body: { format: 1, kind: 'state' } },
  ])('that is $what does not stop the drain', async ({ body }) => {
    const rig = aRig({ routes: [aRoute()] });
    const key = 'state ACE global A';
    const agenda = { list: toListPartition(agendaLists.due('ACE'), key), at: new Date(1) };
    await rig.table.put({ key, body, agenda, expiresAt: farAway }, undefined);
    rig.autosys.answers.push(unreachable());
    await rig.open().take(anExecutionEvent());
    rig.advance(60_000);

    const drained = await rig.open().drain();

    expect(drained).toMatchObject([
      { kind: 'failed', key: 'state ACE global A', error: { code: 'BRIDGE_LEDGER' } },
      { kind: 'worked', outcome: { kind: 'confirmed' } },
    ]);
  });
});

describe('the effects of one route on one event', () => {
  const failed = () => anExecutionEvent({ status: 'FAILED' });
  const startKey = `once ACE FORCE_STARTJOB job=REPAIR ${runId} 0 FAILED`;
  const stateKey = toKey(aStateRequest());
  const start = (job: string) => ({ kind: 'FORCE_STARTJOB', fields: { job: [job] } }) as const;

  test('wait for a predecessor that AutoSys has not accepted', async () => {
    const rig = aRig({ routes: [repairing] });
    rig.autosys.answers.push(unreachable());

    await rig.open().take(failed());

    expect(rig.autosys.sent.map(({ kind }) => kind)).toEqual(['SET_GLOBAL']);
    expect((await rig.table.get(startKey))?.body).toMatchObject({
      stage: 'due',
      after: [stateKey],
    });
  });

  test('store no predecessors if all are accepted', async () => {
    const rig = aRig({ routes: [repairing] });
    const { counted, requests } = counting(rig.table);

    await rig.open({ table: counted }).take(failed());

    expect(rig.autosys.sent.map(({ kind }) => kind)).toEqual(['SET_GLOBAL', 'FORCE_STARTJOB']);
    expect((await rig.table.get(startKey))?.body).not.toHaveProperty('after');
    expect(requests.filter((request) => request === `get ${stateKey}`)).toHaveLength(1);
  });

  test('do not delay the effects of another route', async () => {
    const other = aRoute({ name: 'other', actions: setGlobalOn('AWS_OTHER', ['FAILED']) });
    const rig = aRig({ routes: [repairing, other] });
    rig.autosys.answers.push(unreachable());

    await rig.open().take(failed());

    expect(rig.autosys.sent.map(({ kind }) => kind)).toEqual(['SET_GLOBAL', 'SET_GLOBAL']);
  });

  test('delay later effects of another route that requests the same effect', async () => {
    const second = aRoute({
      name: 'second',
      actions: {
        FAILED: [
          start('BEFORE'),
          ...(repairing.actions['FAILED'] ?? []).slice(0, 1),
          start('BELOW'),
        ],
      },
    });
    const rig = aRig({ routes: [repairing, second] });
    rig.autosys.answers.push(unreachable());

    await rig.open().take(failed());

    expect(rig.autosys.sent).toMatchObject([{ kind: 'SET_GLOBAL' }, { job: 'BEFORE' }]);
    const below = `once ACE FORCE_STARTJOB job=BELOW ${runId} 0 FAILED`;
    expect((await rig.table.get(below))?.body).toMatchObject({ stage: 'due', after: [stateKey] });
  });

  test('stop another route that requests the same effect if the ledger fails on it', async () => {
    const actions = {
      FAILED: [...(repairing.actions['FAILED'] ?? []).slice(0, 1), start('BELOW')],
    };
    const rig = aRig({ routes: [repairing, aRoute({ name: 'second', actions })] });

    const table = throttlingOn(rig.table, stateKey);
    await expect(rig.open({ table }).take(failed())).rejects.toThrow('throttled');

    expect(rig.autosys.sent).toEqual([]);
  });

  test('are not sent after a ledger failure on a predecessor, and the message is redelivered', async () => {
    const rig = aRig({ routes: [repairing] });

    const table = throttlingOn(rig.table, stateKey);
    await expect(rig.open({ table }).take(failed())).rejects.toThrow('throttled');

    expect({ sent: rig.autosys.sent, start: await rig.table.get(startKey) }).toEqual({
      sent: [],
      start: undefined,
    });
  });

  test('continue if the row of a predecessor cannot be parsed', async () => {
    const rig = aRig({ routes: [repairing] });
    await rig.table.put({ key: stateKey, body: { format: 2 }, expiresAt: farAway }, undefined);

    await expect(rig.open().take(failed())).rejects.toThrow('a format this software does not know');

    expect(rig.autosys.sent.map(({ kind }) => kind)).toEqual(['FORCE_STARTJOB']);
  });
});
