import { describe, expect, test } from 'vitest';
import {
  type Around,
  aContext,
  anEntry,
  aRequestRig,
  type RequestRig,
  unknownOutcome,
} from './rig.ts';

const set = { action: 'setGlobal', global: 'LEDGER_DAY', value: '20261130', context: aContext() };
const confirmed = { confirmed: true, value: '20261130', at: '2026-11-30T01:00:00.000Z' };

describe('setGlobal', () => {
  test('sets the variable, reads it back, and answers when AutoSys showed it', async () => {
    const rig = aRequestRig();
    expect(await rig.invoke(set)).toEqual(confirmed);
    expect(rig.autosys.globals.get('LEDGER_DAY')).toBe('20261130');
    expect(rig.stored()).toMatchObject([
      { stage: 'ended', subject: 'global LEDGER_DAY', retry: 0, state: 'Load' },
    ]);
  });

  test('a repeated invocation finds the result and sends nothing', async () => {
    const rig = aRequestRig();
    await rig.invoke(set);
    rig.autosys.globals.set('LEDGER_DAY', 'changed by an operator');
    expect(await rig.invoke({ ...set, context: aContext({ retry: 2 }) })).toEqual(confirmed);
    expect(rig.autosys.sent).toHaveLength(1);
  });

  test('concurrent invocations with one key send once, and each gets the result', async () => {
    const rig = aRequestRig();
    const answers = await Promise.all([1, 2, 3, 4].map(() => rig.invoke(set)));
    expect(answers.map((one) => 'value' in one && one.value)).toEqual(
      answers.map(() => '20261130'),
    );
    expect(rig.autosys.sent).toHaveLength(1);
  });

  test.for([
    { when: 'a redrive', over: { redrive: 1 } },
    { when: 'another visit of the state', over: { entered: '2026-11-30T01:00:01.000Z' } },
    { when: 'another iteration of an inline Map', over: { item: 1 } },
    { when: 'another state', over: { state: 'Next' } },
  ])('$when is a request of its own', async ({ over }) => {
    const rig = aRequestRig();
    await rig.invoke({ ...set, context: aContext({ item: 0 }) });
    expect(await rig.invoke({ ...set, context: aContext({ item: 0, ...over }) })).toMatchObject({
      confirmed: true,
    });
    expect(rig.stored()).toHaveLength(2);
    expect(rig.autosys.sent).toHaveLength(2);
  });

  test('two requests for one variable take effect in the order of receipt', async () => {
    const rig = aRequestRig();
    const second = { ...set, value: '20261201' };
    await rig.invoke(set);
    expect(await rig.invoke(second)).toMatchObject({ confirmed: true, value: '20261201' });
    expect(rig.autosys.globals.get('LEDGER_DAY')).toBe('20261201');
    // The first request again: it has succeeded, and is not sent after the second.
    expect(await rig.invoke(set)).toEqual(confirmed);
    expect(rig.autosys.sent).toHaveLength(2);
  });

  test('an older request that AutoSys could not get is not sent after a newer one', async () => {
    const rig = aRequestRig();
    rig.autosys.isAway = true;
    expect(await rig.invoke(set)).toMatchObject({ errorType: 'AutoSys.Pending' });
    rig.autosys.isAway = false;
    expect(await rig.invoke({ ...set, value: '20261201' })).toMatchObject({ confirmed: true });
    expect(await rig.invoke(set)).toMatchObject({
      errorType: 'AutoSys.Unknown',
      errorMessage: expect.stringContaining('began later'),
    });
    expect(rig.autosys.globals.get('LEDGER_DAY')).toBe('20261201');
    expect(rig.autosys.sent).toHaveLength(1);
  });

  test('a request under its own key is refused with other content, and nothing is sent', async () => {
    const rig = aRequestRig();
    const own = { ...set, key: 'night-2026-11-30', context: undefined };
    expect(await rig.invoke(own)).toEqual(confirmed);
    expect(await rig.invoke(own)).toEqual(confirmed);
    expect(await rig.invoke({ ...own, value: '20261201' })).toEqual({
      errorType: 'AutoSys.KeyConflict',
      errorMessage: expect.stringMatching(/setGlobal global LEDGER_DAY, received 2026-11-30T01/),
    });
    expect(rig.autosys.sent).toHaveLength(1);
  });

  test('a lost answer is read back and not sent again', async () => {
    const rig = aRequestRig();
    rig.autosys.answers.push('lost');
    const first = await rig.invoke(set);
    const answer = 'errorType' in first ? await rig.invoke(set) : first;
    expect(answer).toMatchObject({ confirmed: true });
    expect(rig.autosys.sent).toHaveLength(1);
  });

  test('an outcome that stays unknown is pending, then unknown, and is never sent a third time', async () => {
    const rig = aRequestRig();
    rig.autosys.answers.push(unknownOutcome(), unknownOutcome(), unknownOutcome());
    expect(await rig.invoke(set)).toMatchObject({ errorType: 'AutoSys.Pending' });
    for (let hour = 0; hour < 24 * 9; hour += 1) {
      rig.advance(3_600_000);
      await rig.open().drain();
    }
    expect(await rig.invoke(set)).toMatchObject({
      errorType: 'AutoSys.Unknown',
      errorMessage: expect.stringContaining('parked for an operator'),
    });
    expect(rig.autosys.sent.length).toBeLessThanOrEqual(2);
  });
});

