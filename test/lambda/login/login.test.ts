import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AutosysUnauthorizedError, AutosysUnreachableError } from '../../../autosys/errors.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import {
  CredentialsError,
  SecretDeniedError,
  SecretShapeError,
} from '../../../lambda/login-errors.ts';
import { LoginWorld, maxAgeMs } from './login-world.ts';

const repeat = (call: () => Promise<string>, count = 20) => Array.from({ length: count }, call);
const minute = 60_000;

describe('a login that works', () => {
  test('is read once for many calls, and two of them are under way at a time', async () => {
    const world = new LoginWorld();

    await Promise.all(repeat(world.openSandbox().call));

    expect(world.readings).toEqual(['AWSCURRENT']);
    expect(world.maxUnderWay).toBe(2);
  });

  test('is tried by one call before two calls are sent', async () => {
    const world = new LoginWorld();
    const { call } = world.openSandbox();
    let besides = 0;
    world.onArrival.set(1, () => {
      besides = world.underWay - 1;
    });

    await Promise.all(repeat(call));

    expect(besides).toBe(0);
  });

  test('is read again after its maximum age', async () => {
    const world = new LoginWorld();
    const { call } = world.openSandbox();
    await call();

    world.nowMs += maxAgeMs;
    await call();

    expect(world.readings).toEqual(['AWSCURRENT', 'AWSCURRENT']);
  });

  test('stays in use while Secrets Manager fails, and no call waits', async () => {
    const world = new LoginWorld();
    const { call } = world.openSandbox();
    await call();
    world.secretFailure = new CredentialsError({ secret: 's', reason: 'ThrottlingException' });

    world.nowMs += maxAgeMs;
    await Promise.all(repeat(call));

    expect(world.refused).toBe(0);
    expect(world.readings).toHaveLength(2);
    expect(world.notices).toMatchObject([
      { kind: 'cachedInUse', reason: expect.stringContaining('Thr') },
    ]);
  });

  test.for([
    new SecretDeniedError({ secret: 's', reason: 'AccessDeniedException', advice: 'x' }),
    new SecretShapeError({ secret: 's', found: 'a text that is not JSON' }),
  ])('is not used after the secret was removed or became invalid: $name', async (error) => {
    const world = new LoginWorld();
    const { call } = world.openSandbox();
    await call();
    world.secretFailure = error;
    world.nowMs += maxAgeMs;

    await expect(call()).rejects.toBe(error);

    world.secretFailure = undefined;
    expect(await call()).toBe('answer');
  });

  test('is read again after a refusal, even if another sandbox has found the valid version and cleared the refusal', async () => {
    const world = new LoginWorld();
    const [{ call }, { call: another }] = [world.openSandbox(), world.openSandbox()];
    world.accepted = 'new';
    world.onArrival.set(1, () => {
      world.secretFailure = new CredentialsError({ secret: 's', reason: 'InternalServiceError' });
    });
    await expect(call()).rejects.toThrow('InternalServiceError');
    world.secretFailure = undefined;
    world.versions = ['old', 'new'];
    world.nowMs += 60_000;
    expect(await another()).toBe('answer');

    expect(await call()).toBe('answer');

    expect(world.requests).toEqual(['old (refused)', 'new', 'new']);
  });

  test('is read once for all waiting calls if Secrets Manager hangs', async () => {
    const world = new LoginWorld();
    const { call } = world.openSandbox();
    world.secretFailure = new CredentialsError({ secret: 's', reason: 'TimeoutError' });
    world.secretFailsAfterMs = 4_000;

    const answers = await Promise.allSettled(repeat(call));

    expect(answers.map((answer) => answer.status === 'rejected' && answer.reason)).toEqual(
      Array.from({ length: 20 }, () => world.secretFailure),
    );
    expect(world.readings).toEqual(['AWSCURRENT']);
    world.secretFailure = undefined;
    world.nowMs += 4_000;
    await expect(call()).resolves.toBe('answer');
  });

  test('passes other failures on', async () => {
    const { request } = new LoginWorld().openSandbox();
    const away = new AutosysUnreachableError({ endpoint: 'a:9443', reason: 'refused' });
    const forbidden = new AutosysUnauthorizedError({ doing: 'x', httpStatus: 403, said: '' });

    await expect(request(() => Promise.reject(away))).rejects.toBe(away);
    await expect(request(() => Promise.reject(forbidden))).rejects.toBe(forbidden);
    expect(await request(async () => 'answer')).toBe('answer');
    await expect(request(() => Promise.reject(away))).rejects.toBe(away);
  });

  test('is released after a request that AutoSys did not answer, so that the next request can try it', async () => {
    const world = new LoginWorld();
    const [one, other] = [world.openSandbox(), world.openSandbox()];
    const away = new AutosysUnreachableError({ endpoint: 'a:9443', reason: 'refused' });
    await expect(one.request(() => Promise.reject(away))).rejects.toBe(away);

    expect(await other.call()).toBe('answer');
  });
});

