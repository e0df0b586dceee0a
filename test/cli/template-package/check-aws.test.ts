import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { runCli } from '../setup.ts';

/** How the embedded S3 answers a HeadBucket. */
interface BucketAnswer {
  readonly status: number;
  readonly region?: string;
}

const account = '111122223333';

function answerIdentity(response: ServerResponse, status: number): void {
  const body =
    status === 200
      ? `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/team</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`
      : '<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>no</Message></Error></ErrorResponse>';
  response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
}

/** STS and S3 on loopback, for the SDK, which reads their address from the environment. */
async function startAws(bucket: BucketAnswer, stsStatus = 200) {
  const server = createServer((request, response) => {
    if (request.method === 'POST') return answerIdentity(response, stsStatus);
    const { status, region } = bucket;
    response.writeHead(status, { ...(region && { 'x-amz-bucket-region': region }) }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const yaml = `instances:
  ACE: { endpoints: ["https://autosys.example.com:9443"], secret: autosys/ACE }
accounts: ["444455556666"]
routes:
  - { name: one, from: { stateMachine: one, account: "444455556666" }, global: ONE }
`;

/** Runs `package --check-aws`. The route file stops it before the synthesis at the latest. */
async function check(url: string, more: readonly string[] = []) {
  const env = {
    ...{ AWS_ENDPOINT_URL_S3: url, AWS_ENDPOINT_URL_STS: url, AWS_MAX_ATTEMPTS: '1' },
    ...{ AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' },
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const words = '--config bridge.yaml --bucket my-templates --out does-not-exist --check-aws';
  return await runCli(['package', ...words.split(' '), '--region', 'eu-west-1', ...more], {
    env,
    files: { 'bridge.yaml': yaml },
  });
}

afterEach(() => void vi.unstubAllEnvs());

describe('package --check-aws', () => {
  test.for([
    {
      when: 'the bucket is in another Region',
      bucket: { status: 301, region: 'us-east-1' },
      code: 1,
      says: '--bucket: found my-templates in us-east-1, but the stack is in eu-west-1; Lambda reads code from buckets in its own Region only',
    },
    {
      when: 'the bucket of another Region may not be read',
      bucket: { status: 403, region: 'us-east-1' },
      code: 1,
      says: '--bucket: found my-templates in us-east-1',
    },
    {
      when: 'there is no bucket',
      bucket: { status: 404 },
      code: 1,
      says: '--bucket: found no bucket my-templates in the partition of eu-west-1',
    },
    {
      when: 'S3 refuses and names no Region',
      bucket: { status: 403 },
      code: 1,
      says: '--check-aws: AWS refused S3 HeadBucket',
    },
    {
      when: 'S3 names no Region',
      bucket: { status: 200 },
      code: 3,
      says: '--check-aws: no answer to S3 HeadBucket: an answer without Region',
    },
    {
      when: 'the route file was written for another account',
      bucket: { status: 200, region: 'eu-west-1' },
      code: 1,
      says: 'the route file names account 444455556666, but the stack is in 111122223333',
    },
  ])('ends with $code when $when', async ({ bucket, code, says }) => {
    await using aws = await startAws(bucket);

    const result = await check(aws.url);

    expect(result.stderr).toContain(says);
    expect(result).toMatchObject({ code, stdout: '' });
  });

  test('ends with 1 when the credentials are those of another account', async () => {
    await using aws = await startAws({ status: 200, region: 'eu-west-1' });

    const { code, stderr } = await check(aws.url, ['--account', '777788889999']);

    expect(stderr).toContain(
      '--account: found 777788889999, but the credentials are those of 111122223333',
    );
    expect(code).toBe(1);
  });

  test('ends with 1 when AWS refuses the credentials', async () => {
    await using aws = await startAws({ status: 200, region: 'eu-west-1' }, 403);

    const { code, stderr } = await check(aws.url);

    expect(stderr).toContain('--check-aws: AWS refused STS GetCallerIdentity');
    expect(code).toBe(1);
  });

  test('ends with 3 when AWS is not reached', async () => {
    const { url } = await startAws({ status: 200 }).then(async (aws) => {
      await aws[Symbol.asyncDispose]();
      return aws;
    });

    const { code, stderr } = await check(url);

    expect(stderr).toContain('--check-aws: no answer to STS GetCallerIdentity');
    expect(code).toBe(3);
  });
});
