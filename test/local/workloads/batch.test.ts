import {
  CancelJobCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
  DescribeJobsCommand,
  ListJobsCommand,
  SubmitJobCommand,
  TerminateJobCommand,
} from '@aws-sdk/client-batch';
import { describe, expect, test } from 'vitest';
import type { BatchJobPlan, JobDefinitionDeclaration } from '../../../local/index.ts';
import { batchArn, startPlannedAws } from './planned-aws.ts';

const startedAt = Date.UTC(2026, 0, 15, 2);

async function startBatch(declaration: Partial<JobDefinitionDeclaration> = {}) {
  const aws = await startPlannedAws();
  aws.workloads.define({ jobQueue: 'night' });
  aws.workloads.define({ jobDefinition: 'risk', ...declaration });
  const { batch } = aws;
  const submit = async (request: object = {}) => {
    const named = { jobName: 'risk-eod', jobQueue: 'night', jobDefinition: 'risk' };
    const { jobId = '' } = await batch.send(new SubmitJobCommand({ ...named, ...request }));
    return jobId;
  };
  const describeJob = async (jobId: string) => {
    const { jobs } = await batch.send(new DescribeJobsCommand({ jobs: [jobId] }));
    return jobs?.[0];
  };
  return {
    ...{ ...aws, submit, describeJob },
    terminate: (jobId: string) =>
      batch.send(new TerminateJobCommand({ jobId, reason: 'killed by AutoSys' })),
    cancel: (jobId: string) =>
      batch.send(new CancelJobCommand({ jobId, reason: 'killed by AutoSys' })),
    list: async (request: object) => {
      const { jobSummaryList } = await batch.send(new ListJobsCommand(request));
      return jobSummaryList ?? [];
    },
    /** The statuses of one job so far, as its events say. */
    statusesOf: (jobId: string) =>
      aws.events
        .filter(({ detail }) => detail['jobId'] === jobId)
        .map(({ detail }) => detail['status']),
  };
}

