import { describe, expect, test } from 'vitest';
import type { ExecutionTarget } from '../../../lambda/routing/targets.ts';
import type { ExecutionPlan, ExecutionStep } from '../../../local/index.ts';
import { anExecutionTarget } from '../../support/launch-targets.ts';
import { startDirectRig } from './direct-rig.ts';

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
const runName = 'NIGHT_EOD-r1620t1-ACE';
const rest: ExecutionStep = { kind: 'wait', state: 'Rest', for: dayMs };
const sigint = { kind: 'signal', signal: 'SIGINT' } as const;

async function startRig(steps: readonly ExecutionStep[], over: Partial<ExecutionTarget> = {}) {
  const rig = await startDirectRig([anExecutionTarget(over)]);
  const define = (stateMachine: string, runs: ExecutionPlan) =>
    rig.workloads.define({ stateMachine, runs });
  define('settlement', { steps });
  define('child', { steps: [rest] });
  rig.workloads.define({ jobQueue: 'risk' });
  rig.workloads.define({ jobDefinition: 'risk', runs: { attempts: [{ runningFor: dayMs }] } });
  // Nothing but the stop itself ends children.
  rig.workloads.configure({ syncChildrenStop: false });
  return rig;
}

const nested: ExecutionStep = {
  kind: 'startExecution',
  state: 'Child',
  stateMachine: 'child',
  executionName: 'nested',
};
const submitted: ExecutionStep = {
  kind: 'submitJob',
  state: 'Job',
  jobName: 'nested-job',
  jobQueue: 'risk',
  jobDefinition: 'risk',
};
const both: ExecutionStep = {
  kind: 'parallel',
  state: 'Both',
  branches: [[nested], [submitted]],
};
const allowed = { stateMachines: ['child'], jobQueues: ['risk'], jobDefinitions: [] };

