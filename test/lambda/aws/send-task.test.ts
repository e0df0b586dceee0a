import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createTaskCalls } from '../../../lambda/aws/send-task.ts';

const home = { account: '111122223333', region: 'eu-west-1' };
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
const { signal } = new AbortController();
const open: { close(): void }[] = [];

afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** Step Functions that records requests and answers with a status and the name of an error. */
async function aStepFunctions(status = 200, error = '') {
  const requests: { readonly target: string; readonly region: string; readonly body: unknown }[] =
    [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      const target = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      const region = /\/\d{8}\/([^/]+)\//.exec(String(request.headers.authorization))?.[1] ?? '';
      requests.push({ target, region, body: JSON.parse(text) });
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(error === '' ? {} : { __type: error, message: 'no' }));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push(server);
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const locations: string[] = [];
  const calls = createTaskCalls({
    home,
    toSettings: ({ account, region }) => {
      locations.push(`${account} ${region}`);
      return { endpoint, credentials };
    },
  });
  return { requests, calls, locations };
}

describe('the calls with a task token', () => {
  test('send what the state gets', async () => {
    const { calls, requests } = await aStepFunctions();
    const task = { token: 'T' };

    expect(await calls.succeed(task, '{"status":"SUCCESS"}', signal)).toEqual({ kind: 'taken' });
    await calls.fail(task, { error: 'AutoSys.JobFailed', cause: 'exit code 3' }, signal);
    await calls.heartbeat(task, signal);

    expect(requests).toEqual([
      {
        target: 'SendTaskSuccess',
        region: 'eu-west-1',
        body: { taskToken: 'T', output: '{"status":"SUCCESS"}' },
      },
      {
        target: 'SendTaskFailure',
        region: 'eu-west-1',
        body: { taskToken: 'T', error: 'AutoSys.JobFailed', cause: 'exit code 3' },
      },
      { target: 'SendTaskHeartbeat', region: 'eu-west-1', body: { taskToken: 'T' } },
    ]);
  });

  test('go to the account and Region of the execution', async () => {
    const { calls, locations, requests } = await aStepFunctions();
    const execution = 'arn:aws:states:us-east-1:444455556666:execution:settlement:night';

    await calls.heartbeat({ token: 'T', execution }, signal);
    await calls.heartbeat({ token: 'T', execution }, signal);

    expect(locations).toEqual(['444455556666 us-east-1']);
    expect(requests.map(({ region }) => region)).toEqual(['us-east-1', 'us-east-1']);
  });

  test('cut an error and a cause that are too long', async () => {
    const { calls, requests } = await aStepFunctions();

    await calls.fail({ token: 'T' }, { error: 'E'.repeat(300), cause: 'c'.repeat(40_000) }, signal);

    expect(requests[0]?.body).toMatchObject({
      error: 'E'.repeat(256),
      cause: 'c'.repeat(32_768),
    });
  });

  test.for([
    ['TaskTimedOut', 400, 'gone'],
    ['TaskDoesNotExist', 400, 'gone'],
    ['InvalidToken', 400, 'invalid'],
    ['ThrottlingException', 400, 'throttled'],
    ['AccessDeniedException', 400, 'denied'],
    ['InternalFailure', 500, 'unavailable'],
  ] as const)('answer %s (%i) as %s', async ([error, status, kind]) => {
    const { calls } = await aStepFunctions(status, error);

    expect(await calls.heartbeat({ token: 'T' }, signal)).toEqual({ kind, reason: error });
  });
});
