import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../../lambda/shared/errors.ts';
import { halfHourMs, type LoginSandbox, LoginWorld, maxAgeMs } from './login-world.ts';

const minute = 60_000;

/** Five sandboxes of two instances that share one secret. */
function openFive(world: LoginWorld, requestsUnderWay = 2): LoginSandbox[] {
  return ['ACE', 'ACE', 'ACE', 'PRD', 'PRD'].map((instance) =>
    world.openSandbox({ instance, requestsUnderWay }),
  );
}

/** Each sandbox works on a batch; what is not answered is reported as undefined. */
async function work(sandboxes: readonly LoginSandbox[], calls: number, target?: string) {
  const batches = sandboxes.map(({ batch, call }) =>
    batch(() => Promise.allSettled(Array.from({ length: calls }, () => call(target)))),
  );
  const results = (await Promise.all(batches)).flat();
  return results.map((one) => (one.status === 'fulfilled' ? one.value : undefined));
}

describe('five sandboxes of two instances with one secret', () => {
  test.for([1, 2, 4, 8])('keep %i requests under way', async (requestsUnderWay) => {
    const world = new LoginWorld();
    world.turns = 200;
    const sandboxes = openFive(world, requestsUnderWay);

    const answers = await work(sandboxes, 20);

    expect(answers).toEqual(Array.from({ length: 100 }, () => 'answer'));
    expect(world.mostUnderWay).toBe(requestsUnderWay);
  });

  test.for([1, 2, 4, 8])(
    'are refused no more often than the docs say with %i under way, in the order AutoSys first',
    async (requestsUnderWay) => {
      const world = new LoginWorld();
      const sandboxes = openFive(world, requestsUnderWay);
      await work(sandboxes, 5);
      world.onArrival.set(world.requests.length + 20, () => {
        world.accepted = 'new';
      });

      await work(sandboxes, 20);
      for (let minutes = 0; minutes < 30; minutes += 1) {
        world.nowMs += minute;
        await work(sandboxes, 5);
      }

      expect(world.refused).toBeGreaterThan(0);
      expect(world.refused).toBeLessThanOrEqual(Math.max(2, requestsUnderWay));
      world.versions = ['old', 'new'];
      world.nowMs += maxAgeMs;
      const answers = await work(sandboxes, 5);
      expect(answers).toEqual(Array.from({ length: 25 }, () => 'answer'));
      expect(world.worstHalfHour).toBeLessThanOrEqual(Math.max(2, requestsUnderWay));
    },
  );

  test('are refused three times at most in the order secret first, and answer every call', async () => {
    const world = new LoginWorld();
    const sandboxes = openFive(world);
    await work(sandboxes, 5);
    world.versions = ['old', 'new'];
    world.nowMs += maxAgeMs;
    const before = await work(sandboxes, 20);
    world.onArrival.set(world.requests.length + 20, () => {
      world.accepted = 'new';
    });

    const after = await work(sandboxes, 20);
    const then = await work(sandboxes, 20);

    expect([...before, ...after, ...then]).toEqual(Array.from({ length: 300 }, () => 'answer'));
    expect(world.refused).toBeLessThanOrEqual(3);
  });

  test('go on with the slots of a sandbox that died, once its lease has ended', async () => {
    const world = new LoginWorld();
    const [first, ...others] = openFive(world);
    await first?.call();
    world.onArrival.set(world.requests.length + 1, () => first?.die());
    void first?.call();
    void first?.call();
    const atOnce = await work(others, 3);
    expect(atOnce).not.toContain('answer');

    world.nowMs += 75_000;

    expect(await work(others, 3)).toEqual(Array.from({ length: 12 }, () => 'answer'));
    expect(world.mostUnderWay).toBeLessThanOrEqual(4);
  });

  test('share the slots fairly: a long drain does not keep a batch waiting', async () => {
    const world = new LoginWorld();
    world.turns = 40;
    const [drain, batch] = openFive(world);
    let isOver = false;
    const drained = drain?.batch(async () => {
      while (!isOver) {
        world.nowMs += 20;
        await Promise.all([drain.call(), drain.call(), drain.call()]);
      }
    });

    const answers = await work(batch ? [batch] : [], 10);
    isOver = true;
    await drained;

    expect(answers).toEqual(Array.from({ length: 10 }, () => 'answer'));
  });

  test('send nothing without the ledger, and what is under way ends', async () => {
    const world = new LoginWorld();
    const sandboxes = openFive(world);
    world.tableFailure = new LedgerError({ doing: 'read', reason: 'Throttled' });

    expect(await work(sandboxes, 5)).not.toContain('answer');
    expect(world.requests).toEqual([]);

    world.tableFailure = undefined;
    expect(await work(sandboxes, 1)).toEqual(Array.from({ length: 5 }, () => 'answer'));
  });

  test('know a refusal that could not be recorded at once before anything else is sent', async () => {
    const world = new LoginWorld();
    const [one] = openFive(world);
    await one?.call();
    world.accepted = 'new';
    world.onArrival.set(2, () => {
      world.tableFailure = new LedgerError({ doing: 'write', reason: 'Throttled' });
    });
    await one?.batch(async () => {
      await expect(one.call()).rejects.toThrow('Throttled');
      await expect(one.call()).rejects.toThrow('Throttled');
    });
    world.tableFailure = undefined;

    const others = openFive(world);
    await work([...(one ? [one] : []), ...others], 5);

    expect(world.refused).toBeLessThanOrEqual(2);
  });
});

