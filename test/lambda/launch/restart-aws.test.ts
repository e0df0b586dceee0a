import { describe, expect, test } from 'vitest';
import type { ExecutionStep } from '../../../local/index.ts';
import { runName as first, rest, rootArn, startStopRig } from './stop-aws.ts';

const again = `${first}-a2`;
const second = 'NIGHT_EOD-r1620t2-ACE';
const dayMs = 86_400_000;

const load: ExecutionStep = { kind: 'wait', state: 'Load', for: 100 };
const rates: ExecutionStep = {
  kind: 'lambda',
  state: 'Rates',
  functionName: 'fetch-rates',
  for: 100,
  fails: { error: 'Rates.NoData' },
};

/** The launch function over the real SDK clients, with a run whose last step has failed. */
async function startFailed(
  steps: readonly ExecutionStep[] = [load, rates],
  over: Parameters<typeof startStopRig>[1] = {},
) {
  const rig = await startStopRig(steps, over);
  await rig.begin();
  return rig;
}

describe('a redrive over the SDK', () => {
  test('continues the execution on a retry, with the token of the launch', async () => {
    await using rig = await startFailed([load, rates], { onRetry: 'redrive' });

    const answer = await rig.start({ try: 2, launchId: 'two' });

    expect(answer).toMatchObject({
      status: 201,
      body: { name: second, continues: first, awsId: rootArn, status: 'RUNNING' },
    });
    expect(rig.workloads.calls).toMatchObject({ StartExecution: 1, RedriveExecution: 1 });
  });

  test('is made once if its answer is lost', async () => {
    await using rig = await startFailed([load, rates], { onRetry: 'redrive' });
    rig.workloads.injectFault('RedriveExecution', { kind: 'loseAnswer' });

    const lost = await rig.start({ try: 2, launchId: 'two' });
    const found = await rig.start({ try: 2, launchId: 'two' });

    expect([lost.status, found.status]).toEqual([202, 200]);
    expect(found.body).toMatchObject({ awsId: rootArn, continues: first });
    expect(rig.workloads.calls).toMatchObject({ RedriveExecution: 1 });
    expect(rig.events.filter(({ detail }) => detail['status'] === 'RUNNING')).toHaveLength(2);
  });

  test('is repeated with the same token while DescribeExecution lags behind', async () => {
    await using rig = await startFailed([load, rest], { onRetry: 'redrive' });
    await rig.stop(first);
    await rig.sweepFor(2);
    rig.workloads.configure({ lagMs: { DescribeExecution: 60_000 } });
    rig.workloads.injectFault('RedriveExecution', { kind: 'loseAnswer' });

    const lost = await rig.start({ try: 2, launchId: 'two' });
    const repeated = await rig.start({ try: 2, launchId: 'two' });

    expect([lost.status, repeated.status]).toEqual([202, 201]);
    expect(rig.workloads.calls).toMatchObject({ RedriveExecution: 2 });
    const described = rig.events.map(({ detail }) => detail['redriveCount']);
    expect(Math.max(...described.map(Number))).toBe(1);
  });

  test('that is stopped is proven only after its own end is shown', async () => {
    await using rig = await startFailed([load, rest], { onRetry: 'redrive' });
    await rig.stop(first);
    await rig.sweepFor(2);
    await rig.start({ try: 2, launchId: 'two' });
    await rig.clock.advance(1_000);
    rig.workloads.configure({ lagMs: { DescribeExecution: 90_000 } });
    await rig.stop(second);

    await rig.sweepFor(1);
    const early = (await rig.readLaunch(second))?.launch.stop;
    await rig.sweepFor(4);
    const late = (await rig.readLaunch(second))?.launch.stop;

    expect(early).toMatchObject({ state: 'requested' });
    expect(late).toMatchObject({ state: 'proven' });
    expect(rig.active()).toEqual([]);
  });
});

