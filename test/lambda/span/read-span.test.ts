import { describe, expect, test } from 'vitest';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { type GroupRecord, toGroupRow } from '../../../lambda/groups/group-row.ts';
import type { Launch } from '../../../lambda/launch/launch.ts';
import { toLaunchRow } from '../../../lambda/launch/launch-row.ts';
import { nameLimits, toRunName } from '../../../lambda/launch/run-name.ts';
import { admit, type EffectRequest } from '../../../lambda/ledger/admit.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { toKey, toRow } from '../../../lambda/ledger/entry-row.ts';
import { type Outage, toOutageRow } from '../../../lambda/ledger/outage.ts';
import type { Run } from '../../../lambda/ledger/run.ts';
import { toRunRow } from '../../../lambda/ledger/run-row.ts';
import { settle } from '../../../lambda/ledger/settle.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import type { Row, SearchableTable } from '../../../lambda/ledger/table.ts';
import { toRequestRow } from '../../../lambda/request/request-row.ts';
import type { StoredRequest } from '../../../lambda/request/stored-request.ts';
import { type LedgerSpan, readSpan } from '../../../lambda/span/read-span.ts';
import { aContext, aOneShotRequest, aStateRequest } from '../ledger/requests.ts';

const ace = parseAutosysInstance('ACE');
const prd = parseAutosysInstance('PRD');
const at = (text: string) => Date.parse(`2026-11-${text}:00Z`);
const policy = { firstWaitMs: 1, maxWaitMs: 1, deadlineMs: 1e12, jitter: 0 };

/** A night: `span` is from 22:00 to 02:00, and it is 08:00 in the morning. */
const span = { instance: ace, from: new Date(at('19T22:00')), until: new Date(at('20T02:00')) };
const morning = new Date(at('20T08:00'));

function aLedger() {
  let nowMs = 0;
  const table = createMemoryTable({ now: () => new Date(nowMs) });
  const counted = { gets: 0, queries: 0 };
  const count =
    <Args extends readonly unknown[], Result>(
      name: keyof typeof counted,
      call: (...args: Args) => Result,
    ) =>
    (...args: Args): Result => {
      counted[name] += 1;
      return call(...args);
    };
  const watched: SearchableTable = {
    ...table,
    get: count('gets', table.get),
    agenda: count('queries', table.agenda),
    ofTarget: count('queries', table.ofTarget),
  };
  return {
    table: watched,
    counted,
    store: async (row: Row) => {
      nowMs = at('19T00:00');
      const known = await table.get(row.key);
      await table.put(row, known?.revision);
    },
  };
}

/** A run that began and changed at the given times. */
function aRun(
  name: string,
  [began, changed]: readonly [string, string],
  over: Partial<Run> = {},
): Run {
  const [beganMs, changedMs] = [at(began), at(changed)];
  return {
    format: 1,
    kind: 'run',
    workload: 'execution',
    account: '111122223333',
    region: 'eu-west-1',
    name,
    called: name,
    version: { beganMs, changedMs, run: name, attempt: 0, status: 'SUCCEEDED' },
    routes: ['r'],
    instances: [ace],
    entries: [],
    asks: 0,
    history: [{ atMs: changedMs, text: 'ended' }],
    ...over,
  };
}

function rowOf(run: Run): Row {
  return toRunRow(run, run.version.changedMs);
}

/** An effect that was requested and confirmed at the given times. */
function anEntry(request: EffectRequest, [seen, done]: readonly [string, string]): Entry {
  const seenMs = at(seen);
  const seenRequest = { ...request, cause: { ...request.cause, seenMs } };
  const claimed = admit(undefined, seenRequest, aContext({ nowMs: seenMs }));
  if (claimed.kind !== 'take') throw new Error(claimed.kind);
  return settle(claimed.entry, { kind: 'confirmed' }, at(done), policy);
}

const anOutage = (from: string, until?: string): Outage => ({
  format: 1,
  kind: 'outage',
  instance: ace,
  outage: 'circuitBreaker',
  fromMs: at(from),
  ...(until === undefined ? { lasts: true as const } : { untilMs: at(until) }),
  reason: 'connection refused',
  history: [{ atMs: at(until ?? from), text: 'x' }],
});

