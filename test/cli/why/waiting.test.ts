import { describe, expect, test } from 'vitest';
import { parseJobName } from '../../../autosys/names.ts';
import { createFindOpenWindow } from '../../../lambda/circuit-breaker/maintenance.ts';
import { type Bridge, buildBridge, passMinutes } from '../../support/bridge.ts';
import { aBatchJobEvent, anExecutionEvent, namesOfRun } from '../../support/builders.ts';
import { readRoutes } from '../../support/sandbox.ts';
import { askWhy } from './ask-why.ts';

const jil = `
insert_job: EXTRACT  job_type: CMD  machine: host1  command: true
insert_job: LOAD  job_type: CMD  machine: host1  command: true
  condition: s(EXTRACT) & v(AWS_RUN) = "SUCCEEDED"
insert_job: REPORT  job_type: CMD  machine: host1  command: true  condition: s(LOAD)
insert_job: REPAIR  job_type: CMD  machine: host1  command: true
`;
const routes = `
  - { name: settlement, from: { stateMachine: settlement }, global: AWS_RUN }
  - name: repair
    from: { jobQueue: night, jobName: risk-eod }
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: REPAIR }]
`;
const job = parseJobName;
const build = (more: Partial<Parameters<typeof buildBridge>[0]> = {}) =>
  buildBridge({ jil, routes, ...more });

/** Starts EXTRACT, so that only the variable keeps LOAD from starting. */
async function endExtract({ autosys }: Bridge): Promise<void> {
  await autosys.send({ kind: 'STARTJOB', job: job('EXTRACT') });
  await autosys.clock.advance(60_000);
}

describe('a job that waits for AWS', () => {
  test('is explained by the run in AWS, with the entry, the event id and the times', async () => {
    await using bridge = await build();
    await endExtract(bridge);
    await bridge.sandbox.take([anExecutionEvent({ status: 'RUNNING' })]);
    await bridge.autosys.act();

    const { answer, text, calls } = await askWhy(bridge, 'LOAD');

    expect(answer.outcome).toBe('waits');
    expect(answer.cause).toBe(
      'LOAD waits for value(AWS_RUN) = "SUCCEEDED"; it is "RUNNING" since 02:02:06; settlement execution run-1 is still running in AWS, expected by 03:01:00; what ends the wait: the end of the run in AWS (route settlement)',
    );
    expect(answer.condition).toMatchObject({ truth: 'false', source: 'AutoSys' });
    expect(answer.terms).toMatchObject([
      { text: 'success(EXTRACT)', truth: 'true', blocks: false },
      { text: 'value(AWS_RUN) = "SUCCEEDED"', truth: 'false', blocks: true },
    ]);
    expect(text).toContain('event 315c1398-40ff-a850-213b-158f73e60175');
    expect(text).toMatch(
      /times {3}RUNNING in AWS 02:00:00, received \S+, sent \S+, accepted \S+, shown \S+/,
    );
    expect(calls).toEqual({ autosys: 4, ledger: 7 });
  });

  test('names the Batch job by its id, and the end that the route file expects', async () => {
    await using bridge = await build({
      routes: '  - { name: risk, from: { jobQueue: night, jobName: risk-eod }, global: AWS_RUN }',
    });
    await endExtract(bridge);
    await bridge.sandbox.take([aBatchJobEvent({ status: 'RUNNING' })]);
    await bridge.autosys.act();

    const { answer } = await askWhy(bridge, 'LOAD', { endsWithinMs: () => 30 * 60_000 });

    expect(answer.cause).toContain(
      'Batch job risk-eod (4c7599ae-0a82-49aa-ba5a-4727fcce14a8) is still running in AWS, expected by 02:29:55',
    );
  });

  test('is explained by the failure of the run', async () => {
    await using bridge = await build();
    await endExtract(bridge);
    await bridge.sandbox.take([anExecutionEvent({ status: 'FAILED', error: 'Rates.NoData' })]);
    await bridge.autosys.act();

    const { answer } = await askWhy(bridge, 'LOAD');

    expect(answer.cause).toMatch(
      /it is "FAILED" since \S+; settlement execution run-1 ended FAILED in AWS at 02:01:00 \(Rates\.NoData\); what ends the wait: a redrive or a new run in AWS \(route settlement\)$/,
    );
  });

  test('is explained by a variable that the bridge has never set, with the routes that would', async () => {
    await using bridge = await build();
    await endExtract(bridge);

    const alone = await askWhy(bridge, 'LOAD');
    const withRoutes = await askWhy(bridge, 'LOAD', { routesOf: () => ['settlement'] });
    const without = await askWhy(bridge, 'LOAD', { routesOf: () => [] });

    expect(alone.answer.cause).toContain(
      'it is not set; the bridge has not set it in the last 90 days; what ends the wait: an event SET_GLOBAL',
    );
    expect(withRoutes.answer.cause).toContain('an event in AWS that route settlement matches');
    expect(without.answer.cause).toContain('no route of the route file sets it');
  });

  test('is explained by another client that has changed the variable', async () => {
    await using bridge = await build();
    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.act();
    await bridge.autosys.send({
      kind: 'SET_GLOBAL',
      globalVariable: 'AWS_RUN' as never,
      value: 'RESET' as never,
    });

    const { answer } = await askWhy(bridge, 'LOAD');

    expect(answer.terms[1]?.because).toMatch(
      /^it is "RESET" since \S+; the bridge set it to "SUCCEEDED" since \S+, and another client of AutoSys has changed it afterwards/,
    );
  });
});