describe('a job', () => {
  test('runs a second and succeeds by default, and emits each status but SUBMITTED', async () => {
    await using aws = await startBatch();

    const jobId = await aws.submit();
    const submitted = await aws.describeJob(jobId);
    await aws.clock.advance(1_000);

    expect(submitted).toMatchObject({ status: 'SUBMITTED', createdAt: startedAt, attempts: [] });
    expect(aws.statusesOf(jobId)).toEqual(['RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED']);
    expect(await aws.describeJob(jobId)).toMatchObject({
      ...{ jobId, jobName: 'risk-eod', status: 'SUCCEEDED', jobQueue: batchArn('job-queue/night') },
      ...{ jobDefinition: batchArn('job-definition/risk:1'), jobArn: batchArn(`job/${jobId}`) },
      ...{ startedAt, stoppedAt: startedAt + 1_000 },
      statusReason: 'Essential container in task exited',
      attempts: [{ container: { exitCode: 0 }, startedAt, stoppedAt: startedAt + 1_000 }],
      container: { exitCode: 0, logStreamName: expect.stringMatching(/^risk\/default\/\w{32}$/) },
    });
  });

  test('emits a detail like JobDetail, with the environment in clear and other tags', async () => {
    const container = { image: 'risk:1', environment: [{ name: 'STAGE', value: 'prod' }] };
    await using aws = await startBatch({ container, timeout: { attemptDurationSeconds: 60 } });
    const jobId = await aws.submit({
      ...{ parameters: { date: '2026-01-15' }, tags: { bridge: 'autosys' } },
      containerOverrides: { environment: [{ name: 'DB_PASSWORD', value: 'hunter2' }] },
    });
    await aws.clock.advance(1_000);

    const { detail, ...envelope } = aws.events.at(-1) ?? {};

    const jobArn = batchArn(`job/${jobId}`);
    expect(envelope).toMatchObject({
      ...{ source: 'aws.batch', 'detail-type': 'Batch Job State Change', resources: [jobArn] },
    });
    expect(detail).toMatchObject({
      ...{ jobArn, jobId, status: 'SUCCEEDED', parameters: { date: '2026-01-15' } },
      ...{ tags: { resourceArn: jobArn }, propagateTags: false, eksAttempts: [], dependsOn: [] },
      retryStrategy: { attempts: 1, evaluateOnExit: [] },
      timeout: { attemptDurationSeconds: 60 },
      container: {
        environment: [
          { name: 'STAGE', value: 'prod' },
          { name: 'DB_PASSWORD', value: 'hunter2' },
        ],
      },
    });
    expect(await aws.describeJob(jobId)).toMatchObject({ tags: { bridge: 'autosys' } });
  });

  test.for([
    { when: 'its exit code is not 0', attempt: { exitCode: 3 }, status: 'FAILED' },
    { when: 'its host is lost', attempt: { exitCode: 'none' }, status: 'FAILED' },
    { when: 'Batch says so', attempt: { exitCode: 0, result: 'FAILED' }, status: 'FAILED' },
    { when: 'its exit code is 0', attempt: {}, status: 'SUCCEEDED' },
  ] as const)('ends as $status when $when', async ({ attempt, status }) => {
    await using aws = await startBatch({ runs: { attempts: [attempt] } });
    const jobId = await aws.submit();

    await aws.clock.advance(1_000);

    expect(await aws.describeJob(jobId)).toMatchObject({ status });
  });

  test('fails in STARTING when its image cannot be pulled', async () => {
    const reason = 'CannotPullContainerError: no such image';
    await using aws = await startBatch({ runs: { attempts: [{ neverStarts: true, reason }] } });
    const jobId = await aws.submit();

    await aws.clock.advance(0);

    expect(aws.statusesOf(jobId)).toEqual(['RUNNABLE', 'STARTING', 'FAILED']);
    const job = await aws.describeJob(jobId);
    expect(job).toMatchObject({ statusReason: 'Task failed to start', container: { reason } });
    expect(job?.container).not.toHaveProperty('exitCode');
  });

  test('goes back to RUNNABLE between attempts', async () => {
    const attempts = [{ exitCode: 1 }, { exitCode: 0, runningFor: 2_000 }];
    const retryStrategy = { attempts: 3 };
    await using aws = await startBatch({ retryStrategy, runs: { attempts } });
    const jobId = await aws.submit();

    await aws.clock.advance(3_000);

    const once = ['RUNNABLE', 'STARTING', 'RUNNING'];
    expect(aws.statusesOf(jobId)).toEqual([...once, ...once, 'SUCCEEDED']);
    const job = await aws.describeJob(jobId);
    expect(job?.attempts?.map(({ container }) => container?.exitCode)).toEqual([1, 0]);
    const [first, second] = job?.attempts ?? [];
    expect(first?.container?.logStreamName).not.toBe(second?.container?.logStreamName);
  });

  test.for([
    {
      when: 'no condition matches',
      evaluateOnExit: [{ onExitCode: '9', action: 'EXIT' }],
      made: 3,
    },
    {
      when: 'a condition says EXIT',
      evaluateOnExit: [{ onExitCode: '1*', action: 'exit' }],
      made: 1,
    },
    {
      when: 'the first match says RETRY',
      evaluateOnExit: [
        { onReason: 'OutOf*', action: 'RETRY' },
        { onStatusReason: '*', action: 'EXIT' },
      ],
      made: 3,
    },
  ])('makes $made attempts when $when', async ({ evaluateOnExit, made }) => {
    const runs = { attempts: [{ exitCode: 137, reason: 'OutOfMemoryError' }] };
    await using aws = await startBatch({ runs });
    const jobId = await aws.submit({ retryStrategy: { attempts: 3, evaluateOnExit } });

    await aws.clock.advance(3_000);

    expect((await aws.describeJob(jobId))?.attempts).toHaveLength(made);
  });

  test('fails without a retry when its attempt takes too long', async () => {
    const runs: BatchJobPlan = { attempts: [{ runningFor: 'untilStopped' }] };
    await using aws = await startBatch({ runs, retryStrategy: { attempts: 3 } });
    const jobId = await aws.submit({ timeout: { attemptDurationSeconds: 60 } });

    await aws.clock.advance(60_000);

    expect(await aws.describeJob(jobId)).toMatchObject({
      ...{ status: 'FAILED', statusReason: 'Job attempt duration exceeded timeout' },
      attempts: [{ container: { exitCode: 137 } }],
    });
  });

  test('is submitted twice by two calls', async () => {
    await using aws = await startBatch();

    const ids = [await aws.submit(), await aws.submit()];

    expect(new Set(ids).size).toBe(2);
  });

  test('uses the newest active revision, or the one that is named', async () => {
    await using aws = await startBatch();
    aws.workloads.define({ jobDefinition: 'risk' });
    aws.workloads.define({ jobDefinition: 'risk', status: 'INACTIVE' });

    const newest = await aws.describeJob(await aws.submit());
    const first = await aws.describeJob(await aws.submit({ jobDefinition: 'risk:1' }));
    const byArn = batchArn('job-definition/risk');
    const latest = await aws.describeJob(await aws.submit({ jobDefinition: byArn }));

    expect([newest, first, latest].map((job) => job?.jobDefinition?.split(':').at(-1))).toEqual([
      '2',
      '1',
      '2',
    ]);
  });
});

