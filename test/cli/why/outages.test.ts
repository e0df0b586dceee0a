import { describe, expect, test } from 'vitest';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { createRecordOutages } from '../../../lambda/circuit-breaker/outages.ts';
import { parseOutage } from '../../../lambda/ledger/outage.ts';
import { type Bridge, buildBridge, passMinutes } from '../../support/bridge.ts';
import { aBatchJobEvent, anExecutionEvent, namesOfRun } from '../../support/builders.ts';
import { askWhy } from './ask-why.ts';

const jil = `
insert_job: LOAD  job_type: CMD  machine: host1  command: sleep 9000
  condition: v(AWS_RUN) = "SUCCEEDED"
insert_job: REPAIR  job_type: CMD  machine: host1  command: sleep 9000
`;
const routes = `
  - { name: settlement, from: { stateMachine: settlement }, global: AWS_RUN }
  - name: repair
    from: { jobQueue: night, jobName: risk-eod }
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: REPAIR }]
`;
const build = (more: Partial<Parameters<typeof buildBridge>[0]> = {}) =>
  buildBridge({ jil, routes, ...more });

/** AutoSys is away when the events arrive, and back five minutes later. */
async function passOutage(bridge: Bridge, events: readonly object[]): Promise<void> {
  await bridge.autosys.emulator.goDown();
  for (const name of ['run-1', 'run-2', 'run-3']) {
    const names = namesOfRun(name);
    await bridge.openAnother().take([anExecutionEvent({ ...names, status: 'RUNNING' })]);
  }
  await bridge.openAnother().take(events);
  await passMinutes(bridge, 5);
  await bridge.autosys.emulator.comeBack();
  await passMinutes(bridge, 5);
}

describe('an outage that is over', () => {
  test('is named where it delayed the variable that started a job', async () => {
    await using bridge = await build();
    await passOutage(bridge, [anExecutionEvent({ ...namesOfRun('run-3'), status: 'SUCCEEDED' })]);

    const { answer, text } = await askWhy(bridge, 'LOAD');

    expect(answer.outcome).toBe('started');
    expect(answer.cause).toMatch(
      /: the bridge set it to "SUCCEEDED" at 02:\d\d:\d\d for .*; AutoSys was away from 02:01:05 to 02:\d\d:\d\d: .+$/,
    );
    expect(text).toMatch(/delayed AutoSys was away from 02:01:05 to 02:/);
  });

  test('is named where it delayed the start by the bridge', async () => {
    await using bridge = await build();
    await passOutage(bridge, [aBatchJobEvent()]);

    const { answer } = await askWhy(bridge, 'REPAIR');

    expect(answer.start?.by).toBe('bridge');
    expect(answer.cause).toMatch(
      /the bridge sent FORCE_STARTJOB REPAIR for .*; AutoSys was away from 02:01:05 to 02:/,
    );
  });

  test('is named as a suspended login, and by the entry that is still to be sent', async () => {
    await using bridge = await build();
    bridge.secrets['autosys/ACE'] = JSON.stringify({ username: 'autosys', password: 'wrong' });
    await bridge.sandbox.take([anExecutionEvent()]);
    await passMinutes(bridge, 1);
    const row = await bridge.table.get('outage ACE login 2026-11-20T02:01:05.000Z');
    const { fromMs, reason } = parseOutage(row ?? expect.fail('no row of the outage'));
    const opened = { format: 1, failures: 3, openUntilMs: 0, reason, loginMs: fromMs } as const;
    const now = () => bridge.autosys.clock.now();
    const record = createRecordOutages({ table: bridge.table, now });
    const closed = { format: 1, failures: 0, openUntilMs: 0, reason: '' } as const;
    await record(parseAutosysInstance('ACE'), { ...opened, openedMs: fromMs }, closed);
    const circuit = await bridge.table.get('circuit ACE');
    await bridge.table.put({ key: 'circuit ACE', body: closed }, circuit?.revision);

    const { answer } = await askWhy(bridge, 'LOAD');

    expect(answer.cause).toMatch(
      /it is not sent yet \(.*\); the bridge could not log in from 02:01:05 to 02:02:05: signing in: AutoSys rejected the login/,
    );
    expect(answer.terms[0]?.entry?.wait?.kind).toBe('retry');
  });

  test('is not named by an effect that came after it', async () => {
    await using bridge = await build();
    await passOutage(bridge, []);
    await bridge.sandbox.take([
      anExecutionEvent({ ...namesOfRun('run-3'), status: 'SUCCEEDED' }),
      aBatchJobEvent(),
    ]);
    await bridge.autosys.clock.advance(10_000);

    const { answer, text } = await askWhy(bridge, 'LOAD');

    expect(answer.outcome).toBe('started');
    expect(text).not.toContain('away');
  });
});

describe('an outage that lasts', () => {
  test('is known from the ledger without a route file: a maintenance window', async () => {
    const settings = `maintenance: [{ from: "2026-11-20T01:00", to: "2026-11-20T04:00" }]`;
    await using bridge = await build({ settings });
    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.clock.advance(1_000);

    const { answer } = await askWhy(bridge, 'LOAD');

    expect(answer.terms[0]).toMatchObject({
      because: expect.stringContaining(
        'the bridge does not call AutoSys since 01:00:00: declared maintenance until 2026-11-20 04:00 UTC',
      ),
      ends: 'the window ends at 04:00:00',
      entry: { wait: { kind: 'window' } },
    });
  });

  test('ends with the circuit breaker, although the sweep has not ended its row yet', async () => {
    await using bridge = await build();
    await bridge.autosys.emulator.goDown();
    for (const name of ['run-1', 'run-2', 'run-3']) {
      await bridge.openAnother().take([anExecutionEvent(namesOfRun(name))]);
    }
    const circuit = await bridge.table.get('circuit ACE');
    const closed = { format: 1, failures: 0, openUntilMs: 0, reason: '' };
    await bridge.table.put({ key: 'circuit ACE', body: closed }, circuit?.revision);
    await bridge.autosys.emulator.comeBack();

    const { answer } = await askWhy(bridge, 'LOAD');

    expect(answer.terms[0]?.entry?.wait?.kind).toBe('retry');
  });
});