describe('a job that waits for a predecessor', () => {
  test('is explained by the root of the chain', async () => {
    await using bridge = await build();
    await endExtract(bridge);
    await bridge.sandbox.take([anExecutionEvent({ status: 'RUNNING' })]);
    await bridge.autosys.act();

    const { answer } = await askWhy(bridge, 'REPORT');

    expect(answer.cause).toMatch(
      /^REPORT waits for success\(LOAD\); LOAD waits for value\(AWS_RUN\) = "SUCCEEDED"; it is "RUNNING" since .* still running in AWS/,
    );
    expect(answer.next?.job).toBe('LOAD');
  });

  test.for([
    { ends: 1, says: 'EXTRACT ended FAILURE at' },
    { ends: undefined, says: 'EXTRACT is RUNNING since' },
  ])('says that $says', async ({ ends, says }) => {
    await using bridge = await build({
      jil: jil.replace(
        'command: true',
        ends === undefined ? 'command: sleep 9000' : 'command: exit 1',
      ),
    });
    await endExtract(bridge);
    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.act();

    const { answer } = await askWhy(bridge, 'LOAD');

    expect(answer.cause).toMatch(`LOAD waits for success(EXTRACT); ${says}`);
    expect(answer.cause).toContain('what ends the wait: ');
    expect(answer.next).toBeUndefined();
  });

  test('is explained by the run in AWS that a mirrored job shows', async () => {
    await using bridge = await build({
      jil: `${jil}insert_job: RISK  job_type: CMD  machine: host1  command: true
insert_job: AFTER  job_type: CMD  machine: host1  command: true  condition: s(RISK)`,
      routes: '  - { name: risk, from: { jobQueue: night, jobName: risk-eod }, job: RISK }',
    });
    await bridge.sandbox.take([aBatchJobEvent({ status: 'RUNNING' })]);
    await bridge.autosys.act();

    const { answer } = await askWhy(bridge, 'AFTER');

    expect(answer.cause).toMatch(
      /^AFTER waits for success\(RISK\); RISK is RUNNING.*; it is "RUNNING" since \S+; Batch job risk-eod \(\S+\) is still running in AWS/,
    );
  });

  test('stops where jobs wait for each other, and names them', async () => {
    await using bridge = await build({
      jil: `insert_job: A  job_type: CMD  machine: host1  command: true  condition: s(B)
insert_job: B  job_type: CMD  machine: host1  command: true  condition: s(A)`,
    });

    const { answer } = await askWhy(bridge, 'A');

    expect(answer.cause).toContain('these jobs wait for each other: A → B → A');
  });

  test('follows at most eight jobs, and says where the chain goes on', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `J${at}`);
    await using bridge = await build({
      jil: names
        .map((name, at) => {
          const condition = at === 11 ? '' : `  condition: s(J${at + 1})`;
          return `insert_job: ${name}  job_type: CMD  machine: host1  command: true${condition}`;
        })
        .join('\n'),
    });

    const { answer, calls } = await askWhy(bridge, 'J0');

    expect(answer.cause).toMatch(/the chain goes on at J8$/);
    expect(calls.autosys).toBe(17);
  });

  test('leaves unread what is beyond the limit of reads', async () => {
    const terms = Array.from({ length: 20 }, (_, at) => `s(EXTRACT) & v(G${at}) = "1"`);
    await using bridge = await build({
      jil: `${jil}insert_job: MANY  job_type: CMD  machine: host1  command: true  condition: ${terms.join(' & ')}`,
    });

    const { answer, calls } = await askWhy(bridge, 'MANY', { limits: { autosys: 10, ledger: 20 } });

    expect(calls).toEqual({ autosys: 10, ledger: 20 });
    expect(answer.outcome).toBe('waits');
    expect(answer.terms.at(-1)).toMatchObject({
      truth: 'unknown',
      because: expect.stringContaining('one answer reads AutoSys at most 10 times'),
    });
  });
});

