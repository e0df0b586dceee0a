import { describe, expect, test } from 'vitest';
import type { AutosysEvent } from '../../autosys/event.ts';
import { parseGlobalName, parseGlobalValue, parseJobName } from '../../autosys/names.ts';
import { compareEvents } from '../../cli/observe/compare.ts';
import { metrics } from '../../lambda/contract.ts';
import { agendaLists, readAgenda } from '../../lambda/ledger/agenda.ts';
import { parseAnyEntry } from '../../lambda/ledger/invalid-effect.ts';
import { isObservedKey } from '../../lambda/ledger/observed.ts';
import { parseObserved } from '../../lambda/ledger/parse-observed.ts';
import { type Bridge, buildBridge, passMinutes, sentTo } from '../support/bridge.ts';
import { anExecutionEvent, startedAtMs, stoppedAtMs } from '../support/builders.ts';
import { openSandbox, readRoutes } from '../support/sandbox.ts';

const jil = `
insert_job: OLD_POLL_JOB  job_type: CMD  machine: host1  command: sleep 10
insert_job: REPAIR  job_type: CMD  machine: host1  command: true
insert_job: FOLLOWER  job_type: CMD  machine: host1  command: true
condition: value(AWS_RUN) = "SUCCEEDED"`;

const route = (mode: string) => `
  - name: settlement
    from: { stateMachine: settlement }
    ${mode}
    global: AWS_RUN
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: REPAIR }]`;
const byJob = route('mode: { observe: { job: OLD_POLL_JOB, pollsEvery: 2s } }');
const live = route('');
const startOldJob: AutosysEvent = { kind: 'FORCE_STARTJOB', job: parseJobName('OLD_POLL_JOB') };
const setOldVariable = (value: string): AutosysEvent => ({
  kind: 'SET_GLOBAL',
  globalVariable: parseGlobalName('OLD_RESULT'),
  value: parseGlobalValue(value),
});

/** The observed entries as last written, with their keys. */
async function observed({ table }: Bridge) {
  const keys = new Set(table.written.map(({ key }) => key).filter(isObservedKey));
  const rows = await Promise.all([...keys].map((key) => table.get(key)));
  return rows.flatMap((row) => (row ? [{ key: row.key, entry: parseObserved(row) }] : []));
}

/** Opens an execution environment with other routes on the same AutoSys and ledger. */
function redeploy({ autosys, secrets, table }: Bridge, routes: string) {
  const config = readRoutes(routes, [[autosys]]);
  return openSandbox({ config, secrets, clock: autosys.clock, table });
}

/** Passes minutes, each with a drain and a check, as the sweep does. */
async function sweepMinutes(bridge: Bridge, minutes: number) {
  const checked: unknown[] = [];
  await passMinutes(bridge, minutes, async () => {
    checked.push(...(await bridge.openAnother().checkObserved()));
  });
  return checked;
}

const writes = ({ autosys: { emulator } }: Bridge) =>
  emulator.requests().filter(({ method }) => method === 'POST' || method === 'PUT');