describe('TerminateJob', () => {
  test('tells a running container to end', async () => {
    const runs = { attempts: [{ runningFor: 60_000 }], onTerminate: { afterMs: 5_000 } };
    await using aws = await startBatch({ runs, retryStrategy: { attempts: 3 } });
    const jobId = await aws.submit();
    await aws.clock.advance(1_000);

    await aws.terminate(jobId);
    const during = await aws.describeJob(jobId);
    await aws.clock.advance(5_000);

    expect(during).toMatchObject({ status: 'RUNNING', isTerminated: true });
    expect(await aws.describeJob(jobId)).toMatchObject({
      ...{ status: 'FAILED', statusReason: 'killed by AutoSys', isTerminated: true },
      ...{ stoppedAt: startedAt + 6_000, attempts: [{ container: { exitCode: 143 } }] },
    });
    expect(aws.events.at(-1)?.detail).not.toHaveProperty('isTerminated');
  });

  test('kills a container that does not end within 30 seconds', async () => {
    const runs = { attempts: [{ runningFor: 600_000 }], onTerminate: { afterMs: 60_000 } };
    await using aws = await startBatch({ runs });
    const jobId = await aws.submit();
    await aws.clock.advance(1_000);

    await aws.terminate(jobId);
    await aws.clock.advance(30_000);

    expect(await aws.describeJob(jobId)).toMatchObject({
      ...{ status: 'FAILED', container: { exitCode: 137 } },
    });
  });

  test('cancels a job that waits in RUNNABLE, and leaves an ended one as it is', async () => {
    await using aws = await startBatch({ runs: { runnableFor: 60_000 } });
    const jobId = await aws.submit();
    await aws.clock.advance(1_000);

    await aws.terminate(jobId);
    await aws.clock.advance(120_000);
    await aws.terminate(jobId);

    expect(aws.statusesOf(jobId)).toEqual(['RUNNABLE', 'FAILED']);
    expect(await aws.describeJob(jobId)).toMatchObject({ attempts: [] });
  });
});

