import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createDescribeBatchJobs } from '../../../lambda/aws/batch.ts';
import type { LookupLocation } from '../../../lambda/aws/lookup.ts';
import { createDescribeExecution } from '../../../lambda/aws/step-functions.ts';
import { LocalWorkloads } from '../../../local/workloads.ts';
import { aBatchJobEvent, anExecutionEvent, batchSecret } from '../../support/builders.ts';

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
const home = { account: '111122223333', region: 'eu-west-1' };
const signal = new AbortController().signal;
const executionArn = String(anExecutionEvent().detail['executionArn']);
const batchJobId = String(aBatchJobEvent().detail['jobId']);

/** The two lookups over real sockets; `locations` are those for which a client was created. */
function connect(endpoint: string) {
  const locations: string[] = [];
  const toSettings = ({ account, region }: LookupLocation) => {
    locations.push(`${account} ${region}`);
    return { endpoint, credentials };
  };
  return {
    locations,
    describeExecution: createDescribeExecution(toSettings),
    describeBatchJobs: createDescribeBatchJobs(toSettings),
  };
}

type Answer = (request: IncomingMessage, body: string) => { status: number; body: object };

/** A scripted AWS that records its requests. */
async function serve(answer: Answer) {
  const bodies: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      bodies.push(text);
      const { status, body } = answer(request, text);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(body));
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

describe('the lookup of an execution', () => {
  test('finds it, with one client per account and Region', async () => {
    await using workloads = await LocalWorkloads.start();
    workloads.put(anExecutionEvent());
    const aws = connect(workloads.url);

    const found = await aws.describeExecution(executionArn, signal);
    await aws.describeExecution(executionArn, signal);

    expect(found).toMatchObject({
      kind: 'found',
      execution: { executionArn, status: 'SUCCEEDED' },
    });
    expect(aws.locations).toEqual(['111122223333 eu-west-1']);
  });

  test('reports that AWS does not know it', async () => {
    await using workloads = await LocalWorkloads.start();
    const aws = connect(workloads.url);

    expect(await aws.describeExecution(executionArn, signal)).toEqual({ kind: 'unknown' });
  });

  test('omits input and output if their key may not be used', async () => {
    await using server = await serve((_, body) =>
      body.includes('METADATA_ONLY')
        ? { status: 200, body: { executionArn, stateMachineArn: 'arn', status: 'FAILED' } }
        : { status: 400, body: { __type: 'KmsAccessDeniedException', message: 'no' } },
    );
    const aws = connect(server.url);

    expect(await aws.describeExecution(executionArn, signal)).toMatchObject({
      kind: 'found',
      execution: { status: 'FAILED' },
    });
    expect(server.bodies).toHaveLength(2);
  });

  test.for([
    { errorName: 'ThrottlingException', kind: 'throttled' },
    { errorName: 'AccessDeniedException', kind: 'denied' },
    { errorName: 'ExpiredTokenException', kind: 'denied' },
    { errorName: 'InvalidArn', kind: 'unavailable' },
  ])(
    'is $kind if AWS answers $errorName, after one try, and quotes nothing else',
    async ({ errorName, kind }) => {
      await using server = await serve(() => ({
        status: 400,
        body: { __type: errorName, message: batchSecret },
      }));
      const aws = connect(server.url);

      expect(await aws.describeExecution(executionArn, signal)).toEqual({
        kind,
        reason: errorName,
      });
      expect(server.bodies).toHaveLength(1);
    },
  );

  test('is unavailable if no server answers, or the sweep ends', async () => {
    const server = await serve(() => ({ status: 200, body: {} }));
    const aws = connect(server.url);
    await server[Symbol.asyncDispose]();

    const unreached = await aws.describeExecution(executionArn, signal);
    const aborted = await aws.describeExecution(executionArn, AbortSignal.abort());

    expect([unreached.kind, aborted]).toEqual([
      'unavailable',
      { kind: 'unavailable', reason: 'AbortError' },
    ]);
  });
});

describe('the lookup of Batch jobs', () => {
  test('finds known jobs, and discards what they run', async () => {
    await using workloads = await LocalWorkloads.start();
    workloads.put(aBatchJobEvent());
    const aws = connect(workloads.url);
    const request = { ...home, batchJobIds: [batchJobId, 'unknown'] };

    const found = await aws.describeBatchJobs(request, signal);

    expect(found).toMatchObject({
      kind: 'found',
      jobs: [{ jobId: batchJobId, status: 'SUCCEEDED', container: { exitCode: 0 } }],
    });
    const text = JSON.stringify(found);
    for (const word of [batchSecret, 'DB_PASSWORD', 'risk:1', 'parameters', 'tags']) {
      expect(text).not.toContain(word);
    }
  });

  test('finds how each of several containers ended, also without a job definition', async () => {
    await using workloads = await LocalWorkloads.start();
    const main = { name: 'main', exitCode: 1, reason: 'Error' };
    const secret = { environment: [{ name: 'DB_PASSWORD', value: batchSecret }] };
    const given = { ...main, ...secret };
    const ecsProperties = { taskProperties: [{ containers: [given] }] };
    const podProperties = { containers: [given], initContainers: [given] };
    workloads.put(
      aBatchJobEvent({
        ...{ status: 'FAILED', jobDefinition: undefined, ecsProperties },
        eksProperties: { podProperties },
      }),
    );
    const aws = connect(workloads.url);

    const found = await aws.describeBatchJobs({ ...home, batchJobIds: [batchJobId] }, signal);

    expect(found.kind === 'found' && found.jobs[0]).toMatchObject({
      jobDefinition: undefined,
      ecsProperties: { taskProperties: [{ containers: [main] }] },
      eksProperties: { podProperties: { containers: [main], initContainers: [main] } },
    });
    expect(JSON.stringify(found)).not.toContain(batchSecret);
  });

  test('treats an instant of 0 as absent', async () => {
    await using workloads = await LocalWorkloads.start();
    workloads.put(aBatchJobEvent({ status: 'RUNNABLE', startedAt: 0 }));
    const aws = connect(workloads.url);
    const request = { ...home, batchJobIds: [batchJobId] };

    const found = await aws.describeBatchJobs(request, signal);

    expect(found.kind === 'found' && found.jobs[0]?.startedAt).toBeUndefined();
  });

  test.for([
    { status: 429, errorName: 'TooManyRequestsException', kind: 'throttled' },
    { status: 403, errorName: 'AccessDeniedException', kind: 'denied' },
    { status: 500, errorName: 'ServerException', kind: 'unavailable' },
  ])(
    'is $kind where AWS errorName $status $errorName, once',
    async ({ status, errorName, kind }) => {
      await using server = await serve(() => ({
        status,
        body: { __type: errorName, message: 'no' },
      }));
      const aws = connect(server.url);
      const request = { ...home, batchJobIds: [batchJobId] };

      expect(await aws.describeBatchJobs(request, signal)).toEqual({ kind, reason: errorName });
      expect(server.bodies).toHaveLength(1);
    },
  );
});
