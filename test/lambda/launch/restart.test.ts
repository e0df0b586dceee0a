import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../../lambda/errors.ts';
import { toLaunchKey } from '../../../lambda/launch/launch-row.ts';
import { toSlotKey } from '../../../lambda/launch/slot-row.ts';
import type { Row } from '../../../lambda/ledger/table.ts';
import type { ExecutionTarget } from '../../../lambda/routing/targets.ts';
import { aCaller, aLaunchRig, aTarget } from './rig.ts';

const first = 'NIGHT_EOD-r1620t1-ACE';
const second = 'NIGHT_EOD-r1620t2-ACE';
const again = 'NIGHT_EOD-r1620t1-ACE-a2';
const arn = `arn:aws:states:eu-west-1:111122223333:execution:settle:${first}`;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

type Rig = ReturnType<typeof aLaunchRig>;
type Options = NonNullable<Parameters<typeof aLaunchRig>[0]>;

/** A rig whose target continues failed executions on a retry. */
const aRetryRig = (over: Partial<ExecutionTarget> = {}, options: Options = {}) =>
  aLaunchRig({ targets: [aTarget({ onRetry: 'redrive', ...over })], ...options });

/** A rig with a run that has ended, one minute ago. */
async function anEndedRun(
  status: 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'SUCCEEDED' = 'FAILED',
  rig: Rig = aRetryRig(),
): Promise<Rig> {
  await rig.start();
  rig.advance(minuteMs);
  await rig.report(first, { status, error: 'Rates.NoData' });
  rig.advance(minuteMs);
  return rig;
}

const retry = (rig: Rig, over: Readonly<Record<string, unknown>> = {}) =>
  rig.start({ try: 2, launchId: 'two', wait: true, ...over });

const tokensOf = (rig: Rig) => new Set(rig.stepFunctions.redrives.map((one) => one.clientToken));
const textsOf = (answer: { body: { changes: readonly { text: string }[] } }) =>
  answer.body.changes.map(({ text }) => text);