describe('an event on an observed route', () => {
  test('is recorded with each effect, logged and counted, and nothing is sent', async () => {
    await using bridge = await buildBridge({ jil, routes: byJob });

    expect(await bridge.sandbox.take([anExecutionEvent()])).toEqual([]);
    await passMinutes(bridge, 30);

    expect(bridge.sandbox.lines).toMatchObject([
      {
        message: 'effect observed',
        route: 'settlement',
        autosysEvent: 'SET_GLOBAL AWS_RUN=SUCCEEDED',
        reason: 'nothing is sent, the route observes job OLD_POLL_JOB',
      },
      { message: 'effect observed', autosysEvent: 'FORCE_STARTJOB REPAIR' },
    ]);
    expect(bridge.sandbox.metrics).toMatchObject({ [metrics.observed]: 2 });
    expect(await observed(bridge)).toMatchObject([
      { entry: { stage: 'observed', event: { kind: 'SET_GLOBAL' }, checks: 0 } },
      { entry: { stage: 'observed', event: { kind: 'FORCE_STARTJOB' }, checks: 0 } },
    ]);
    expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
    expect(bridge.globalVariable('AWS_RUN')).toBeUndefined();
    expect([bridge.runs('REPAIR'), bridge.runs('FOLLOWER')]).toEqual([0, 0]);
    expect(writes(bridge)).toEqual([]);
  });

  test('that AWS reports again is recorded once', async () => {
    await using bridge = await buildBridge({ jil, routes: byJob });
    await bridge.sandbox.take([anExecutionEvent()]);

    await bridge.openAnother().take([anExecutionEvent()]);
    const other = bridge.openAnother();
    await other.take([anExecutionEvent({}, { id: 'another-id-of-the-same-change' })]);

    expect(bridge.table.written.filter(({ key }) => isObservedKey(key))).toHaveLength(2);
    expect(other.lines).toMatchObject([
      { message: 'effect discarded', reason: 'duplicate of an event that was observed' },
      { message: 'effect discarded' },
    ]);
    expect(other.metrics).not.toHaveProperty(metrics.observed);
  });

  test('with an invalid effect is recorded with the reason, and parks nothing', async () => {
    const routes = `
  - name: settlement
    from: { stateMachine: settlement }
    mode: { observe: { variable: OLD_RESULT } }
    global: { name: AWS_RUN, values: { SUCCEEDED: "\${output.missing}" } }`;
    await using bridge = await buildBridge({ jil, routes });

    await bridge.sandbox.take([anExecutionEvent()]);

    expect(await bridge.parked()).toEqual([]);
    expect(await observed(bridge)).toMatchObject([
      { entry: { stage: 'observed', invalid: expect.stringContaining('output.missing') } },
    ]);
    expect(bridge.sandbox.lines).toMatchObject([
      { message: 'effect observed', reason: expect.stringContaining('live, it would be parked') },
    ]);
  });

  test('on which its condition does not hold is not recorded', async () => {
    const routes = byJob.replace('global:', 'when: { output: { settled: [1] } }\n    global:');
    await using bridge = await buildBridge({ jil, routes });

    await bridge.sandbox.take([anExecutionEvent()]);

    expect(await observed(bridge)).toEqual([]);
    expect(bridge.sandbox.lines).toMatchObject([{ message: 'event ignored' }]);
  });

  test('does not disturb a live route with the same variable, effect and workload', async () => {
    const both = `${byJob}${live.replace('name: settlement', 'name: live')}`;
    await using bridge = await buildBridge({ jil, routes: both });

    await bridge.sandbox.take([anExecutionEvent()]);
    await passMinutes(bridge, 10);

    expect(bridge.globalVariable('AWS_RUN')).toBe('SUCCEEDED');
    expect([bridge.runs('REPAIR'), bridge.runs('FOLLOWER')]).toEqual([1, 1]);
    expect(sentTo(bridge)?.filter((name) => name === 'force-start-job')).toHaveLength(1);
    expect(await observed(bridge)).toHaveLength(2);
  });

  test('is in a format that software without observed routes refuses, and on none of its lists', async () => {
    await using bridge = await buildBridge({ jil, routes: byJob });
    await bridge.sandbox.take([anExecutionEvent()]);

    const rows = bridge.table.written.filter(({ key }) => isObservedKey(key));

    for (const row of rows) {
      expect(() => parseAnyEntry({ ...row, revision: 1 })).toThrow(
        'the row is of a format this software does not know; deploy the newer software again',
      );
      expect(row.agenda?.list ?? 'observed ACE').toBe('observed ACE');
      expect(row.key).toMatch(/^observed ACE settlement /);
    }
    expect(rows).toHaveLength(2);
  });
});

describe('the change from observed to live', () => {
  test('sends nothing for an event that was observed, also if AWS reports it again', async () => {
    await using bridge = await buildBridge({ jil, routes: byJob });
    await bridge.sandbox.take([anExecutionEvent()]);
    const deployed = redeploy(bridge, live);

    await deployed.take([anExecutionEvent()]);
    await deployed.take([anExecutionEvent({}, { id: 'another-id-of-the-same-change' })]);
    await bridge.autosys.clock.advance(600_000);
    await deployed.drain();

    expect(writes(bridge)).toEqual([]);
    expect(deployed.lines[0]).toMatchObject({
      message: 'effect discarded',
      reason: expect.stringContaining('observed this event before it was live'),
    });
    expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
  });

  test('sends the end of a run whose start was observed', async () => {
    await using bridge = await buildBridge({ jil, routes: byJob });
    await bridge.sandbox.take([anExecutionEvent({ status: 'RUNNING' })]);
    const deployed = redeploy(bridge, live);

    await deployed.take([anExecutionEvent()]);
    await bridge.autosys.act();

    expect(bridge.globalVariable('AWS_RUN')).toBe('SUCCEEDED');
    expect(bridge.runs('REPAIR')).toBe(1);
  });

  test('and back: later events are observed, and what was due before is still sent', async () => {
    await using bridge = await buildBridge({ jil, routes: live });
    await bridge.autosys.emulator.goDown();
    await bridge.sandbox.take([anExecutionEvent({ status: 'RUNNING' })]);
    await bridge.autosys.emulator.comeBack();
    const deployed = redeploy(bridge, byJob);

    await deployed.take([anExecutionEvent()]);
    for (let minute = 0; minute < 10; minute += 1) {
      await bridge.autosys.clock.advance(60_000);
      await deployed.drain();
    }

    expect(bridge.globalVariable('AWS_RUN')).toBe('RUNNING');
    expect(bridge.runs('REPAIR')).toBe(0);
    expect(await observed(bridge)).toHaveLength(2);
  });
});

