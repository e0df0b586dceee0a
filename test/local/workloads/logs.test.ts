import { DescribeJobsCommand, SubmitJobCommand } from '@aws-sdk/client-batch';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import type { BatchJobPlan } from '../../../local/index.ts';
import { startPlannedAws, stateMachineArn } from './planned-aws.ts';

interface LogPage {
  readonly events: readonly { readonly timestamp: number; readonly message: string }[];
  readonly nextForwardToken: string;
  readonly nextBackwardToken: string;
}

// The protocol is spoken by hand, for requests that the SDK client would not send.
async function startLogs() {
  const aws = await startPlannedAws();
  const named = { logGroupName: '/aws/batch/job', logStreamName: 'risk/default/1' };
  return {
    ...aws,
    write: (...messages: string[]) =>
      aws.workloads.writeLog(named.logGroupName, named.logStreamName, messages),
    page: async (request: object = {}) => {
      const { body } = await aws.call('Logs_20140328.GetLogEvents', { ...named, ...request });
      return body as unknown as LogPage;
    },
    streams: async (request: object = {}) => {
      const query = { logGroupName: named.logGroupName, ...request };
      const { body } = await aws.call('Logs_20140328.DescribeLogStreams', query);
      const streams = body['logStreams'] as readonly { readonly logStreamName: string }[];
      return streams.map(({ logStreamName }) => logStreamName);
    },
  };
}

const messagesOf = ({ events }: LogPage) => events.map(({ message }) => message);

describe('GetLogEvents', () => {
  test('reads from the head to the end, where the same token comes twice', async () => {
    await using aws = await startLogs();
    aws.write('a', 'b', 'c');

    const first = await aws.page({ startFromHead: true, limit: 2 });
    const next = { startFromHead: true, limit: 2, nextToken: first.nextForwardToken };
    const second = await aws.page(next);
    const third = await aws.page({ ...next, nextToken: second.nextForwardToken });

    expect([first, second, third].map(messagesOf)).toEqual([['a', 'b'], ['c'], []]);
    expect(third.nextForwardToken).toBe(second.nextForwardToken);
    expect(first.nextForwardToken).toMatch(/^f\/\d{56}\/s$/);
    aws.write('d');
    expect(messagesOf(await aws.page({ ...next, nextToken: third.nextForwardToken }))).toEqual([
      'd',
    ]);
  });

  test('reads from the tail by default, and back to the beginning', async () => {
    await using aws = await startLogs();
    aws.write('a', 'b', 'c');

    const last = await aws.page({ limit: 2 });
    const first = await aws.page({ limit: 2, nextToken: last.nextBackwardToken });
    const none = await aws.page({ limit: 2, nextToken: first.nextBackwardToken });

    expect([last, first, none].map(messagesOf)).toEqual([['b', 'c'], ['a'], []]);
    expect(none.nextBackwardToken).toBe(first.nextBackwardToken);
  });

  test.for([
    { when: '10,000 events', count: 10_001, size: 1, first: 10_000 },
    { when: '1 MB with 26 bytes for each event', count: 6, size: 262_144 - 26, first: 4 },
    { when: 'one event, however long it is', count: 2, size: 1_200_000, first: 1 },
  ])('ends a page at $when', async ({ count, size, first }) => {
    await using aws = await startLogs();
    aws.write(...Array(count).fill('x'.repeat(size)));

    const { events } = await aws.page({ startFromHead: true });

    expect(events).toHaveLength(first);
  });

  test('gives empty pages before the end with the setting', async () => {
    await using aws = await startLogs();
    aws.workloads.configure({ emptyLogPages: 1 });
    aws.write('a');

    const empty = await aws.page({ startFromHead: true });
    const full = await aws.page({ startFromHead: true, nextToken: empty.nextForwardToken });
    const end = await aws.page({ startFromHead: true, nextToken: full.nextForwardToken });

    expect([empty, full, end].map(messagesOf)).toEqual([[], ['a'], []]);
    expect(end.nextForwardToken).toBe(full.nextForwardToken);
    expect(full.nextForwardToken).not.toBe(empty.nextForwardToken);
  });

  test('reads a range of times, and a line only after its lag', async () => {
    await using aws = await startLogs();
    aws.write('early');
    await aws.clock.advance(1_000);
    aws.workloads.configure({ logLagMs: 10_000 });
    aws.write('late');
    const startTime = aws.clock.now();

    const before = await aws.page({ startTime });
    await aws.clock.advance(10_000);

    expect(messagesOf(before)).toEqual([]);
    expect(messagesOf(await aws.page({ startTime }))).toEqual(['late']);
    expect(messagesOf(await aws.page({ endTime: startTime }))).toEqual(['early']);
  });
});

