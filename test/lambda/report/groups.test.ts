import { describe, expect, test } from 'vitest';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { compilePattern } from '../../../event-pattern/index.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import { parseGroup, toGroupKey } from '../../../lambda/groups/group-row.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { type Group, toGroupRoutes } from '../../../lambda/routing/groups.ts';
import { aGroup, aMemberEvent, type MemberFacts, setGroupGlobal } from '../../support/groups.ts';
import { aRoute, fromStateMachine, setGlobalOn } from '../../support/routes.ts';
import { aRig, unreachable } from '../delivery/rig.ts';

const rowKey = toGroupKey('risk', '2026-11-19');
const a = { of: 'risk-a', status: 'SUCCEEDED', after: 10 } as const;
const b = { of: 'risk-b', status: 'SUCCEEDED', after: 20 } as const;
const c = { of: 'risk-c', status: 'SUCCEEDED', after: 30 } as const;

/** Sets the variable, starts a job when the group has succeeded, and another when it has failed. */
const starting = aGroup({
  actions: {
    ...setGroupGlobal('AWS_RISK', ['RUNNING']),
    SUCCEEDED: [
      ...(setGroupGlobal('AWS_RISK').SUCCEEDED ?? []),
      { kind: 'FORCE_STARTJOB', fields: { job: ['RISK_REPORT'] } },
    ],
    FAILED: [{ kind: 'FORCE_STARTJOB', fields: { job: ['RISK_REPAIR'] } }],
  },
});

function aNight(group: Group = aGroup()) {
  const rig = aRig({ routes: toGroupRoutes([group]) });
  const sandbox = rig.open();
  return {
    ...rig,
    take: (...facts: readonly MemberFacts[]) =>
      facts.reduce(
        (before, one) => before.then(() => sandbox.take(aMemberEvent(one))),
        Promise.resolve<unknown>(undefined),
      ),
    group: async (key = rowKey) => {
      const row = await rig.table.get(key);
      return row && parseGroup(row);
    },
  };
}

/** A table whose writes to one row fail. */
function failingOn(table: Table, prefix: string): Table {
  const throttled = new LedgerError({ doing: 'write', reason: 'throttled' });
  return {
    ...table,
    put: (row, seen) =>
      row.key.startsWith(prefix) ? Promise.reject(throttled) : table.put(row, seen),
  };
}

