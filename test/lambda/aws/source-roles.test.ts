import { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import { createDescribeBatchJobs } from '../../../lambda/aws/batch.ts';
import { createToAccess, stsClientSettings } from '../../../lambda/aws/source-roles.ts';
import { createDescribeExecution } from '../../../lambda/aws/step-functions.ts';
import { openSourceAccount, type Question, type Session } from '../../support/source-account.ts';

const account = '111122223333';
const other = '444455556666';
const sourceRole = `arn:aws:iam::{account}:role/AutosysBridge-{region}-${account}-eu-west-1-aaaaa`;
const signal = new AbortController().signal;
const arnIn = (owner: string, region = 'eu-west-1') =>
  `arn:aws:states:${region}:${owner}:execution:settlement:run-1`;
const inMs = (ms: number) => new Date(Date.now() + ms);
const anHour = 3_600_000;
const own = { accessKeyId: 'AKIAOWN', secretAccessKey: 'own' };

/** The two lookups, through the roles of a scripted account. */
async function connect({
  assume = (_, nth) => ({ accessKeyId: `ASIASESSION${nth}`, endsAt: inMs(anHour) }),
  answer = ({ body }) => ({
    status: 200,
    body: { executionArn: JSON.parse(body).executionArn, stateMachineArn: 'arn', status: 'FAILED' },
  }),
}: Partial<Parameters<typeof openSourceAccount>[0]> = {}) {
  const aws = await openSourceAccount({ assume, answer });
  const toClient = () =>
    new STSClient({
      ...stsClientSettings,
      endpoint: aws.url,
      region: 'eu-west-1',
      credentials: own,
    });
  const toAccess = createToAccess({ account, sourceRole, toClient });
  const toSettings = (location: Parameters<typeof toAccess>[0]) => ({
    endpoint: aws.url,
    credentials: own,
    ...toAccess(location),
  });
  return {
    aws,
    describeExecution: createDescribeExecution(toSettings),
    describeBatchJobs: createDescribeBatchJobs(toSettings),
    [Symbol.asyncDispose]: () => aws[Symbol.asyncDispose](),
  };
}

const keysOf = (questions: readonly Question[]) => questions.map(({ accessKeyId }) => accessKeyId);
const refuse = (refused: string, status: number) => (): Session => ({ refused, status });

describe('a lookup in another account', () => {
  test('is signed with the credentials of the role of its source, which are reused', async () => {
    await using there = await connect();

    const found = await there.describeExecution(arnIn(other), signal);
    await there.describeExecution(arnIn(other), signal);

    expect(found).toMatchObject({ kind: 'found', execution: { status: 'FAILED' } });
    expect(there.aws.assumed).toHaveLength(1);
    expect(Object.fromEntries(there.aws.assumed[0] ?? [])).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: `arn:aws:iam::${other}:role/AutosysBridge-eu-west-1-${account}-eu-west-1-aaaaa`,
      RoleSessionName: 'autosys-bridge',
      DurationSeconds: '900',
    });
    expect(there.aws.questions).toMatchObject([
      { accessKeyId: 'ASIASESSION1', sessionToken: 'token of ASIASESSION1', service: 'states' },
      { accessKeyId: 'ASIASESSION1' },
    ]);
  });

  test('is sent to the Region of the run, with the role of that Region', async () => {
    await using there = await connect();

    await there.describeExecution(arnIn(other), signal);
    await there.describeExecution(arnIn(other, 'us-east-1'), signal);

    expect(there.aws.questions).toMatchObject([
      { accessKeyId: 'ASIASESSION1', region: 'eu-west-1' },
      { accessKeyId: 'ASIASESSION2', region: 'us-east-1' },
    ]);
    expect(there.aws.assumed[1]?.get('RoleArn')).toContain('role/AutosysBridge-us-east-1-');
  });

  test('of Batch jobs is signed with such credentials too', async () => {
    await using there = await connect({ answer: () => ({ status: 200, body: { jobs: [] } }) });
    const request = { account: other, region: 'eu-west-1', batchJobIds: ['a'] };

    const found = await there.describeBatchJobs(request, signal);

    expect(found).toEqual({ kind: 'found', jobs: [] });
    expect(keysOf(there.aws.questions)).toEqual(['ASIASESSION1']);
  });

  test('is signed with new credentials shortly before the old ones expire', async () => {
    await using there = await connect({
      assume: (_, nth) => ({
        accessKeyId: `ASIASESSION${nth}`,
        endsAt: inMs(nth === 1 ? 60_000 : anHour),
      }),
    });

    for (let asks = 0; asks < 3; asks += 1) await there.describeExecution(arnIn(other), signal);

    const keys = keysOf(there.aws.questions);
    expect(keys.slice(1)).toEqual(['ASIASESSION2', 'ASIASESSION2']);
    expect(there.aws.assumed).toHaveLength(2);
  });

  test('uses a new session after one that was revoked', async () => {
    await using there = await connect({
      answer: ({ accessKeyId, body }) =>
        accessKeyId === 'ASIASESSION1'
          ? { status: 400, body: { __type: 'ExpiredTokenException', message: 'no' } }
          : {
              status: 200,
              body: { ...JSON.parse(body), stateMachineArn: 'arn', status: 'FAILED' },
            },
    });

    const refused = await there.describeExecution(arnIn(other), signal);
    const found = await there.describeExecution(arnIn(other), signal);

    expect(refused).toEqual({ kind: 'denied', reason: 'ExpiredTokenException' });
    expect(found).toMatchObject({ kind: 'found' });
    expect(keysOf(there.aws.questions)).toEqual(['ASIASESSION1', 'ASIASESSION2']);
  });

  test('is not made if the role is missing or denies access; the reason names the location and what to do', async () => {
    await using there = await connect({ assume: refuse('AccessDenied', 403) });

    const answer = await there.describeExecution(arnIn(other), signal);

    expect(answer).toEqual({
      kind: 'noRole',
      reason: `calls in account ${other}, eu-west-1 need the role arn:aws:iam::${other}:role/AutosysBridge-eu-west-1-${account}-eu-west-1-aaaaa, which does not exist or does not allow the bridge (AccessDenied); deploy the source there with bridgeSweepRoleArn, and with bridgeRequestRoleArns for requests, see docs/deploy.md`,
    });
    expect(there.aws.assumed).toHaveLength(1);
    expect(there.aws.questions).toEqual([]);
  });

  test.for([
    { errorName: 'Throttling', status: 400, kind: 'throttled' },
    { errorName: 'InternalFailure', status: 500, kind: 'unavailable' },
  ])('is $kind if STS answers $errorName, after one try', async ({ errorName, status, kind }) => {
    await using there = await connect({ assume: refuse(errorName, status) });

    const answer = await there.describeExecution(arnIn(other), signal);

    expect(answer).toMatchObject({
      kind,
      reason: expect.stringMatching(new RegExp(`AWS STS did not grant it \\(${errorName}`)),
    });
    expect(there.aws.assumed).toHaveLength(1);
  });

  test('is unavailable if STS answers without credentials', async () => {
    await using there = await connect({ assume: () => 'nothing' });

    expect(await there.describeExecution(arnIn(other), signal)).toMatchObject({
      kind: 'unavailable',
    });
    expect(there.aws.questions).toEqual([]);
  });

  test('is unavailable if STS is not reached', async () => {
    const there = await connect();
    await there[Symbol.asyncDispose]();

    const answer = await there.describeExecution(arnIn(other), signal);

    expect(answer.kind).toBe('unavailable');
  });

  test('is denied if the role may not read the run', async () => {
    await using there = await connect({
      answer: () => ({ status: 400, body: { __type: 'AccessDeniedException', message: 'no' } }),
    });

    expect(await there.describeExecution(arnIn(other), signal)).toEqual({
      kind: 'denied',
      reason: 'AccessDeniedException',
    });
  });
});

test('a lookup in the own account needs no role, in any Region', async () => {
  await using there = await connect();

  await there.describeExecution(arnIn(account, 'us-east-1'), signal);

  expect(there.aws.assumed).toEqual([]);
  expect(keysOf(there.aws.questions)).toEqual(['AKIAOWN']);
});
