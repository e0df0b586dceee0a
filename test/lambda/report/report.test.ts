import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../../lambda/errors.ts';
import { agendaLists, toKey } from '../../../lambda/ledger/entry-row.ts';
import { parseRun, toRunKey } from '../../../lambda/ledger/run-row.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import type { Route } from '../../../lambda/routing/routes.ts';
import { createReportTelemetry } from '../../../lambda/telemetry/report-telemetry.ts';
import { anExecutionEvent, startedAtMs, stoppedAtMs } from '../../support/builders.ts';
import { aRoute, fromStateMachine, setGlobalOn } from '../../support/routes.ts';
import { aRig, unreachable } from '../delivery/rig.ts';
import { aStateRequest } from '../ledger/requests.ts';

const executionArn = 'arn:aws:states:eu-west-1:111122223333:execution:settlement:run-1';
const runId = `${executionArn}@${startedAtMs}`;
const runKey = toRunKey({ run: executionArn, beganMs: startedAtMs });
const farAway = new Date('2100-01-01');

/** Sets a variable and starts a job once the execution has failed. */
const repairing = aRoute({
  say: {
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

/** A table that cannot be asked for the row of one key. */
function throttlingOn(table: Table, rowKey: string): Table {
  const throttled = new LedgerError({ doing: 'read', reason: 'throttled' });
  return {
    ...table,
    get: (key) => (key === rowKey ? Promise.reject(throttled) : table.get(key)),
  };
}

/** The requests to a table, in order. */
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

describe('an announcement of an account that nobody named', () => {
  const stranger = () => anExecutionEvent({}, { account: '999988887777' });

  test('is refused with the account and what to do, and leaves no trace in AutoSys or the ledger', async () => {
    const rig = aRig({ routes: [repairing] });
    const { counted, requests } = counting(rig.table);

    const report = await rig.open({ table: counted }).take(stranger());

    expect(report).toMatchObject({
      kind: 'refused',
      event: { account: '999988887777' },
      reason:
        'account 999988887777 is not named in the route file, so nothing that happens there reaches AutoSys; name it under accounts, if that is meant',
    });
    expect({ requests, sent: rig.autosys.sent }).toEqual({ requests: [], sent: [] });
  });
});

describe('the report of an announcement', () => {
  test('leaves the run with every entry it asked for, and what was decided on each', async () => {
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

  test('tells of a duplicate, of what is superseded and of a stale run, each with what it lost to', async () => {
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

    const told = (await readRun(rig.table))?.history.map(({ text }) => text) ?? [];
    expect(told.slice(1)).toEqual([
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

  test('that was overtaken while it was sent tells of the newer one by that one, with its own time', async () => {
    const rig = aRig({ routes: [aRoute()] });
    const sandbox = rig.open();
    rig.advance(stoppedAtMs + 1_500 - rig.now().getTime());
    rig.autosys.meanwhile.push(() => sandbox.take(anExecutionEvent({}, { id: 'end' })));
    const lines: object[] = [];
    const measured: unknown[] = [];
    const write = (message: string, fields: object) => lines.push({ message, ...fields });
    const account = createReportTelemetry({
      log: { info: write, warn: write, error: write },
      metrics: {
        count: () => {},
        gauge: () => {},
        milliseconds: (...told) => measured.push(told),
      },
    });

    account('m1', await sandbox.take(anExecutionEvent({ status: 'RUNNING' }, { id: 'begin' })));

    expect(rig.autosys.values).toEqual(['RUNNING', 'SUCCEEDED']);
    expect(lines).toMatchObject([
      {
        message: 'effect discarded',
        eventId: 'begin',
        autosysEvent: 'SET_GLOBAL AWS_SETTLEMENT=RUNNING',
        reason:
          'superseded while it was brought about, by settlement execution run-1 SUCCEEDED (event end)',
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
    const told = (await readRun(rig.table))?.history.map(({ text }) => text);
    expect(told?.at(-1)).toMatch(/^RUNNING \(event begin\): .*: discarded: superseded during/);
  });

  test('opens the run on a status of which no route says anything, and tells why it is ignored', async () => {
    const route = aRoute({ say: setGlobalOn('AWS_SETTLEMENT', ['SUCCEEDED']) });
    const rig = aRig({ routes: [route] });

    const report = await rig.open().take(anExecutionEvent({ status: 'RUNNING' }));

    expect(report).toMatchObject({ kind: 'ignored', reason: expect.stringMatching(/RUNNING/) });
    expect(rig.autosys.sent).toEqual([]);
    expect(await readRun(rig.table)).toMatchObject({
      entries: [],
      version: { status: 'RUNNING' },
      history: [{ text: expect.stringMatching(/ignored: .* on which no route says anything/) }],
    });
    const open = await rig.table.agenda(agendaLists.open, { until: farAway, limit: 9 });
    expect(open.entries).toEqual([{ key: runKey, at: new Date('2026-11-20T03:01:00Z') }]);
  });

  test('leaves no run that no route hears', async () => {
    const rig = aRig({ routes: [aRoute({ from: fromStateMachine('other') })] });

    await rig.open().take(anExecutionEvent());

    expect(rig.table.written).toEqual([]);
  });

  test('names what could not be said among the entries of the run', async () => {
    const value = [{ field: 'output.absent' }];
    const say: Route['say'] = {
      SUCCEEDED: [{ kind: 'SET_GLOBAL', fields: { globalVariable: ['D'], value } }],
    };
    const rig = aRig({ routes: [aRoute({ say })] });

    await rig.open().take(anExecutionEvent());

    const [key = ''] = (await readRun(rig.table))?.entries ?? [];
    expect((await rig.table.get(key))?.body).toMatchObject({ kind: 'invalidEffect' });
  });

  test('calls AutoSys after two round trips to the ledger and the circuit breaker, and makes five in all', async () => {
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

  test('records the name of the instance with its first effect in a sandbox', async () => {
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

  test('is not acknowledged while the name of its instance is not recorded', async () => {
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

    expect(await rig.entry(aStateRequest({ status: 'SUCCEEDED' }))).toMatchObject({
      stage: 'confirmed',
    });
  });
});

describe('a row that nobody can read', () => {
  const poison = { body: { format: 2 }, expiresAt: farAway };

  test('sends its message back with the reason, and keeps no other effect waiting', async () => {
    const rig = aRig({ routes: [repairing] });
    await rig.table.put({ key: toKey(aStateRequest()), ...poison }, undefined);

    const report = rig.open().take(anExecutionEvent({ status: 'FAILED' }));

    await expect(report).rejects.toThrow(
      'could not read state ACE global AWS_SETTLEMENT: the row is of a format',
    );
    expect(rig.autosys.starts).toBe(1);
    expect((await readRun(rig.table))?.history.at(-1)?.text).toMatch(
      /failed, comes again: the ledger could not read state ACE global AWS_SETTLEMENT/,
    );
  });

  test('of the run sends its message back, once AutoSys is told', async () => {
    const rig = aRig({ routes: [aRoute()] });
    await rig.table.put({ key: runKey, ...poison }, undefined);

    const report = rig.open().take(anExecutionEvent());

    await expect(report).rejects.toThrow(`could not read ${runKey}: the row is of a format`);
    expect(rig.autosys.values).toEqual(['SUCCEEDED']);
    expect((await rig.table.get(runKey))?.body).toEqual(poison.body);
  });

  test.for([
    { what: 'of newer software', body: { format: 2 } },
    { what: 'damaged', body: { format: 1, kind: 'state' } },
  ])('that is $what does not keep the drain from the others', async ({ body }) => {
    const rig = aRig({ routes: [aRoute()] });
    const agenda = { list: agendaLists.due('ACE'), at: new Date(1) };
    await rig.table.put({ key: 'state ACE global A', body, agenda, expiresAt: farAway }, undefined);
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

describe('what one route says on an announcement', () => {
  const failed = () => anExecutionEvent({ status: 'FAILED' });
  const startKey = `once ACE FORCE_STARTJOB job=REPAIR ${runId} 0 FAILED`;
  const stateKey = toKey(aStateRequest());
  const start = (job: string) => ({ kind: 'FORCE_STARTJOB', fields: { job: [job] } }) as const;

  test('is asked for in its order where AutoSys has not taken what stands above', async () => {
    const rig = aRig({ routes: [repairing] });
    rig.autosys.answers.push(unreachable());

    await rig.open().take(failed());

    expect(rig.autosys.sent.map(({ kind }) => kind)).toEqual(['SET_GLOBAL']);
    expect((await rig.table.get(startKey))?.body).toMatchObject({
      stage: 'due',
      after: [stateKey],
    });
  });

  test('remembers nothing of its order where all goes well', async () => {
    const rig = aRig({ routes: [repairing] });
    const { counted, requests } = counting(rig.table);

    await rig.open({ table: counted }).take(failed());

    expect(rig.autosys.sent.map(({ kind }) => kind)).toEqual(['SET_GLOBAL', 'FORCE_STARTJOB']);
    expect((await rig.table.get(startKey))?.body).not.toHaveProperty('after');
    expect(requests.filter((request) => request === `get ${stateKey}`)).toHaveLength(1);
  });

  test('is not waited for by what another route says', async () => {
    const other = aRoute({ name: 'other', say: setGlobalOn('AWS_OTHER', ['FAILED']) });
    const rig = aRig({ routes: [repairing, other] });
    rig.autosys.answers.push(unreachable());

    await rig.open().take(failed());

    expect(rig.autosys.sent.map(({ kind }) => kind)).toEqual(['SET_GLOBAL', 'SET_GLOBAL']);
  });

  test('is waited for by what stands below it in another route that asks for the very same', async () => {
    const second = aRoute({
      name: 'second',
      say: {
        FAILED: [start('BEFORE'), ...(repairing.say['FAILED'] ?? []).slice(0, 1), start('BELOW')],
      },
    });
    const rig = aRig({ routes: [repairing, second] });
    rig.autosys.answers.push(unreachable());

    await rig.open().take(failed());

    expect(rig.autosys.sent).toMatchObject([{ kind: 'SET_GLOBAL' }, { job: 'BEFORE' }]);
    const below = `once ACE FORCE_STARTJOB job=BELOW ${runId} 0 FAILED`;
    expect((await rig.table.get(below))?.body).toMatchObject({ stage: 'due', after: [stateKey] });
  });

  test('keeps another route that asks for the very same from going further where the ledger fails on it', async () => {
    const say = { FAILED: [...(repairing.say['FAILED'] ?? []).slice(0, 1), start('BELOW')] };
    const rig = aRig({ routes: [repairing, aRoute({ name: 'second', say })] });

    const table = throttlingOn(rig.table, stateKey);
    await expect(rig.open({ table }).take(failed())).rejects.toThrow('throttled');

    expect(rig.autosys.sent).toEqual([]);
  });

  test('goes no further where the ledger fails on what stands above, and comes again', async () => {
    const rig = aRig({ routes: [repairing] });

    const table = throttlingOn(rig.table, stateKey);
    await expect(rig.open({ table }).take(failed())).rejects.toThrow('throttled');

    expect({ sent: rig.autosys.sent, start: await rig.table.get(startKey) }).toEqual({
      sent: [],
      start: undefined,
    });
  });

  test('goes on where nobody can read the row of what stands above', async () => {
    const rig = aRig({ routes: [repairing] });
    await rig.table.put({ key: stateKey, body: { format: 2 }, expiresAt: farAway }, undefined);

    await expect(rig.open().take(failed())).rejects.toThrow('a format this software does not know');

    expect(rig.autosys.sent.map(({ kind }) => kind)).toEqual(['FORCE_STARTJOB']);
  });
});