describe('FilterLogEvents', () => {
  const logGroupName = '/aws/batch/job';
  const filter = 'Logs_20140328.FilterLogEvents';

  test('has the events of all streams within both times, the oldest first, in pages', async () => {
    await using aws = await startLogs();
    const times: number[] = [];
    for (const [at, stream] of ['a', 'b', 'a', 'b'].entries()) {
      aws.workloads.writeLog(logGroupName, stream, [`${at}`]);
      times.push(aws.clock.now());
      await aws.clock.advance(1_000);
    }
    const query = { logGroupName, startTime: times[1], endTime: times[3], limit: 2 };

    const first = await aws.call(filter, query);
    const { nextToken } = first.body;
    const second = await aws.call(filter, { ...query, nextToken });
    const ofStream = await aws.call(filter, { logGroupName, logStreamNames: ['a'] });

    expect(first.body['events']).toMatchObject([
      { logStreamName: 'b', message: '1' },
      { logStreamName: 'a', message: '2' },
    ]);
    expect(second.body).toMatchObject({ events: [{ message: '3' }] });
    expect(second.body['nextToken']).toBeUndefined();
    expect(ofStream.body).toMatchObject({ events: [{ message: '0' }, { message: '2' }] });
  });

  test.for([
    {
      when: 'the group does not exist',
      query: { logGroupName: '/none' },
      code: 'ResourceNotFoundException',
    },
    { when: 'no group is named', query: {}, code: 'InvalidParameterException' },
    {
      when: 'names and prefix are given',
      query: { logGroupName, logStreamNames: ['a'], logStreamNamePrefix: 'a' },
      code: 'InvalidParameterException',
    },
    {
      when: 'the token is unknown',
      query: { logGroupName, nextToken: 'x' },
      code: 'InvalidParameterException',
    },
    {
      when: 'the limit is above 10,000',
      query: { logGroupName, limit: 10_001 },
      code: 'InvalidParameterException',
    },
  ])('refuses a request if $when', async ({ query, code }) => {
    await using aws = await startLogs();
    aws.workloads.writeLog(logGroupName, 'a', ['x']);

    const { status, body } = await aws.call(filter, query);

    expect({ status, body }).toMatchObject({ status: 400, body: { __type: code } });
  });
});

describe('DescribeLogStreams', () => {
  test('lists by name with a prefix, or by the last event', async () => {
    await using aws = await startLogs();
    aws.workloads.writeLog('/aws/batch/job', 'b/default/1', ['x']);
    await aws.clock.advance(1_000);
    aws.workloads.writeLog('/aws/batch/job', 'a/default/1', ['x']);
    aws.workloads.writeLog('/aws/batch/job', 'a/default/2', ['x']);

    expect(await aws.streams({ logStreamNamePrefix: 'a/' })).toEqual([
      'a/default/1',
      'a/default/2',
    ]);
    expect(await aws.streams({ orderBy: 'LastEventTime', descending: true, limit: 2 })).toEqual([
      'a/default/2',
      'a/default/1',
    ]);
    expect(await aws.streams({ orderBy: 'LastEventTime' })).toContain('b/default/1');
  });
});

describe('the log of a Batch job', () => {
  async function runJob(plan: BatchJobPlan, container = { image: 'risk:1' }) {
    const aws = await startLogs();
    const { workloads, batch } = aws;
    workloads.define({ jobQueue: 'night' });
    workloads.define({
      ...{ jobDefinition: 'risk', container, retryStrategy: { attempts: 2 }, runs: plan },
    });
    const { jobId = '' } = await batch.send(
      new SubmitJobCommand({ jobName: 'risk-eod', jobQueue: 'night', jobDefinition: 'risk' }),
    );
    const attemptStreams = async () => {
      const { jobs } = await batch.send(new DescribeJobsCommand({ jobs: [jobId] }));
      return (jobs?.[0]?.attempts ?? []).map(({ container: one }) => one?.logStreamName ?? '');
    };
    return { ...aws, attemptStreams };
  }

  test('has one stream per attempt, from RUNNING on, with lines at their times', async () => {
    await using aws = await runJob({
      attempts: [
        { exitCode: 1, logs: ['first', { afterMs: 600, message: 'still first' }] },
        { exitCode: 0, logs: ['second', { afterMs: 5_000, message: 'never written' }] },
      ],
    });

    await aws.clock.advance(500);
    const early = await aws.page({ logStreamName: (await aws.streams())[0] });
    await aws.clock.advance(5_000);

    expect(messagesOf(early)).toEqual(['first']);
    const [one, two] = await aws.attemptStreams();
    expect(messagesOf(await aws.page({ logStreamName: one }))).toEqual(['first', 'still first']);
    expect(messagesOf(await aws.page({ logStreamName: two }))).toEqual(['second']);
  });

  test('is in the group and under the prefix of its log configuration', async () => {
    const options = { 'awslogs-group': '/night', 'awslogs-stream-prefix': 'eod' };
    const logConfiguration = { logDriver: 'awslogs', options };
    const container = { image: 'risk:1', logConfiguration };
    await using aws = await runJob({ attempts: [{ logs: ['hello'] }] }, container);
    await aws.clock.advance(1_000);

    const streams = await aws.streams({ logGroupName: '/night' });

    expect(streams).toEqual([expect.stringMatching(/^eod\/default\/\w{32}$/)]);
    expect(streams).toEqual(await aws.attemptStreams());
  });

  test('may be missing although the job names it', async () => {
    await using aws = await runJob({ attempts: [{ logStreamMissing: true }] });
    await aws.clock.advance(1_000);
    const [logStreamName] = await aws.attemptStreams();
    aws.write('another stream');

    const { status, body } = await aws.call('Logs_20140328.GetLogEvents', {
      ...{ logGroupName: '/aws/batch/job', logStreamName },
    });

    expect({ status, body }).toMatchObject({
      status: 400,
      body: { __type: 'ResourceNotFoundException' },
    });
  });
});

test('the log of a Lambda task is in the group of its function', async () => {
  await using aws = await startLogs();
  aws.workloads.define({
    stateMachine: 'settlement',
    runs: { steps: [{ kind: 'lambda', state: 'Load', functionName: 'load', logs: ['no rates'] }] },
  });
  const start = { stateMachineArn: stateMachineArn('settlement') };
  await aws.sfn.send(new StartExecutionCommand(start));

  const logGroupName = '/aws/lambda/load';
  const [logStreamName] = await aws.streams({ logGroupName });

  expect(messagesOf(await aws.page({ logGroupName, logStreamName }))).toEqual(['no rates']);
});