describe('AutoSys that must not be called', () => {
  test('a maintenance window answers Pending with its reason; the drain sends the request after it', async () => {
    const untilMs = Date.parse('2026-11-30T02:00:00Z');
    const maintenance = (nowMs: number) =>
      nowMs < untilMs ? { fromMs: 0, untilMs, reason: 'maintenance window' } : undefined;
    const rig = aRequestRig({ maintenance });
    expect(await rig.invoke(set)).toEqual({
      errorType: 'AutoSys.Pending',
      errorMessage: expect.stringContaining('maintenance window'),
    });
    expect(rig.autosys.sent).toEqual([]);
    rig.advance(3_600_000);
    await rig.open().drain();
    expect(await rig.invoke(set)).toMatchObject({ confirmed: true });
    expect(rig.autosys.sent).toHaveLength(1);
  });

  test('an open circuit breaker answers Pending, for reads too', async () => {
    const rig = aRequestRig();
    const status = { action: 'jobStatus', job: 'LOAD_LEDGER' };
    rig.autosys.isAway = true;
    for (let calls = 0; calls < 3; calls += 1) await rig.invoke(status);
    rig.autosys.isAway = false;
    expect(await rig.invoke(status)).toEqual({
      errorType: 'AutoSys.Pending',
      errorMessage: expect.stringContaining('AutoSys must not be called now'),
    });
  });
});

describe('sendEvent', () => {
  const hold = {
    action: 'sendEvent',
    event: { kind: 'JOB_ON_HOLD', job: 'LOAD_LEDGER' },
    context: aContext(),
  };

  test('sends the event with the id of the request in its comment, and reads it back', async () => {
    const rig = aRequestRig();
    const event = { ...hold.event, comment: 'month end' };
    expect(await rig.invoke({ ...hold, event })).toEqual({
      ...{ accepted: true, confirmed: true },
      reason: 'confirmed by AutoSys',
    });
    expect(rig.autosys.sent).toMatchObject([
      { comment: expect.stringMatching(/^AWS request, event request-[0-9a-f]{32}: month end$/) },
    ]);
  });

  test('an event that leaves nothing to read is accepted without confirmed', async () => {
    const rig = aRequestRig();
    const event = { kind: 'COMMENT', job: 'LOAD_LEDGER', comment: 'ready' };
    expect(await rig.invoke({ ...hold, event })).toEqual({
      accepted: true,
      reason: 'accepted, COMMENT leaves nothing on a job to read back',
    });
    expect(rig.autosys.sent).toEqual([event]);
  });

  test('an event that AutoSys rejects is Rejected, and a repeated attempt does not send it', async () => {
    const rig = aRequestRig();
    const { AutosysRefusedError } = await import('../../../autosys/errors.ts');
    rig.autosys.answers.push(
      new AutosysRefusedError({ doing: 'JOB_ON_HOLD', httpStatus: 400, said: 'no permission' }),
    );
    const rejected = {
      errorType: 'AutoSys.Rejected',
      errorMessage: expect.stringContaining('no permission'),
    };
    expect(await rig.invoke(hold)).toEqual(rejected);
    expect(await rig.invoke(hold)).toEqual(rejected);
    expect(rig.autosys.sent).toHaveLength(1);
  });
});

