import { describe, expect, test } from 'vitest';
import { type BuiltInProfileName, wireProfiles } from '../../autosys/client/index.ts';
import { buildBridge, toSecret } from '../support/bridge.ts';
import { aBatchJobEvent, anExecutionEvent } from '../support/builders.ts';
import { embedAutosys } from '../support/emulator.ts';
import { openSandbox, readRoutes } from '../support/sandbox.ts';
import { createRecordedTable, readDue } from '../support/table.ts';

const arrayId = '4c7599ae-0a82-49aa-ba5a-4727fcce14a8';

describe('a part of a workload', () => {
  test('is ignored with a reason, while the whole is matched', async () => {
    await using bridge = await buildBridge({
      routes: '  - { name: risk, from: { jobQueue: night, jobName: risk-eod }, global: AWS_RISK }',
    });
    const child = aBatchJobEvent({ jobId: `${arrayId}:0`, arrayProperties: { index: 0 } });
    const parent = aBatchJobEvent({ status: 'FAILED', arrayProperties: { size: 2 } });

    const returned = await bridge.sandbox.take([child, parent]);

    expect(returned).toEqual([]);
    expect(bridge.globalVariable('AWS_RISK')).toBe('FAILED');
    expect(bridge.sandbox.lines).toMatchObject([
      {
        message: 'event ignored',
        batchJobId: `${arrayId}:0`,
        reason: expect.stringMatching(/child/),
      },
      { message: 'effect confirmed', batchJobId: arrayId },
    ]);
  });
});

describe('a value', () => {
  test('contains the output of the execution, and the text around it', async () => {
    await using bridge = await buildBridge({
      routes: `
  - name: settlement
    from: { stateMachine: settle* }
    combine: latest
    global:
      name: AWS_SETTLED
      values: { SUCCEEDED: "\${output.settled|0} = \${date} (100 %) \${executionName:4}" }`,
    });

    await bridge.sandbox.take([anExecutionEvent()]);

    expect(bridge.globalVariable('AWS_SETTLED')).toBe('48213 = 2026-11-20 (100 %) run-');
    expect(bridge.sandbox.lines).toMatchObject([{ message: 'effect confirmed' }]);
  });

  test('that is invalid is parked once, however often its event is repeated', async () => {
    await using bridge = await buildBridge({
      routes: `
  - name: settlement
    from: { stateMachine: settlement }
    global:
      - { name: AWS_NOTE, values: { SUCCEEDED: "\${output.note:100}" } }
      - AWS_SETTLEMENT`,
    });
    const event = anExecutionEvent();

    const returned = await bridge.sandbox.take([event]);
    await bridge.sandbox.take([event]);

    expect(returned).toEqual([]);
    const parked = { code: 'BRIDGE_INVALID_EFFECT', reason: expect.stringContaining('output') };
    expect(bridge.sandbox.lines).toMatchObject([
      { level: 'error', message: 'effect parked', route: 'settlement', ...parked },
      { message: 'effect parked', code: 'BRIDGE_PREDECESSOR_PARKED' },
      { message: 'effect parked', ...parked },
      { message: 'effect discarded' },
    ]);
    expect(await bridge.parked()).toMatchObject([
      { to: 'ACE', cause: { route: 'settlement', eventId: event.id }, parked },
      { to: 'ACE', parked: { code: 'BRIDGE_PREDECESSOR_PARKED' } },
    ]);
  });
});

describe('two AutoSys instances', () => {
  test('each get their own effects, with their own login', async () => {
    await using ace = await embedAutosys({ name: 'ACE', user: 'bridge_a' });
    await using prd = await embedAutosys({ name: 'PRD', user: 'bridge_p', clock: ace.clock });
    const config = readRoutes(
      `
  - { name: settlement, from: { stateMachine: settlement }, to: ACE, global: AWS_SETTLEMENT }
  - { name: also, combine: latest, from: { stateMachine: settle* }, to: PRD, global: AWS_SETTLEMENT }
  - { name: risk, from: { jobQueue: night, jobName: risk-eod }, to: PRD, global: AWS_RISK }`,
      [[ace], [prd]],
    );
    const secrets = {
      'autosys/ACE': toSecret(ace.emulator),
      'autosys/PRD': toSecret(prd.emulator),
    };
    const sandbox = openSandbox({ config, secrets, clock: ace.clock });

    const returned = await sandbox.take([anExecutionEvent(), aBatchJobEvent()]);

    expect(returned).toEqual([]);
    const [inAce, inPrd] = [ace, prd].map(({ emulator }) =>
      [...emulator.instance.globalVariables().keys()].sort(),
    );
    expect(inAce).toEqual(['AWS_SETTLEMENT']);
    expect(inPrd).toEqual(['AWS_RISK', 'AWS_SETTLEMENT']);
  });

  test('do not wait for each other: an outage of one does not affect the other', async () => {
    await using ace = await embedAutosys({ name: 'ACE' });
    await using prd = await embedAutosys({ name: 'PRD', clock: ace.clock });
    const config = readRoutes(
      `
  - { name: settlement, from: { stateMachine: settlement }, to: ACE, global: AWS_SETTLEMENT }
  - { name: risk, from: { jobQueue: night, jobName: risk-eod }, to: PRD, global: AWS_RISK }`,
      [[ace], [prd]],
    );
    const secrets = {
      'autosys/ACE': toSecret(ace.emulator),
      'autosys/PRD': toSecret(prd.emulator),
    };
    const table = createRecordedTable({ now: () => ace.clock.now() });
    const sandbox = openSandbox({ config, secrets, clock: ace.clock, table });
    await ace.emulator.goDown();

    const returned = await sandbox.take([anExecutionEvent(), aBatchJobEvent()]);

    expect(returned).toEqual([]);
    expect(prd.emulator.instance.globalVariable('AWS_RISK')?.value).toBe('SUCCEEDED');
    expect(await readDue(table, 'ACE')).toHaveLength(1);
    expect(await readDue(table, 'PRD')).toEqual([]);
    await ace.emulator.comeBack();
    await ace.clock.advance(360_000);
    await sandbox.drain();
    expect(ace.emulator.instance.globalVariable('AWS_SETTLEMENT')?.value).toBe('SUCCEEDED');
  });
});

describe('a dialect of AEWS', () => {
  const profiles = Object.keys(wireProfiles) as readonly BuiltInProfileName[];
  const routes = `
  - name: settlement
    from: { stateMachine: settlement }
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: LOAD }]`;

  test.for(profiles)('%s starts a job once, and confirms it', async (profile) => {
    await using autosys = await embedAutosys({
      profiles: [profile],
      jil: 'insert_job: LOAD  job_type: CMD  machine: host1  command: sleep 60',
    });
    const { instances, ...config } = readRoutes(routes, [[autosys]]);
    const sandbox = openSandbox({
      config: { ...config, instances: instances.map((one) => ({ ...one, profile })) },
      secrets: { 'autosys/ACE': toSecret(autosys.emulator) },
      clock: autosys.clock,
    });

    const returned = await sandbox.take([anExecutionEvent(), anExecutionEvent()]);

    expect(returned).toEqual([]);
    expect(sandbox.lines.map(({ message }) => message)).toEqual([
      'effect confirmed',
      'effect discarded',
    ]);
    expect(autosys.emulator.instance.job('LOAD')?.run.run).toBe(1);
  });
});
