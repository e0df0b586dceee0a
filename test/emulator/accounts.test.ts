import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { EmulatedLogins } from '../../emulator/accounts.ts';
import { startEmulator } from '../../emulator/index.ts';
import { authority, basic, post, sendRequest, startNight } from './aews.ts';

describe('the login', () => {
  test.for([
    { what: 'nothing', authorization: null },
    { what: 'another password', authorization: basic('bridge', 'correct hors') },
    { what: 'another user', authorization: basic('Bridge', 'correct horse') },
    { what: 'an empty password', authorization: basic('bridge', '') },
    { what: 'another scheme', authorization: 'Bearer abc' },
    { what: 'no Base64', authorization: 'Basic §§§' },
    { what: 'the scheme alone', authorization: 'Basic' },
  ])('refuses $what with 401, a challenge and a page of Tomcat', async ({ authorization }) => {
    await using night = await startNight();
    // Node writes header values as Latin-1.
    const sent = authorization && Buffer.from(authorization).toString('latin1');

    const reply = await sendRequest(night.emulator, 'GET', '/AEWS/job', { authorization: sent });

    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toBe('Basic realm="AEWS"');
    expect(reply.text).toContain('HTTP Status 401');
    expect(reply.text).toContain('Apache Tomcat');
  });

  test('is required before anything else is answered', async () => {
    await using night = await startNight();

    const reply = await sendRequest(night.emulator, 'DELETE', '/nowhere', { authorization: null });

    expect(reply.status).toBe(401);
    expect(night.emulator.unsupported()).toBe(0);
  });

  test('accepts the scheme in any case, and a password with colons', async () => {
    await using night = await startNight({ password: 'a:b:c' });
    const authorization = basic('bridge', 'a:b:c').replace('Basic', 'BASIC ');

    expect((await sendRequest(night.emulator, 'GET', '/AEWS/job', { authorization })).status).toBe(
      200,
    );
  });

  test.for(['utf8', 'latin1'] as const)('accepts an umlaut in %s', (encoding) => {
    const accounts = new EmulatedLogins([{ user: 'jürg', password: 'grün' }]);
    const base64 = Buffer.from('jürg:grün', encoding).toString('base64');

    expect(accounts.recognise(`Basic ${base64}`)).toBe('jürg');
  });

  test('changes with the password', async () => {
    await using night = await startNight();
    const { emulator } = night;
    const old = basic(emulator.user, emulator.password);

    emulator.setPassword('rotated');

    const replies = [
      await sendRequest(emulator, 'GET', '/AEWS/job', { authorization: old }),
      await sendRequest(emulator, 'GET', '/AEWS/job'),
    ];
    expect(replies.map(({ status }) => status)).toEqual([401, 200]);
  });

  test('has a random password by default', async () => {
    await using one = await startEmulator({ authority });
    await using other = await startEmulator({ authority });

    expect(one.password).toHaveLength(24);
    expect(one.password).not.toBe(other.password);
    expect((await sendRequest(one, 'GET', '/AEWS/job')).status).toBe(200);
  });

  test('does not show a password when accounts or emulator are printed', async () => {
    await using night = await startNight();
    const accounts = new EmulatedLogins([{ user: 'u', password: 'correct horse' }]);

    const printed = inspect([night.emulator, accounts], { depth: 20, showHidden: true });

    expect(printed + JSON.stringify([night.emulator, accounts])).not.toContain('correct horse');
  });
});

describe('the permissions of EEM', () => {
  test('refuse an event with 403, an empty body and its length', async () => {
    await using night = await startNight({ permissions: ['read', 'STARTJOB'] });
    const { emulator } = night;

    const refused = await post(emulator, '/AEWS/event/force-start-job', { jobName: 'WAITER' });
    const taken = await post(emulator, '/AEWS/event/start-job', { jobName: 'WAITER' });

    expect(refused).toMatchObject({ status: 403, text: '' });
    expect(refused.headers['content-length']).toBe('0');
    expect(taken.status).toBe(201);
  });

  test.for([
    { method: 'GET', path: '/AEWS/job', permissions: ['jil'] },
    { method: 'GET', path: '/AEWS/jil/job', permissions: ['jil'] },
    { method: 'POST', path: '/AEWS/jil', permissions: ['read'] },
  ] as const)('refuse $method $path to a user with $permissions', async (given) => {
    await using night = await startNight({ permissions: given.permissions });

    const reply = await sendRequest(night.emulator, given.method, given.path);

    expect(reply).toMatchObject({ status: 403, text: '' });
  });

  test('are those of the requesting user, and can be changed', async () => {
    await using night = await startNight({
      otherAccounts: [{ user: 'reader', password: 'r', permissions: ['read'] }],
    });
    const { emulator } = night;
    const send = () =>
      sendRequest(emulator, 'POST', '/AEWS/event/start-job', {
        body: '{"jobName":"WAITER"}',
        authorization: basic('reader', 'r'),
      });

    const before = await send();
    emulator.permit('reader', ['STARTJOB']);
    const after = await send();

    expect([before.status, after.status]).toEqual([403, 201]);
  });

  test('name the sender in the event log', async () => {
    await using night = await startNight();

    await post(night.emulator, '/AEWS/event/start-job', { jobName: 'WAITER' });

    expect(night.emulator.instance.events('WAITER')).toEqual([
      expect.objectContaining({ name: 'STARTJOB', user: 'bridge' }),
    ]);
  });
});