describe('a kill of run --direct', () => {
  test.for([
    { kill: sigint, code: 130, reason: 'SIGINT received' },
    { kill: { kind: 'signal', signal: 'SIGTERM' }, code: 143, reason: 'SIGTERM received' },
    { kill: { kind: 'parentGone' }, code: 129, reason: 'the parent process has ended' },
  ] as const)('stops the run after $reason, and proves it', async ({ kill, code, reason }) => {
    const rig = await startRig([rest]);
    const command = rig.run();
    await rig.pass(3 * minuteMs);
    command.kill(kill);

    expect(await rig.finish(command)).toMatchObject({ code, source: `${reason}; stop proven` });
    expect(rig.runs()).toEqual([`${runName} ABORTED`]);
    expect(command.lines).toContain(`${reason}: stopping run ${runName}`);
  });

  test('sends the stop in the same second, although a status is under way', async () => {
    const rig = await startRig([rest]);
    rig.workloads.injectFault('DescribeExecution', { kind: 'delay', ms: 60_000 });
    const command = rig.run();
    await rig.clock.advance(11_000);
    for (let turn = 0; turn < 2_000 && !rig.workloads.calls['DescribeExecution']; turn += 1) {
      await rig.clock.advance(0);
    }
    command.kill(sigint);
    for (let turn = 0; turn < 2_000 && !rig.workloads.calls['StopExecution']; turn += 1) {
      await rig.clock.advance(0);
    }

    expect(rig.workloads.calls['StopExecution']).toBe(1);
    expect((await rig.finish(command)).code).toBe(130);
  });

  test('ends what the run has started, and proves that nothing is active', async () => {
    const rig = await startRig([both], { children: allowed });
    const command = rig.run();
    await rig.pass(3 * minuteMs);
    command.kill(sigint);

    expect(await rig.finish(command)).toMatchObject({ source: 'SIGINT received; stop proven' });
    expect(rig.runs().toSorted()).toEqual([
      `${runName} ABORTED`,
      'nested ABORTED',
      'nested-job FAILED',
    ]);
  });

  test('has stopped what the run has started within five seconds', async () => {
    const rig = await startRig([both], { children: allowed });
    const command = rig.run();
    await rig.pass(3 * minuteMs);
    command.kill(sigint);
    await rig.pass(5_000);

    expect(rig.runs().filter((run) => run.endsWith('RUNNING'))).toEqual([]);
  });

  test('lists what it may not stop', async () => {
    const rig = await startRig([both], { children: { ...allowed, jobQueues: [] } });
    const command = rig.run();
    await rig.pass(3 * minuteMs);
    command.kill(sigint);

    expect(await rig.finish(command)).toMatchObject({
      code: 130,
      source: 'SIGINT received; stop not proven',
    });
    expect(command.lines.join('\n')).toMatch(/stop parked: .*not proven within ten minutes/);
    expect(command.lines.join('\n')).toMatch(
      /may still be active: Batch job [0-9a-f-]{36}: no permission to stop/,
    );
    expect(rig.runs()).toContain('nested ABORTED');
  });

  test('leaves the run of a target with onKill: leave', async () => {
    const rig = await startRig([rest], { onKill: 'leave' });
    const command = rig.run();
    await rig.pass(minuteMs);
    command.kill(sigint);

    expect(await rig.finish(command)).toMatchObject({
      code: 130,
      source: 'SIGINT received; the run was left active, as its target says',
    });
    expect(rig.runs()).toEqual([`${runName} RUNNING`]);
  });

  test('sends a stop that did not arrive again at once', async () => {
    const rig = await startRig([rest]);
    const command = rig.run();
    await rig.pass(minuteMs);
    rig.workloads.injectFault('StopExecution', { kind: 'loseRequest' }, 2);
    command.kill(sigint);
    await rig.pass(0);

    expect(rig.runs()).toEqual([`${runName} ABORTED`]);
    expect(await rig.finish(command)).toMatchObject({ source: 'SIGINT received; stop proven' });
    expect(rig.runs()).toEqual([`${runName} ABORTED`]);
  });

  test('finds and stops the run of a start whose answer was lost', async () => {
    const rig = await startRig([rest]);
    rig.workloads.injectFault('StartExecution', { kind: 'loseAnswer' }, 1);
    rig.workloads.injectFault('StartExecution', { kind: 'loseRequest' }, 50);
    const command = rig.run();
    await rig.pass(5_000);
    command.kill(sigint);

    expect(await rig.finish(command)).toMatchObject({ source: 'SIGINT received; stop proven' });
    expect(rig.runs()).toEqual([`${runName} ABORTED`]);
  });

  test('ends with 124 after --timeout, with the run stopped', async () => {
    const rig = await startRig([rest]);
    const command = rig.run({ plan: { timeout: { text: '10m', ms: 10 * minuteMs } } });

    expect(await rig.finish(command)).toMatchObject({
      code: 124,
      source: 'timeout of 10m; stop proven',
    });
    expect(rig.runs()).toEqual([`${runName} ABORTED`]);
  });

  test('ends at once after a second signal', async () => {
    const rig = await startRig([rest]);
    const command = rig.run();
    await rig.pass(minuteMs);
    rig.workloads.injectFault('StopExecution', { kind: 'loseRequest' }, 50);
    command.kill(sigint);
    await rig.pass(1_000);
    command.kill({ kind: 'signal', signal: 'SIGTERM' });
    await rig.pass(0);

    expect(command.end()).toMatchObject({ code: 143, isImmediate: true });
  });

  test('gives up a stop that AWS denies, and does not say that anything goes on', async () => {
    const rig = await startRig([rest]);
    const command = rig.run();
    await rig.pass(minuteMs);
    rig.workloads.injectFault(
      'StopExecution',
      { kind: 'refuse', error: 'AccessDeniedException' },
      500,
    );
    command.kill(sigint);

    const end = await rig.finish(command);

    expect(end.code).toBe(130);
    expect(end.source).toBe('SIGINT received; stop not proven');
    expect(command.lines.join('\n')).toContain(
      'no permission to stop: StopExecution: AccessDenied',
    );
    expect(rig.runs()).toEqual([`${runName} RUNNING`]);
  });
});
