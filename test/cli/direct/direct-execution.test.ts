import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import type { ExecutionTarget } from '../../../lambda/routing/targets.ts';
import type { ExecutionPlan } from '../../../local/index.ts';
import { executionArn } from '../../local/workloads/planned-aws.ts';
import { anExecutionTarget } from '../../support/launch-targets.ts';
import { startDirectRig } from './direct-rig.ts';

const minuteMs = 60_000;
const runName = 'NIGHT_EOD-r1620t1-ACE';
const arn = executionArn('settlement', runName);

async function startRig(plan: ExecutionPlan = {}, over: Partial<ExecutionTarget> = {}) {
  const rig = await startDirectRig([anExecutionTarget(over)]);
  rig.workloads.define({ stateMachine: 'settlement', runs: plan });
  return rig;
}

const waitFor = (ms: number): ExecutionPlan => ({
  steps: [{ kind: 'wait', state: 'Work', for: ms }],
});

describe('run --direct of an execution', () => {
  test('starts it under the name of the launch API, and ends with 0 after its success', async () => {
    const rig = await startRig(waitFor(90_000));

    const command = rig.run();
    const end = await rig.finish(command);

    expect(end).toMatchObject({ code: 0, source: 'status SUCCEEDED', errors: [] });
    expect(rig.runs()).toEqual([`${runName} SUCCEEDED`]);
    expect(command.lines).toEqual([
      `run ${runName} (target settlement, job NIGHT_EOD, run 1620, try 1, instance ACE) was started`,
      'requested by direct mode (target settlement)',
      `accepted by AWS: ${arn}`,
      expect.stringContaining('console: https://eu-west-1.console.aws.amazon.com/'),
      'RUNNING',
      'SUCCEEDED',
      `run ${runName} ended: SUCCEEDED`,
    ]);
    expect(rig.workloads.unknownRequests).toEqual([]);
  });

  test.for([
    { end: { status: 'FAILED', error: 'Rates.NoData', cause: 'none' }, code: 4 },
    { end: { status: 'FAILED', error: 'Other', cause: 'none' }, code: 1 },
    { end: { status: 'TIMED_OUT' }, code: 75 },
  ] as const)('ends with $code after $end.status', async ({ end, code }) => {
    const exitCodes = { 'Rates.NoData': 4, TIMED_OUT: 75 };
    const rig = await startRig({ ...waitFor(5_000), end }, { exitCodes });

    expect((await rig.finish(rig.run())).code).toBe(code);
  });

  test('ends with 143 after an execution that a person has stopped in AWS', async () => {
    const rig = await startRig(waitFor(60 * minuteMs));
    const command = rig.run();
    await rig.pass(minuteMs);
    await rig.sfn.send(new StopExecutionCommand({ executionArn: arn }));

    expect(await rig.finish(command)).toMatchObject({ code: 143, source: 'status ABORTED' });
  });

  test('makes at most 140 calls of AWS for a run of 30 minutes', async () => {
    const rig = await startRig(waitFor(30 * minuteMs));

    const end = await rig.finish(rig.run());

    expect(end.code).toBe(0);
    // Besides these, one GetCallerIdentity.
    expect(rig.calls()).toBeLessThanOrEqual(139);
    expect(rig.calls()).toBeGreaterThan(60);
  });

  test('asks at most every 15 s after the first minute', async () => {
    const rig = await startRig(waitFor(20 * minuteMs));
    rig.run();
    await rig.pass(61_000);
    const before = rig.workloads.calls['DescribeExecution'] ?? 0;
    await rig.pass(10 * minuteMs);

    expect(rig.workloads.calls['DescribeExecution'] ?? 0).toBeLessThanOrEqual(before + 41);
  });

  test('finds the run of an earlier command, and ends with its exit code', async () => {
    const rig = await startRig({ ...waitFor(3 * minuteMs), end: { status: 'FAILED' } });
    const first = rig.run();
    await rig.pass(2 * minuteMs);

    const second = rig.run();
    const ends = [await rig.finish(first), await rig.finish(second)];
    const third = await rig.finish(rig.run());

    expect([...ends, third].map(({ code }) => code)).toEqual([1, 1, 1]);
    expect(rig.runs()).toEqual([`${runName} FAILED`]);
    expect(second.lines[0]).toContain('nothing was started, waiting for it');
  });

  test('refuses the name with other input', async () => {
    const params = { date: '.*' };
    const input = { template: { date: `\${param.date}` } };
    const rig = await startRig(waitFor(minuteMs), { params, input });
    await rig.finish(rig.run({ request: { params: { date: '2026-11-20' } } }));

    const end = await rig.finish(rig.run({ request: { params: { date: '2026-11-21' } } }));

    expect(end).toMatchObject({ code: 65, source: 'nothing was started' });
    expect(end.errors[0]).toContain('with other input');
    expect(end.errors[1]).toContain('or start another run with --again');
    expect(rig.runs()).toHaveLength(1);
  });

  test('refuses a run that ended more than a day ago, and starts it with --again', async () => {
    const rig = await startRig(waitFor(1_000));
    await rig.finish(rig.run());
    await rig.clock.advance(25 * 60 * minuteMs);

    const refused = await rig.finish(rig.run());
    const again = await rig.finish(rig.run({ request: { again: true } }));

    expect(refused.code).toBe(65);
    expect(refused.errors[0]).toMatch(/and ended at 20.*so add --again/);
    expect(again.code).toBe(0);
    expect(rig.runs()).toEqual([`${runName} SUCCEEDED`, 'NIGHT_EOD-r1620t1-ACE-a2 SUCCEEDED']);
  });

  test.for(['loseAnswer', 'loseRequest'] as const)(
    'starts one run although StartExecution has the fault %s',
    async (kind) => {
      const rig = await startRig(waitFor(minuteMs));
      rig.workloads.injectFault('StartExecution', { kind });

      expect((await rig.finish(rig.run())).code).toBe(0);
      expect(rig.runs()).toEqual([`${runName} SUCCEEDED`]);
    },
  );

  test('waits out throttled calls', async () => {
    const rig = await startRig(waitFor(3 * minuteMs));
    const refuse = { kind: 'refuse', error: 'ThrottlingException' } as const;
    rig.workloads.injectFault('StartExecution', refuse, 2);
    rig.workloads.injectFault('DescribeExecution', refuse, 4);

    const command = rig.run();
    const end = await rig.finish(command);

    expect(end.code).toBe(0);
    expect(command.lines.join('\n')).toContain('DescribeExecution: ThrottlingException');
  });

  test.for(['ExpiredTokenException', 'AccessDeniedException'])(
    'goes on after %s for some minutes, as after renewed credentials',
    async (error) => {
      const rig = await startRig({ ...waitFor(20 * minuteMs), end: { status: 'FAILED' } });
      const command = rig.run();
      await rig.pass(5_000);
      rig.workloads.injectFault('DescribeExecution', { kind: 'refuse', error }, 8);

      expect((await rig.finish(command)).code).toBe(1);
      expect(command.lines.join('\n')).toContain(`DescribeExecution was denied: ${error}`);
    },
  );

  test('gives up a run that it may not read for 15 minutes', async () => {
    const rig = await startRig(waitFor(60 * minuteMs));
    const command = rig.run();
    await rig.pass(5_000);
    const denial = { kind: 'refuse', error: 'AccessDeniedException' } as const;
    rig.workloads.injectFault('DescribeExecution', denial, 10_000);

    const end = await rig.finish(command);

    expect(end).toMatchObject({ code: 77, source: 'the run is not followed any more' });
    expect(end.errors.at(-1)).toContain('may still be active; continue with --attach');
  });

  test('waits out an AWS that closes connections, and says so once', async () => {
    const rig = await startRig(waitFor(3 * minuteMs));
    const command = rig.run();
    await rig.pass(5_000);
    rig.workloads.injectFault('DescribeExecution', { kind: 'loseRequest' }, 6);

    const end = await rig.finish(command);

    expect(end.code).toBe(0);
    expect(command.lines.filter((line) => line.startsWith('no answer of AWS'))).toHaveLength(1);
    expect(command.lines.filter((line) => line.startsWith('AWS answers again'))).toHaveLength(1);
  });

  test.for([
    { fault: 'StateMachineDoesNotExist', code: 78 },
    { fault: 'InvalidExecutionInput', code: 65 },
    { fault: 'AccessDeniedException', code: 77 },
  ])('ends with $code if StartExecution answers $fault', async ({ fault, code }) => {
    const rig = await startRig();
    rig.workloads.injectFault('StartExecution', { kind: 'refuse', error: fault });

    const end = await rig.finish(rig.run());

    expect(end).toMatchObject({ code, source: 'nothing was started' });
    expect(end.errors.join('\n')).toContain(fault);
    expect(rig.runs()).toEqual([]);
  });

  test('refuses wrong parameters and unknown targets before it calls AWS', async () => {
    const rig = await startRig({}, { params: { date: '\\d{4}' } });

    const wrong = await rig.finish(rig.run({ request: { params: { date: 'x', more: 'y' } } }));
    const unknown = await rig.finish(rig.run({ request: { target: 'setlement' } }));

    expect(wrong.code).toBe(65);
    expect(wrong.errors.join('\n')).toContain('params.more: target settlement has no such');
    expect(unknown.code).toBe(64);
    expect(unknown.errors[0]).toContain('did you mean settlement?');
    expect(rig.calls()).toBe(0);
  });

  test('waits while the target is disabled', async () => {
    const rig = await startRig({}, { enabled: false });
    const command = rig.run({ plan: { timeout: { text: '5m', ms: 5 * minuteMs } } });

    const end = await rig.finish(command);

    expect(end.code).toBe(124);
    expect(command.lines[0]).toContain('target settlement is disabled in the route file');
    expect(rig.calls()).toBe(0);
  });

  test('ends after the start with --detach', async () => {
    const rig = await startRig(waitFor(minuteMs));

    const command = rig.run({ plan: { isDetached: true } });

    expect(await rig.finish(command)).toMatchObject({ code: 0 });
    expect(command.result().state.name).toBe(runName);
    expect(rig.calls()).toBe(1);
  });

  test('waits for a run that exists with --attach, and refuses one that does not', async () => {
    const rig = await startRig({ ...waitFor(5 * minuteMs), end: { status: 'FAILED' } });
    await rig.finish(rig.run({ plan: { isDetached: true } }));

    const attached = rig.run({ plan: { kind: 'attach', name: runName } });
    const unknown = rig.run({ plan: { kind: 'attach', name: 'OTHER-r1t1-ACE' } });

    expect(await rig.finish(unknown)).toMatchObject({ code: 64 });
    expect(await rig.finish(attached)).toMatchObject({ code: 1 });
    expect(attached.lines[0]).toContain(`waiting for run ${runName} (target settlement, job NIGHT`);
    expect(rig.workloads.calls['StartExecution']).toBe(1);
  });

  test.for([
    { limit: 15, isThrottled: false },
    { limit: 1, isThrottled: true },
  ])('ends 40 commands where AWS allows $limit calls a second', async ({ limit, isThrottled }) => {
    const rig = await startRig(waitFor(4 * minuteMs));
    const times: number[] = [];
    let throttled = 0;
    rig.workloads.configure({
      callFault: ({ operation }) => {
        if (operation !== 'DescribeExecution') return undefined;
        const now = rig.clock.now();
        while (times[0] !== undefined && now - times[0] >= 1_000) times.shift();
        if (times.length >= limit) {
          throttled += 1;
          return { kind: 'refuse', error: 'ThrottlingException' };
        }
        times.push(now);
        return undefined;
      },
    });

    const commands = Array.from({ length: 40 }, (_, at) =>
      rig.run({ request: { job: `NIGHT_${at}`, launchId: `id-${at}` } }),
    );
    for (const command of commands) await rig.finish(command);

    expect(commands.map((command) => command.end().code)).toEqual(Array(40).fill(0));
    expect(rig.runs().filter((run) => run.endsWith('SUCCEEDED'))).toHaveLength(40);
    expect(throttled > 0).toBe(isThrottled);
  });
});
