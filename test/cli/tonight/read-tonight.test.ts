import { describe, expect, test } from 'vitest';
import { toTonightDocument } from '../../../cli/tonight/tonight-document.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import { toGroupRow } from '../../../lambda/groups/group-row.ts';
import { toLaunchRow } from '../../../lambda/launch/launch-row.ts';
import { toRow } from '../../../lambda/ledger/entry-row.ts';
import { instanceNamesKey, parseInstanceNames } from '../../../lambda/ledger/instance-names.ts';
import { toOutageRow } from '../../../lambda/ledger/outage.ts';
import { toRunRow } from '../../../lambda/ledger/run-row.ts';
import { park } from '../../../lambda/ledger/settle.ts';
import type { SearchableTable } from '../../../lambda/ledger/table.ts';
import { toRequestRow } from '../../../lambda/request/request-row.ts';
import {
  ace,
  aDueEntry,
  aGroupDay,
  aJobRequest,
  aLaunch,
  anEndedRun,
  aRun,
  aTonightLedger,
  at,
  dr1,
  nowMs,
  readFacts,
} from './rig.ts';

const expiresAt = new Date(nowMs + 86_400_000);
const openCircuit = {
  ...{ format: 1, failures: 5, reason: 'connection refused' },
  ...{ openedMs: at('02:05:00'), openUntilMs: at('02:14:00') },
};

describe('the state of an instance', () => {
  test('is no outage if none is recorded', async () => {
    const { table } = await aTonightLedger();

    const { text } = await readFacts(table);

    expect(text).toContain('tonight at 03:13:00\nACE  no outage: circuit breaker closed');
    expect(text).toContain('\nDR1  no outage');
  });

  test('has the open circuit breaker with its begin, next try and reason', async () => {
    const { table, store } = await aTonightLedger();
    await store({ key: 'circuit ACE', body: openCircuit, expiresAt });

    const { text } = await readFacts(table);

    expect(text).toContain(
      'ACE  circuit breaker open since 03:05:00 (8 min ago), next try 03:14:00: connection refused',
    );
    expect(text).toContain('DR1  no outage');
  });

  test('has suspended logins', async () => {
    const { table, store } = await aTonightLedger();
    const body = { ...openCircuit, loginMs: openCircuit.openedMs, reason: 'HTTP 401' };
    await store({ key: 'circuit ACE', body, expiresAt });

    const { text } = await readFacts(table);

    expect(text).toContain(
      'ACE  logins suspended since 03:05:00 (8 min ago), next try 03:14:00: H',
    );
  });

  test.for([
    {
      untilMs: at('04:00:00'),
      says: 'maintenance window since 03:00:00 (13 min ago), until 05:00',
    },
    { untilMs: at('02:12:00'), says: 'no outage' },
  ])('has a window as long as it lasts: $says', async ({ untilMs, says }) => {
    const { table, store } = await aTonightLedger();
    const window = { format: 1, kind: 'outage', instance: ace, outage: 'maintenance' } as const;
    const row = { ...window, fromMs: at('02:00:00'), untilMs, lasts: true, reason: 'Sunday' };
    await store(toOutageRow({ ...row, lasts: true, history: [] }, at('02:00:00')));

    const { text } = await readFacts(table);

    expect(text).toContain(`ACE  ${says}`);
  });
});

