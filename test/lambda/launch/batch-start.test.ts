import { SubmitJobCommand } from '@aws-sdk/client-batch';
import { describe, expect, test } from 'vitest';
import type { StartAnswer } from '../../../lambda/aws/start-result.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import { createDeferEnd } from '../../../lambda/launch/array-exit.ts';
import { createCheckDuplicates } from '../../../lambda/launch/check-duplicates.ts';
import { requestStop } from '../../../lambda/launch/stop/launch-stop.ts';
import { aBatchRig } from './batch-rig.ts';

const name = 'NIGHT_EOD-r1620t1-ACE';
const minuteMs = 60_000;
const signal = new AbortController().signal;
const unknown: StartAnswer = { kind: 'unknown', reason: 'ETIMEDOUT' };

describe('a start of a Batch job', () => {
  test('submits it with the filled templates and tags, and follows it to its end', async () => {
    await using rig = await aBatchRig({
      target: {
        overrides: {
          command: ['run', `\${job}`],
          environment: { RUN: `\${run}/\${try}` },
          vcpus: 2,
          memory: 512,
          attempts: 2,
          timeoutSeconds: 600,
        },
      },
    });

    const { status, body } = await rig.start();

    expect(status).toBe(201);
    expect(body).toMatchObject({ name, state: 'ACTIVE', status: 'SUBMITTED', retryAfter: 3 });
    const { body: described } = await rig.aws.call('/v1/describejobs', { jobs: [body.awsId] });
    expect(described['jobs']).toMatchObject([
      {
        jobName: name,
        parameters: { date: '2026-11-30' },
        retryStrategy: { attempts: 2 },
        timeout: { attemptDurationSeconds: 600 },
        tags: {
          'autosys-bridge': 'launched',
          'autosys-bridge-job': 'NIGHT_EOD',
          'autosys-bridge-run': '1620/1',
          'autosys-bridge-instance': 'ACE',
        },
        propagateTags: true,
        container: {
          command: ['run', 'NIGHT_EOD'],
          environment: [{ name: 'RUN', value: '1620/1' }],
        },
      },
    ]);
    await rig.aws.clock.advance(minuteMs);
    await rig.report();
    expect((await rig.status(name)).body).toMatchObject({
      ...{ state: 'ENDED', status: 'SUCCEEDED', exit: { code: 0 } },
      result: { attempts: 1, logStreams: [expect.stringMatching(/^risk\/default\//)] },
    });
    expect(rig.aws.workloads.unknownRequests).toEqual([]);
    expect(rig.defects).toEqual([]);
  });

  test('has the exit code of the container', async () => {
    await using rig = await aBatchRig({ definition: { runs: { attempts: [{ exitCode: 7 }] } } });
    await rig.start();
    await rig.aws.clock.advance(minuteMs);
    await rig.report();

    const { body } = await rig.status(name);

    expect(body.exit).toEqual({ code: 7, source: 'exit code of the container' });
  });

  test('for a job whose name the tag rules do not allow has no tag of it', async () => {
    await using rig = await aBatchRig();

    const { body } = await rig.start({ job: 'NIGHT_#1' });

    const { body: described } = await rig.aws.call('/v1/describejobs', { jobs: [body.awsId] });
    const [job] = described['jobs'] as readonly { readonly tags: object }[];
    expect(job?.tags).toEqual({
      ...{ 'autosys-bridge': 'launched', 'autosys-bridge-run': '1620/1' },
      'autosys-bridge-instance': 'ACE',
    });
  });

  test('that AWS refuses says why, and can be requested anew', async () => {
    await using rig = await aBatchRig();
    rig.aws.workloads.define({ jobQueue: 'night', state: 'DISABLED' });

    await rig.start();

    const { body } = await rig.status(name);
    expect(body).toMatchObject({ state: 'REFUSED', exit: { code: 78 } });
    expect(body.exit?.source).toBe(
      'SubmitJob to queue night with definition risk was refused: ClientException: JobQueue night is disabled',
    );
    rig.aws.workloads.define({ jobQueue: 'night' });
    expect((await rig.start({ launchId: 'two' })).status).toBe(201);
  });

  test('that is throttled is carried out when it is repeated', async () => {
    await using rig = await aBatchRig();
    rig.aws.workloads.injectFault('SubmitJob', {
      ...{ kind: 'refuse', error: 'TooManyRequestsException', status: 429 },
    });

    expect((await rig.start()).status).toBe(503);
    expect((await rig.start()).status).toBe(201);
    expect(rig.jobs()).toHaveLength(1);
  });

  test.for([
    { when: 'the array size is too small', target: { arraySize: '1' }, path: 'array' },
    { when: 'the array size is no number', target: { arraySize: `\${param.date}` }, path: 'array' },
    {
      when: 'a dependency is no job id',
      target: { dependsOn: [`\${param.date}`] },
      path: 'dependsOn[0]',
    },
    {
      when: 'a word of the command is empty',
      target: { overrides: { command: ['run', `\${param.empty}`] }, params: { empty: '' } },
      params: { empty: '' },
      path: 'overrides.command[1]',
    },
    {
      when: 'the request is larger than 30 KiB',
      target: {
        overrides: {
          environment: Object.fromEntries(
            Array.from({ length: 31 }, (_, at) => [`V${at}`, `\${param.long}`]),
          ),
        },
        params: { long: 'x*' },
      },
      params: { long: 'x'.repeat(1_000) },
      path: 'input',
    },
  ])('is answered with 400 before anything is written if $when', async (row) => {
    await using rig = await aBatchRig({
      target: { input: { template: {} }, ...row.target },
    });
    const { params = { date: '2026-11-30' } } = row;

    const { status, body } = await rig.start({ params });

    expect(status).toBe(400);
    expect(body).toMatchObject({ exit: 65, faults: [{ path: row.path }] });
    expect(JSON.stringify(body)).not.toMatch(/2026-11-30|xxx/);
    expect((await rig.status(name)).status).toBe(404);
    expect(rig.aws.workloads.calls).toEqual({});
  });

  test('at the same time as another of the same identity makes one job', async () => {
    await using rig = await aBatchRig();

    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) => rig.start({ launchId: `id-${at}` })),
    );

    expect(rig.aws.workloads.calls).toEqual({ SubmitJob: 1 });
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });
});

