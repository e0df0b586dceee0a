import { createServer, type Server, type Socket } from 'node:net';
import { BatchClient } from '@aws-sdk/client-batch';
import { describe, expect, test } from 'vitest';
import { createFindBatchJobs, createReadChildExits } from '../../../lambda/aws/find-jobs.ts';
import type { BatchSubmission } from '../../../lambda/aws/start-result.ts';
import { createSubmitJob, submitJobSettings } from '../../../lambda/aws/submit-job.ts';
import { startPlannedAws } from '../../local/workloads/planned-aws.ts';

const signal = new AbortController().signal;
const connection = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
const nowMs = Date.parse('2026-11-30T01:00:00Z');

function aSubmission(over: Partial<BatchSubmission> = {}): BatchSubmission {
  return {
    jobName: 'NIGHT_EOD-r1620t1-ACE',
    jobQueue: 'night',
    jobDefinition: 'risk',
    parameters: { date: '2026-11-30' },
    dependsOn: [],
    tags: { 'autosys-bridge': 'launched' },
    ...over,
  };
}

/** A server that treats each request in one way, and counts the requests it receives. */
async function serveRaw(answer: (socket: Socket) => void) {
  let requests = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      if (!chunk.toString('latin1').startsWith('POST ')) return;
      requests += 1;
      answer(socket);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests: () => requests,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

function toResponse(status: number, body: object, errorType?: string): string {
  const text = JSON.stringify(body);
  const type = errorType === undefined ? '' : `x-amzn-errortype: ${errorType}\r\n`;
  return `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\n${type}content-length: ${text.length}\r\n\r\n${text}`;
}

describe('a SubmitJob is sent once', () => {
  test.for([
    {
      when: 'the answer does not come',
      answer: () => undefined,
      expected: { kind: 'unknown', reason: 'ETIMEDOUT' },
    },
    {
      when: 'the connection is reset',
      answer: (socket: Socket) => socket.resetAndDestroy(),
      expected: { kind: 'unknown', reason: expect.stringContaining('ECONNRESET') },
    },
    {
      when: 'the connection is closed',
      answer: (socket: Socket) => socket.end(),
      expected: { kind: 'unknown' },
    },
    {
      when: 'AWS answers 500',
      answer: (socket: Socket) => socket.write(toResponse(500, {}, 'ServerException')),
      expected: { kind: 'unknown', reason: 'ServerException' },
    },
    {
      when: 'AWS answers 503',
      answer: (socket: Socket) => socket.write(toResponse(503, {}, 'ServiceUnavailable')),
      expected: { kind: 'unknown', reason: 'ServiceUnavailable' },
    },
    {
      when: 'AWS answers 408',
      answer: (socket: Socket) => socket.write(toResponse(408, {}, 'RequestTimeout')),
      expected: { kind: 'unknown', reason: 'RequestTimeout' },
    },
    {
      when: 'AWS answers 429',
      answer: (socket: Socket) => socket.write(toResponse(429, {}, 'TooManyRequestsException')),
      expected: { kind: 'notSent', reason: 'TooManyRequestsException' },
    },
    {
      when: 'the answer is no JSON',
      answer: (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n<a>'),
      expected: { kind: 'unknown' },
    },
    {
      when: 'the answer has no job id',
      answer: (socket: Socket) => socket.write(toResponse(200, {})),
      expected: { kind: 'unknown', reason: 'SubmitJob answered without a job id' },
    },
  ])('when $when', async ({ answer, expected }) => {
    await using server = await serveRaw(answer);
    const { requestHandler, ...settings } = submitJobSettings;
    const client = new BatchClient({
      ...{ ...connection, ...settings, endpoint: server.endpoint },
      requestHandler: { ...requestHandler, requestTimeout: 200, socketTimeout: 200 },
    });

    const found = await createSubmitJob({ client, now: () => new Date(nowMs) })(
      aSubmission(),
      signal,
    );

    expect(found).toMatchObject(expected);
    expect(server.requests()).toBe(1);
    client.destroy();
  });

  test('when nothing listens: it is known that nothing was sent', async () => {
    const server = await serveRaw(() => undefined);
    await server[Symbol.asyncDispose]();
    const client = new BatchClient({
      ...{ ...connection, ...submitJobSettings, endpoint: server.endpoint },
    });

    const found = await createSubmitJob({ client, now: () => new Date(nowMs) })(
      aSubmission(),
      signal,
    );

    expect(found).toMatchObject({ kind: 'notSent', reason: 'ECONNREFUSED' });
  });
});

describe('a SubmitJob to the embedded Batch', () => {
  test('has every member of the submission', async () => {
    await using aws = await startPlannedAws();
    aws.workloads.define({ jobQueue: 'night' });
    aws.workloads.define({ jobDefinition: 'risk' });
    const submit = createSubmitJob({ client: aws.batch, now: () => new Date(nowMs) });
    const before = await submit(aSubmission({ jobName: 'before' }), signal);
    const beforeId = before.kind === 'started' ? before.id : '';

    const answer = await submit(
      aSubmission({
        ...{ arraySize: 2, dependsOn: [beforeId], attempts: 3, timeoutSeconds: 60 },
        ...{ command: ['run', '--all'], environment: { STAGE: 'prod' }, vcpus: 0.5, memory: 512 },
      }),
      signal,
    );

    expect(answer).toMatchObject({ kind: 'started', beganMs: nowMs });
    const id = answer.kind === 'started' ? answer.id : '';
    const { body } = await aws.call('/v1/describejobs', { jobs: [id] });
    expect(body['jobs']).toMatchObject([
      {
        jobName: 'NIGHT_EOD-r1620t1-ACE',
        arrayProperties: { size: 2 },
        dependsOn: [{ jobId: beforeId }],
        parameters: { date: '2026-11-30' },
        retryStrategy: { attempts: 3 },
        timeout: { attemptDurationSeconds: 60 },
        tags: { 'autosys-bridge': 'launched' },
        propagateTags: true,
        container: {
          command: ['run', '--all'],
          environment: [{ name: 'STAGE', value: 'prod' }],
          resourceRequirements: [
            { type: 'VCPU', value: '0.5' },
            { type: 'MEMORY', value: '512' },
          ],
        },
      },
    ]);
    expect(aws.workloads.unknownRequests).toEqual([]);
  });

  test('is refused with the reason of AWS, unless that quotes the input', async () => {
    await using aws = await startPlannedAws();
    aws.workloads.define({ jobQueue: 'night', state: 'DISABLED' });
    aws.workloads.define({ jobDefinition: 'risk' });
    const submit = createSubmitJob({ client: aws.batch, now: () => new Date(nowMs) });
    const plain = await submit(aSubmission(), signal);
    const message = 'Parameter hunter2 is not valid';
    aws.workloads.injectFault('SubmitJob', { kind: 'refuse', error: 'ClientException', message });

    const quoting = await submit(aSubmission({ parameters: { password: 'hunter2' } }), signal);

    expect(plain).toEqual({
      ...{ kind: 'refused', code: 'ClientException', message: 'JobQueue night is disabled' },
    });
    expect(quoting).toEqual({ kind: 'refused', code: 'ClientException' });
  });
});

describe('the search for jobs', () => {
  test('finds the exact name in any status, the oldest first', async () => {
    await using aws = await startPlannedAws();
    aws.workloads.define({ jobQueue: 'night' });
    aws.workloads.define({ jobDefinition: 'risk' });
    const submit = createSubmitJob({ client: aws.batch, now: () => new Date(nowMs) });
    const ids: string[] = [];
    for (const jobName of ['Abc', 'abc', 'ABC', 'abc', 'abcd']) {
      const answer = await submit(aSubmission({ jobName }), signal);
      ids.push(answer.kind === 'started' ? answer.id : '');
      await aws.clock.advance(60_000);
    }

    const found = await createFindBatchJobs(aws.batch)(
      { jobName: 'abc', jobQueue: 'night' },
      signal,
    );

    expect(found).toMatchObject({ kind: 'found', jobs: [{ id: ids[1] }, { id: ids[3] }] });
  });

  test('follows the pages, and says when there are too many', async () => {
    const pages: unknown[] = [];
    const find = createFindBatchJobs({
      send: async (command: { readonly input: unknown }) => {
        pages.push(command.input);
        return { jobSummaryList: [{ jobId: 'x', jobName: 'ABC', createdAt: 1 }], nextToken: 'n' };
      },
    } as never);

    const found = await find({ jobName: 'abc', jobQueue: 'night' }, signal);

    expect(found).toMatchObject({ kind: 'unavailable' });
    expect(pages).toHaveLength(3);
  });

  test('names the failure', async () => {
    await using aws = await startPlannedAws();
    aws.workloads.define({ jobQueue: 'night' });
    aws.workloads.injectFault('ListJobs', {
      ...{ kind: 'refuse', error: 'AccessDeniedException', status: 403 },
    });

    const found = await createFindBatchJobs(aws.batch)(
      { jobName: 'abc', jobQueue: 'night' },
      signal,
    );

    expect(found).toEqual({ kind: 'denied', reason: 'AccessDeniedException' });
  });
});

describe('the failed children of an array', () => {
  test('have the codes of their last attempts', async () => {
    await using aws = await startPlannedAws();
    aws.workloads.define({ jobQueue: 'night' });
    aws.workloads.define({
      jobDefinition: 'risk',
      runs: {
        children: [
          { attempts: [{ exitCode: 3 }] },
          {},
          { attempts: [{ exitCode: 99 }, { exitCode: 7 }] },
          { attempts: [{ exitCode: 'none' }] },
        ],
      },
    });
    const submit = createSubmitJob({ client: aws.batch, now: () => new Date(nowMs) });
    const answer = await submit(aSubmission({ arraySize: 4, attempts: 2 }), signal);
    await aws.clock.advance(60_000);
    const id = answer.kind === 'started' ? answer.id : '';

    const found = await createReadChildExits(aws.batch)(id, signal);

    expect(found).toMatchObject({ kind: 'found', isPartial: false });
    expect(found.kind === 'found' && [...found.exitCodes].sort()).toEqual([3, 7, undefined]);
  });

  test('with several containers have the highest code of their containers', async () => {
    const details = [
      { attempts: [{ taskProperties: [{ containers: [{ exitCode: 3 }, { exitCode: 9 }] }, {}] }] },
      { eksAttempts: [{ containers: [{ exitCode: 4 }, {}] }] },
      {},
    ];
    const read = createReadChildExits({
      send: async (command: { readonly input: { readonly jobs?: readonly string[] } }) =>
        command.input.jobs === undefined
          ? { jobSummaryList: [{ jobId: 'a:0' }, { jobId: 'a:1' }, { jobId: 'a:2' }] }
          : { jobs: details },
    } as never);

    expect(await read('a', signal)).toEqual({
      ...{ kind: 'found', exitCodes: [9, 4, undefined], isPartial: false },
    });
  });

  test('of an array without any are none', async () => {
    await using aws = await startPlannedAws();
    aws.workloads.define({ jobQueue: 'night' });
    aws.workloads.define({ jobDefinition: 'risk' });
    const submit = createSubmitJob({ client: aws.batch, now: () => new Date(nowMs) });
    const answer = await submit(aSubmission({ arraySize: 2 }), signal);
    const id = answer.kind === 'started' ? answer.id : '';

    const found = await createReadChildExits(aws.batch)(id, signal);

    expect(found).toEqual({ kind: 'found', exitCodes: [], isPartial: false });
  });

  test('are partial when there are more than a page', async () => {
    const read = createReadChildExits({
      send: async (command: { readonly input: { readonly jobs?: readonly string[] } }) =>
        command.input.jobs === undefined
          ? { jobSummaryList: [{ jobId: 'a:0' }], nextToken: 'n' }
          : { jobs: [{ container: { exitCode: 5 } }] },
    } as never);

    expect(await read('a', signal)).toEqual({ kind: 'found', exitCodes: [5], isPartial: true });
  });

  test('cannot be read without an answer', async () => {
    await using aws = await startPlannedAws();
    aws.workloads.injectFault('ListJobs', { kind: 'refuse', error: 'ThrottlingException' });

    const found = await createReadChildExits(aws.batch)('a', signal);

    expect(found).toMatchObject({ kind: 'throttled' });
  });
});