describe('what waits', () => {
  test('is printed oldest first, each with its reason', async () => {
    const { table, store } = await aTonightLedger();
    const predecessor = { kind: 'predecessor', sinceMs: 1, key: 'once ACE x', text: 'x' } as const;
    const late = { dueMs: at('02:08:00') };
    for (const entry of [
      aDueEntry('AWS_NEW', at('02:12:00')),
      aDueEntry('AWS_OLD', at('01:00:00'), { dueMs: at('02:20:00') }),
      aDueEntry('AWS_BEHIND', at('02:00:00'), { wait: predecessor }),
      aDueEntry('AWS_LATE', at('02:01:00'), late),
      aDueEntry('AWS_SEEN', at('02:02:00'), { stage: 'accepted' }),
      aDueEntry('AWS_LEASED', at('02:03:00'), { lease: { owner: 'm', untilMs: at('02:13:09') } }),
    ]) {
      await store(toRow(entry, nowMs));
    }

    const { text } = await readFacts(table);

    const lines = text.split('\n').filter((line) => line.includes('SET_GLOBAL'));
    expect(lines).toEqual([
      expect.stringMatching(
        /^ {2}ACE {2}02:00:00 \(1 h 13 min ago\) {2}SET_GLOBAL AWS_OLD=SUCCEEDED {2}the last try failed: .*, next try 03:20:00$/,
      ),
      expect.stringContaining("AWS_BEHIND=SUCCEEDED  another effect is sent first: 'once ACE x'"),
      expect.stringContaining('due since 03:08:00, and no sweep run has worked on it'),
      expect.stringContaining('AutoSys has accepted it, and does not show it yet'),
      expect.stringContaining('a function of the bridge works on it, until 03:13:09'),
      expect.stringContaining('AWS_NEW=SUCCEEDED  the next sweep run works on it'),
    ]);
    expect(text).toContain('\neffects that wait: 6\n');
  });

  test('waits for the open circuit breaker of its instance', async () => {
    const { table, store } = await aTonightLedger();
    await store({ key: 'circuit ACE', body: openCircuit, expiresAt });
    await store(toRow(aDueEntry('AWS_X', at('02:06:00')), nowMs));
    await store(toRow({ ...aDueEntry('AWS_Y', at('02:07:00')), to: dr1 }, nowMs));

    const { text, facts } = await readFacts(table);

    expect(text).toContain('SET_GLOBAL AWS_X=SUCCEEDED  circuit breaker open');
    expect(text).toContain('SET_GLOBAL AWS_Y=SUCCEEDED  the next sweep run works on it');
    expect(toTonightDocument(facts)).toMatchObject({
      instances: [
        {
          instance: 'ACE',
          outages: [{ kind: 'circuitBreaker', nextTryAt: new Date(at('02:14:00')) }],
        },
        { instance: 'DR1', outages: [] },
      ],
      waiting: { count: 2, items: [{ waitsFor: { kind: 'circuitBreaker' } }, {}] },
      isComplete: true,
    });
  });

  test('is cut at the limit, with the number of the others', async () => {
    const { table, store } = await aTonightLedger();
    for (let nth = 0; nth < 4; nth += 1) {
      await store(toRow(aDueEntry(`AWS_${nth}`, at(`02:0${nth}:00`)), nowMs));
    }

    const { text } = await readFacts(table, { limit: 3 });

    expect(text).toContain('\neffects that wait: 4\n');
    expect(text).not.toContain('AWS_3');
    expect(text).toContain('\n  and 1 more; --limit N prints more of them');
  });

  test('is of the given instance only', async () => {
    const { table, store } = await aTonightLedger();
    const parked = { code: 'BRIDGE_DEADLINE', reason: 'late' };
    for (const [name, to] of [['AWS_X', ace] as const, ['AWS_Y', dr1] as const]) {
      await store(toRow({ ...aDueEntry(name, at('02:06:00')), to }, nowMs));
      await store(toRow({ ...park(aDueEntry(`${name}_P`, nowMs), nowMs, parked), to }, nowMs));
      await store(toRunRow(aRun(`run-${to}`, nowMs, { instances: [to] }), nowMs));
    }

    const { text } = await readFacts(table, { instance: dr1 });

    expect(text).not.toMatch(/AWS_X|ACE/);
    expect(text).toContain('SET_GLOBAL AWS_Y=SUCCEEDED');
    expect(text).toContain('SET_GLOBAL AWS_Y_P=SUCCEEDED  BRIDGE_DEADLINE: late');
    expect(text).toContain('run-DR1');
  });
});

test('parked effects of an instance that was removed are printed, without --instance', async () => {
  const { table, store } = await aTonightLedger([ace]);
  const parked = { code: 'BRIDGE_UNKNOWN_INSTANCE', reason: 'the route file has no instance' };
  await store(toRow({ ...park(aDueEntry('AWS_X', nowMs), nowMs, parked), to: dr1 }, nowMs));

  expect((await readFacts(table)).text).toContain('BRIDGE_UNKNOWN_INSTANCE');
  expect((await readFacts(table, { instance: ace })).facts.parked.count).toBe(0);
});