describe('a rotation in the middle of a burst', () => {
  test.for([
    {
      when: 'AutoSys and the secret change at the same time',
      steps: [{ at: 10, accepted: 'new', versions: ['old', 'new'] }],
      refused: 2,
    },
    {
      when: 'the secret changes first, and AutoSys while the cached version is still in use',
      steps: [
        { at: 9, versions: ['old', 'new'] },
        { at: 16, accepted: 'new' },
      ],
      refused: 2,
    },
    {
      when: 'only the secret is rolled back, to the version that AutoSys accepts',
      steps: [{ at: 9, versions: ['old', 'new', 'old'] }],
      refused: 0,
    },
    {
      when: 'both are rolled back',
      steps: [
        { at: 10, accepted: 'new', versions: ['old', 'new'] },
        { at: 31, accepted: 'old', versions: ['old', 'new', 'old'] },
      ],
      // The second change meets one request under way.
      refused: 3,
    },
  ])('answers every call when $when', async ({ steps, refused }) => {
    const world = new LoginWorld();
    const { call } = world.openSandbox();
    for (const { at, ...change } of steps)
      world.onArrival.set(at, () => void Object.assign(world, change));

    const answers = await Promise.all(repeat(call, 40));

    expect(answers).toEqual(repeat(async () => 'answer', 40).map(() => 'answer'));
    expect(world.refused).toBe(refused);
  });

  test('in the secret before AutoSys: the new version is refused once, and the previous one is used', async () => {
    const world = new LoginWorld();
    const { call } = world.openSandbox();
    await call();
    world.versions = ['old', 'new'];
    world.nowMs += maxAgeMs;

    await Promise.all(repeat(call));
    expect(world.refused).toBe(1);
    expect(world.notices).toMatchObject([{ kind: 'previousInUse' }]);

    world.accepted = 'new';
    await Promise.all(repeat(call));
    expect(world.refused).toBe(2);
    expect(world.notices).toMatchObject([{ kind: 'previousInUse' }, { kind: 'currentInUse' }]);
  });

  test('in AutoSys before the secret: all requests wait until the secret has the new version', async () => {
    const world = new LoginWorld();
    world.versions = ['older', 'old'];
    const { call } = world.openSandbox();
    await call();
    world.accepted = 'new';

    const waiting = await Promise.allSettled(repeat(call));
    expect(waiting.every(({ status }) => status === 'rejected')).toBe(true);
    expect(world.refused).toBe(2);
    expect(world.notices).toMatchObject([{ kind: 'requestRefused' }, { kind: 'suspended' }]);

    world.versions = ['older', 'old', 'new'];
    world.nowMs += 10_000;
    expect(await Promise.all(repeat(call, 3))).toEqual(['answer', 'answer', 'answer']);
    expect(world.refused).toBe(2);
  });

  test('that AutoSys reverts: the previous version is used', async () => {
    const world = new LoginWorld();
    world.versions = ['old', 'new'];
    world.accepted = 'new';
    const { call } = world.openSandbox();
    await call();
    world.accepted = 'old';
    world.nowMs += minute;

    expect(await call()).toBe('answer');
    expect(world.refused).toBe(1);
  });

  test('half done when a sandbox starts: one call finds the valid version', async () => {
    const world = new LoginWorld();
    world.versions = ['old', 'new'];

    expect(await Promise.all(repeat(world.openSandbox().call))).toHaveLength(20);
    expect(world.refused).toBe(1);
  });
});

