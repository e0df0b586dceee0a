import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { createReadHistory } from '../../../lambda/aws/read-history.ts';
import { createReadFailedChildren, createReadJobLogs } from '../../../lambda/aws/read-job-logs.ts';
import { createReadLog } from '../../../lambda/aws/read-log.ts';
import { startPlannedAws, stateMachineArn } from '../../local/workloads/planned-aws.ts';

const signal = new AbortController().signal;
const group = '/aws/batch/job';
const location = { kind: 'stream', group, stream: 's' } as const;

async function startReading() {
  const aws = await startPlannedAws();
  const client = new CloudWatchLogsClient({
    ...{ endpoint: aws.workloads.url, region: 'eu-west-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  return { ...aws, readLog: createReadLog(client) };
}

/** A client whose every call has this answer. */
const answering = (answer: object) => ({ send: async () => answer }) as never;

describe('reading a log', () => {
  test.for([
    { of: 'a missing group', location, token: undefined, kind: 'missing' },
    { of: 'a damaged token', location, token: 'x', kind: 'badToken' },
    {
      of: 'an unknown token of a window',
      location: { kind: 'window', group, fromMs: 0, toMs: 1 },
      token: 'x',
      kind: 'badToken',
    },
  ] as const)('answers $kind for $of', async ({ of, location: where, token, kind }) => {
    await using aws = await startReading();
    if (of !== 'a missing group') aws.workloads.writeLog(group, 's', ['a']);

    expect((await aws.readLog({ location: where, token }, signal)).kind).toBe(kind);
  });

  test('answers without a token at the end alone', async () => {
    await using aws = await startReading();
    aws.workloads.writeLog(group, 's', ['a']);

    const first = await aws.readLog({ location }, signal);
    const token = first.kind === 'page' ? first.next : undefined;

    expect(first).toMatchObject({ kind: 'page', lines: ['a'], next: expect.any(String) });
    expect(await aws.readLog({ location, token }, signal)).toEqual({ kind: 'page', lines: [] });
  });

  test('never rejects', async () => {
    await using aws = await startReading();
    aws.workloads.injectFault('GetLogEvents', { kind: 'loseAnswer' });
    aws.workloads.injectFault('FilterLogEvents', { kind: 'refuse', error: 'ThrottlingException' });
    const window = { kind: 'window', group, fromMs: 0, toMs: 1 } as const;

    expect((await aws.readLog({ location }, signal)).kind).toBe('unavailable');
    expect((await aws.readLog({ location: window }, signal)).kind).toBe('throttled');
  });

  test('takes an answer without fields as an empty end', async () => {
    const readLog = createReadLog(answering({}));

    expect(await readLog({ location }, signal)).toEqual({ kind: 'page', lines: [] });
    expect(await createReadLog(answering({ events: [{}] }))({ location }, signal)).toEqual({
      kind: 'page',
      lines: [''],
    });
  });
});

describe('reading a history', () => {
  test('has no input, output or parameters', async () => {
    await using aws = await startPlannedAws();
    const step = {
      kind: 'lambda',
      state: 'Load',
      functionName: 'rates',
      fails: { error: 'E' },
    } as const;
    aws.workloads.define({ stateMachine: 'settle', runs: { steps: [step] } });
    const start = { stateMachineArn: stateMachineArn('settle'), input: '{"password":"hunter2"}' };
    const { executionArn = '' } = await aws.sfn.send(new StartExecutionCommand(start));
    await aws.clock.advance(10_000);

    const history = await createReadHistory(aws.sfn)(executionArn, signal);

    const events = history.kind === 'found' ? history.events : [];
    expect(events[0]).toMatchObject({ type: 'ExecutionFailed', error: 'E' });
    expect(events.find(({ type }) => type === 'TaskScheduled')).toMatchObject({
      resource: 'invoke',
      functionName: 'rates',
    });
    expect(JSON.stringify(events)).not.toContain('hunter2');
  });

  test('is read without data if the key is denied', async () => {
    const asked: unknown[] = [];
    const readHistory = createReadHistory({
      send: async ({ input }: { input: { includeExecutionData?: boolean } }) => {
        asked.push(input.includeExecutionData);
        if (!input.includeExecutionData) return { events: [{}] };
        throw Object.assign(new Error('no'), { name: 'KmsAccessDeniedException' });
      },
    } as never);

    expect((await readHistory('arn', signal)).kind).toBe('found');
    expect(asked).toEqual([true, false]);
  });

  test('has at most 600 events, and survives data that is cut off', async () => {
    const event = { type: 'TaskSubmitted', taskSubmittedEventDetails: { output: '{"JobId":"4c' } };
    const list = { type: 'TaskSubmitted', taskSubmittedEventDetails: { output: '[]' } };
    const number = { type: 'TaskSubmitted', taskSubmittedEventDetails: { output: '1' } };
    const events = [event, list, number];
    const readHistory = createReadHistory(answering({ events, nextToken: 'more' }));

    const history = await readHistory('arn', signal);

    expect(history.kind === 'found' && history.events).toHaveLength(9);
    expect(history.kind === 'found' && history.events[0]?.batchJobId).toBeUndefined();
  });

  test('is unknown for an execution that does not exist', async () => {
    await using aws = await startPlannedAws();
    aws.workloads.define({ stateMachine: 'settle' });
    const arn = stateMachineArn('settle').replace('stateMachine', 'execution');

    expect((await createReadHistory(aws.sfn)(`${arn}:none`, signal)).kind).toBe('unknown');
  });
});

describe('reading Batch jobs for their logs', () => {
  test('has the streams of all containers of an attempt', async () => {
    const containers = [
      { name: 'main', logStreamName: 'a', exitCode: 0 },
      { name: 'side', logStreamName: 'b', exitCode: 9, reason: 'r' },
    ];
    const jobs = [
      { jobId: 'j', status: 'FAILED', attempts: [{ taskProperties: [{ containers }] }] },
    ];

    expect(await createReadJobLogs(answering({ jobs }))(['j'], signal)).toMatchObject({
      jobs: [{ attempts: [{ streams: ['a', 'b'], exitCode: 9, reason: 'r', isOver: true }] }],
    });
  });

  test('has the log configuration of the first of several containers', async () => {
    const options = { 'awslogs-group': '/night' };
    const containers = [
      { logConfiguration: { logDriver: 'awslogs', options }, logStreamName: 'a' },
    ];
    const jobs = [{ status: 'RUNNING', ecsProperties: { taskProperties: [{ containers }] } }];

    expect(await createReadJobLogs(answering({ jobs }))(['j'], signal)).toMatchObject({
      jobs: [{ group: '/night', attempts: [{ streams: ['a'], isOver: false }] }],
    });
  });

  test('has the stream of an ended job that lists no attempt', async () => {
    const jobs = [{ status: 'FAILED', container: { logStreamName: 'a', exitCode: 1 } }];

    expect(await createReadJobLogs(answering({ jobs }))(['j'], signal)).toMatchObject({
      jobs: [{ attempts: [{ streams: ['a'], exitCode: 1, isOver: true }] }],
    });
  });

  test('has the failed children in order', async () => {
    const jobSummaryList = [
      { jobId: 'j:2', arrayProperties: { index: 2 }, statusReason: 'late' },
      { jobId: 'j:1', arrayProperties: { index: 1 }, container: { exitCode: 1, reason: 'r' } },
    ];
    const client = answering({ jobSummaryList, nextToken: 'more' });

    expect(await createReadFailedChildren(client)('j', signal)).toEqual({
      kind: 'found',
      children: [
        { jobId: 'j:1', index: 1, exitCode: 1, reason: 'r' },
        { jobId: 'j:2', index: 2, exitCode: undefined, reason: 'late' },
      ],
      more: true,
    });
  });

  test('never rejects', async () => {
    const client = { send: async () => Promise.reject(new Error('ECONNRESET')) } as never;

    expect((await createReadJobLogs(client)(['j'], signal)).kind).toBe('unavailable');
    expect((await createReadFailedChildren(client)('j', signal)).kind).toBe('unavailable');
  });
});