describe('the report of a member of a group', () => {
  test('sets the variable once for each state of the group', async () => {
    const night = aNight();

    await night.take({ ...a, status: 'RUNNING' }, { ...b, status: 'RUNNING' }, a, b, c);

    expect(night.autosys.values).toEqual(['RUNNING', 'SUCCEEDED']);
    expect(await night.group()).toMatchObject({
      day: '2026-11-19',
      status: 'SUCCEEDED',
      members: [
        { name: '111122223333 state machine risk-a', version: { status: 'SUCCEEDED' } },
        { name: '111122223333 state machine risk-b' },
        { name: '111122223333 state machine risk-c' },
      ],
      changes: [
        { number: 1, status: 'RUNNING' },
        { number: 2, status: 'SUCCEEDED' },
      ],
    });
  });

  test('ends in the same state after late and repeated events', async () => {
    const night = aNight();

    await night.take(c, c, { ...a, status: 'RUNNING' }, b, a, { ...b, status: 'RUNNING' }, b, a);

    expect(night.autosys.values).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  test('sets RUNNING again when a failed member is redriven', async () => {
    const night = aNight();
    const redriven = { ...b, redrive: 1 };

    await night.take(a, { ...b, status: 'FAILED' }, { ...redriven, status: 'RUNNING', after: 40 });
    await night.take(c, { ...redriven, after: 50 });

    expect(night.autosys.values).toEqual(['RUNNING', 'FAILED', 'RUNNING', 'SUCCEEDED']);
  });

  test('does not touch today with the straggler of yesterday', async () => {
    const night = aNight();
    const straggler = { ...a, status: 'FAILED', began: '2026-11-19T15:00:00Z' } as const;

    await night.take({ ...a, status: 'RUNNING' }, straggler);

    expect(night.autosys.values).toEqual(['RUNNING']);
    expect(await night.group()).toMatchObject({ status: 'RUNNING' });
    expect(await night.group(toGroupKey('risk', '2026-11-18'))).toMatchObject({ status: 'FAILED' });
  });

  test('counts an end on which the condition does not hold as RUNNING', async () => {
    const when = {
      text: '{"status":["SUCCEEDED"]}',
      combinations: compilePattern({ status: ['SUCCEEDED'] }).combinations,
    };
    const night = aNight(aGroup({ when }));

    await night.take({ ...a, status: 'FAILED' }, { ...b, status: 'RUNNING' }, b, c);

    expect(night.autosys.values).toEqual(['RUNNING']);
    expect((await night.group())?.members).toMatchObject([
      { name: '111122223333 state machine risk-a', version: { status: 'RUNNING' } },
      { version: { status: 'SUCCEEDED' } },
      { version: { status: 'SUCCEEDED' } },
    ]);
    const [first] = night.table.written.filter(({ key }) => key.startsWith('run '));
    expect(JSON.stringify(first?.body)).toContain(
      JSON.stringify(
        'counted in group risk, day 2026-11-19, as RUNNING, because when {"status":["SUCCEEDED"]} does not hold',
      ).slice(1, -1),
    );

    await night.take({ ...a, redrive: 1, after: 40 });

    expect(night.autosys.values).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  test('sends the state to each instance, with entries of their own', async () => {
    const to = ['ACE', 'DR1'].map((name) => parseAutosysInstance(name));
    const night = aNight(aGroup({ to }));

    await night.take(a);

    for (const name of ['ACE', 'DR1']) {
      expect(await night.table.get(`state ${name} global AWS_RISK`)).toMatchObject({
        body: { to: name, event: { value: 'RUNNING' }, stage: 'confirmed' },
      });
    }
  });

  test('starts a job once, with the group in the comment', async () => {
    const night = aNight(starting);

    await night.take({ ...a, status: 'RUNNING' }, a, b, c, c);

    expect(night.autosys.sent.filter(({ kind }) => kind === 'FORCE_STARTJOB')).toEqual([
      {
        kind: 'FORCE_STARTJOB',
        job: 'RISK_REPORT',
        comment: expect.stringMatching(/^AWS group risk 2026-11-19 SUCCEEDED, event risk-c-/),
      },
    ]);
  });

  test('names the group and the day as the cause of an effect', async () => {
    const night = aNight();

    await night.take(a);

    const { body } = (await night.table.get('state ACE global AWS_RISK')) ?? {};
    expect(body).toMatchObject({
      version: { run: 'group risk 2026-11-19', attempt: 1, status: 'RUNNING' },
      cause: { route: 'group:risk', run: 'group risk 2026-11-19' },
    });
  });

  test('records the run of a member with its group and the day', async () => {
    const night = aNight();

    await night.take(a, b);

    const runs = night.table.written.filter(({ key }) => key.startsWith('run '));
    expect(runs.at(-1)?.body).toMatchObject({
      routes: ['group:risk'],
      history: [
        { text: expect.stringContaining('counted in group risk, day 2026-11-19') },
        { text: expect.stringContaining('AWS_RISK=RUNNING on ACE (route group:risk): discarded') },
      ],
    });
  });

  test('requests a state of the group with the next event if its own message was lost', async () => {
    const night = aNight();
    const broken = night.open({ table: failingOn(night.table, 'state ') });
    // SQS redelivers it until it is a dead letter.
    await expect(broken.take(aMemberEvent(a))).rejects.toThrow('throttled');
    expect(night.table.written.filter(({ key }) => key.startsWith('state '))).toEqual([]);

    await night.take(b);

    expect(night.table.written.find(({ key }) => key.startsWith('state '))?.body).toMatchObject({
      event: { globalVariable: 'AWS_RISK', value: 'RUNNING' },
    });
  });

  test('requests the effects again if the message is redelivered after a failure', async () => {
    const night = aNight(starting);
    const broken = night.open({ table: failingOn(night.table, 'state ') });
    await night.take(a, b);
    await expect(broken.take(aMemberEvent(c))).rejects.toThrow('throttled');
    // A member that counted starts again before SQS redelivers the event.
    await night.take({ ...a, status: 'RUNNING', began: '2026-11-20T02:01:00Z', after: 0 });

    await night.take(c);

    expect(night.autosys.values).toEqual(['RUNNING', 'RUNNING']);
    expect(night.autosys.starts).toBe(1);
  });

  test('does not keep the effects of a route from being sent if the row of the group fails', async () => {
    const route = aRoute({
      from: fromStateMachine('risk-a'),
      actions: setGlobalOn('AWS_RISK_A', ['SUCCEEDED']),
    });
    const rig = aRig({ routes: [route, ...toGroupRoutes([aGroup()])] });
    const broken = rig.open({ table: failingOn(rig.table, 'group ') });

    await expect(broken.take(aMemberEvent(a))).rejects.toThrow('throttled');

    expect(rig.autosys.sent).toMatchObject([{ globalVariable: 'AWS_RISK_A' }]);
  });

  test('keeps both of two members that end at the same time', async () => {
    const night = aNight();
    await night.take(a);
    const [one, other] = [night.open(), night.open()];

    await Promise.all([one.take(aMemberEvent(b)), other.take(aMemberEvent(c))]);

    expect(await night.group()).toMatchObject({ status: 'SUCCEEDED' });
    expect(night.autosys.values.at(-1)).toBe('SUCCEEDED');
  });

  test('takes at most two round trips more than the event of a route', async () => {
    const count = async (routes: NonNullable<Parameters<typeof aRig>[0]>['routes']) => {
      const rig = aRig({ ...(routes && { routes }) });
      const requests: string[] = [];
      const table: Table = {
        ...rig.table,
        get: (key) => rig.table.get(key).finally(() => requests.push(`get ${key}`)),
        put: (row, seen) => rig.table.put(row, seen).finally(() => requests.push(`put ${row.key}`)),
      };
      await rig.open({ table }).take(aMemberEvent(a));
      return requests.length;
    };
    const route = aRoute({
      from: fromStateMachine('risk-a'),
      actions: setGlobalOn('AWS_RISK', ['SUCCEEDED']),
    });

    const plain = await count([route]);
    const grouped = await count(toGroupRoutes([aGroup()]));

    expect(grouped - plain).toBe(2);
  });

  test('sends the newest state after an outage', async () => {
    const night = aNight();
    night.autosys.answers.push(unreachable(), unreachable());

    await night.take(a, { ...b, status: 'FAILED' });
    night.advance(3_600_000);
    await night.open().drain();

    expect(night.autosys.values.at(-1)).toBe('FAILED');
    expect(night.autosys.globalVariable).toEqual({ kind: 'value', value: 'FAILED' });
  });

  test('parks the effect of an archive replay, and records the member', async () => {
    const night = aNight();

    await night.open().take({ ...aMemberEvent(a), 'replay-name': 'again' });

    expect(night.autosys.sent).toEqual([]);
    expect(await night.group()).toMatchObject({ status: 'RUNNING' });
    expect(
      await night.table.get(`old state ACE global AWS_RISK group risk 2026-11-19 1 RUNNING`),
    ).toBeDefined();
  });
});