describe('a SubmitJob of unknown outcome', () => {
  test.each(['is found', 'cannot be looked up'])(
    'that %s is watched for a command that waits',
    async (which) => {
      await using rig = await aBatchRig();
      rig.aws.workloads.injectFault('SubmitJob', { kind: 'loseAnswer' });
      await rig.start();
      if (which !== 'is found') {
        rig.aws.workloads.injectFault('ListJobs', {
          ...{ kind: 'refuse', error: 'TooManyRequestsException', status: 429 },
        });
      }

      const { status } = await rig.start({ wait: true, launchId: 'two' });

      expect(status).toBe(which === 'is found' ? 200 : 503);
      expect((await rig.readLaunch(name))?.launch.watch).toBeDefined();
    },
  );

  test('that AWS has accepted is found by its name, and never repeated', async () => {
    await using rig = await aBatchRig();
    rig.aws.workloads.injectFault('SubmitJob', { kind: 'loseAnswer' });

    const first = await rig.start();
    const second = await rig.start();

    expect(first).toMatchObject({ status: 202, body: { state: 'LOOKING_UP' } });
    expect(second).toMatchObject({ status: 200, body: { state: 'ACTIVE' } });
    expect(second.body.awsId).toBe(rig.jobs()[0]?.run);
    expect(second.body.startedAt).toBe('2026-01-15T02:00:00.000Z');
    expect(second.body.changes.map(({ text }) => text)).toContain(
      `found in AWS: ${second.body.awsId}`,
    );
    expect(rig.jobs()).toHaveLength(1);
    expect(rig.duplicates).toEqual([]);
  });

  test('that AWS has not got is looked up for two minutes, and then submitted once more', async () => {
    await using rig = await aBatchRig();
    rig.aws.workloads.injectFault('SubmitJob', { kind: 'loseRequest' });
    const statuses: number[] = [];

    for (let seconds = 0; seconds <= 120; seconds += 15) {
      statuses.push((await rig.start()).status);
      await rig.aws.clock.advance(15_000);
    }

    expect(statuses).toEqual([...Array(8).fill(202), 201]);
    expect(rig.jobs()).toHaveLength(1);
    expect(rig.aws.workloads.calls).toEqual({ SubmitJob: 2, ListJobs: 8 });
  });

  test('is found although ListJobs lags behind', async () => {
    await using rig = await aBatchRig({ definition: { runs: { runnableFor: 'untilStopped' } } });
    rig.aws.workloads.configure({ lagMs: { ListJobs: 30_000 } });
    rig.aws.workloads.injectFault('SubmitJob', { kind: 'loseAnswer' });
    await rig.start();

    const early = await rig.start();
    await rig.aws.clock.advance(30_000);
    const late = await rig.start();

    expect([early.status, late.status]).toEqual([202, 200]);
    expect(rig.jobs()).toHaveLength(1);
  });

  test('is found by the events of the job although ListJobs does not show it', async () => {
    await using rig = await aBatchRig({ target: { arraySize: 2 } });
    rig.aws.workloads.configure({ lagMs: { ListJobs: 60 * minuteMs } });
    rig.aws.workloads.injectFault('SubmitJob', { kind: 'loseAnswer' });
    await rig.start();
    await rig.aws.clock.advance(3 * minuteMs);
    await rig.report();

    const { status, body } = await rig.start();

    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'ENDED', awsId: rig.jobs()[0]?.run });
    expect(rig.jobs()).toHaveLength(1);
  });

  test('is not repeated while AWS cannot be asked', async () => {
    await using rig = await aBatchRig();
    rig.aws.workloads.injectFault('SubmitJob', { kind: 'loseRequest' });
    const denied = { kind: 'refuse', error: 'AccessDeniedException', status: 403 } as const;
    rig.aws.workloads.injectFault('ListJobs', denied, 2);
    await rig.start();
    await rig.aws.clock.advance(3 * minuteMs);

    const { status, body } = await rig.start();

    expect(status).toBe(503);
    expect(body.message).toContain(`${name} is being looked up: ListJobs: AccessDeniedException`);
    expect(rig.aws.workloads.calls['SubmitJob']).toBe(1);
  });

  test.for([
    { of: 'a name that differs by case', jobName: name.toLowerCase(), createdMs: 0 },
    { of: 'an earlier AutoSys', jobName: name, createdMs: -5 * minuteMs },
  ])('is not confused with the job of $of', async ({ jobName, createdMs }) => {
    await using rig = await aBatchRig();
    const byHand = { jobName, jobQueue: 'night', jobDefinition: 'risk' };
    await rig.aws.batch.send(new SubmitJobCommand(byHand));
    await rig.aws.clock.advance(-createdMs);
    rig.aws.workloads.injectFault('SubmitJob', { kind: 'loseRequest' });
    await rig.start();

    expect((await rig.start()).status).toBe(202);
  });

  test('is submitted once more by only one of two callers', async () => {
    await using rig = await aBatchRig();
    rig.aws.workloads.injectFault('SubmitJob', { kind: 'loseRequest' });
    await rig.start();
    await rig.aws.clock.advance(3 * minuteMs);

    await Promise.all(Array.from({ length: 5 }, () => rig.start()));

    expect(rig.aws.workloads.calls['SubmitJob']).toBe(2);
    expect(rig.jobs()).toHaveLength(1);
  });

  test('twice is left to a person, who may start once more', async () => {
    await using rig = await aBatchRig();
    rig.aws.workloads.injectFault('SubmitJob', { kind: 'loseRequest' }, 2);
    await rig.start();
    await rig.aws.clock.advance(3 * minuteMs);
    expect((await rig.start()).status).toBe(202);
    expect((await rig.start()).status).toBe(202);
    await rig.aws.clock.advance(3 * minuteMs);

    const { status, body } = await rig.start();

    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'START_UNKNOWN', exit: 69 });
    expect(body.message).toContain('no known outcome 2 times, and job queue night shows no job');
    expect(rig.jobs()).toEqual([]);
    const again = await rig.start({ again: true, launchId: 'two' });
    expect(again).toMatchObject({ status: 201, body: { name: `${name}-a2` } });
  });

  test('that AWS accepts late leaves two jobs: the oldest is bound, and the other reported', async () => {
    await using rig = await aBatchRig();
    rig.aws.workloads.configure({ lagMs: { ListJobs: 10 * minuteMs } });
    rig.aws.workloads.injectFault('SubmitJob', { kind: 'loseAnswer' }, 2);
    await rig.start();
    await rig.aws.clock.advance(3 * minuteMs);
    await rig.start();
    rig.aws.workloads.configure({ lagMs: {} });

    const { status, body } = await rig.start();

    const [first, second] = rig.jobs();
    expect(status).toBe(200);
    expect(body.awsId).toBe(first?.run);
    expect(body.changes.map(({ text }) => text)).toContain(
      `duplicate in AWS: ${second?.run}; decide by hand which of the jobs to end`,
    );
    expect(rig.duplicates).toHaveLength(1);
    expect(rig.aws.workloads.calls['TerminateJob']).toBeUndefined();
  });
});