describe('the sweep', () => {
  test('reads the end of the polling job once it has ended, and the report agrees', async () => {
    await using bridge = await buildBridge({ jil, routes: byJob });
    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.send(startOldJob);

    await sweepMinutes(bridge, 10);

    const entries = await observed(bridge);
    expect(entries[0]?.entry).toMatchObject({
      checks: 1,
      seen: { kind: 'job', status: 'SUCCESS', run: expect.any(Number) },
    });
    expect(entries[0]?.entry).not.toHaveProperty('checkMs');
    expect(entries[1]?.entry).toMatchObject({ checks: 0 });
    const [compared] = compareEvents(entries);
    expect(compared).toMatchObject({
      agreement: 'same',
      effects: ['SET_GLOBAL AWS_RUN=SUCCEEDED', 'FORCE_STARTJOB REPAIR'],
    });
    // It began five seconds after the end of the run, and slept for ten.
    expect(compared?.gainedMs).toBeGreaterThan(14_000);
    expect(compared?.gainedMs).toBeLessThan(20_000);
    expect(writes(bridge).filter(({ path }) => path.includes('/event/'))).toHaveLength(1);
  });

  test('finds the run of the job among later ones', async () => {
    await using bridge = await buildBridge({ jil, routes: byJob });
    await bridge.autosys.send(startOldJob);
    await bridge.autosys.clock.advance(240_000);
    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.send(startOldJob);

    await sweepMinutes(bridge, 2);

    const [first] = await observed(bridge);
    expect(first?.entry.seen).toMatchObject({ kind: 'job', status: 'SUCCESS' });
    const seen = first?.entry.seen;
    expect(seen?.kind === 'job' && seen.startedMs).toBeLessThan(stoppedAtMs + 20_000);
  });

  test('says that the job did not run, after twelve hours and seven reads', async () => {
    await using bridge = await buildBridge({ jil, routes: byJob });
    await bridge.sandbox.take([anExecutionEvent()]);

    await sweepMinutes(bridge, 13 * 60);

    const [first] = await observed(bridge);
    expect(first?.entry).toMatchObject({
      checks: 7,
      seen: { kind: 'none', reason: 'AutoSys shows no run of the job' },
    });
    expect(compareEvents(await observed(bridge))).toMatchObject([{ agreement: 'onlyBridge' }]);
    expect(bridge.autosys.emulator.requests().length).toBeLessThanOrEqual(14);
  });

  test('reads the change of the variable of the script', async () => {
    const routes = route('mode: { observe: { variable: OLD_RESULT } }');
    await using bridge = await buildBridge({ jil, routes });
    await bridge.autosys.send(setOldVariable('FAILED'));
    await bridge.sandbox.take([anExecutionEvent()]);

    await sweepMinutes(bridge, 10);

    const entries = await observed(bridge);
    expect(entries[0]?.entry.seen).toMatchObject({ kind: 'value', value: 'FAILED' });
    expect(compareEvents(entries)).toMatchObject([
      {
        agreement: 'different',
        reason: 'the bridge would set "SUCCEEDED", the variable has "FAILED"',
      },
    ]);
  });

  test('reports a job that AutoSys does not know as not read', async () => {
    const routes = route('mode: { observe: { job: UNKNOWN } }');
    await using bridge = await buildBridge({ jil, routes });
    await bridge.sandbox.take([anExecutionEvent()]);

    await sweepMinutes(bridge, 3);

    expect(compareEvents(await observed(bridge))).toMatchObject([
      { agreement: 'unread', reason: expect.stringContaining('UNKNOWN') },
    ]);
  });

  test('sends one request a minute while AutoSys is down, and never opens the circuit breaker', async () => {
    await using bridge = await buildBridge({ jil, routes: byJob });
    await bridge.sandbox.take([
      anExecutionEvent(),
      anExecutionEvent({ name: 'run-2', executionArn: arnOf('run-2') }),
    ]);
    await bridge.autosys.emulator.goDown();

    const checked = await sweepMinutes(bridge, 10);

    expect(checked).toHaveLength(10);
    expect(checked[0]).toMatchObject({ kind: 'failed' });
    const rows = bridge.table.written.map(({ key }) => key);
    expect(rows.filter((key) => key.startsWith('circuit'))).toEqual([]);
  });

  test('reads nothing in a maintenance window, nor while the circuit breaker is open', async () => {
    const settings = 'confirmWithin: 2s, maintenance: [{ days: fr, from: 02:00, to: 04:00 }]';
    await using bridge = await buildBridge({ jil, routes: byJob, settings });
    await bridge.sandbox.take([anExecutionEvent()]);

    const checked = await sweepMinutes(bridge, 100);

    expect(checked).toEqual([]);
    expect(bridge.autosys.emulator.requests()).toEqual([]);
    const list = await readAgenda(bridge.table, agendaLists.observed('ACE'), {
      until: new Date(startedAtMs + 86_400_000),
      limit: 10,
    });
    expect(list).toHaveLength(1);
  });
});

function arnOf(name: string): string {
  return `arn:aws:states:eu-west-1:111122223333:execution:settlement:${name}`;
}