describe('CancelJob', () => {
  test('ends a job in RUNNABLE, and has no effect on a running one', async () => {
    const runs = ({ jobName }: { jobName: string }): BatchJobPlan =>
      jobName === 'waits' ? { runnableFor: 'untilStopped' } : {};
    await using aws = await startBatch({ runs });
    const waits = await aws.submit({ jobName: 'waits' });
    const runsOn = await aws.submit({ jobName: 'runs' });
    await aws.clock.advance(500);

    await aws.cancel(waits);
    await aws.cancel(runsOn);
    await aws.clock.advance(500);

    expect(await aws.describeJob(waits)).toMatchObject({
      ...{ status: 'FAILED', isCancelled: true, statusReason: 'killed by AutoSys' },
    });
    expect(await aws.describeJob(runsOn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('ends a job in PENDING after its dependencies', async () => {
    await using aws = await startBatch();
    const first = await aws.submit();
    const second = await aws.submit({ dependsOn: [{ jobId: first }] });
    await aws.clock.advance(500);

    await aws.cancel(second);
    const during = await aws.describeJob(second);
    await aws.clock.advance(500);

    expect(during).toMatchObject({ status: 'PENDING', isCancelled: true });
    expect(aws.statusesOf(second)).toEqual(['PENDING', 'FAILED']);
  });
});

describe('dependsOn', () => {
  test.for([
    { exitCode: 0, statuses: ['PENDING', 'RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED'] },
    { exitCode: 1, statuses: ['PENDING', 'FAILED'] },
  ])('waits for a job that ends with $exitCode', async ({ exitCode, statuses }) => {
    const runs = [{ name: 'first', plan: { attempts: [{ exitCode }] } }];
    await using aws = await startBatch({ runs });
    const first = await aws.submit({ jobName: 'first' });

    const second = await aws.submit({ dependsOn: [{ jobId: first }] });
    await aws.clock.advance(2_000);

    expect(aws.statusesOf(second)).toEqual(statuses);
  });
});

describe('an array', () => {
  const arrayProperties = { size: 3 };

  test('is PENDING while its children run, and ends with them', async () => {
    await using aws = await startBatch();
    const jobId = await aws.submit({ arrayProperties });
    await aws.clock.advance(500);
    const during = await aws.describeJob(jobId);

    await aws.clock.advance(500);

    expect(during).toMatchObject({
      ...{ status: 'PENDING', arrayProperties: { size: 3, statusSummary: { RUNNING: 3 } } },
    });
    expect(aws.statusesOf(jobId)).toEqual(['PENDING', 'SUCCEEDED']);
    expect(await aws.describeJob(`${jobId}:2`)).toMatchObject({
      ...{ status: 'SUCCEEDED', arrayProperties: { index: 2 }, jobName: 'risk-eod' },
    });
    const child = aws.events.find(({ detail }) => detail['jobId'] === `${jobId}:2`);
    expect(child?.detail).toMatchObject({
      arrayProperties: { statusSummary: {}, index: 2 },
      tags: { resourceArn: batchArn(`job/${jobId}`) },
    });
  });

  test('fails when one of its children fails, each on its own plan', async () => {
    const runs = ({ arrayIndex }: { arrayIndex: number | undefined }): BatchJobPlan =>
      arrayIndex === 1 ? { attempts: [{ exitCode: 4 }] } : {};
    await using aws = await startBatch({ runs });
    const jobId = await aws.submit({ arrayProperties });

    await aws.clock.advance(1_000);

    expect(await aws.describeJob(jobId)).toMatchObject({
      ...{ status: 'FAILED', statusReason: 'Array Child Job failed' },
      arrayProperties: { statusSummary: { SUCCEEDED: 2, FAILED: 1 } },
    });
    expect(await aws.describeJob(`${jobId}:1`)).toMatchObject({ container: { exitCode: 4 } });
  });

  test('ends its children when it is terminated', async () => {
    await using aws = await startBatch({ runs: { attempts: [{ runningFor: 60_000 }] } });
    const jobId = await aws.submit({ arrayProperties });
    await aws.clock.advance(1_000);

    await aws.terminate(jobId);

    expect(await aws.describeJob(jobId)).toMatchObject({
      ...{ status: 'FAILED', statusReason: 'killed by AutoSys', isTerminated: true },
    });
    expect(aws.workloads.runs.map(({ status }) => status)).toEqual(Array(4).fill('FAILED'));
  });

  test('runs its children one after another with SEQUENTIAL', async () => {
    await using aws = await startBatch();
    const dependsOn = [{ type: 'SEQUENTIAL' }];
    const jobId = await aws.submit({ arrayProperties, dependsOn });

    await aws.clock.advance(1_500);

    const children = await aws.list({ arrayJobId: jobId });
    expect(children.map((child) => child.arrayProperties?.index)).toEqual([1]);
  });

  test('waits index by index with N_TO_N', async () => {
    const runs = ({
      arrayIndex = 0,
      jobName,
    }: {
      arrayIndex?: number | undefined;
      jobName: string;
    }) => (jobName === 'first' ? { attempts: [{ runningFor: (arrayIndex + 1) * 1_000 }] } : {});
    await using aws = await startBatch({ runs });
    const first = await aws.submit({ jobName: 'first', arrayProperties });
    await aws.clock.advance(0);
    const dependsOn = [{ type: 'N_TO_N', jobId: first }];
    const second = await aws.submit({ arrayProperties, dependsOn });

    await aws.clock.advance(1_500);

    expect((await aws.describeJob(`${second}:0`))?.status).toBe('RUNNING');
    expect((await aws.describeJob(`${second}:1`))?.status).toBe('PENDING');
  });
});

describe('ListJobs', () => {
  test('lists only RUNNING jobs without status or filter', async () => {
    await using aws = await startBatch();
    const ended = await aws.submit();
    await aws.clock.advance(1_000);
    const runs = await aws.submit();
    await aws.clock.advance(500);
    const submitted = await aws.submit();

    const running = await aws.list({ jobQueue: 'night' });

    expect(running.map(({ jobId }) => jobId)).toEqual([runs]);
    const bySucceeded = await aws.list({ jobQueue: 'night', jobStatus: 'SUCCEEDED' });
    expect(bySucceeded).toMatchObject([{ jobId: ended, container: { exitCode: 0 } }]);
    const bySubmitted = await aws.list({ jobQueue: 'night', jobStatus: 'SUBMITTED' });
    expect(bySubmitted.map(({ jobId }) => jobId)).toEqual([submitted]);
  });

  test('finds a name in any case and status, the newest first, without children', async () => {
    await using aws = await startBatch();
    const first = await aws.submit({ jobName: 'PAY_EOD-r1t1' });
    await aws.clock.advance(5_000);
    const second = await aws.submit({ jobName: 'pay_eod-R1T1', arrayProperties: { size: 2 } });
    await aws.submit({ jobName: 'pay_eod-r1t10' });
    await aws.clock.advance(500);
    const named = (value: string) =>
      aws.list({ jobQueue: 'night', filters: [{ name: 'JOB_NAME', values: [value] }] });

    const found = await named('Pay_Eod-r1t1');

    expect(found.map(({ jobId }) => jobId)).toEqual([second, first]);
    expect(await named('pay_eod-r1t1*')).toHaveLength(3);
    expect(await named('pay_eod')).toEqual([]);
  });

  test('pages, and lags behind', async () => {
    await using aws = await startBatch();
    aws.workloads.configure({ lagMs: { ListJobs: 700 } });
    for (const jobName of ['a', 'b', 'c']) {
      await aws.submit({ jobName });
      await aws.clock.advance(400);
    }
    const filters = [{ name: 'JOB_NAME', values: ['*'] }];
    const page = (request: object) =>
      aws.batch.send(
        new ListJobsCommand({ jobQueue: 'night', filters, maxResults: 1, ...request }),
      );

    const first = await page({});
    const second = await page({ nextToken: first.nextToken });

    expect(first.jobSummaryList?.map(({ jobName }) => jobName)).toEqual(['b']);
    expect(second.jobSummaryList?.map(({ jobName }) => jobName)).toEqual(['a']);
    expect(second.nextToken).toBeUndefined();
  });
});

test('describes the declared queues and definitions', async () => {
  await using aws = await startBatch({ container: { image: 'risk:1' } });

  const queues = await aws.batch.send(new DescribeJobQueuesCommand({ jobQueues: ['night', 'no'] }));
  const definitions = await aws.batch.send(
    new DescribeJobDefinitionsCommand({ jobDefinitionName: 'risk', status: 'ACTIVE' }),
  );

  expect(queues.jobQueues).toMatchObject([
    { jobQueueName: 'night', state: 'ENABLED', status: 'VALID' },
  ]);
  expect(definitions.jobDefinitions).toMatchObject([
    {
      ...{ jobDefinitionName: 'risk', revision: 1, type: 'container' },
      containerProperties: { image: 'risk:1' },
    },
  ]);
});