describe('the search for duplicates', () => {
  /** A launch whose second SubmitJob was answered. AWS has got the first one, or not. */
  async function startTwice(fault: 'loseAnswer' | 'loseRequest') {
    const rig = await aBatchRig();
    rig.aws.workloads.configure({ lagMs: { ListJobs: 5 * minuteMs } });
    rig.aws.workloads.injectFault('SubmitJob', { kind: fault });
    await rig.start();
    await rig.aws.clock.advance(3 * minuteMs);
    expect((await rig.start()).status).toBe(201);
    const checkDuplicates = createCheckDuplicates(rig.deps);
    return {
      rig,
      check: async () => {
        const stored = await rig.launches.readByName(name);
        if (stored === undefined) throw new Error('no launch');
        return checkDuplicates(stored, signal);
      },
      [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
    };
  }

  test('reports a job that was listed late, once', async () => {
    await using started = await startTwice('loseAnswer');
    const { rig, check } = started;
    await rig.aws.clock.advance(10 * minuteMs);

    const { launch } = await check();
    await check();

    const [first, second] = rig.jobs();
    expect(launch.aws?.id).toBe(second?.run);
    expect(launch.history.at(-1)?.text).toContain(`duplicate in AWS: ${first?.run}`);
    expect(rig.duplicates).toHaveLength(1);
    expect(rig.aws.workloads.calls['ListJobs']).toBe(2);
  });

  test('finds nothing if AWS has not got the first call', async () => {
    await using started = await startTwice('loseRequest');
    const { rig, check } = started;
    await rig.aws.clock.advance(10 * minuteMs);

    const { launch } = await check();

    expect(launch).not.toHaveProperty('unknownCalls');
    expect(rig.duplicates).toEqual([]);
  });

  test('waits ten minutes, and is repeated if AWS cannot be asked', async () => {
    await using started = await startTwice('loseAnswer');
    const { rig, check } = started;
    const early = await check();
    await rig.aws.clock.advance(10 * minuteMs);
    const denied = { kind: 'refuse', error: 'AccessDeniedException', status: 403 } as const;
    rig.aws.workloads.injectFault('ListJobs', denied);
    const failed = await check();

    const { launch } = await check();

    expect([early, failed].map((one) => one.launch.unknownCalls?.count)).toEqual([1, 1]);
    expect(launch).not.toHaveProperty('unknownCalls');
    expect(rig.duplicates).toHaveLength(1);
  });

  test('reports no vanished command for a run whose command was killed before', async () => {
    await using started = await startTwice('loseRequest');
    const { rig } = started;
    const stored = await rig.readLaunch(name);
    if (stored === undefined) throw new Error('no launch');
    const kill = { by: 'agents', cause: 'kill' } as const;
    await rig.launches.change(stored, (launch) =>
      requestStop(launch, kill, { onKill: 'leave', nowMs: rig.nowMs() }),
    );
    await rig.aws.clock.advance(12 * minuteMs);

    expect(await rig.check()).toEqual([]);

    expect((await rig.readLaunch(name))?.launch).not.toHaveProperty('unknownCalls');
  });

  test('stops no run without a waiting command, although AutoSys has no such job', async () => {
    await using started = await startTwice('loseRequest');
    const { rig } = started;
    await rig.aws.clock.advance(12 * minuteMs);

    const checks = await rig.check();

    const stored = await rig.launches.readByName(name);
    expect(checks).toEqual([]);
    expect(stored?.launch).not.toHaveProperty('unknownCalls');
    expect(stored?.launch).not.toHaveProperty('stop');
  });

  test('of a job that was found by its name, after one call, is not needed', async () => {
    await using rig = await aBatchRig();
    rig.aws.workloads.injectFault('SubmitJob', { kind: 'loseAnswer' });
    await rig.start();
    await rig.start();

    expect((await rig.launches.readByName(name))?.launch).not.toHaveProperty('unknownCalls');
  });
});

describe('a Batch target with maxRunning', () => {
  test('counts a SubmitJob of unknown outcome until its job has ended', async () => {
    await using rig = await aBatchRig({ target: { maxRunning: 1 } });
    rig.aws.workloads.injectFault('SubmitJob', { kind: 'loseAnswer' });
    await rig.start();
    const other = { run: 1621, launchId: 'two' };
    const whileUnknown = await rig.start(other);
    const found = await rig.start();
    const whileActive = await rig.start(other);
    await rig.aws.clock.advance(minuteMs);
    await rig.report();

    const afterEnd = await rig.start(other);

    expect(found.status).toBe(200);
    expect([whileUnknown, whileActive, afterEnd].map(({ status }) => status)).toEqual([
      429, 429, 201,
    ]);
  });
});

describe('a function that dies', () => {
  test('between SubmitJob and the record of its answer leaves a job that is found', async () => {
    let isDying = false;
    await using rig = await aBatchRig({
      wrap: (table) => ({
        ...table,
        put: (row, seen) => {
          if (!isDying) return table.put(row, seen);
          throw new LedgerError({ doing: 'write', reason: 'throttled' });
        },
      }),
    });
    const { submitJob } = rig.ports;
    rig.ports.submitJob = (...call) => {
      isDying = true;
      return submitJob(...call);
    };
    expect((await rig.start()).status).toBe(503);
    isDying = false;
    rig.ports.submitJob = submitJob;

    const held = await rig.start();
    await rig.aws.clock.advance(minuteMs);
    const found = await rig.start();

    expect([held.status, found.status]).toEqual([202, 200]);
    expect(found.body.awsId).toBe(rig.jobs()[0]?.run);
    expect(rig.jobs()).toHaveLength(1);
  });

  test('before SubmitJob is known by its lease: the job is looked up first', async () => {
    await using rig = await aBatchRig();
    const { submitJob } = rig.ports;
    rig.ports.submitJob = () => Promise.reject(new Error('the function has died'));
    await rig.start();
    rig.ports.submitJob = submitJob;
    await rig.aws.clock.advance(minuteMs);
    const early = await rig.start();
    await rig.aws.clock.advance(2 * minuteMs);

    const late = await rig.start();

    expect([early.status, late.status]).toEqual([202, 201]);
    expect(rig.jobs()).toHaveLength(1);
  });

  test('and is remembered after another call that was not sent', async () => {
    await using rig = await aBatchRig();
    const { submitJob } = rig.ports;
    rig.ports.submitJob = () => Promise.reject(new Error('the function has died'));
    await rig.start();
    await rig.aws.clock.advance(3 * minuteMs);
    rig.ports.submitJob = async () => ({ kind: 'notSent', reason: 'TooManyRequestsException' });
    expect((await rig.start()).status).toBe(503);
    rig.ports.submitJob = submitJob;
    const { calls } = rig.aws.workloads;

    const { status } = await rig.start();

    expect(status).toBe(201);
    expect(rig.aws.workloads.calls['ListJobs']).toBe((calls['ListJobs'] ?? 0) + 1);
  });

  test('and answers late makes a duplicate that is reported', async () => {
    await using rig = await aBatchRig();
    const { submitJob } = rig.ports;
    const late = Promise.withResolvers<void>();
    rig.ports.submitJob = async (...call) => {
      await late.promise;
      return submitJob(...call);
    };
    const slow = rig.start();
    await rig.aws.clock.advance(4 * minuteMs);
    rig.ports.submitJob = submitJob;
    const second = await rig.start();
    late.resolve();

    const first = await slow;

    expect(second.status).toBe(201);
    expect(first.body.awsId).toBe(second.body.awsId);
    expect(rig.jobs()).toHaveLength(2);
    expect(rig.duplicates).toHaveLength(1);
    expect(first.body.changes.at(-2)?.text).toMatch(/^duplicate in AWS: /);
  });

  test('and answers late is bound if nothing else was', async () => {
    await using rig = await aBatchRig();
    const { submitJob } = rig.ports;
    const late = Promise.withResolvers<void>();
    rig.ports.submitJob = async (...call) => {
      await late.promise;
      return submitJob(...call);
    };
    const slow = rig.start();
    await rig.aws.clock.advance(4 * minuteMs);
    rig.ports.submitJob = async () => unknown;
    await rig.start();
    late.resolve();

    const { body } = await slow;

    expect(body).toMatchObject({ state: 'ACTIVE', awsId: rig.jobs()[0]?.run });
    expect(rig.duplicates).toEqual([]);
  });
});

describe('an array job that has failed', () => {
  const children = [{ attempts: [{ exitCode: 3 }] }, {}, { attempts: [{ exitCode: 7 }] }];

  test('has the highest exit code of its children, which is read once', async () => {
    await using rig = await aBatchRig({
      target: { arraySize: `\${param.n}`, params: { n: '\\d+' }, input: { template: {} } },
      definition: { runs: { children } },
    });
    await rig.start({ params: { n: '3' } });
    await rig.aws.clock.advance(minuteMs);
    await rig.report();

    const first = await rig.status(name);
    const second = await rig.status(name);

    const exit = { code: 7, source: 'highest exit code of the failed children' };
    expect(first.body).toMatchObject({ state: 'ENDED', status: 'FAILED', exit });
    expect(second.body).toEqual(first.body);
    expect(rig.aws.workloads.calls).toMatchObject({ ListJobs: 1, DescribeJobs: 1 });
  });

  test('has no answer from a function that may not ask AWS, until its code is known', async () => {
    await using rig = await aBatchRig({
      target: { arraySize: 3 },
      definition: { runs: { children } },
    });
    await rig.start();
    await rig.aws.clock.advance(minuteMs);
    await rig.report();
    const { launches, runs, targets } = rig;
    const deferEnd = createDeferEnd({ targets });
    const read = async () => {
      const stored = await launches.readByName(name);
      return stored && deferEnd(stored, await runs.read(stored.launch), signal);
    };

    await expect(read()).rejects.toThrow(`the exit code of array job ${name} has not been read`);
    await rig.status(name);
    expect((await read())?.launch.arrayExit?.code).toBe(7);
  });

  test('in a list has the code that a status has read', async () => {
    await using rig = await aBatchRig({
      target: { arraySize: 3 },
      definition: { runs: { children } },
    });
    await rig.start();
    await rig.aws.clock.advance(minuteMs);
    await rig.report();
    const readExit = async () => (await rig.find({ job: 'NIGHT_EOD' })).body.runs[0]?.exit;

    expect(await readExit()).toEqual({
      code: 1,
      source: 'status FAILED, the exit codes of the children have not been read',
    });
    await rig.status(name);
    expect((await readExit())?.code).toBe(7);
  });

  test('has the code of the target without asking AWS', async () => {
    await using rig = await aBatchRig({
      target: { arraySize: 3, exitCodes: { FAILED: 9 } },
      definition: { runs: { children } },
    });
    await rig.start();
    await rig.aws.clock.advance(minuteMs);
    await rig.report();

    expect((await rig.status(name)).body.exit?.code).toBe(9);
    expect(rig.aws.workloads.calls).toEqual({ SubmitJob: 1 });
  });

  test('has 1 if AWS does not answer, and keeps it', async () => {
    await using rig = await aBatchRig({
      target: { arraySize: 3 },
      definition: { runs: { children } },
    });
    await rig.start();
    await rig.aws.clock.advance(minuteMs);
    await rig.report();
    rig.aws.workloads.injectFault('ListJobs', { kind: 'refuse', error: 'ServerException' }, 1);

    const first = await rig.status(name);

    expect(first.body.exit).toEqual({
      code: 1,
      source: 'status FAILED, the exit codes of the children could not be read: ServerException',
    });
    expect((await rig.status(name)).body.exit).toEqual(first.body.exit);
  });

  test('has 1 if no child has an exit code', async () => {
    await using rig = await aBatchRig({
      target: { arraySize: 2 },
      definition: { runs: { attempts: [{ exitCode: 'none' }] } },
    });
    await rig.start();
    await rig.aws.clock.advance(minuteMs);
    await rig.report();

    // A repeated start finds the ended run, and has the same code.
    expect((await rig.start()).body.exit).toEqual({
      code: 1,
      source: 'status FAILED, no failed child has an exit code',
    });
  });
});