const namesOf = ({ runs }: LedgerSpan) => runs.map(({ run }) => run.name).sort();

describe('the rows of a time span', () => {
  test('are the runs that show something in it, of this instance', async () => {
    const { table, store } = aLedger();
    const open = { status: 'RUNNING', attempt: 0 } as const;
    const runs = [
      aRun('before', ['19T20:00', '19T21:59']),
      aRun('ended in it', ['19T20:00', '19T22:00']),
      aRun('in it', ['19T23:00', '19T23:30']),
      aRun('ended after it', ['20T01:59', '20T05:00']),
      aRun('after it', ['20T02:01', '20T03:00']),
      aRun('other', ['19T23:00', '19T23:30'], { instances: [prd] }),
    ];
    for (const run of runs) await store(rowOf(run));
    const { version } = aRun('still open', ['19T12:00', '19T12:00']);
    const running = { version: { ...version, ...open }, askMs: at('20T09:00') };
    await store(rowOf(aRun('still open', ['19T12:00', '19T12:00'], running)));

    const found = await readSpan(table, span, morning);

    expect(namesOf(found)).toEqual(['ended after it', 'ended in it', 'in it', 'still open']);
    expect(found.isCut).toBe(false);
  });

  test('are its effects, and the runs that caused them', async () => {
    const { table, store } = aLedger();
    const run = aRun('run-a', ['19T21:00', '19T21:30'], { instances: [prd] });
    const version = { ...run.version, changedMs: at('19T23:00') };
    const late = { ...run, version, history: [{ atMs: at('19T23:00'), text: 'ended' }] };
    const effect = anEntry(aStateRequest({ ...version }), ['19T23:00', '19T23:01']);
    const old = anEntry(aOneShotRequest({ run: 'run-b' }), ['19T20:00', '19T20:01']);
    for (const row of [rowOf(late), toRow(effect, at('19T23:01')), toRow(old, at('19T20:01'))])
      await store(row);

    const found = await readSpan(table, span, morning);

    expect(found.effects.map(({ key }) => key)).toEqual([toKey(effect)]);
    expect(namesOf(found)).toEqual(['run-a']);
  });

  test('include an effect that changed again days later, if its run names it', async () => {
    const { table, store } = aLedger();
    const effect = anEntry(aStateRequest(), ['19T23:00', '19T23:01']);
    const again = { ...effect, history: [...effect.history, { atMs: at('25T12:00'), text: 'x' }] };
    await store(toRow(again, at('25T12:00')));
    await store(rowOf(aRun('run-a', ['19T23:00', '19T23:00'], { entries: [toKey(effect)] })));

    const found = await readSpan(table, span, new Date(at('26T00:00')));

    expect(found.effects.map(({ key }) => key)).toEqual([toKey(effect)]);
  });

  test('include an effect that waits since before it', async () => {
    const { table, store } = aLedger();
    const entry = anEntry(aStateRequest(), ['19T10:00', '19T10:01']);
    const { confirmedMs: _, ...rest } = entry;
    await store(toRow({ ...rest, stage: 'due', dueMs: at('20T09:00') }, at('19T10:01')));

    expect((await readSpan(table, span, morning)).effects).toHaveLength(1);
  });

  test('include the day of a group that has sent an effect', async () => {
    const { table, store } = aLedger();
    const run = 'group risk 2026-11-19';
    const request = aStateRequest();
    const version = { ...request.version, run, beganMs: at('19T17:00') };
    const entry = anEntry({ ...request, version }, ['19T23:00', '19T23:01']);
    const record: GroupRecord = {
      ...{ format: 1, kind: 'group', name: 'risk', day: '2026-11-19', beganMs: at('19T17:00') },
      ...{ status: 'RUNNING', expect: 2, need: 2, members: [] },
      changes: [{ number: 1, status: 'RUNNING', atMs: at('19T23:00'), by: 'risk-a' }],
    };
    await store(toRow(entry, at('19T23:01')));
    await store(toGroupRow(record, at('19T23:00')));
    await store(toGroupRow({ ...record, name: 'other' }, at('19T23:00')));

    const read = await readSpan(table, span, morning);

    expect(read.groups).toEqual([{ kind: 'group', key: run, group: record }]);
  });

  test('are the outages that touch it, however long they last', async () => {
    const { table, store } = aLedger();
    const outages = [
      anOutage('01T00:00', '29T00:00'),
      anOutage('18T00:00'),
      anOutage('19T20:00', '19T21:59'),
      anOutage('20T01:00', '20T01:01'),
    ];
    for (const one of outages) await store(toOutageRow(one, at('20T01:01')));

    const found = await readSpan(table, span, morning);

    expect(found.outages.map(({ outage }) => outage.fromMs).sort()).toEqual(
      [at('01T00:00'), at('18T00:00'), at('20T01:00')].sort(),
    );
  });

  test('are its requests, and rows of kinds that are not known here', async () => {
    const { table, store } = aLedger();
    const request: StoredRequest = {
      format: 1,
      kind: 'request',
      entry: 'night',
      key: 'k 1',
      attempt: 0,
      instance: ace,
      action: 'setGlobal',
      digest: 'd',
      subject: 'global X',
      receivedMs: at('19T23:00'),
      stage: 'ended',
      history: [{ atMs: at('19T23:01'), text: 'ended' }],
    };
    await store(toRequestRow(request, at('19T23:01')));
    const hour = toRequestRow(request, at('19T23:01')).hour ?? '';
    await store({ key: 'group ACE risk', body: { format: 1, kind: 'group' }, hour });
    await store({ key: 'run damaged', body: { format: 1, kind: 'run' }, hour });

    const found = await readSpan(table, span, morning);

    expect(found.requests.map(({ request: { subject } }) => subject)).toEqual(['global X']);
    expect(found.others.map(({ key }) => key)).toEqual(['group ACE risk']);
    expect(found.unreadable).toMatchObject([
      { key: 'run damaged', unreadable: expect.stringContaining('damaged') },
    ]);
  });

  test('are cut at the maximum, the newest hour first, with a bounded number of reads', async () => {
    const { table, store, counted } = aLedger();
    for (let minute = 0; minute < 50; minute += 1) {
      const time = `19T22:${String(minute).padStart(2, '0')}` as const;
      await store(rowOf(aRun(`early ${minute}`, [time, time])));
    }
    await store(rowOf(aRun('late', ['20T01:00', '20T01:00'])));
    Object.assign(counted, { gets: 0, queries: 0 });

    const found = await readSpan(table, { ...span, maxRows: 10 }, morning);

    expect(found.isCut).toBe(true);
    expect(found.runs).toHaveLength(10);
    expect(namesOf(found)).toContain('late');
    expect(counted).toEqual({ gets: 10, queries: 7 });
  });

  test('of a launched run lead to its launch, and the launch leads to its run', async () => {
    const identity = {
      kind: 'jobTry',
      instance: 'ACE',
      job: 'PAY_EOD',
      run: 1620,
      try: 1,
    } as const;
    const name = toRunName({ identity, start: 1 }, nameLimits.execution);
    const launched = (id: string): Launch => ({
      ...{ format: 1, kind: 'launch', identity, start: 1, name, target: 't', caller: 'c' },
      ...{ workload: 'execution', launchId: 'l', inputDigest: 'd', requestedMs: at('19T23:00') },
      ...{ stage: 'started', aws: { id, beganMs: at('19T23:00') } },
      history: [{ atMs: at('19T23:00'), text: 'started' }],
    });
    const [byRun, byLaunch] = [aLedger(), aLedger()];
    const run = aRun(name, ['19T23:00', '20T01:00']);
    const { hour: _, ...unindexed } = toLaunchRow(launched(run.version.run), at('19T23:00'));
    await byRun.store(unindexed);
    await byRun.store(rowOf(run));
    const { instances: __, ...alone } = run;
    await byLaunch.store(toLaunchRow(launched(run.version.run), at('19T23:00')));
    await byLaunch.store(rowOf(alone));

    for (const { table } of [byRun, byLaunch]) {
      const { runs, launches } = await readSpan(table, span, morning);
      expect([runs.length, launches.length]).toEqual([1, 1]);
    }
  });
});