describe('onRetry: redrive', () => {
  test.for(['FAILED', 'TIMED_OUT', 'ABORTED'] as const)(
    'try 2 continues an execution that ended as %s',
    async (status) => {
      const rig = await anEndedRun(status);

      const answer = await retry(rig);

      expect(answer).toMatchObject({
        status: 201,
        body: {
          ...{ name: second, state: 'ACTIVE', status: 'RUNNING', awsId: arn, try: 2 },
          continues: first,
        },
      });
      expect(answer.body.exit).toBeUndefined();
      expect(textsOf(answer)).toEqual([
        'requested by agents (target settlement)',
        `continues ${first}, which ended as ${status} (redrive 1)`,
        `accepted by AWS: redrive 1 of ${arn}`,
        'RUNNING (redrive 1)',
      ]);
      expect(rig.stepFunctions.executions.size).toBe(1);
    },
  );

  test('the run has the status and exit code of the redrive, not those of the end before', async () => {
    const rig = await anEndedRun();
    await retry(rig);
    // The event of the end before arrives once more.
    await rig.report(second, { status: 'FAILED', redriveCount: 0, eventId: 'late' });

    const running = await rig.status(second);
    await rig.report(second, { status: 'SUCCEEDED' });
    const ended = await rig.status(second);

    expect(running.body).toMatchObject({ state: 'ACTIVE', status: 'RUNNING' });
    expect(ended.body).toMatchObject({ state: 'ENDED', exit: { code: 0 }, status: 'SUCCEEDED' });
  });

  test('the earlier try keeps its own end', async () => {
    const rig = await anEndedRun();
    const before = await rig.status(first);
    await retry(rig);
    await rig.report(second, { status: 'SUCCEEDED' });

    const after = await rig.status(first);

    const { state, status, exit, result, endedAt } = before.body;
    expect(after.body).toMatchObject({ state, status, exit, result, endedAt, continuedBy: second });
    expect(exit?.code).toBe(1);
  });

  test('a repeated start finds the redriven run', async () => {
    const rig = await anEndedRun();
    await retry(rig);

    const found = await retry(rig);

    expect(found).toMatchObject({ status: 200, body: { name: second, awsId: arn } });
    expect(rig.stepFunctions.redrives).toHaveLength(1);
  });

  test('try 3 continues what try 2 has continued', async () => {
    const rig = await anEndedRun();
    await retry(rig);
    rig.advance(minuteMs);
    await rig.report(second, { status: 'FAILED' });
    rig.advance(minuteMs);

    const third = await rig.start({ try: 3, launchId: 'three' });

    expect(third.body).toMatchObject({ continues: second, awsId: arn, status: 'RUNNING' });
    expect((await rig.status(second)).body).toMatchObject({ state: 'ENDED', exit: { code: 1 } });
    expect(tokensOf(rig).size).toBe(2);
  });

  test('a try that has started nothing is passed over', async () => {
    const rig = await anEndedRun();

    const third = await rig.start({ try: 3, launchId: 'three' });

    expect(third.body).toMatchObject({ continues: first, awsId: arn });
  });

  test.for([
    { why: 'SUCCEEDED', rig: () => anEndedRun('SUCCEEDED'), over: {}, text: 'it has SUCCEEDED' },
    {
      why: 'other parameters',
      rig: () => anEndedRun(),
      over: { params: { date: '2026-12-01' } },
      text: 'it had other parameters or input',
    },
    {
      why: 'after 15 days',
      rig: async () => {
        const rig = await anEndedRun();
        rig.advance(15 * dayMs);
        return rig;
      },
      over: {},
      text: 'AWS allows a redrive for 14 days',
    },
    {
      why: 'still active',
      rig: async () => {
        const rig = aRetryRig();
        await rig.start();
        return rig;
      },
      over: {},
      text: 'it is still active',
    },
  ])('starts a new run with the reason: $why', async ({ rig: create, over, text }) => {
    const rig = await create();

    const answer = await retry(rig, over);

    expect(answer).toMatchObject({ status: 201, body: { name: second } });
    expect(answer.body.awsId).not.toBe(arn);
    expect(answer.body.continues).toBeUndefined();
    expect(textsOf(answer).join()).toContain(
      `a new run is started, ${first} is not continued: ${text}`,
    );
    expect(rig.stepFunctions.redrives).toEqual([]);
  });

  test('starts a new run if AWS refuses the redrive', async () => {
    const rig = await anEndedRun();
    rig.stepFunctions.nextRedrives.push({ kind: 'refused', code: 'ExecutionNotRedrivable' });

    const answer = await retry(rig);

    expect(answer).toMatchObject({ status: 201, body: { name: second, state: 'ACTIVE' } });
    expect(answer.body.awsId).toMatch(/:NIGHT_EOD-r1620t2-ACE$/);
    expect(textsOf(answer)).toContain(
      `not continued, a new run is started: RedriveExecution of ${arn} was refused: ExecutionNotRedrivable`,
    );
    expect((await rig.status(first)).body.continuedBy).toBeUndefined();
  });

  test('does not apply to try 1, to --again, and without onRetry', async () => {
    const plain = await anEndedRun('FAILED', aLaunchRig());
    const rig = await anEndedRun();

    await retry(plain);
    await rig.start({ launchId: 'more', again: true });
    await rig.start({ try: 2, launchId: 'two', again: true });

    expect([...plain.stepFunctions.redrives, ...rig.stepFunctions.redrives]).toEqual([]);
    expect(rig.stepFunctions.executions.size).toBe(3);
  });

  test('waits until the stop of the earlier try is proven', async () => {
    const rig = aRetryRig();
    await rig.start();
    await rig.stop(first, { cause: 'kill' });

    const early = await retry(rig);
    rig.advance(11_000);
    await rig.check();
    const soon = await retry(rig);
    const { redrives } = rig.stepFunctions;
    expect(redrives).toEqual([]);
    rig.advance(45_000);
    const later = await retry(rig);

    expect(early).toMatchObject({ status: 429, body: { code: 'EARLIER_RUN_OPEN', exit: 69 } });
    // A further request to stop it may be under way.
    expect(soon).toMatchObject({ status: 503, body: { code: 'NOT_AVAILABLE' } });
    expect(later).toMatchObject({ status: 201, body: { continues: first, status: 'RUNNING' } });
    expect(later.body.stop).toBeUndefined();
  });

  test('holds one slot of maxRunning for the redriven run', async () => {
    const rig = await anEndedRun('FAILED', aRetryRig({ maxRunning: 2 }));
    await retry(rig);

    const other = await rig.start({ job: 'NIGHT_TWO', launchId: 'x' });
    const third = await rig.start({ job: 'NIGHT_THREE', launchId: 'y' });
    await rig.report(second, { status: 'SUCCEEDED' });
    const fourth = await rig.start({ job: 'NIGHT_THREE', launchId: 'y' });

    expect([other.status, third.status, fourth.status]).toEqual([201, 429, 201]);
    expect(await rig.table.get(toSlotKey('settlement', 1))).toBeDefined();
  });
});