describe('an open run', () => {
  test.for([
    { when: 'it is within its time', over: {}, says: '(43 min); expected by 03:30:00' },
    {
      when: 'its expected end has passed',
      over: { askMs: at('02:10:00') },
      says: 'SLOW  settlement execution n  RUNNING since 02:30:00 (43 min); was expected by 03:10:00',
    },
    {
      when: 'the sweep has asked AWS at its expected end',
      over: { asks: 2 },
      says: 'SLOW  settlement execution n  RUNNING since 02:30:00 (43 min); past its expected end (e',
    },
    {
      when: 'a person has asked',
      over: { asks: 2, history: [{ atMs: 1, text: 'AWS lookup requested by arn:x' }] },
      says: 'RUNNING since 02:30:00 (43 min)\n',
    },
    {
      when: 'a command waits for it, so the lookups do not show its expected end',
      over: { asks: 2, routes: ['target:pay'] },
      says: 'RUNNING since 02:30:00 (43 min)\n',
    },
    {
      when: 'AWS refuses the lookup',
      over: { unansweredMs: 1, history: [{ atMs: 1, text: 'AccessDeniedException' }] },
      says: 'AWS does not answer the sweep: AccessDeniedException',
    },
  ])('is described when $when', async ({ over, says }) => {
    const { table, store } = await aTonightLedger();
    await store(toRunRow(aRun('n', at('01:30:00'), over), nowMs));

    const { text } = await readFacts(table);

    expect(text).toContain(says);
    expect(text.includes('SLOW')).toBe(says.startsWith('SLOW'));
  });

  test('has the expected end of its route or group from the route file', async () => {
    const { table, store } = await aTonightLedger();
    await store(toRunRow(aRun('n', at('01:30:00'), { asks: 3, routes: ['group:risk'] }), nowMs));
    const config = { routes: [], groups: [{ name: 'risk', endsWithinMs: 30 * 60_000 }] };

    const { text } = await readFacts(table, { config: config as never });

    expect(text).toContain('SLOW  settlement execution n');
    expect(text).toContain('was expected by 03:00:00');
  });

  test.for([
    { what: 'a member of a group of the instance', over: { routes: ['group:risk'] }, isOf: true },
    { what: 'a member of another group', over: { routes: ['group:rates'] }, isOf: false },
    { what: 'a run of a job of the instance', name: 'PAY_EOD-r7t1-ACE', isOf: true },
    { what: 'one with a shortened name', name: 'PAY_E-r7t1-ACE-d0123456789ab', isOf: true },
    { what: 'a run of a job of another instance', name: 'PAY_EOD-r7t1-DR1', isOf: false },
  ])('is of the given instance ($isOf): $what', async ({ name = 'n', over, isOf }) => {
    const { table, store } = await aTonightLedger();
    const { instances: _, ...run } = aRun(name, at('02:00:00'), over);
    await store(toRunRow(run, nowMs));

    const { facts } = await readFacts(table, { instance: ace });
    const all = await readFacts(table);

    expect(facts.runs.count).toBe(isOf ? 1 : 0);
    expect(all.facts.runs.count).toBe(1);
  });

  const job = aRun('risk-eod', at('02:00:00'), { workload: 'batchJob', called: 'Batch job r' });

  test.for([
    { took: [9, 12], slow: true, says: 'the last 2 successful runs took at most 12 min' },
    { took: [9], slow: true, says: 'the last successful run took 9 min' },
    { took: [9, 40], slow: false, says: 'the last 2 successful runs took at most 40 min' },
    { took: [], slow: false, says: 'expected by 03:30:00\n' },
  ])('is slow ($slow) against earlier runs of $took minutes', async ({ took, slow, says }) => {
    const { table, store } = await aTonightLedger();
    await store(toRunRow({ ...job, version: { ...job.version, run: 'now' } }, nowMs));
    const failed = anEndedRun(job, [at('00:00:00'), at('00:01:00')], 'FAILED');
    await store(toRunRow(failed, nowMs));
    for (const [nth, minutes] of took.entries()) {
      const began = at(`00:1${nth}:00`);
      await store(toRunRow(anEndedRun(job, [began, began + minutes * 60_000]), nowMs));
    }

    const { text, facts } = await readFacts(table);

    expect(text).toContain(says);
    expect(facts.runs.items.map((open) => open.slow)).toEqual([slow ? ['earlier'] : []]);
  });

  test('that a job in AutoSys started is compared with those that the same job started', async () => {
    const { table, store } = await aTonightLedger();
    const { instances: _, ...launched } = aRun('PAY_EOD-r7t1-ACE', at('01:00:00'), {
      routes: ['target:pay'],
    });
    await store(toRunRow(launched, nowMs));
    const started = { stage: 'started', aws: { id: launched.version.run, beganMs: 1 } } as const;
    await store(toLaunchRow(aLaunch(started), nowMs));
    for (const [run, target] of [[6, 'pay'] as const, [5, 'other'] as const]) {
      const name = `PAY_EOD-r${run}t1-ACE`;
      const ended = anEndedRun({ ...launched, name }, [run, run + 60_000 * run]);
      await store(toRunRow(ended, nowMs));
      const identity = { kind: 'jobTry', instance: ace, job: 'PAY_EOD', run, try: 1 } as const;
      const aws = { id: ended.version.run, beganMs: ended.version.beganMs };
      const requestedMs = run;
      const launch = aLaunch({ identity, name, target, stage: 'started', aws, requestedMs });
      await store(toLaunchRow(launch, nowMs));
    }

    const { facts } = await readFacts(table, { instance: ace });

    expect(facts.runs.items).toMatchObject([
      { earlier: { count: 1, longestMs: 360_000 }, slow: ['earlier'] },
    ]);
  });

  test('comes before others if it is slow, and then the longest first', async () => {
    const { table, store } = await aTonightLedger();
    await store(toRunRow(aRun('short', at('02:10:00')), nowMs));
    await store(toRunRow(aRun('long', at('01:10:00')), nowMs));
    await store(toRunRow(aRun('slow', at('02:00:00'), { askMs: at('02:01:00') }), nowMs));

    const { facts } = await readFacts(table);

    expect(facts.runs.items.map(({ run }) => run.name)).toEqual(['slow', 'long', 'short']);
  });
});