describe('a 401 for the requests of one job', () => {
  test('is recorded for this job alone, and the others go on', async () => {
    const world = new LoginWorld();
    const [one, other] = openFive(world);
    world.denied.add('send job BAD');
    await one?.call('send job GOOD');

    await expect(one?.call('send job BAD')).rejects.toThrow('not known yet');
    expect(await one?.call('send job GOOD')).toBe('answer');
    await expect(one?.call('send job BAD')).rejects.toMatchObject({
      code: 'BRIDGE_REQUEST_DENIED',
      disposition: 'reject',
    });
    await expect(other?.call('send job BAD')).rejects.toThrow('for this request alone');
    expect(await other?.call('send job GOOD')).toBe('answer');

    expect(world.refused).toBe(1);
  });

  test('keeps another request for this job waiting, which is sent after half an hour', async () => {
    const world = new LoginWorld();
    const [one] = openFive(world);
    world.denied.add('send job BAD');
    await one?.call('send job GOOD');
    await expect(one?.call('send job BAD', 'first')).rejects.toThrow('not known yet');
    await one?.call('send job GOOD');
    world.denied.clear();

    await expect(one?.call('send job BAD', 'first')).rejects.toMatchObject({
      disposition: 'reject',
    });
    await expect(one?.call('send job BAD', 'second')).rejects.toMatchObject({
      code: 'BRIDGE_LOGIN_HELD',
      disposition: 'retry',
    });

    world.nowMs += halfHourMs + minute;
    expect(await one?.call('send job BAD', 'second')).toBe('answer');
  });

  test('may be sent again after half an hour, as long as others could still go on', async () => {
    const world = new LoginWorld();
    const [one] = openFive(world);
    world.denied.add('send job BAD');
    await one?.call('send job GOOD');
    await expect(one?.call('send job BAD')).rejects.toThrow('not known yet');
    await one?.call('send job GOOD');
    await expect(one?.call('send job BAD')).rejects.toThrow('for this request alone');

    world.nowMs += halfHourMs + minute;
    world.denied.clear();

    expect(await one?.call('send job BAD')).toBe('answer');
  });

  test('is rejected once, however long its entry had to wait', async () => {
    const world = new LoginWorld();
    const [one] = openFive(world);
    world.denied.add('send job BAD');
    await one?.call('send job GOOD');
    await expect(one?.call('send job BAD')).rejects.toThrow('not known yet');
    await one?.call('send job GOOD');

    world.nowMs += 4 * halfHourMs;

    await expect(one?.call('send job BAD')).rejects.toThrow('for this request alone');
    expect(world.refused).toBe(1);
  });

  test('is not tried again with the last login that may be refused', async () => {
    const world = new LoginWorld();
    const [one] = openFive(world);
    world.denied.add('send job BAD').add('send job WORSE');
    const refuse = async (target: string) => {
      await one?.call('send job GOOD');
      await expect(one?.call(target)).rejects.toThrow();
      await one?.call('send job GOOD');
      await expect(one?.call(target)).rejects.toThrow();
    };
    await refuse('send job BAD');
    world.nowMs += halfHourMs + minute;
    await refuse('send job WORSE');

    await refuse('send job BAD');

    expect(world.worstHalfHour).toBe(1);
  });

  test('is taken for a refused login where no other request has shown the contrary', async () => {
    const world = new LoginWorld();
    const [one, other] = openFive(world);
    await one?.call('send job GOOD');
    world.accepted = 'new';

    await expect(one?.call('send job A')).rejects.toThrow('not known yet');
    await expect(other?.call('send job B')).rejects.toThrow('401');
    await expect(one?.call('send job C')).rejects.toThrow('none is sent before');

    expect(world.refused).toBe(2);
  });
});