describe('a redrive whose answer is lost', () => {
  test('is found by the next request, and not repeated', async () => {
    const rig = await anEndedRun();
    rig.stepFunctions.nextRedrives.push('lost');

    const lost = await retry(rig);
    const found = await retry(rig);

    expect(lost).toMatchObject({ status: 202, body: { state: 'LOOKING_UP' } });
    expect(found).toMatchObject({ status: 200, body: { state: 'ACTIVE', awsId: arn } });
    expect(rig.stepFunctions.redrives).toHaveLength(1);
  });

  test('is found by the sweep', async () => {
    const rig = await anEndedRun();
    rig.stepFunctions.nextRedrives.push('lost');
    await retry(rig);
    rig.advance(3 * minuteMs);

    const checks = await rig.check();

    expect(checks.map(({ kind }) => kind)).toEqual(['startFound']);
    expect((await rig.readLaunch(second))?.launch).toMatchObject({
      stage: 'started',
      aws: { id: arn, redrive: 1 },
    });
    expect((await rig.status(second)).body).toMatchObject({ state: 'ACTIVE', status: 'RUNNING' });
  });

  test('is not repeated after it has failed again', async () => {
    const rig = await anEndedRun();
    rig.stepFunctions.nextRedrives.push('lost');
    await retry(rig);
    rig.advance(20 * minuteMs);
    await rig.report(first, { status: 'FAILED' });

    const answer = await retry(rig);

    expect(answer).toMatchObject({ status: 200, body: { state: 'ENDED', exit: { code: 1 } } });
    expect(rig.stepFunctions.redrives).toHaveLength(1);
  });

  test('is covered by its token while lookups do not show it yet', async () => {
    const base = aRetryRig();
    let isBehind = false;
    const rig: Rig = aRetryRig(
      {},
      {
        now: () => new Date(base.nowMs()),
        aws: {
          startExecution: async (start) => base.stepFunctions.start(start),
          describeExecution: async (executionArn, signal) => {
            const answer = await base.stepFunctions.describe(executionArn, signal);
            if (!isBehind || answer.kind !== 'found') return answer;
            return {
              kind: 'found',
              execution: { ...answer.execution, redriveCount: 0, status: 'FAILED' },
            };
          },
          redriveExecution: async (call) => base.stepFunctions.redrive(call),
          stopCalls: base.stepFunctions.stopCalls,
        },
      },
    );
    await rig.start();
    const kept = base.stepFunctions.executions.get(arn);
    Object.assign(kept ?? {}, { status: 'FAILED', stoppedMs: base.nowMs() });
    base.stepFunctions.nextRedrives.push('lost');
    await retry(rig);
    isBehind = true;

    const answer = await retry(rig);

    expect(answer).toMatchObject({ status: 201, body: { awsId: arn, state: 'ACTIVE' } });
    expect(tokensOf(base).size).toBe(1);
    expect(kept?.redriveCount).toBe(1);
  });

  test('does not start a new run if AWS refuses the repeated call', async () => {
    const rig = await anEndedRun();
    rig.stepFunctions.nextRedrives.push(
      { kind: 'unknown', reason: 'TimeoutError' },
      { kind: 'refused', code: 'ExecutionNotRedrivable' },
    );
    await retry(rig);

    const answer = await retry(rig);

    expect(answer).toMatchObject({ status: 202, body: { state: 'LOOKING_UP' } });
    expect(rig.stepFunctions.executions.size).toBe(1);
  });

  test('of which AWS knows nothing for ten minutes was never sent', async () => {
    const rig = await anEndedRun();
    rig.stepFunctions.nextRedrives.push({ kind: 'unknown', reason: 'TimeoutError' });
    await retry(rig);
    rig.advance(11 * minuteMs);

    const checks = await rig.check();
    const answer = await retry(rig);

    expect(checks.map(({ kind }) => kind)).toEqual(['neverStarted']);
    expect(answer).toMatchObject({ status: 422, body: { code: 'NEVER_STARTED' } });
    expect((await rig.status(first)).body).toMatchObject({ state: 'ENDED', exit: { code: 1 } });
  });
});