describe('a request that a newer one overtakes', () => {
  const older = { action: 'setGlobal', global: 'LEDGER_DAY', value: 'older', key: 'older' };
  const newer = { ...older, value: 'newer', key: 'newer' };

  /** Receives the older request and stands still; `between` happens; then it goes on. */
  async function overtake(rig: RequestRig, between: () => Promise<void>) {
    const held = Promise.withResolvers<void>();
    const frozen = Promise.withResolvers<void>();
    const around: Around = async (call) => {
      const answer = await call();
      if (rig.stored().length > 0) {
        frozen.resolve();
        await held.promise;
      }
      return answer;
    };
    const answer = rig.open({ around }).invoke(older);
    await frozen.promise;
    rig.advance(1_000);
    await between();
    held.resolve();
    return answer;
  }

  test('is Rejected, because nothing was sent', async () => {
    const rig = aRequestRig();

    const answer = await overtake(rig, async () => void (await rig.invoke(newer)));

    expect(answer).toMatchObject({
      errorType: 'AutoSys.Rejected',
      errorMessage: expect.stringContaining('nothing was sent: stale run'),
    });
    expect(rig.autosys.sent).toMatchObject([{ value: 'newer' }]);
  });

  test('is Unknown if another invocation of it may have sent it', async () => {
    const rig = aRequestRig();
    rig.autosys.answers.push(unknownOutcome());

    const answer = await overtake(rig, async () => {
      await rig.invoke(older);
      rig.advance(1_000);
      await rig.invoke(newer);
    });

    expect(answer).toMatchObject({
      errorType: 'AutoSys.Unknown',
      errorMessage: expect.stringContaining('it may have been sent before'),
    });
    expect(rig.autosys.sent).toMatchObject([{ value: 'older' }, { value: 'newer' }]);
  });
});

describe('the rate of an entry', () => {
  test('a request over the rate is refused, and allowed when a minute has passed', async () => {
    const rig = aRequestRig({ entries: [anEntry({ perMinute: 3 })] });
    const status = { action: 'jobStatus', job: 'LOAD_LEDGER' };
    const answers = [];
    for (let calls = 0; calls < 4; calls += 1) answers.push(await rig.invoke(status));
    expect(answers.filter((one) => 'status' in one)).toHaveLength(3);
    expect(answers[3]).toEqual({
      errorType: 'AutoSys.TooManyRequests',
      errorMessage:
        'the entry ledger-team of requests allows 3 requests a minute; send it again in 60 s',
    });
    rig.advance(60_000);
    expect(await rig.invoke(status)).toMatchObject({ status: 'SUCCESS' });
  });

  test('concurrent functions together allow exactly the rate, over several rows', async () => {
    const rig = aRequestRig({ entries: [anEntry({ perMinute: 62 })] });
    const sandboxes = [1, 2, 3, 4].map(() => rig.open());
    const answers = [];
    for (let round = 0; round < 20; round += 1) {
      const status = { action: 'jobStatus', job: 'LOAD_LEDGER' };
      answers.push(...(await Promise.all(sandboxes.map((one) => one.invoke(status)))));
    }
    expect(answers.filter((one) => 'status' in one)).toHaveLength(62);
    const rows = rig.table.written.filter(({ key }) => key.startsWith('requestRate '));
    expect(new Set(rows.map(({ key }) => key)).size).toBe(3);
  });

  test('one function alone writes the count without reading it', async () => {
    const rig = aRequestRig();
    const reads: number[] = [];
    let calls = 0;
    const around: Around = (call) => {
      calls += 1;
      return call();
    };
    const sandbox = rig.open({ around });
    for (let round = 0; round < 3; round += 1) {
      calls = 0;
      await sandbox.invoke({ action: 'jobStatus', job: 'LOAD_LEDGER' });
      reads.push(calls);
    }
    // The circuit breaker is read twice, AutoSys once, and the count is written.
    expect(reads).toEqual([5, 4, 4]);
  });
});
