import { BatchClient, DescribeJobsCommand } from '@aws-sdk/client-batch';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { LocalWorkloads } from '../../local/workloads.ts';
import { aBatchJobEvent, anExecutionEvent, startedAtMs, stoppedAtMs } from '../support/builders.ts';

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

async function start() {
  const stack = new AsyncDisposableStack();
  const workloads = stack.use(await LocalWorkloads.start());
  const settings = { endpoint: workloads.url, region: 'eu-west-1', credentials, maxAttempts: 1 };
  const sfn = stack.adopt(new SFNClient(settings), (client) => client.destroy());
  const batch = stack.adopt(new BatchClient(settings), (client) => client.destroy());
  return {
    workloads,
    sfn,
    describe: (executionArn: string, includedData?: 'METADATA_ONLY') =>
      sfn.send(
        new DescribeExecutionCommand({ executionArn, ...(includedData && { includedData }) }),
      ),
    describeJobs: (...jobs: string[]) => batch.send(new DescribeJobsCommand({ jobs })),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const running = anExecutionEvent({ status: 'RUNNING' });
const succeeded = anExecutionEvent();
const executionArn = String(succeeded.detail['executionArn']);

describe('DescribeExecution', () => {
  test('answers the SDK with the state of the newest event', async () => {
    await using aws = await start();
    aws.workloads.put(running);
    aws.workloads.put(succeeded);

    const { $metadata: _, ...found } = await aws.describe(executionArn);

    expect(found).toMatchObject({
      executionArn,
      status: 'SUCCEEDED',
      startDate: new Date(startedAtMs),
      stopDate: new Date(stoppedAtMs),
      output: succeeded.detail['output'],
      redriveCount: 0,
    });
    expect(found).not.toHaveProperty('error');
    expect(aws.workloads.lookups).toEqual([executionArn]);
  });

  test('ignores an older event, and follows a redrive', async () => {
    await using aws = await start();
    aws.workloads.put(succeeded);
    aws.workloads.put(running);
    const { status: ended } = await aws.describe(executionArn);

    aws.workloads.put(anExecutionEvent({ status: 'RUNNING', redriveCount: 1 }));

    expect(ended).toBe('SUCCEEDED');
    expect(await aws.describe(executionArn)).toMatchObject({ status: 'RUNNING', redriveCount: 1 });
  });

  test('omits the data with METADATA_ONLY', async () => {
    await using aws = await start();
    aws.workloads.put(succeeded);

    const found = await aws.describe(executionArn, 'METADATA_ONLY');

    expect(found).not.toHaveProperty('output');
    expect(found.status).toBe('SUCCEEDED');
  });

  test('refuses an unknown or deleted execution with the message of AWS', async () => {
    await using aws = await start();
    aws.workloads.put(succeeded);
    aws.workloads.forget(executionArn);

    await expect(aws.describe(executionArn)).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
    });
  });
});

describe('DescribeJobs', () => {
  test('answers the SDK with the known jobs, and omits the others', async () => {
    await using aws = await start();
    const { detail } = aBatchJobEvent();
    aws.workloads.put(aBatchJobEvent());

    const { jobs } = await aws.describeJobs('unknown', String(detail['jobId']));

    expect(jobs).toMatchObject([
      {
        jobId: detail['jobId'],
        status: 'SUCCEEDED',
        startedAt: startedAtMs,
        stoppedAt: stoppedAtMs,
      },
    ]);
  });
});

test('every other request is refused and counted', async () => {
  await using aws = await start();

  const url = `${aws.workloads.url}/v1/createjobqueue`;
  const answer = await fetch(url, { method: 'POST', body: '{}' });

  expect(answer.status).toBe(400);
  expect(aws.workloads.unknownRequests).toEqual(['POST /v1/createjobqueue']);
});