describe('the other parts', () => {
  test('are launches, those that need a person first', async () => {
    const { table, store } = await aTonightLedger();
    const stop = { by: 'ops', cause: 'person', reason: 'r', requestedMs: at('02:11:00') };
    const parked = { ...stop, state: 'parked', steps: 1, text: 'still active', tree: [] };
    await store(toLaunchRow(aLaunch(), nowMs));
    const stopped = aLaunch({ start: 2, stop: { ...parked, nextMs: nowMs } as never });
    await store(toLaunchRow({ ...stopped, stage: 'started' }, nowMs));
    const watch = { sinceMs: 1, seenMs: at('02:12:30') };
    await store(toLaunchRow(aLaunch({ start: 3, stage: 'started', watch }), nowMs));

    const { text, facts } = await readFacts(table);

    expect(text).toMatch(
      /launches that the sweep checks: 3\n.*stop parked: still active\n.*not known yet whether AWS has started it\n.*its command waits for the end, last sign of it at 03:12:30/,
    );
    expect(toTonightDocument(facts).launches.items).toMatchObject([
      { state: 'parkedStop' },
      { state: 'starting', job: 'PAY_EOD', target: 'pay', instance: 'ACE' },
      { state: 'watched' },
    ]);
  });

  test('are requests of AWS processes that wait for a job', async () => {
    const { table, store } = await aTonightLedger();
    await store(toRequestRow(aJobRequest(), nowMs));

    const { text } = await readFacts(table);

    expect(text).toContain(
      'requests of AWS processes that wait for a job: 1\n  ACE  03:00:00 (13 min ago)  runJob job LOAD, entry rates of requests  waits for run 17, try 1 of job LOAD, until 04:00:00',
    );
  });

  test('are groups whose last day has not succeeded', async () => {
    const { table, store } = await aTonightLedger();
    await store(toGroupRow(aGroupDay(), nowMs));

    const { text } = await readFacts(table);

    expect(text).toContain(
      'groups whose day is open: 1\n  risk  2026-11-19  RUNNING  1 of 3 succeeded, 3 needed; no event of state machine risk-c; failed: 111122223333 state machine risk-b',
    );
  });

  test.for([
    { what: 'that has succeeded', over: { status: 'SUCCEEDED' }, instance: ace },
    { what: 'of a week ago', over: { beganMs: nowMs - 8 * 86_400_000 }, instance: ace },
    { what: 'of another instance', over: {}, instance: dr1 },
  ] as const)('are no group $what', async ({ over, instance }) => {
    const { table, store } = await aTonightLedger();
    await store(toGroupRow(aGroupDay(over), nowMs));

    const { text } = await readFacts(table, { instance });

    expect(text).toContain('groups whose day is open: 0');
  });
});

