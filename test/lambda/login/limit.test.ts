import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AutosysUnreachableError } from '../../../autosys/errors.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import { halfHourMs, type LoginSandbox, LoginWorld, maxAgeMs } from './login-world.ts';

const minute = 60_000;

/** Five sandboxes of two instances that share one secret. */
function openFive(world: LoginWorld, requestsUnderWay = 2): LoginSandbox[] {
  return ['ACE', 'ACE', 'ACE', 'PRD', 'PRD'].map((instance) =>
    world.openSandbox({ instance, requestsUnderWay }),
  );
}

/** Each sandbox processes a batch. Calls without an answer are reported as undefined. */
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
    expect(world.maxUnderWay).toBe(requestsUnderWay);
  });

  test.for([1, 2, 4, 8])(
    'are refused no more often than documented, with %i under way, when AutoSys changes first',
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

  test('are refused three times at most when the secret changes first, and answer every call', async () => {
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

  test('use the other slot while the lease of a dead sandbox lasts, and both slots afterwards', async () => {
    const world = new LoginWorld();
    const [first, ...others] = openFive(world);
    await first?.call();
    world.onArrival.set(world.requests.length + 1, () => first?.die());
    first?.call().catch(() => undefined);

    expect(await work(others, 3)).toEqual(Array.from({ length: 12 }, () => 'answer'));
    world.nowMs += 75_000;
    expect(await work(others, 3)).toEqual(Array.from({ length: 12 }, () => 'answer'));

    world.underWay = 0;
    world.maxUnderWay = 0;
    expect(await work(others, 3)).toEqual(Array.from({ length: 12 }, () => 'answer'));
    expect(world.maxUnderWay).toBe(2);
  });

  test('try the login once after two sandboxes died one after the other', async () => {
    const world = new LoginWorld();
    const sandboxes = openFive(world);
    const [first, second, ...others] = sandboxes;
    for (const dying of [first, second]) {
      await dying?.call();
      world.onArrival.set(world.requests.length + 1, () => dying?.die());
      dying?.call().catch(() => undefined);
      await work(others, 1);
      world.nowMs += 76_000;
      await work(others, 1);
    }

    expect(await work(others, 3)).toEqual(Array.from({ length: 9 }, () => 'answer'));
  });

  test.for([
    { accepted: 'old', answers: true, refused: 0 },
    { accepted: 'new', answers: false, refused: 1 },
  ])(
    'try one request after a sandbox died with all slots: $accepted',
    async ({ accepted, answers, refused }) => {
      const world = new LoginWorld();
      const [first, ...others] = openFive(world);
      await first?.call();
      world.onArrival.set(world.requests.length + 1, () => first?.die());
      first?.call().catch(() => undefined);
      first?.call().catch(() => undefined);
      expect(await work(others, 3)).not.toContain('answer');
      world.accepted = accepted;
      world.nowMs += 76_000;

      const results: unknown[] = [];
      for (let minutes = 0; minutes < 25; minutes += 1) {
        results.push(...(await work(others, 1)));
        world.nowMs += minute;
      }

      expect(results.includes('answer')).toBe(answers);
      expect(world.refused).toBe(refused);
    },
  );

  test('use a new version at once after a sandbox died with all slots', async () => {
    const world = new LoginWorld();
    const [first, ...others] = openFive(world);
    await first?.call();
    world.onArrival.set(world.requests.length + 1, () => first?.die());
    first?.call().catch(() => undefined);
    first?.call().catch(() => undefined);
    await work(others, 1);
    world.nowMs += maxAgeMs;
    world.versions = ['old', 'new'];
    world.accepted = 'new';

    expect(await work(others, 3)).toEqual(Array.from({ length: 12 }, () => 'answer'));
  });

  test('get back the slots of a sandbox that was frozen and resumes', async () => {
    const world = new LoginWorld();
    const [first, ...others] = openFive(world);
    await first?.call();
    const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>();
    const frozen = first?.batch(() =>
      Promise.all([first?.request(() => thawed), first?.request(() => thawed)]),
    );
    await work(others, 1);
    world.nowMs += 76_000;
    expect(await work(others, 1)).toContain('answer');

    thaw();
    await frozen;

    expect(await work(others, 3)).toEqual(Array.from({ length: 12 }, () => 'answer'));
  });

  test('count a trial whose sandbox dies between the 401 and its record', async () => {
    const world = new LoginWorld();
    world.accepted = 'new';
    for (let minutes = 0; minutes < 29; minutes += 1) {
      const dying = world.openSandbox();
      world.onArrival.set(world.requests.length + 1, dying.die);
      dying.call().catch(() => undefined);
      await work([world.openSandbox()], 1);
      world.nowMs += minute;
    }

    expect(world.refused).toBe(2);
  });

  test('count a trial whose reply is lost, unless the version had worked', async () => {
    const world = new LoginWorld();
    const [one] = openFive(world);
    let sent = 0;
    const loseReply = async () => {
      sent += 1;
      throw new AutosysUnreachableError({ endpoint: 'a:9443', reason: 'x', wasSent: true });
    };
    for (let minutes = 0; minutes < 10; minutes += 1) {
      await expect(one?.request(loseReply)).rejects.toThrow();
      world.nowMs += minute;
    }
    expect(sent).toBe(2);

    world.nowMs += halfHourMs;
    expect(await one?.call()).toBe('answer');
    for (let minutes = 0; minutes < 10; minutes += 1) {
      world.nowMs += 2 * minute;
      await expect(one?.request(loseReply)).rejects.toThrow('was not reached');
    }
    expect(await one?.call()).toBe('answer');
  });

  test.for([
    { when: 'of a login that is known to be good', afterMs: 1_000 },
    { when: 'of a login that worked long ago', afterMs: 5 * minute },
  ])('count a lost reply $when until it is known to work', async ({ afterMs }, { expect }) => {
    const world = new LoginWorld();
    const [one, ...others] = openFive(world);
    await one?.call();
    world.nowMs += afterMs;
    await expect(
      one?.request(async () => {
        throw new AutosysUnreachableError({ endpoint: 'a:9443', reason: 'x', wasSent: true });
      }),
    ).rejects.toThrow();
    world.accepted = 'new';

    await work(others, 5);

    // Together with the lost reply, AutoSys has refused two at most.
    expect(world.refused).toBe(1);
  });

  test.for([
    { what: 'did not wait for the answer', waitedMs: 9_999, refused: 0 },
    { what: 'waited ten seconds', waitedMs: 10_000, refused: 1 },
  ])(
    'send no third login after two requests whose function $what',
    async ({ waitedMs, refused }, { expect }) => {
      const world = new LoginWorld();
      const [one, ...others] = openFive(world);
      await one?.call();
      for (let times = 0; times < 2; times += 1) {
        world.nowMs += 2 * minute;
        const functionEnd = new AbortController();
        await expect(
          one?.request(async () => {
            world.nowMs += waitedMs;
            functionEnd.abort();
            throw new AutosysUnreachableError({ endpoint: 'a:9443', reason: 'x', wasSent: true });
          }, functionEnd.signal),
        ).rejects.toThrow();
      }
      world.accepted = 'new';

      await work(others, 5);

      // An AutoSys that is slow must not suspend a login that works, so one is allowed then.
      expect(world.refused).toBe(refused);
    },
  );

  test('share the slots fairly: a long drain does not delay a batch', async () => {
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

  test('send nothing without the ledger, and requests under way end', async () => {
    const world = new LoginWorld();
    const sandboxes = openFive(world);
    world.tableFailure = new LedgerError({ doing: 'read', reason: 'Throttled' });

    expect(await work(sandboxes, 5)).not.toContain('answer');
    expect(world.requests).toEqual([]);

    world.tableFailure = undefined;
    expect(await work(sandboxes, 1)).toEqual(Array.from({ length: 5 }, () => 'answer'));
  });

  test('record a refusal that could not be recorded at once before the next request is sent', async () => {
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
  test('is recorded for this job only, and requests for other jobs are sent', async () => {
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

  test('delays another request for this job by half an hour', async () => {
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

  test('may be sent again after half an hour, if a refusal would not stop other requests', async () => {
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

  test('is not sent again when only one more refusal is allowed', async () => {
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

  test('counts as a refused login if no other request was accepted since', async () => {
    const world = new LoginWorld();
    const [one, other] = openFive(world);
    await one?.call('send job GOOD');
    world.accepted = 'new';

    await expect(one?.call('send job A')).rejects.toThrow('not known yet');
    await expect(other?.call('send job B')).rejects.toThrow('401');
    await expect(one?.call('send job C')).rejects.toThrow('no login is sent before');

    expect(world.refused).toBe(2);
  });
});

describe('any changes in any order', () => {
  const change = {
    afterMs: fc.constantFrom(0, 1_000, 6_000, 30_000, minute, maxAgeMs, halfHourMs / 2, halfHourMs),
    secret: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
    accepted: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
    burst: fc.integer({ min: 1, max: 4 }),
    duringBurst: fc.integer({ min: 0, max: 12 }),
    denied: fc.option(fc.constantFrom('send job X', 'send job Y'), { nil: undefined }),
  };
  const fault = {
    /** Which sandbox dies, and at which request of the burst, counted from the change. */
    death: fc.option(fc.record({ who: fc.nat(4), at: fc.integer({ min: -2, max: 3 }) }), {
      nil: undefined,
    }),
    ledgerFails: fc.boolean(),
    lostWrites: fc.nat(3),
  };
  interface Change {
    readonly afterMs: number;
    readonly secret: string | undefined;
    readonly accepted: string | undefined;
    readonly burst: number;
    readonly duringBurst: number;
    readonly denied: string | undefined;
    readonly death?: { readonly who: number; readonly at: number } | undefined;
    readonly ledgerFails?: boolean;
    readonly lostWrites?: number;
  }

  /** Adds an action for the arrival of a request. */
  function onArrival(world: LoginWorld, number: number, act: () => void) {
    const before = world.onArrival.get(number);
    world.onArrival.set(number, () => {
      before?.();
      act();
    });
  }

  async function play(changes: readonly Change[]) {
    const world = new LoginWorld();
    world.versions = ['a'];
    world.accepted = 'a';
    const sandboxes = openFive(world);
    for (const one of changes) {
      world.nowMs += one.afterMs;
      world.onArrival.clear();
      const changesAt = world.requests.length + 1 + one.duringBurst;
      world.onArrival.set(changesAt, () => {
        if (one.secret !== undefined) world.versions = [...world.versions, one.secret];
        if (one.accepted !== undefined) world.accepted = one.accepted;
        world.denied.clear();
        if (one.denied !== undefined) world.denied.add(one.denied);
        world.lostWrites = one.lostWrites ?? 0;
        if (one.ledgerFails) {
          world.tableFailure = new LedgerError({ doing: 'write', reason: 'Throttled' });
        }
      });
      const dying = one.death && sandboxes[one.death.who];
      if (dying && one.death) onArrival(world, changesAt + one.death.at, dying.die);
      dying?.batch(() => Promise.allSettled([dying.call('send job Z'), dying.call('send job Y')]));
      const living = sandboxes.filter((sandbox) => sandbox !== dying);
      const targets = ['send job X', 'send job Y', 'send job Z'];
      await Promise.all(targets.map((target) => work(living, one.burst, target)));
      world.tableFailure = undefined;
      if (dying && one.death) {
        dying.die();
        const instance = one.death.who < 3 ? 'ACE' : 'PRD';
        sandboxes[one.death.who] = world.openSandbox({ instance });
      }
    }
    return { worst: world.worstHalfHour, lost: world.lostRefusals };
  }

  test('at most two logins are refused in half an hour, plus one for each new version', async () => {
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

  test('failed writes and dead functions add only the refusals that a dead function did not record', async () => {
    const faulty = fc.record({ ...change, ...fault });
    await fc.assert(
      fc.asyncProperty(fc.array(faulty, { minLength: 1, maxLength: 10 }), async (changes) => {
        const { worst, lost } = await play(changes);
        expect(worst).toBeLessThanOrEqual(2 + lost);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