describe('a restart over the SDK', () => {
  test.for([
    { days: 13, how: 'redrive' },
    { days: 15, how: 'again' },
  ])('after $days days: $how', async ({ days, how }) => {
    await using rig = await startFailed();
    await rig.clock.advance(days * dayMs);

    const answer = await rig.restart(first);

    expect(answer).toMatchObject({ status: 201, body: { name: again } });
    expect(answer.body.awsId === rootArn).toBe(how === 'redrive');
  });

  test('of an execution with more than 24,998 events is refused with the reason', async () => {
    const parallel: ExecutionStep = {
      kind: 'parallel',
      state: 'Many',
      branches: Array.from({ length: 12_500 }, (_, at) => [
        { kind: 'wait' as const, state: `W${at}`, for: 0 },
      ]),
    };
    await using rig = await startFailed([parallel, rates]);

    const answer = await rig.restart(first, { how: 'redrive' });

    expect(answer).toMatchObject({ status: 409, body: { code: 'NOT_REDRIVABLE', exit: 78 } });
    expect(answer.body.message).toContain('its history has 24,999 events or more');
    expect(rig.workloads.calls).not.toHaveProperty('RedriveExecution');
  });
});

describe('the plan of a restart', () => {
  const plan = { query: { plan: '1' } };

  test('names what is kept and what runs again, and starts nothing', async () => {
    await using rig = await startFailed();

    const { status, body } = await rig.restart(first, { launchId: undefined }, plan);

    expect(status).toBe(200);
    expect(body).toMatchObject({ how: 'redrive', of: first, next: again });
    expect(body).toMatchObject({ kept: ['Load'], repeated: ['Rates'] });
    expect(body.twice).toEqual(['state Rates: it invokes function fetch-rates again']);
    expect(body.text).toEqual([
      `restart of ${first}, which ended as FAILED at 2026-01-15T02:00:00.200Z`,
      `redrive: the execution continues where it failed, with its own input, as run ${again}`,
      'the time limit of the state machine starts again',
      'definition: that of the first start of the execution, saved at 2026-01-15T02:00:00.000Z; it has not changed since',
      'kept, not run again: Load',
      'run again: Rates',
      'would run twice: state Rates: it invokes function fetch-rates again',
      'nothing has been started',
    ]);
    expect(rig.workloads.calls).not.toHaveProperty('RedriveExecution');
    expect(await rig.readLaunch(again)).toBeUndefined();
  });

  test('says that a newer definition exists, and is not used', async () => {
    await using rig = await startFailed();
    rig.define('settle', { steps: [load] });

    const { body } = await rig.restart(first, {}, plan);

    expect(body.text.join('\n')).toMatch(
      /a newer definition exists, revision [0-9a-f-]{36}, and the redrive does not use it\. It was saved after 2026-01-15T02:00:00\.000Z, the start of the execution; AWS does not show when\./,
    );
  });

  test('names children that a redrive starts again, and arrays as a whole', async () => {
    const steps: ExecutionStep[] = [
      load,
      {
        kind: 'parallel',
        state: 'Both',
        branches: [
          [
            {
              kind: 'submitJob',
              state: 'Risk',
              jobName: 'leg',
              jobQueue: 'risk',
              jobDefinition: 'risk',
              arraySize: 3,
            },
          ],
          [{ kind: 'startExecution', state: 'Nested', stateMachine: 'child' }],
        ],
      },
    ];
    await using rig = await startFailed(steps);
    await rig.stop(first);
    await rig.sweepFor(3);

    const { body } = await rig.restart(first, {}, plan);

    expect(body).toMatchObject({
      how: 'redrive',
      kept: ['Load'],
      repeated: ['Both', 'Risk', 'Nested'],
    });
    expect(body.twice).toEqual([
      expect.stringMatching(
        /^state Risk: it submits the whole array again instead of \S+: all 3 children, also those that have succeeded$/,
      ),
      expect.stringMatching(
        /^state Nested: it starts another execution instead of arn:\S+:execution:child:\S+, from the beginning$/,
      ),
    ]);
  });

  test('of a new run names everything that runs twice', async () => {
    await using rig = await startFailed();

    const { body } = await rig.restart(first, { how: 'again' }, plan);

    expect(body).toMatchObject({ how: 'again', kept: [], repeated: ['Load', 'Rates'] });
    expect(body.twice).toEqual([
      'state Load, which had ended',
      'state Rates: it invokes function fetch-rates again',
    ]);
    expect(body.text).toContain('input: the input that AWS shows of the run');
  });

  test('is refused like the restart itself', async () => {
    await using rig = await startFailed([rest]);

    const answer = await rig.restart(first, {}, plan);

    expect(answer).toMatchObject({ status: 409, body: { code: 'NOT_RESTARTABLE', exit: 65 } });
  });
});