describe('what cannot be read', () => {
  /** A table whose lists with a name like this cannot be read. */
  const refusing = (table: SearchableTable, name: RegExp): SearchableTable => ({
    ...table,
    agenda: async (list, options) => {
      if (name.test(list)) {
        throw new LedgerError({ doing: 'carry out Query on table L', reason: 'AccessDenied' });
      }
      return table.agenda(list, options);
    },
  });

  test.for([
    { list: /^due ACE/, title: 'effects that wait' },
    { list: /^parked/, title: 'parked effects' },
    { list: /^open/, title: 'runs in AWS' },
    { list: /^launch/, title: 'launches' },
    { list: /^wait ACE/, title: 'requests of AWS processes' },
  ])('is shown in its place, and the rest stays: $title', async ({ list, title }) => {
    const { table, store } = await aTonightLedger();
    await store(toGroupRow(aGroupDay(), nowMs));

    const { text, facts } = await readFacts(refusing(table, list));

    expect(text).toMatch(
      new RegExp(
        `\\n${title}.*: not known\\n {2}not read: list .*: the ledger could not.*AccessDenied`,
      ),
    );
    expect(text.match(/not read/g)).toHaveLength(1);
    expect(text).toContain('groups whose day is open: 1');
    expect(toTonightDocument(facts).isComplete).toBe(false);
  });

  test('are groups that no sweep run has recorded, unless the route file names them', async () => {
    const { table, store } = await aTonightLedger();
    const row = await table.get(instanceNamesKey);
    const { groups: _, ...names } = parseInstanceNames(row);
    await table.put({ key: instanceNamesKey, body: names }, row?.revision);
    await store(toGroupRow(aGroupDay(), nowMs));
    const config = { routes: [], groups: [{ name: 'risk', to: [ace], endsWithinMs: 1 }] };

    const unknown = await readFacts(table);
    const named = await readFacts(table, { config: config as never });

    expect(unknown.text).toContain(
      'groups whose day is open: not known\n  not read: no sweep run has recorded the groups',
    );
    expect(named.text).toContain('groups whose day is open: 1');
  });

  test('may be the state of one instance', async () => {
    const { table } = await aTonightLedger();

    const { text } = await readFacts(refusing(table, /^outage ACE/));

    expect(text).toContain('\nACE  not read: the ledger could not');
    expect(text).toContain('\nDR1  no outage');
  });

  test('may be one row, which is named', async () => {
    const { table, store } = await aTonightLedger();
    const row = toRow(aDueEntry('AWS_X', at('02:00:00')), nowMs);
    await store(row);
    await store({ ...row, key: 'state ACE global NEW', body: { format: 2 } });

    const { text, facts } = await readFacts(table);

    expect(text).toContain('AWS_X=SUCCEEDED');
    expect(text).toContain('not read: the ledger could not read state ACE global NEW');
    expect(facts.waiting.count).toBe(1);
  });

  test('are the earlier runs of one run', async () => {
    const { table, store } = await aTonightLedger();
    await store(toRunRow(aRun('r', nowMs, { workload: 'batchJob', called: 'Batch job r' }), nowMs));
    const ofTarget: SearchableTable['ofTarget'] = async (name, options) => {
      if (name === 'batchJob r') throw new LedgerError({ doing: 'query', reason: 'throttled' });
      return table.ofTarget(name, options);
    };

    const { text } = await readFacts({ ...table, ofTarget });

    expect(text).toContain('Batch job r  RUNNING since');
    expect(text).toContain('not read: earlier runs of Batch job r: the ledger could not query');
  });
});

test('a ledger that names no instance is refused with what to do', async () => {
  const { table } = await aTonightLedger([]);

  await expect(readFacts(table)).rejects.toThrow(/names no AutoSys instance.*give --instance/);
});

test('times are in UTC if wanted', async () => {
  const { table } = await aTonightLedger();

  expect((await readFacts(table, { utc: true })).text).toContain('tonight at 02:13:00');
});

test('reads of a large ledger are bounded', async () => {
  const { table, store } = await aTonightLedger();
  for (let nth = 0; nth < 1_200; nth += 1) {
    await store(toRunRow(aRun(`run-${nth}`, nowMs - nth), nowMs));
    await store(toRow(aDueEntry(`AWS_${nth}`, nowMs - nth), nowMs));
  }
  let reads = 0;
  const get: SearchableTable['get'] = (key) => {
    reads += 1;
    return table.get(key);
  };

  const { text } = await readFacts({ ...table, get });

  expect(text).toContain('\neffects that wait: at least 1000');
  expect(text).toContain('\nruns in AWS that have not ended: at least 1000');
  expect(reads).toBeLessThan(450);
});
