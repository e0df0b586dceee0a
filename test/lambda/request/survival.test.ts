import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDue, readParked } from '../../support/table.ts';
import { type Around, aContext, aRequestRig, type RequestRig } from './rig.ts';

const set = { action: 'setGlobal', global: 'LEDGER_DAY', value: '20261130', context: aContext() };
const run = { action: 'runJob', job: 'LOAD_LEDGER', context: aContext(), token: 'first' };

/**
 * Fails at the nth call, before or after it is performed; a dead sandbox fails at all later calls.
 */
function failAt(nth: number, { when, fate }: { when: 'before' | 'after'; fate: 'lives' | 'dies' }) {
  let calls = 0;
  const around: Around = async (call) => {
    calls += 1;
    if (calls < nth || (calls > nth && fate === 'lives')) return call();
    if (calls === nth && when === 'after') await call();
    throw new TypeError('the sandbox failed');
  };
  return { around, struck: () => calls >= nth };
}

/** Advances minute by minute, up to an hour, while anything is due; a new sandbox drains each time. */
async function drainUntilQuiet(rig: RequestRig): Promise<void> {
  for (let minute = 0; minute < 60 && (await readDue(rig.table)).length > 0; minute += 1) {
    rig.advance(60_000);
    await rig.open().drain();
  }
}

const ways = [
  { when: 'before', fate: 'lives' },
  { when: 'after', fate: 'lives' },
  { when: 'before', fate: 'dies' },
  { when: 'after', fate: 'dies' },
] as const;

describe('a sandbox that fails at any single call', () => {
  test.for(ways)('$when it is done and $fate: setGlobal takes effect once', async (how) => {
    let nth = 1;
    for (let struck = true; struck; nth += 1) {
      const rig = aRequestRig();
      const failure = failAt(nth, how);
      await rig
        .open({ around: failure.around })
        .invoke(set)
        .catch(() => undefined);

      const retried = { ...set, context: aContext({ retry: 1 }) };
      await rig.invoke(retried);
      await drainUntilQuiet(rig);
      const answer = await rig.invoke(retried);

      struck = failure.struck();
      expect({ nth, answer, sent: rig.autosys.sent.length }).toEqual({
        nth,
        answer: { confirmed: true, value: '20261130', at: expect.any(String) },
        sent: 1,
      });
    }
    expect(nth).toBeGreaterThan(12);
  });

  test.for(ways)('$when it is done and $fate: runJob starts the job once', async (how) => {
    let nth = 1;
    for (let struck = true; struck; nth += 1) {
      const rig = aRequestRig();
      const failure = failAt(nth, how);
      await rig
        .open({ around: failure.around })
        .invoke(run)
        .catch(() => undefined);

      const retried = { ...run, token: 'second', context: aContext({ retry: 1 }) };
      await rig.invoke(retried);
      await drainUntilQuiet(rig);
      await rig.invoke(retried);

      struck = failure.struck();
      const [stored, ...others] = rig.stored();
      const parked = await readParked(rig.table);
      const isWaiting = stored?.stage === 'open' && stored.wait?.run?.run === 101;
      const isGivenUp = stored?.result?.kind === 'failure' && parked.length === 1;
      expect({
        nth,
        starts: Math.max(1, rig.autosys.starts()),
        others,
        token: isWaiting ? stored.wait?.token : 'second',
        isWaitingOrGivenUp: isWaiting || isGivenUp,
      }).toEqual({ nth, starts: 1, others: [], token: 'second', isWaitingOrGivenUp: true });
    }
    expect(nth).toBeGreaterThan(15);
  });
});

describe('sandboxes that work on one request at once, in any interleaving', () => {
  test('start the job once, and wait for that run', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, isLost) => {
        const rig = aRequestRig();
        if (isLost) rig.autosys.answers.push('lost');
        const around: Around = async (call) => {
          await scheduler.schedule(Promise.resolve());
          return call();
        };
        const sandboxes = [0, 1, 2].map(() => rig.open({ around }));
        const answers = Promise.all(sandboxes.map((one) => one.invoke(run)));
        const given = await scheduler.waitFor(answers);
        await drainUntilQuiet(rig);
        await rig.invoke(run);
        expect(given.filter((one) => 'errorType' in one)).toEqual([]);
        expect(rig.autosys.starts()).toBe(1);
        expect(rig.stored()).toMatchObject([{ stage: 'open', wait: { run: { run: 101 } } }]);
      }),
      { numRuns: 60 },
    );
  });

  test('two values for one variable end at one of them, and each caller gets the true result', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const rig = aRequestRig();
        const around: Around = async (call) => {
          await scheduler.schedule(Promise.resolve());
          return call();
        };
        const invoke = (value: string) => rig.open({ around }).invoke({ ...set, value });
        const answers = Promise.all([invoke('A'), invoke('B')]);
        const given = await scheduler.waitFor(answers);
        await drainUntilQuiet(rig);
        const last = await Promise.all(['A', 'B'].map((value) => rig.invoke({ ...set, value })));
        const shown = rig.autosys.globals.get('LEDGER_DAY');
        expect(['A', 'B']).toContain(shown);
        const values = last.flatMap((one) => ('value' in one ? [one.value] : []));
        expect(values).toContain(shown);
        // A request that was rejected, because nothing was sent, was not sent.
        const sent = rig.autosys.sent.map((event) => 'value' in event && event.value);
        const rejected = ['A', 'B'].filter((_, at) => {
          const one = given[at];
          return one !== undefined && 'errorType' in one && one.errorType === 'AutoSys.Rejected';
        });
        expect(sent.filter((value) => rejected.some((one) => one === value))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
