import { describe, expect, test } from 'vitest';
import { AutosysUnauthorizedError, AutosysUnreachableError } from '../../../autosys/errors.ts';
import { Login } from '../../../lambda/report/login.ts';
import type { Credentials } from '../../../lambda/shared/credentials.ts';

const maxAgeMs = 300_000;
const refused = new AutosysUnauthorizedError({ doing: 'x', httpStatus: 401, said: '' });

/** A secret that can be rotated, an AutoSys that knows one password, and a time that is moved by hand. */
function aWorld() {
  const world = {
    nowMs: 0,
    secret: 'old',
    accepted: 'old',
    readings: 0,
    logins: 0,
    login: undefined as unknown as Login,
    call: () =>
      world.login.call(async () => {
        const { password } = await world.login.credentials();
        world.logins += 1;
        if (password !== world.accepted) throw refused;
        return 'answer';
      }),
  };
  world.login = new Login({
    secret: 'autosys/ACE',
    readCredentials: async (): Promise<Credentials> => {
      world.readings += 1;
      return { username: 'bridge', password: world.secret };
    },
    now: () => new Date(world.nowMs),
    maxAgeMs,
  });
  return world;
}

describe('the login', () => {
  test('reads the secret once for many calls', async () => {
    const world = aWorld();

    await Promise.all(Array.from({ length: 20 }, world.call));

    expect(world.readings).toBe(1);
  });

  test('reads the secret again when it has grown old', async () => {
    const world = aWorld();
    await world.call();

    world.nowMs = maxAgeMs;
    await world.call();

    expect(world.readings).toBe(2);
  });

  test('reads the secret anew when it was rotated, and goes on', async () => {
    const world = aWorld();
    await world.call();
    world.secret = world.accepted = 'new';

    expect(await world.call()).toBe('answer');
    expect(world.logins).toBe(3);
  });

  test('tries a wrong password once, however many calls wait, and holds the others back', async () => {
    const world = aWorld();
    world.accepted = 'something else';

    const results = await Promise.allSettled(Array.from({ length: 20 }, world.call));

    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(world.logins).toBe(1);
  });

  test('carries every call through a rotation, though many are under way', async () => {
    const world = aWorld();
    await world.call();
    world.secret = world.accepted = 'new';

    const answers = await Promise.all(Array.from({ length: 10 }, world.call));

    expect(answers).toEqual(Array.from({ length: 10 }, () => 'answer'));
    // Each was under way with the old password once; the secret is read anew once for all.
    expect(world.logins).toBe(1 + 10 + 10);
    expect(world.readings).toBe(2);
  });

  test('does not trust a new password for the sake of the old: it is tried once', async () => {
    const world = aWorld();
    await world.call();
    world.secret = 'too early';
    world.nowMs = maxAgeMs;

    await Promise.allSettled(Array.from({ length: 10 }, world.call));

    expect(world.logins).toBe(1 + 1);
  });

  test('tries again when the held-back time is over', async () => {
    const world = aWorld();
    world.accepted = 'new';
    await expect(world.call()).rejects.toBe(refused);
    world.secret = 'new';

    world.nowMs = maxAgeMs;

    expect(await world.call()).toBe('answer');
  });

  test('leaves other failures alone', async () => {
    const world = aWorld();
    const away = new AutosysUnreachableError({ endpoint: 'a:9443', reason: 'refused' });

    await expect(world.login.call(() => Promise.reject(away))).rejects.toBe(away);
    expect(await world.call()).toBe('answer');
  });

  test('asks for the secret again after reading it has failed', async () => {
    let failing = true;
    const login = new Login({
      secret: 's',
      readCredentials: async () => {
        if (failing) throw new Error('throttled');
        return { username: 'u', password: 'p' };
      },
      now: () => new Date(0),
      maxAgeMs,
    });
    await expect(login.credentials()).rejects.toThrow('throttled');
    failing = false;

    expect(await login.credentials()).toEqual({ username: 'u', password: 'p' });
  });
});