describe('an effect that the bridge has not sent yet', () => {
  const soonMs = 1_000;

  test('waits while AutoSys does not answer the bridge', async () => {
    await using bridge = await build();
    await endExtract(bridge);
    await bridge.autosys.emulator.goDown();
    for (const name of ['run-1', 'run-2', 'run-3']) {
      const names = namesOfRun(name);
      await bridge.openAnother().take([anExecutionEvent({ ...names, status: 'SUCCEEDED' })]);
    }
    await bridge.autosys.emulator.comeBack();

    const { answer } = await askWhy(bridge, 'LOAD');

    expect(answer.cause).toMatch(
      /^LOAD waits for value\(AWS_RUN\) = "SUCCEEDED"; it is not set; the bridge has "SUCCEEDED" for it since \S+, and AutoSys does not answer the bridge since \S+ \(.*\); .*; what ends the wait: the bridge tries again at \S+, and sends it when AutoSys answers$/,
    );
    expect(answer.terms[1]?.entry?.wait?.kind).toBe('away');
  });

  test('waits in a declared maintenance window', async () => {
    const settings = `maintenance: [{ from: "2026-11-20T01:00", to: "2026-11-20T04:00" }]`;
    await using bridge = await build({ settings });
    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.clock.advance(soonMs);
    const { instances } = readRoutes(routes, [[bridge.autosys]], settings);
    const find = createFindOpenWindow(instances);
    const [instance] = instances;

    const { answer } = await askWhy(bridge, 'LOAD', {
      openWindow: (nowMs) => instance && find(instance.name, nowMs),
    });

    expect(answer.terms[1]).toMatchObject({
      because: expect.stringContaining('declared maintenance until 2026-11-20 04:00 UTC'),
      ends: 'the window ends at 04:00:00',
      entry: { wait: { kind: 'window' } },
    });
  });

  test('waits while no login may be sent', async () => {
    await using bridge = await build();
    bridge.secrets['autosys/ACE'] = JSON.stringify({ username: 'autosys', password: 'wrong' });
    await bridge.sandbox.take([anExecutionEvent()]);
    await passMinutes(bridge, 6);

    const { answer } = await askWhy(bridge, 'LOAD');

    expect(answer.terms[1]).toMatchObject({
      because: expect.stringContaining(
        'the bridge cannot log in to AutoSys since 02:01:05 (signing in: AutoSys rejected the login (401)',
      ),
      ends: 'the bridge tries again at 02:09:35, with a new version of the secret if there is one',
      entry: { wait: { kind: 'login' } },
    });
  });

  test('is parked, and an operator must act', async () => {
    await using bridge = await build({
      jil: jil.replace('insert_job: REPAIR', 'insert_job: OTHER'),
    });
    await bridge.sandbox.take([aBatchJobEvent()]);
    await passMinutes(bridge, 1);

    const { answer, text } = await askWhy(bridge, 'REPAIR');

    expect(answer.outcome).toBe('unknownJob');
    expect(answer.cause).toMatch(
      /^ACE has no job REPAIR; names are case-sensitive; the bridge has FORCE_STARTJOB REPAIR for it, and it is parked \(AUTOSYS_JOB_NOT_FOUND\): .*; an operator must act: if the job is missing, load it/,
    );
    expect(text).toContain('command autosys-bridge autorep -J REPAIR -d');
  });

  test('keeps a job waiting that the bridge is to start', async () => {
    await using bridge = await build();
    await bridge.autosys.emulator.goDown();
    await bridge.sandbox.take([aBatchJobEvent()]);
    await bridge.autosys.emulator.comeBack();

    const { answer } = await askWhy(bridge, 'REPAIR');

    expect(answer.cause).toMatch(
      /^REPAIR waits for FORCE_STARTJOB REPAIR from the bridge; it is not sent yet \(not reached: .*\); the bridge sends it at \S+$/,
    );
  });
});