describe('a function that ends between two writes', () => {
  /** A rig whose ledger fails at the given write of a row, from a moment on. */
  function aFailingRig() {
    let failing: ((row: Row) => boolean) | undefined;
    const rig = aRetryRig(
      {},
      {
        wrap: (table) => ({
          ...table,
          put: async (row, seen) => {
            if (failing?.(row)) throw new LedgerError({ doing: 'write', reason: 'crashed' });
            return table.put(row, seen);
          },
        }),
      },
    );
    return { rig, fail: (when: typeof failing) => (failing = when) };
  }
  const keyOf = (number: number) =>
    toLaunchKey({
      identity: { kind: 'jobTry', instance: 'ACE', job: 'NIGHT_EOD', run: 1620, try: number },
      start: 1,
    });

  test.for([
    { at: 'the mark of the earlier launch', when: (row: Row) => row.key === keyOf(1), calls: 0 },
    { at: 'the record of the run', when: (row: Row) => row.key.startsWith('run '), calls: 1 },
    {
      at: 'the record of the answer',
      when: (row: Row) =>
        row.key === keyOf(2) && Reflect.get(Object(row.body), 'stage') === 'started',
      calls: 1,
    },
  ])(
    'leaves one redrive, which the next request completes: before $at',
    async ({ when, calls }) => {
      const { rig, fail } = aFailingRig();
      await anEndedRun('FAILED', rig);
      fail(when);
      const crashed = await retry(rig);
      const early = rig.stepFunctions.redrives.length;
      fail(undefined);
      rig.advance(minuteMs);

      const answer = await retry(rig);

      expect(crashed.status).toBe(503);
      expect(early).toBe(calls);
      expect(answer.body).toMatchObject({ state: 'ACTIVE', awsId: arn, continues: first });
      expect(rig.stepFunctions.executions.get(arn)?.redriveCount).toBe(1);
      expect(rig.stepFunctions.redrives).toHaveLength(1);
    },
  );

  test('is found by the sweep after AWS has accepted the redrive', async () => {
    const { rig, fail } = aFailingRig();
    await anEndedRun('FAILED', rig);
    fail((row) => row.key.startsWith('run '));
    await retry(rig);
    fail(undefined);
    rig.advance(4 * minuteMs);

    await rig.check();

    expect((await rig.status(second)).body).toMatchObject({ state: 'ACTIVE', awsId: arn });
    expect(rig.stepFunctions.redrives).toHaveLength(1);
  });

  test('50 requests at once make one redrive', async () => {
    const rig = await anEndedRun();

    const answers = await Promise.all(Array.from({ length: 50 }, () => retry(rig)));

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(rig.stepFunctions.executions.get(arn)?.redriveCount).toBe(1);
  });
});

/** Calls back once, after the next write that requests a stop. */
function aDelayedStop() {
  const delayed: { callback: (() => Promise<unknown>) | undefined } = { callback: undefined };
  const isStop = ({ body }: Row) =>
    typeof body === 'object' && body !== null && Reflect.get(body, 'stop') !== undefined;
  const rig: Rig = aRetryRig(
    {},
    {
      wrap: (table) => ({
        ...table,
        put: async (row, seen) => {
          const revision = await table.put(row, seen);
          const { callback } = delayed;
          if (callback && isStop(row)) {
            delayed.callback = undefined;
            await callback();
          }
          return revision;
        },
      }),
    },
  );
  return { rig, delayed };
}

