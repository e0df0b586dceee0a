import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualLocalClock } from '../../local/clock.ts';
import { LocalSecrets } from '../../local/secrets.ts';

let secrets: LocalSecrets;
let client: SecretsManagerClient;

beforeEach(async () => {
  secrets = await LocalSecrets.start({
    account: '111122223333',
    clock: new ManualLocalClock(1_768_442_400_000),
  });
  client = new SecretsManagerClient({
    endpoint: secrets.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await secrets.stop();
});

const get = (input: { SecretId: string; VersionStage?: string; VersionId?: string }) =>
  client.send(new GetSecretValueCommand(input));

describe('a secret on this machine', () => {
  test('is read by the SDK by its name', async () => {
    const arn = secrets.put('autosys/ace', '{"username":"u"}');

    const answer = await get({ SecretId: 'autosys/ace' });

    expect(answer).toMatchObject({
      ARN: arn,
      Name: 'autosys/ace',
      SecretString: '{"username":"u"}',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date(1_768_442_400_000),
    });
  });

  test('is read by its ARN, whole or without the last characters', async () => {
    const arn = secrets.put('autosys/ace', 'x');

    const whole = await get({ SecretId: arn });
    const partial = await get({ SecretId: arn.slice(0, -7) });

    expect(arn).toMatch(
      /^arn:aws:secretsmanager:us-east-1:111122223333:secret:autosys\/ace-\w{6}$/,
    );
    expect([whole.SecretString, partial.SecretString]).toEqual(['x', 'x']);
  });

  test('is binary if bytes were stored', async () => {
    secrets.put('a', Uint8Array.of(1, 2, 255));

    const { SecretString, SecretBinary } = await get({ SecretId: 'a' });

    expect({ SecretString, bytes: [...(SecretBinary ?? [])] }).toEqual({ bytes: [1, 2, 255] });
  });

  test('has a previous version after a rotation', async () => {
    secrets.put('a', 'old');
    secrets.put('a', 'new');

    const current = await get({ SecretId: 'a' });
    const previous = await get({ SecretId: 'a', VersionStage: 'AWSPREVIOUS' });
    const byId = await get({ SecretId: 'a', VersionId: previous.VersionId ?? '' });

    expect([current.SecretString, previous.SecretString, byId.SecretString]).toEqual([
      'new',
      'old',
      'old',
    ]);
  });

  test.for([
    { when: 'there is no such secret', input: { SecretId: 'b' } },
    { when: 'it was never rotated', input: { SecretId: 'a', VersionStage: 'AWSPREVIOUS' } },
    { when: 'there is no such stage', input: { SecretId: 'a', VersionStage: 'toString' } },
    { when: 'there is no such version', input: { SecretId: 'a', VersionId: 'x'.repeat(32) } },
  ])('fails when $when', async ({ input }) => {
    secrets.put('a', 's3cret');

    const reading = get(input);

    await expect(reading).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(reading).rejects.not.toThrow('s3cret');
  });

  test('exchanges its versions when a rotation is rolled back', async () => {
    secrets.put('a', 'old');
    secrets.put('a', 'new');
    const { VersionId } = await get({ SecretId: 'a', VersionStage: 'AWSPREVIOUS' });

    secrets.rollBack('a');

    expect(await get({ SecretId: 'a' })).toMatchObject({ SecretString: 'old', VersionId });
    expect(await get({ SecretId: 'a', VersionStage: 'AWSPREVIOUS' })).toMatchObject({
      SecretString: 'new',
    });
  });

  test('is not found after it was deleted', async () => {
    secrets.put('a', 'x');

    secrets.delete('a');

    await expect(get({ SecretId: 'a' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('is denied while configured, and other secrets are not', async () => {
    secrets.put('a', 'x');
    secrets.put('b', 'y');
    secrets.deny('a', 'AccessDeniedException');

    await expect(get({ SecretId: 'a' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect((await get({ SecretId: 'b' })).SecretString).toBe('y');

    secrets.deny('a');
    expect((await get({ SecretId: 'a' })).SecretString).toBe('x');
  });

  test('is not returned during an outage', async () => {
    secrets.put('a', 'x');
    secrets.fail('ThrottlingException');

    await expect(get({ SecretId: 'a' })).rejects.toMatchObject({ name: 'ThrottlingException' });

    secrets.fail();
    expect((await get({ SecretId: 'a' })).SecretString).toBe('x');
  });

  test.for(['rollBack', 'delete', 'deny'] as const)('fails to %s an unknown secret', (method) => {
    expect(() => secrets[method]('a')).toThrow('unknown secret a');
  });

  test('refuses and counts any other operation', async () => {
    const creating = client.send(new CreateSecretCommand({ Name: 'a', SecretString: 'x' }));

    await expect(creating).rejects.toMatchObject({ name: 'UnknownOperationException' });
    expect(secrets.unknownRequests).toEqual(['secretsmanager.CreateSecret']);
  });

  test('refuses a request that is not in the format of AWS', async () => {
    const response = await fetch(`${secrets.url}/health`);

    expect(response.status).toBe(400);
    expect(secrets.unknownRequests).toEqual(['GET /health']);
  });

  test('refuses a request without an id', async () => {
    const response = await fetch(secrets.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' },
      body: 'no json',
    });

    await expect(response.json()).resolves.toMatchObject({ __type: 'InvalidParameterException' });
  });

  test('counts how often it is read', async () => {
    secrets.put('a', 'x');
    await get({ SecretId: 'a' });
    await get({ SecretId: 'a' });

    expect(secrets.reads).toBe(2);
  });
});
