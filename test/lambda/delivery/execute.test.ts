import { describe, expect, test } from 'vitest';
import { AutosysRefusedError, AutosysUnauthorizedError } from '../../../autosys/errors.ts';
import { parseJobName } from '../../../autosys/names.ts';
import { toEffectOutcome } from '../../../lambda/delivery/outcome.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { toKey } from '../../../lambda/ledger/entry-row.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { leaseMs, observationMs } from '../../../lambda/policies.ts';
import type { ScriptedAutosys } from '../../support/autosys.ts';
import { aOneShotRequest, aStateRequest, aToggleRequest } from '../ledger/requests.ts';
import { ace, aRig, deadlineMs, unknown, unreachable } from './rig.ts';

const refusal = () => new AutosysRefusedError({ doing: 'SET_GLOBAL', httpStatus: 400, said: '' });
const lockout = () =>
  new AutosysUnauthorizedError({ doing: 'SET_GLOBAL', httpStatus: 401, said: '' });
const started = { status: 'RUNNING', onNoExec: false, lastRun: { run: 8 } } as const;

interface Row {
  readonly when: string;
  readonly arrange: (autosys: ScriptedAutosys) => void;
  readonly result: string;
  readonly stage: string;
}

describe('a state', () => {
  test.for<Row>([
    { when: 'AutoSys shows it', arrange: () => {}, result: 'confirmed', stage: 'confirmed' },
    {
      when: 'AutoSys can never show it',
      arrange: (autosys) => {
        autosys.globalVariable = { kind: 'unreadable', reason: 'no autorep' };
        autosys.answers.push('lose');
      },
      result: 'unreadable',
      stage: 'confirmed',
    },
    {
      when: 'AutoSys loses it',
      arrange: ({ answers }) => answers.push('lose'),
      result: 'notYet',
      stage: 'accepted',
    },
    {
      when: 'AutoSys is not reached',
      arrange: ({ answers }) => answers.push(unreachable()),
      result: 'unreached',
      stage: 'due',
    },
    {
      when: 'the login is refused',
      arrange: ({ answers }) => answers.push(lockout()),
      result: 'unreached',
      stage: 'due',
    },
    {
      when: 'the outcome is unknown and it does not show',
      arrange: ({ answers }) => answers.push(unknown()),
      result: 'unknown',
      stage: 'sending',
    },
    {
      when: 'AutoSys refuses it',
      arrange: ({ answers }) => answers.push(refusal()),
      result: 'refused',
      stage: 'parked',
    },
  ])('is $stage and free when $when', async ({ arrange, result, stage }) => {
    const rig = aRig();
    arrange(rig.autosys);

    const done = await rig.open().work(aStateRequest());

    expect(done).toMatchObject({ result: { kind: result }, entry: { stage } });
    const stored = await rig.entry(aStateRequest());
    expect(stored).toMatchObject({ stage });
    expect(stored).not.toHaveProperty('lease');
  });

  test('records the request, the send, the reply and the confirmation', async () => {
    const rig = aRig();
    const readBack = rig.autosys.port.readGlobalVariable;
    let looks = 0;
    const port: typeof rig.autosys.port = {
      ...rig.autosys.port,
      readGlobalVariable: (...asked) => {
        looks += 1;
        return looks < 4 ? Promise.resolve({ kind: 'unset' }) : readBack(...asked);
      },
    };

    await rig.open({ port }).work(aStateRequest());

    const history = (await rig.entry(aStateRequest()))?.history;
    expect(history?.map(({ atMs, text }) => [atMs, text])).toEqual([
      [10_000, 'requested by settlement run-a RUNNING (route settlement, event e1)'],
      [10_000, 'claimed: to be sent now'],
      [10_000, 'accepted by AutoSys'],
      [10_300, 'confirmed by AutoSys'],
    ]);
  });

  test('that shows a text of any length keeps a row that DynamoDB accepts', async () => {
    const rig = aRig();
    rig.autosys.answers.push('lose');
    rig.autosys.globalVariable = { kind: 'value', value: 'x'.repeat(500_000) };

    const done = await rig.open().work(aStateRequest());

    const found = `AutoSys shows "${'x'.repeat(200)}… (500000 characters)"`;
    expect(done).toMatchObject({ result: { kind: 'notYet', found } });
    expect(JSON.stringify(await rig.entry(aStateRequest())).length).toBeLessThan(4_000);
  });

  test('counts as confirmed when the outcome is unknown and AutoSys shows a value that is new', async () => {
    const rig = aRig();
    await rig.open().work(aStateRequest());
    rig.autosys.answers.push(unknown());
    rig.autosys.meanwhile.push(async () => {
      rig.autosys.globalVariable = { kind: 'value', value: 'SUCCEEDED' };
    });

    expect(await rig.open().work(aStateRequest({ status: 'SUCCEEDED' }))).toMatchObject({
      result: { kind: 'confirmed' },
    });
  });

  test('is not confirmed when the outcome is unknown and AutoSys may have shown the value before', async () => {
    const rig = aRig();
    rig.autosys.globalVariable = { kind: 'value', value: 'RUNNING' };
    rig.autosys.answers.push(unknown());

    expect(await rig.open().work(aStateRequest())).toMatchObject({
      result: { kind: 'unknown' },
      entry: { stage: 'sending' },
    });
  });

  test('is sent a second time and no third after an unknown outcome, while AutoSys shows what it showed before', async () => {
    const rig = aRig();
    rig.autosys.globalVariable = { kind: 'value', value: 'OLD' };
    rig.autosys.answers.push(unknown(), unknown());
    await rig.open().work(aStateRequest());
    const sent: number[] = [];
    for (let minute = 0; minute < 60; minute += 1) {
      rig.advance(60_000);
      await rig.open().drain();
      sent.push(rig.autosys.sent.length);
    }

    expect(sent.indexOf(2)).toBeGreaterThanOrEqual(observationMs / 60_000 - 1);
    expect(sent.at(-1)).toBe(2);
    expect(await rig.entry(aStateRequest())).toMatchObject({
      stage: 'sending',
      sent: { sends: 2 },
    });
  });

  test('is sent once when its function died before it recorded the second send', async () => {
    const rig = aRig();
    rig.autosys.globalVariable = { kind: 'value', value: 'OLD' };
    rig.autosys.answers.push(unknown(), unknown(), unknown());
    await rig.open().work(aStateRequest());
    const dying: Table = {
      ...rig.table,
      put: async (row, seen) => {
        const revision = await rig.table.put(row, seen);
        if ((row.body as Entry).sent?.sends === 2) throw new TypeError('the function died');
        return revision;
      },
    };
    for (let minute = 0; minute < 60; minute += 1) {
      rig.advance(60_000);
      await rig.open({ table: dying }).drain();
    }

    expect(rig.autosys.sent).toHaveLength(1);
  });

  test('that another actor has changed is recorded, not sent, and not parked', async () => {
    const rig = aRig();
    rig.autosys.answers.push(unknown());
    await rig.open().work(aStateRequest());
    rig.autosys.globalVariable = { kind: 'value', value: 'CONSUMED' };
    rig.advance(60_000);

    await rig.open().drain();

    expect(rig.autosys.sent).toHaveLength(1);
    expect(await rig.entry(aStateRequest())).toMatchObject({ stage: 'confirmed' });
    expect((await rig.entry(aStateRequest()))?.history.at(-1)?.text).toContain(
      'changed externally: AutoSys shows "CONSUMED"',
    );
  });

  test('that AutoSys accepted and shows in another form is parked at the deadline, with what it shows', async () => {
    const rig = aRig();
    rig.autosys.answers.push('lose');
    await rig.open().work(aStateRequest());
    rig.autosys.globalVariable = { kind: 'value', value: 'RUNN' };
    for (const ms of [60_000, 3_600_000, deadlineMs]) {
      rig.advance(ms);
      await rig.open().drain();
    }

    expect(rig.autosys.sent).toHaveLength(1);
    expect(await rig.entry(aStateRequest())).toMatchObject({
      stage: 'parked',
      parked: { code: 'BRIDGE_DEADLINE', reason: expect.stringContaining('AutoSys shows "RUNN"') },
    });
  });

  test('that changes during the send is sent again by the same lease holder', async () => {
    const rig = aRig();
    const other = rig.open();
    rig.autosys.meanwhile.push(() => other.work(aStateRequest({ status: 'SUCCEEDED' })));

    const done = await rig.open().work(aStateRequest());

    expect(rig.autosys.values).toEqual(['RUNNING', 'SUCCEEDED']);
    expect(done).toMatchObject({
      result: { kind: 'confirmed' },
      entry: { stage: 'confirmed', version: { status: 'SUCCEEDED' } },
    });
  });

  test('that changes twice is sent as the newest, never as the middle one', async () => {
    const rig = aRig();
    const other = rig.open();
    rig.autosys.meanwhile.push(async () => {
      await other.work(aStateRequest({ status: 'FAILED' }));
      await other.work(aStateRequest({ attempt: 1, status: 'SUCCEEDED' }));
    });

    await rig.open().work(aStateRequest());

    expect(rig.autosys.values).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  test('that changes while it is refused is not parked, since the newer one may be accepted', async () => {
    const rig = aRig();
    const other = rig.open();
    rig.autosys.meanwhile.push(() => other.work(aStateRequest({ status: 'SUCCEEDED' })));
    rig.autosys.answers.push(refusal());

    const done = await rig.open().work(aStateRequest());

    expect(done).toMatchObject({ entry: { stage: 'confirmed', event: { value: 'SUCCEEDED' } } });
  });

  test('whose lease is lost during the send is read back, and the newest is sent again', async () => {
    const rig = aRig();
    const slow = rig.open();
    rig.autosys.meanwhile.push(async () => {
      rig.advance(leaseMs);
      await rig.open().work(aStateRequest({ status: 'SUCCEEDED' }));
    });

    await slow.work(aStateRequest());

    // The first send arrives last.
    expect(rig.autosys.globalVariable).toEqual({ kind: 'value', value: 'RUNNING' });
    for (let minute = 0; minute < 20; minute += 1) {
      rig.advance(60_000);
      await rig.open().drain();
    }
    expect(rig.autosys.globalVariable).toEqual({ kind: 'value', value: 'SUCCEEDED' });
    rig.advance(observationMs);
    await rig.open().drain();
    expect(await rig.entry(aStateRequest())).toMatchObject({
      stage: 'confirmed',
      event: { value: 'SUCCEEDED' },
    });
  });

  test('whose lease is lost reports no outcome, not even that it is parked', async () => {
    const rig = aRig();
    rig.autosys.meanwhile.push(async () => {
      rig.advance(leaseMs);
      rig.autosys.answers.push(refusal());
      await rig.open().work(aStateRequest({ status: 'SUCCEEDED' }));
    });

    const done = await rig.open().work(aStateRequest());

    expect(done).toMatchObject({ result: { kind: 'lost' }, entry: { stage: 'parked' } });
    if (!('result' in done)) throw new Error(done.kind);
    expect(toEffectOutcome(done.entry, done.result)).toEqual({
      kind: 'left',
      reason: 'another function has taken it over',
    });
  });

  test('that was accepted is read back before it is sent again', async () => {
    const rig = aRig();
    rig.autosys.answers.push('lose');
    await rig.open().work(aStateRequest());
    rig.autosys.globalVariable = { kind: 'value', value: 'RUNNING' };

    expect(await rig.open().work(aStateRequest())).toMatchObject({ result: { kind: 'confirmed' } });
    expect(rig.autosys.sent).toHaveLength(1);
  });

  test('that was accepted and is lost is never sent again', async () => {
    const rig = aRig();
    rig.autosys.answers.push('lose');
    await rig.open().work(aStateRequest());
    for (let minute = 0; minute < 60; minute += 1) {
      rig.advance(60_000);
      await rig.open().drain();
    }

    expect(await rig.entry(aStateRequest())).toMatchObject({ stage: 'accepted' });
    expect(rig.autosys.sent).toHaveLength(1);
  });
});

/** A one-shot that a sandbox sent with an unknown outcome. */
async function aDoubtfulOneOff() {
  const rig = aRig();
  rig.autosys.answers.push(unknown());
  await rig.open().work(aOneShotRequest());
  return rig;
}

describe('a one-shot whose outcome is unknown', () => {
  test('is sent once, although its lease holder claimed it twice', async () => {
    const rig = aRig();
    const sandbox = rig.open();
    const first = await sandbox.admit(aOneShotRequest(), 'm1');
    await sandbox.takeUp(toKey(aOneShotRequest()), 'm1');
    if (first.kind !== 'taken') throw new Error(first.kind);

    const done = await sandbox.execute(first);

    expect(done).toMatchObject({ entry: { stage: 'confirmed' } });
    expect(rig.autosys.starts).toBe(1);
  });

  test('may have been sent, and is not sent again', async () => {
    const rig = await aDoubtfulOneOff();

    const again = await rig.open().work(aOneShotRequest());

    expect(again).toMatchObject({
      result: { kind: 'unknown', error: { code: 'BRIDGE_OUTCOME_UNKNOWN' } },
    });
    expect(await rig.entry(aOneShotRequest())).toMatchObject({ stage: 'sending', tries: 2 });
    expect(rig.autosys.sent).toHaveLength(1);
  });

  test('is confirmed when AutoSys shows it later', async () => {
    const rig = await aDoubtfulOneOff();
    rig.autosys.job = started;

    expect(await rig.open().work(aOneShotRequest())).toMatchObject({
      entry: { stage: 'confirmed' },
    });
    expect(rig.autosys.sent).toHaveLength(1);
  });

  test.for([
    {
      when: 'a millisecond before its time is over',
      lookedMs: observationMs - 1,
      stage: 'sending',
    },
    { when: 'when its time is over', lookedMs: observationMs, stage: 'parked' },
  ])('is $stage $when', async ({ lookedMs, stage }) => {
    const rig = await aDoubtfulOneOff();
    const { fromMs } = (await rig.entry(aOneShotRequest()))?.sent?.observed ?? { fromMs: 0 };
    rig.advance(observationMs / 2);
    await rig.open().work(aOneShotRequest());
    rig.advance(fromMs + lookedMs - rig.now().getTime());

    await rig.open().work(aOneShotRequest());

    expect(await rig.entry(aOneShotRequest())).toMatchObject({ stage });
    expect(rig.autosys.sent).toHaveLength(1);
  });

  test('is not parked because AutoSys is down: an outage is no reply', async () => {
    const rig = await aDoubtfulOneOff();
    rig.autosys.job = unreachable();
    rig.advance(6 * 3_600_000);

    expect(await rig.open().work(aOneShotRequest())).toMatchObject({ entry: { stage: 'sending' } });
    rig.autosys.job = started;
    expect(await rig.open().work(aOneShotRequest())).toMatchObject({
      entry: { stage: 'confirmed' },
    });
  });

  test('is parked at once if AutoSys shows nothing to compare', async () => {
    const rig = aRig();
    rig.autosys.job = new AutosysUnauthorizedError({ doing: 'x', httpStatus: 403, said: '' });
    rig.autosys.answers.push(unknown());
    await rig.open().work(aOneShotRequest());
    rig.autosys.job = { status: 'INACTIVE', onNoExec: false, lastRun: {} };

    expect(await rig.open().work(aOneShotRequest())).toMatchObject({
      entry: { stage: 'parked', parked: { code: 'BRIDGE_OUTCOME_UNKNOWN' } },
    });
  });

  test('is sent again if a repetition does no harm', async () => {
    const rig = aRig();
    const onHold = {
      ...aOneShotRequest(),
      event: { kind: 'JOB_ON_HOLD', job: parseJobName('REPAIR') } as const,
    };
    rig.autosys.answers.push(unknown(), 'lose');
    await rig.open().work(onHold);

    await rig.open().work(onHold);

    expect(rig.autosys.sent).toHaveLength(2);
  });
});

describe('the status of a job', () => {
  const mirror = (status: 'RUNNING' | 'SUCCESS', over = {}) => ({
    ...aStateRequest(over),
    event: { kind: 'CHANGE_STATUS', job: parseJobName('MIRROR'), status } as const,
  });
  const ended = mirror('SUCCESS', { status: 'SUCCEEDED' });

  test('that changes during the send is confirmed at once if the previous one was', async () => {
    const rig = aRig();
    rig.autosys.meanwhile.push(() => rig.open().admit(ended, 'm2'));

    await rig.open().work(mirror('RUNNING'));

    expect(await rig.entry(ended)).toMatchObject({
      stage: 'confirmed',
      event: { status: 'SUCCESS' },
    });
  });

  test('is confirmed only when it stays, if the previous one was never read back', async () => {
    const rig = aRig();
    rig.autosys.answers.push(unknown());
    await rig.open().work(mirror('RUNNING'));

    await rig.open().work(ended);
    const atFirst = await rig.entry(ended);
    rig.advance(observationMs);
    await rig.open().work(ended);

    expect(atFirst).toMatchObject({ stage: 'accepted' });
    expect(await rig.entry(ended)).toMatchObject({ stage: 'confirmed' });
    expect(rig.autosys.sent).toHaveLength(2);
  });
});

describe('a toggle', () => {
  test('that changes during the send is sent again by the same lease holder, and once', async () => {
    const rig = aRig();
    rig.autosys.meanwhile.push(() => rig.open().admit(aToggleRequest({ status: 'FAILED' }), 'm2'));

    await rig.open().work(aToggleRequest());

    expect(rig.autosys.sent.map(({ kind }) => kind)).toEqual(['JOB_ON_HOLD', 'JOB_OFF_HOLD']);
    expect(await rig.entry(aToggleRequest())).toMatchObject({ stage: 'confirmed' });
  });

  test('that changes to a request with a predecessor is left to the drain, unsent and without a lease', async () => {
    const rig = aRig();
    const released = { ...aToggleRequest({ status: 'FAILED' }), after: [toKey(aOneShotRequest())] };
    await rig.keep(aOneShotRequest(), {});
    rig.autosys.meanwhile.push(() => rig.open().admit(released, 'm2'));

    const { result } = (await rig.open().work(aToggleRequest())) as { result: unknown };

    expect(result).toMatchObject({
      kind: 'lost',
      reason: expect.stringMatching(/the drain executes/),
    });
    expect(rig.autosys.sent.map(({ kind }) => kind)).toEqual(['JOB_ON_HOLD']);
    const entry = await rig.entry(aToggleRequest());
    expect(entry).toMatchObject({ stage: 'due', event: { kind: 'JOB_OFF_HOLD' } });
    expect(entry).not.toHaveProperty('lease');
  });

  test('that changes again while it is left to the drain is sent by the same lease holder', async () => {
    const rig = aRig();
    const released = { ...aToggleRequest({ status: 'FAILED' }), after: [toKey(aOneShotRequest())] };
    rig.autosys.meanwhile.push(() => rig.open().admit(released, 'm2'));
    let races = 0;
    const put: Table['put'] = async (row, seen) => {
      const isLettingGo = !('lease' in (row.body as Entry)) && 'after' in (row.body as Entry);
      if (isLettingGo && races++ === 0)
        await rig.open().admit(aToggleRequest({ attempt: 1 }), 'm3');
      return rig.table.put(row, seen);
    };

    await rig.open({ table: { ...rig.table, put } }).work(aToggleRequest());

    expect(races).toBe(1);
    expect(rig.autosys.sent.map(({ kind }) => kind)).toEqual(['JOB_ON_HOLD', 'JOB_ON_HOLD']);
    const entry = await rig.entry(aToggleRequest());
    expect(entry).toMatchObject({ version: { attempt: 1 } });
    expect(entry).not.toHaveProperty('lease');
  });

  test('that AutoSys accepted is not sent again, although an operator has reversed it', async () => {
    const rig = aRig();
    await rig.keep(aToggleRequest(), { stage: 'accepted', sent: { sentMs: 9_000 } });

    await rig.open().work(aToggleRequest());

    expect(rig.autosys.sent).toEqual([]);
  });
});

describe('a one-shot', () => {
  test('that was never sent is sent, and compared with the present job', async () => {
    const rig = aRig();
    rig.autosys.answers.push(unreachable());
    await rig.open().work(aOneShotRequest());
    rig.autosys.job = { status: 'SUCCESS', onNoExec: false, lastRun: { run: 9 } };
    rig.autosys.answers.push('lose');

    await rig.open().work(aOneShotRequest());

    expect(await rig.entry(aOneShotRequest())).toMatchObject({
      stage: 'accepted',
      sent: { job: { run: 9 } },
    });
  });

  test('that was accepted and is not visible stays accepted', async () => {
    const rig = aRig();
    rig.autosys.answers.push('lose');
    await rig.open().work(aOneShotRequest());

    expect(await rig.open().work(aOneShotRequest())).toMatchObject({
      result: { kind: 'notYet' },
      entry: { stage: 'accepted' },
    });
  });
});

describe('an entry that may have been sent and is past its deadline', () => {
  test('is read back before it is parked, and counts if AutoSys shows it', async () => {
    const rig = aRig();
    rig.autosys.answers.push(unknown());
    await rig.open().work(aOneShotRequest());
    rig.autosys.job = started;
    rig.advance(2 * deadlineMs);

    expect(await rig.open().work(aOneShotRequest())).toMatchObject({
      entry: { stage: 'confirmed' },
    });
  });

  test.for([
    { what: 'a state', request: aStateRequest() },
    { what: 'a hold', request: aToggleRequest() },
    { what: 'a start', request: aOneShotRequest() },
  ])('is parked, and not sent again, where AutoSys does not: $what', async ({ request }) => {
    const rig = aRig();
    const before = { sentMs: 9_000, job: { active: false, run: 7 } };
    await rig.keep(
      request,
      request.kind === 'state'
        ? { stage: 'accepted', sent: { ...before, acceptedMs: 9_000 } }
        : { stage: 'sending', sent: before },
    );
    rig.advance(deadlineMs);

    const { entry } = (await rig.open().work(request)) as { entry: unknown };

    expect(entry).toMatchObject({ stage: 'parked', parked: { code: 'BRIDGE_DEADLINE' } });
    expect(rig.autosys.sent).toEqual([]);
  });
});

describe('the circuit breaker', () => {
  const away = { name: 'E', code: 'E', message: 'connection refused' };
  const closeNearly = async (rig: ReturnType<typeof aRig>) => {
    for (let at = 0; at < 2; at += 1)
      await rig.open().circuitBreakers.failed(ace, { kind: 'unknown', error: away });
  };

  test.for([
    { what: 'a call that did not arrive', answers: [unreachable()], pass: 'wait' },
    { what: 'a call whose outcome is unknown', answers: [unknown()], pass: 'wait' },
    { what: 'a refusal', answers: [refusal()], pass: 'go' },
    { what: 'an answer', answers: [], pass: 'go' },
  ] as const)('after two failures says $pass after $what', async ({ answers, pass }) => {
    const rig = aRig();
    await closeNearly(rig);
    rig.autosys.answers.push(...answers);

    await rig.open().work(aStateRequest());
    const other = rig.open();
    if (pass === 'go') await other.circuitBreakers.failed(ace, { kind: 'unknown', error: away });

    expect((await other.circuitBreakers.ask(ace, 'm9')).kind).toBe(pass);
  });

  test.for([
    { what: 'a look that was answered', job: started, pass: 'go' },
    { what: 'a look that was not answered', job: unreachable(), pass: 'wait' },
  ] as const)('after two failures says $pass after $what', async ({ job, pass }) => {
    const rig = aRig();
    rig.autosys.answers.push('lose');
    await rig.open().work(aOneShotRequest());
    await closeNearly(rig);
    rig.autosys.job = job;

    await rig.open().work(aOneShotRequest());
    const other = rig.open();
    if (pass === 'go') await other.circuitBreakers.failed(ace, { kind: 'unknown', error: away });

    expect((await other.circuitBreakers.ask(ace, 'm9')).kind).toBe(pass);
  });

  test('does not count a request that the end of the invocation aborted', async () => {
    const rig = aRig();
    await closeNearly(rig);
    const invocation = new AbortController();
    rig.autosys.meanwhile.push(async () => invocation.abort());
    rig.autosys.answers.push(unknown());

    await rig.open().work(aStateRequest(), invocation.signal);

    expect(await rig.entry(aStateRequest())).toMatchObject({ stage: 'sending' });
    expect((await rig.open().circuitBreakers.ask(ace, 'm9')).kind).toBe('go');
  });

  test('closes after one refused login', async () => {
    const rig = aRig();
    rig.autosys.answers.push(lockout());

    await rig.open().work(aStateRequest());

    expect(await rig.open().circuitBreakers.ask(ace, 'm9')).toMatchObject({
      kind: 'wait',
      reason: expect.stringContaining('401'),
    });
  });
});