describe('stop and watch of a redriven run', () => {
  test.for([
    { by: 'a request', stop: (rig: Rig) => rig.stop(first, { cause: 'kill' }) },
    { by: 'the sweep', stop: (rig: Rig) => rig.check() },
  ])('$by that is delayed until the run is redriven does not stop it', async ({ stop }) => {
    const { rig, delayed } = aDelayedStop();
    await rig.start({ wait: true });
    rig.jobs.set('ACE NIGHT_EOD', { status: 'TERMINATED', lastRun: { run: 1620, try: 1 } });
    rig.advance(4 * minuteMs);
    delayed.callback = async () => {
      await rig.stop(first, { cause: 'kill' });
      rig.advance(minuteMs);
      await rig.check();
      await retry(rig);
    };

    await stop(rig);

    expect(rig.stepFunctions.executions.get(arn)).toMatchObject({
      ...{ status: 'RUNNING', redriveCount: 1 },
    });
  });

  test('a late stop of the earlier try does nothing', async () => {
    const rig = await anEndedRun();
    await retry(rig);

    const late = await rig.stop(first, { cause: 'kill' });

    expect(late).toMatchObject({ status: 200, body: { state: 'ENDED' } });
    expect(rig.stepFunctions.stopped).toEqual([]);
  });

  test('a missing command of the earlier try does not stop it', async () => {
    const rig = aRetryRig();
    await rig.start({ wait: true });
    rig.advance(minuteMs);
    await rig.report(first, { status: 'FAILED' });
    await retry(rig, { wait: false });
    rig.jobs.set('ACE NIGHT_EOD', { status: 'RUNNING', lastRun: { run: 1620, try: 2 } });
    rig.advance(10 * minuteMs);

    await rig.check();

    expect(rig.stepFunctions.stopped).toEqual([]);
  });

  test('a missing command of its own try does', async () => {
    const rig = await anEndedRun();
    await retry(rig);
    rig.jobs.set('ACE NIGHT_EOD', { status: 'TERMINATED', lastRun: { run: 1620, try: 2 } });
    rig.advance(4 * minuteMs);

    await rig.check();
    rig.advance(minuteMs);
    await rig.check();

    expect(rig.stepFunctions.stopped.map(({ executionArn }) => executionArn)).toContain(arn);
  });

  test('a stop ends it and is proven', async () => {
    const rig = await anEndedRun();
    await retry(rig);

    const stopped = await rig.stop(second, { cause: 'kill' });

    expect(stopped).toMatchObject({ status: 202, body: { stop: { state: 'requested' } } });
    expect(rig.stepFunctions.executions.get(arn)?.status).toBe('ABORTED');
  });
});

describe('whois', () => {
  test.for([{ arn }, { name: first }])('finds every run of the execution by %j', async (query) => {
    const rig = await anEndedRun();
    await retry(rig);

    const found = await rig.find(query);

    expect(found.body.runs.map(({ name }) => name)).toEqual([second, first]);
  });
});

