import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from 'vitest';
import {
  createReadSecret,
  credentialsClientSettings,
  parseCredentials,
} from '../../../lambda/aws/credentials.ts';
import { serveDynamo } from '../../support/dynamo-server.ts';
import { freePort } from '../../support/servers.ts';

describe('the text of a secret', () => {
  test('has user and password; other keys are ignored', () => {
    const text = '{"username":"bridge","password":"pw","engine":"autosys"}';

    expect(parseCredentials('s', text)).toEqual({ username: 'bridge', password: 'pw' });
  });

  test('may contain characters beyond ASCII', () => {
    const text = JSON.stringify({ username: 'jürg', password: 'grün 東京' });

    expect(parseCredentials('s', text)).toEqual({ username: 'jürg', password: 'grün 東京' });
  });

  test.for([
    { text: ' ', found: 'an empty text' },
    { text: 'pw-in-clear', found: 'a text that is not JSON' },
    { text: '["pw-in-clear"]', found: 'JSON that is not an object' },
    { text: '"pw-in-clear"', found: 'JSON that is not an object' },
    { text: 'null', found: 'JSON that is not an object' },
    { text: '{"username":"bridge"}', found: 'no password' },
    { text: '{"user":"pw-in-clear"}', found: 'no username and no password' },
    { text: '{"username":"","password":"pw-in-clear"}', found: 'an empty username' },
    {
      text: '{"username":"bridge","password":["pw-in-clear"]}',
      found: 'a password that is not a text',
    },
    {
      text: '\uFEFF{"username":"bridge","password":"pw-in-clear"}',
      found: 'a text that begins with a byte order mark (U+FEFF)',
    },
    {
      text: '{"username":"bridge","password":"pw-in-clear\\n"}',
      found: 'a password with a control character (U+000A) at its end',
    },
    {
      text: '{"username":"bri\\u0000dge","password":"\\uFEFFpw-in-clear"}',
      found:
        'a username with a control character (U+0000) and a password with a byte order mark (U+FEFF)',
    },
    {
      text: '{"username":"bridge\\u0085","password":"pw-in-clear"}',
      found: 'a username with a control character (U+0085) at its end',
    },
    {
      text: '{"username":"a:b","password":""}',
      found: 'an empty password and a username with a colon, which HTTP Basic does not allow',
    },
  ])('is refused when it is $found, and not quoted', ({ text, found }) => {
    expect(() => parseCredentials('autosys/ACE', text)).toThrow(
      `secret autosys/ACE: expected JSON with the two texts username and password, found ${found}`,
    );
  });
});

describe('a Secrets Manager', () => {
  test.for(['hang', 'stop in the middle'] as const)(
    'that answers with %s times out while the function can still log it',
    async (behaviour) => {
      await using server = await serveDynamo(behaviour);
      const client = new SecretsManagerClient({
        ...credentialsClientSettings,
        endpoint: server.url,
        region: 'us-east-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      });

      const reading = createReadSecret(client)('autosys/ACE', 'AWSCURRENT');

      await expect(reading).rejects.toMatchObject({
        code: 'BRIDGE_CREDENTIALS',
        disposition: 'retry',
      });
      expect(server.operations).toEqual(['GetSecretValue', 'GetSecretValue']);
      client.destroy();
    },
  );

  const settings = {
    ...credentialsClientSettings,
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };

  test('that is not reachable is reported with the code of the system', async () => {
    const endpoint = `https://127.0.0.1:${await freePort()}`;
    const client = new SecretsManagerClient({ ...settings, endpoint, region: 'us-east-1' });

    const reading = createReadSecret(client)('autosys/ACE', 'AWSCURRENT');

    await expect(reading).rejects.toMatchObject({ reason: 'ECONNREFUSED' });
    client.destroy();
  });

  test('without a Region is not called', async () => {
    const region = () => Promise.reject(new Error('Region is missing'));
    const client = new SecretsManagerClient({ ...settings, region });

    const reading = createReadSecret(client)('autosys/ACE', 'AWSCURRENT');

    await expect(reading).rejects.toMatchObject({ reason: 'no Region is set' });
    client.destroy();
  });
});