describe('whatever changes in whatever order', () => {
  const change = {
    afterMs: fc.constantFrom(0, 1_000, 6_000, 30_000, minute, maxAgeMs, halfHourMs / 2, halfHourMs),
    secret: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
    accepted: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
    burst: fc.integer({ min: 1, max: 4 }),
    duringBurst: fc.integer({ min: 0, max: 12 }),
    denied: fc.option(fc.constantFrom('send job X', 'send job Y'), { nil: undefined }),
  };
  const fault = {
    death: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
    ledgerFails: fc.boolean(),
  };
  interface Change {
    readonly afterMs: number;
    readonly secret: string | undefined;
    readonly accepted: string | undefined;
    readonly burst: number;
    readonly duringBurst: number;
    readonly denied: string | undefined;
    readonly death?: number | undefined;
    readonly ledgerFails?: boolean;
  }

  async function play(changes: readonly Change[]) {
    const world = new LoginWorld();
    world.versions = ['a'];
    world.accepted = 'a';
    const sandboxes = openFive(world);
    let faults = 0;
    for (const one of changes) {
      world.nowMs += one.afterMs;
      world.onArrival.clear();
      world.onArrival.set(world.requests.length + 1 + one.duringBurst, () => {
        if (one.secret !== undefined) world.versions = [...world.versions, one.secret];
        if (one.accepted !== undefined) world.accepted = one.accepted;
        world.denied.clear();
        if (one.denied !== undefined) world.denied.add(one.denied);
        if (one.ledgerFails) {
          faults += 1;
          world.tableFailure = new LedgerError({ doing: 'write', reason: 'Throttled' });
        }
      });
      const dying = one.death === undefined ? undefined : sandboxes[one.death];
      if (dying) {
        world.onArrival.set(world.requests.length + 2, dying.die);
        dying.call('send job Z').catch(() => undefined);
        faults += 1;
      }
      const living = sandboxes.filter((sandbox) => sandbox !== dying);
      const targets = ['send job X', 'send job Y', 'send job Z'];
      await Promise.all(targets.map((target) => work(living, one.burst, target)));
      world.tableFailure = undefined;
      if (dying && one.death !== undefined) {
        dying.die();
        sandboxes[one.death] = world.openSandbox();
      }
    }
    return { worst: world.worstHalfHour, faults };
  }

  test('two logins are refused in half an hour, plus one for each new version', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record(change), { minLength: 1, maxLength: 10 }),
        async (changes) => {
          expect((await play(changes)).worst).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  test('and one more for each that could not be recorded', async () => {
    const faulty = fc.record({ ...change, ...fault });
    await fc.assert(
      fc.asyncProperty(fc.array(faulty, { minLength: 1, maxLength: 10 }), async (changes) => {
        const { worst, faults } = await play(changes);
        expect(worst).toBeLessThanOrEqual(2 + faults);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