describe('POST restart', () => {
  test('continues the execution under the next name', async () => {
    const rig = await anEndedRun('FAILED', aLaunchRig());

    const answer = await rig.restart(first);
    const repeated = await rig.restart(first);

    expect(answer).toMatchObject({
      status: 201,
      body: { name: again, continues: first, awsId: arn, status: 'RUNNING', try: 1 },
    });
    expect(repeated).toMatchObject({ status: 200, body: { name: again } });
    expect(rig.stepFunctions.redrives).toHaveLength(1);
  });

  test('starts a new run with the input that AWS shows', async () => {
    const rig = await anEndedRun('FAILED', aLaunchRig());

    const answer = await rig.restart(first, { how: 'again' });

    expect(answer).toMatchObject({ status: 201, body: { name: again, status: 'RUNNING' } });
    const [one, other] = rig.stepFunctions.calls;
    expect(other).toEqual({ ...one, name: again });
  });

  test('starts a new run by itself if AWS allows no redrive any more', async () => {
    const rig = await anEndedRun('FAILED', aLaunchRig());
    rig.advance(15 * dayMs);

    const answer = await rig.restart(first);

    expect(answer).toMatchObject({ status: 201, body: { name: again } });
    expect(textsOf(answer).join()).toContain('as a new run: AWS allows a redrive for 14 days');
  });

  test.for([
    { given: { params: { date: '2026-11-30' } }, status: 201 },
    { given: { params: { date: '2026-12-01' } }, status: 400 },
    { given: { params: { date: '2026-11-30' }, how: 'redrive' }, status: 400 },
  ])('takes only the parameters of the run: $given', async ({ given, status }) => {
    const rig = await anEndedRun('FAILED', aLaunchRig());

    const answer = await rig.restart(first, { how: 'again', ...given });

    expect(answer.status).toBe(status);
    expect(rig.stepFunctions.executions.size).toBe(status === 201 ? 2 : 1);
  });

  test.for([
    { how: undefined, code: 'NOT_RESTARTABLE', exit: 65, fix: '--again' },
    { how: 'redrive', code: 'NOT_REDRIVABLE', exit: 78, fix: '--again' },
  ])('refuses a run that has SUCCEEDED: $how', async ({ how, code, exit, fix }) => {
    const rig = await anEndedRun('SUCCEEDED', aLaunchRig());

    const answer = await rig.restart(first, how ? { how } : {});

    expect(answer).toMatchObject({ status: 409, body: { code, exit } });
    expect(answer.body.fix).toContain(fix);
    expect(rig.stepFunctions.executions.size).toBe(1);
  });

  test.for(['redrive', 'again', undefined])('refuses a run that is active: %s', async (how) => {
    const rig = aLaunchRig();
    await rig.start();

    const answer = await rig.restart(first, how ? { how } : {});

    expect(answer).toMatchObject({ status: 409, body: { code: 'NOT_RESTARTABLE', exit: 65 } });
    expect(rig.stepFunctions.calls).toHaveLength(1);
  });

  test('refuses a redrive beyond 14 days, with the day on which they ended', async () => {
    const rig = await anEndedRun('FAILED', aLaunchRig());
    rig.advance(15 * dayMs);

    const answer = await rig.restart(first, { how: 'redrive' });

    expect(answer).toMatchObject({ status: 409, body: { code: 'NOT_REDRIVABLE', exit: 78 } });
    expect(answer.body.message).toBe(
      `${first} cannot be continued: AWS allows a redrive for 14 days, which ended at 2026-12-14T01:01:00.000Z`,
    );
  });

  test.for([{ name: first }, { name: 'NIGHT_EOD-r99t1-ACE' }])(
    'refuses the run of the job of another caller, existing or not: $name',
    async ({ name }) => {
      const other = aCaller({ name: 'others', jobs: ['DAY_*'] });
      const rig = aLaunchRig({ callers: [aCaller(), other] });
      await anEndedRun('FAILED', rig);

      const answer = await rig.restart(name, {}, { caller: 'others' });

      expect(answer).toMatchObject({ status: 403, body: { code: 'NOT_ALLOWED', exit: 77 } });
      expect(answer.body.message).toBe(`the caller may not see a run ${name}, or there is none`);
      expect(rig.stepFunctions.redrives).toEqual([]);
    },
  );

  test('refuses a run that another run has continued, and names that one', async () => {
    const rig = await anEndedRun();
    await retry(rig);
    await rig.report(second, { status: 'FAILED' });

    const answer = await rig.restart(first, { how: 'redrive' });

    expect(answer).toMatchObject({ status: 409, body: { code: 'NOT_RESTARTABLE', exit: 65 } });
    expect(answer.body.fix).toContain(`restart ${second}`);
  });

  test('refuses a run of which nothing was started', async () => {
    const rig = aLaunchRig();
    rig.stepFunctions.next.push({ kind: 'refused', code: 'StateMachineDoesNotExist' });
    await rig.start();

    const answer = await rig.restart(first);

    expect(answer).toMatchObject({ status: 409, body: { code: 'NOT_RESTARTABLE', exit: 65 } });
  });

  test.for([
    { body: { how: 'twice' }, message: 'how: allowed: redrive, again' },
    { body: { launchId: undefined }, message: 'launchId: is missing' },
    { body: { job: 'X' }, message: 'job: unknown field' },
  ])('refuses a wrong field: $message', async ({ body, message }) => {
    const rig = await anEndedRun('FAILED', aLaunchRig());

    const answer = await rig.restart(first, body);

    expect(answer).toMatchObject({ status: 400, body: { exit: 65 } });
    expect(answer.body.message).toContain(message);
  });

  test('a refusal of AWS is reported with its code, and nothing is started', async () => {
    const rig = await anEndedRun('FAILED', aLaunchRig());
    rig.stepFunctions.nextRedrives.push({ kind: 'refused', code: 'ExecutionNotRedrivable' });

    const answer = await rig.restart(first, { how: 'redrive' });

    expect(answer).toMatchObject({ status: 422, body: { code: 'REFUSED_BY_AWS', exit: 78 } });
    expect(rig.stepFunctions.executions.size).toBe(1);
  });
});