describe('a login that AutoSys refuses in every version', () => {
  test('costs two requests within the window, for any number of calls and sandboxes', async () => {
    const world = new LoginWorld();
    world.versions = ['older', 'old'];
    world.accepted = 'something else';

    for (let seconds = 0; seconds < 290; seconds += 10) {
      await Promise.allSettled(repeat(world.openSandbox().call, 5));
      world.nowMs += 10_000;
    }

    expect(world.requests).toEqual(['old (refused)', 'older (refused)']);
  });

  test('is tried at most twice in half an hour, the versions alternately', async () => {
    const world = new LoginWorld();
    world.versions = ['older', 'old'];
    world.accepted = 'something else';
    const { call } = world.openSandbox();
    const triedAt: number[] = [];
    for (let at = 0; at <= 130; at += 1) {
      const before = world.requests.length;
      await Promise.allSettled([call(), call()]);
      await Promise.allSettled([world.openSandbox().call()]);
      for (let more = before; more < world.requests.length; more += 1) triedAt.push(at);
      world.nowMs += minute;
    }

    expect(triedAt).toEqual([0, 0, 31, 47, 63, 79, 95, 111, 127]);
    expect(world.requests.slice(0, 4)).toEqual(
      ['old', 'older', 'old', 'older'].map((password) => `${password} (refused)`),
    );
  });

  test('is not sent by a sandbox in which it worked before, once another sandbox has recorded the refusal', async () => {
    const world = new LoginWorld();
    const [{ call: one }, { call: other }] = [world.openSandbox(), world.openSandbox()];
    await Promise.all([one(), other()]);
    world.accepted = 'new';
    world.nowMs += minute;
    await expect(one()).rejects.toThrow('401');

    await expect(other()).rejects.toThrow('no login is sent before');

    expect(world.refused).toBe(1);
  });

  test('is sent once if the previous version has the same login', async () => {
    const world = new LoginWorld();
    world.versions = ['old', 'old'];
    world.accepted = 'something else';

    await expect(world.openSandbox().call()).rejects.toThrow('401');

    expect(world.refused).toBe(1);
  });

  test('names the secret in the error and quotes nothing of its content', async () => {
    const world = new LoginWorld();
    world.accepted = 'something else';
    await expect(world.openSandbox().call()).rejects.toThrow('401');

    const failure = world.openSandbox().call();

    await expect(failure).rejects.toMatchObject({
      name: 'AutosysUnauthorizedError',
      httpStatus: 401,
      message: expect.stringMatching(/logins of secret autosys\/ACE were refused/),
    });
  });

  test('is sent no more than twice while the ledger is unavailable', async () => {
    const world = new LoginWorld();
    world.versions = ['older', 'old'];
    world.accepted = 'something else';
    world.tableFailure = new LedgerError({ doing: 'read', reason: 'Throttled' });
    const { call } = world.openSandbox();

    await Promise.allSettled(repeat(call));

    expect(world.refused).toBeLessThanOrEqual(2);
  });
});

describe('any changes in any order', () => {
  const change = fc.record({
    afterMs: fc.constantFrom(0, 1_000, 6_000, 30_000, maxAgeMs, 6 * maxAgeMs),
    secret: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
    accepted: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
    burst: fc.integer({ min: 1, max: 12 }),
    duringBurst: fc.integer({ min: 0, max: 6 }),
  });

  test('AutoSys answers again once the secret has the password that it accepts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        const world = new LoginWorld();
        world.versions = ['a'];
        const calls = [world.openSandbox().call, world.openSandbox().call];
        for (const { afterMs, secret, accepted } of changes) {
          world.nowMs += afterMs;
          if (secret !== undefined) world.versions = [...world.versions, secret];
          if (accepted !== undefined) world.accepted = accepted;
          await Promise.allSettled(calls.flatMap((call) => repeat(call, 3)));
        }

        world.versions = [...world.versions, world.accepted];
        world.nowMs += maxAgeMs;

        expect(await Promise.all(calls.map((call) => call()))).toEqual(['answer', 'answer']);
      }),
      { numRuns: 500 },
    );
  });
});
