import { describe, expect, test } from 'vitest';
import type { BatchJobTarget } from '../../../lambda/routing/targets.ts';
import type { BatchJobPlan } from '../../../local/index.ts';
import { aBatchJobTarget } from '../../support/launch-targets.ts';
import { startDirectRig } from './direct-rig.ts';

const minuteMs = 60_000;
const runName = 'NIGHT_EOD-r1620t1-ACE';
const sigint = { kind: 'signal', signal: 'SIGINT' } as const;

async function startRig(plan: BatchJobPlan = {}, over: Partial<BatchJobTarget> = {}) {
  const rig = await startDirectRig([aBatchJobTarget(over)]);
  rig.workloads.define({ jobQueue: 'night' });
  rig.workloads.define({ jobDefinition: 'risk-calc', runs: plan });
  return rig;
}

const endsWith = (exitCode: number, runningFor = minuteMs): BatchJobPlan => ({
  attempts: [{ runningFor, exitCode }],
});

describe('run --direct of a Batch job', () => {
  test.for([0, 3, 255])('ends with the exit code %d of the container', async (code) => {
    const rig = await startRig(endsWith(code));

    expect((await rig.finish(rig.run())).code).toBe(code);
    expect(rig.runs()).toEqual([`${runName} ${code === 0 ? 'SUCCEEDED' : 'FAILED'}`]);
  });

  test('finds the job of an earlier command, and refuses other input', async () => {
    const params = { date: '.*' };
    const input = { template: { date: `\${param.date}` } };
    const rig = await startRig(endsWith(3), { params, input });
    const request = { params: { date: '2026-11-20' } };
    await rig.finish(rig.run({ request }));

    const second = await rig.finish(rig.run({ request }));
    const other = await rig.finish(rig.run({ request: { params: { date: '2026-11-21' } } }));

    expect([second.code, other.code]).toEqual([3, 65]);
    expect(other.errors[0]).toContain('with other parameters or input');
    expect(rig.workloads.calls['SubmitJob']).toBe(1);
  });

  test('starts another job with --again', async () => {
    const rig = await startRig(endsWith(0));
    await rig.finish(rig.run());

    await rig.finish(rig.run({ request: { again: true } }));

    expect(rig.runs()).toEqual([`${runName} SUCCEEDED`, `${runName}-a2 SUCCEEDED`]);
  });

  test('finds the job whose SubmitJob had no answer', async () => {
    const rig = await startRig(endsWith(3, 10 * minuteMs));
    rig.workloads.injectFault('SubmitJob', { kind: 'loseAnswer' });

    const command = rig.run();

    expect((await rig.finish(command)).code).toBe(3);
    expect(rig.workloads.calls['SubmitJob']).toBe(1);
    expect(command.lines[0]).toContain('it is not known yet whether AWS started it');
  });

  test('looks for two minutes before the one further SubmitJob', async () => {
    const rig = await startRig(endsWith(0));
    rig.workloads.injectFault('SubmitJob', { kind: 'loseRequest' });
    const command = rig.run();
    await rig.pass(110_000);
    const before = rig.workloads.calls['SubmitJob'];

    expect((await rig.finish(command)).code).toBe(0);
    expect([before, rig.workloads.calls['SubmitJob']]).toEqual([1, 2]);
    expect(rig.runs()).toEqual([`${runName} SUCCEEDED`]);
  });

  test('has one job although its list lags behind', async () => {
    const rig = await startRig(endsWith(0, 10 * minuteMs));
    rig.workloads.configure({ lagMs: { ListJobs: 60_000 } });
    rig.workloads.injectFault('SubmitJob', { kind: 'loseAnswer' });

    expect((await rig.finish(rig.run())).code).toBe(0);
    expect(rig.runs()).toEqual([`${runName} SUCCEEDED`]);
  });

  test('leaves a second lost SubmitJob to a person', async () => {
    const rig = await startRig(endsWith(0));
    rig.workloads.injectFault('SubmitJob', { kind: 'loseRequest' }, 5);

    const end = await rig.finish(rig.run());

    expect(end.code).toBe(69);
    expect(end.errors.join('\n')).toContain('had no known outcome 2 times');
    expect(rig.workloads.calls['SubmitJob']).toBe(2);
  });

  test('stops the job whose SubmitJob had no answer before the kill', async () => {
    const rig = await startRig(endsWith(0, 60 * minuteMs));
    rig.workloads.configure({ lagMs: { ListJobs: 30_000 } });
    rig.workloads.injectFault('SubmitJob', { kind: 'loseAnswer' });
    const command = rig.run();
    await rig.pass(5_000);
    command.kill(sigint);

    expect(await rig.finish(command)).toMatchObject({ source: 'SIGINT received; stop proven' });
    expect(rig.runs()).toEqual([`${runName} FAILED`]);
  });

  test('starts nothing if a kill comes before a lost SubmitJob is repeated', async () => {
    const rig = await startRig(endsWith(0));
    rig.workloads.injectFault('SubmitJob', { kind: 'loseRequest' });
    const command = rig.run();
    await rig.pass(5_000);
    command.kill(sigint);

    expect((await rig.finish(command)).code).toBe(130);
    expect(rig.runs()).toEqual([]);
    expect(rig.workloads.calls['SubmitJob']).toBe(1);
  });

  test('ends with the highest exit code of the children of an array', async () => {
    const children = [endsWith(3), endsWith(0), endsWith(7)];
    const rig = await startRig({ ...endsWith(0), children }, { arraySize: 3 });

    expect(await rig.finish(rig.run())).toMatchObject({
      code: 7,
      source: 'highest exit code of the failed children',
    });
  });

  test('stops an array with its children, and proves it', async () => {
    const rig = await startRig(endsWith(0, 60 * minuteMs), { arraySize: 4 });
    const command = rig.run();
    await rig.pass(3 * minuteMs);
    command.kill(sigint);

    expect(await rig.finish(command)).toMatchObject({ source: 'SIGINT received; stop proven' });
    expect(rig.runs().every((run) => run.endsWith('FAILED'))).toBe(true);
  });

  test('waits for a job that exists with --attach', async () => {
    const children = [endsWith(3), endsWith(0)];
    const rig = await startRig({ ...endsWith(0), children }, { arraySize: 2 });
    await rig.finish(rig.run({ plan: { isDetached: true } }));

    const end = await rig.finish(rig.run({ plan: { kind: 'attach', name: runName } }));

    expect(end.code).toBe(3);
    expect(rig.workloads.calls['SubmitJob']).toBe(1);
  });

  test.for([
    { fault: 'AccessDeniedException', code: 77 },
    { fault: 'ClientException', code: 78 },
  ])('ends with $code if SubmitJob answers $fault', async ({ fault, code }) => {
    const rig = await startRig();
    rig.workloads.injectFault('SubmitJob', { kind: 'refuse', error: fault });

    expect(await rig.finish(rig.run())).toMatchObject({ code, source: 'nothing was started' });
    expect(rig.runs()).toEqual([]);
  });

  test('submits nothing if the list of jobs is denied', async () => {
    const rig = await startRig();
    rig.workloads.injectFault('ListJobs', { kind: 'refuse', error: 'AccessDeniedException' });

    expect(await rig.finish(rig.run())).toMatchObject({ code: 77 });
    expect(rig.workloads.calls['SubmitJob']).toBeUndefined();
  });

  test('prints the log of a failed job', async () => {
    const rig = await startRig({
      attempts: [{ runningFor: minuteMs, exitCode: 3, logs: ['line one', 'line two'] }],
    });
    const command = rig.run({ plan: { logs: 'failed' } });
    await rig.finish(command);

    const log = (await command.readLog()).join('\n');

    expect(log).toContain('The Batch job failed');
    expect(log).toMatch(/=== attempt 1 of 1, stream .*, ended with exit code 3/);
    expect(log).toContain('line one\nline two');
  });

  test('says which permission of this host is missing for the log', async () => {
    const rig = await startRig(endsWith(3));
    const command = rig.run();
    await rig.finish(command);
    rig.workloads.injectFault('DescribeJobs', { kind: 'refuse', error: 'AccessDeniedException' });

    expect((await command.readLog()).join('\n')).toContain(
      'the role of this host lacks batch:DescribeJobs',
    );
  });
});
