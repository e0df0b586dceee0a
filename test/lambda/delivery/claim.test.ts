import { describe, expect, test } from 'vitest';
import { AutosysUnauthorizedError, JobNotFoundError } from '../../../autosys/errors.ts';
import type { SettableStatus } from '../../../autosys/event.ts';
import { parseJobName } from '../../../autosys/names.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import type { EffectRequest } from '../../../lambda/ledger/admit.ts';
import { toKey } from '../../../lambda/ledger/entry-row.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { leaseMs } from '../../../lambda/policies.ts';
import { readDue, readParked } from '../../support/table.ts';
import { aOneShotRequest, aStateRequest, aToggleRequest } from '../ledger/requests.ts';
import { ace, aRig, deadlineMs, unreachable } from './rig.ts';

const refused = (httpStatus: 401 | 403) =>
  new AutosysUnauthorizedError({ doing: 'autorep', httpStatus, said: '' });

/**
 * A table whose writes of one key lose the given number of races; the other writer changes nothing.
 */
function losingRaces(table: Table, key: string, races: number): Table {
  let left = races;
  return {
    ...table,
    put: async (row, seen) => {
      if (row.key !== key || left === 0) return table.put(row, seen);
      left -= 1;
      return undefined;
    },
  };
}

/** A start that follows the setting of a variable in its route. */
const below = () => ({ ...aOneShotRequest(), after: [toKey(aStateRequest({ status: 'FAILED' }))] });

describe('an effect that follows another one in its route', () => {
  test.for(['due', 'sending'] as const)('waits while that is %s', async (stage) => {
    const rig = aRig();
    await rig.keep(aStateRequest({ status: 'FAILED' }), { stage });

    const claim = await rig.open().admit(below());

    const reason = `waits for a predecessor: SET_GLOBAL AWS_SETTLEMENT=FAILED is ${stage}`;
    expect(claim).toEqual({ kind: 'left', reason, behind: true });
    expect(await rig.entry(below())).toMatchObject({ stage: 'due', after: below().after });
  });

  test('is parked if its predecessor is parked', async () => {
    const rig = aRig();
    const parked = { code: 'AUTOSYS_REFUSED', reason: 'x' };
    await rig.keep(aStateRequest({ status: 'FAILED' }), { stage: 'parked', parked });

    expect(await rig.open().admit(below())).toMatchObject({
      kind: 'parked',
      entry: {
        stage: 'parked',
        parked: {
          code: 'BRIDGE_PREDECESSOR_PARKED',
          reason: expect.stringMatching(
            /^SET_GLOBAL AWS_SETTLEMENT=FAILED, .* is parked \(AUTOSYS_REFUSED\)/,
          ),
        },
        after: below().after,
      },
    });
    expect(rig.autosys.sent).toEqual([]);
  });

  test.for(['accepted', 'confirmed'] as const)('does not wait once that is %s', async (stage) => {
    const rig = aRig();
    await rig.keep(aStateRequest({ status: 'FAILED' }), { stage });

    expect(await rig.open().admit(below())).toMatchObject({ kind: 'taken' });
  });

  test('waits also for a status whose lease holder died', async () => {
    const rig = aRig();
    const toStatus = (request: EffectRequest, status: SettableStatus): EffectRequest => ({
      ...request,
      event: { kind: 'CHANGE_STATUS', job: parseJobName('REPAIR'), status },
    });
    const ended = {
      ...toStatus(aStateRequest({ status: 'FAILED' }), 'FAILURE'),
      after: below().after,
    };
    await rig.open().admit(toStatus(aStateRequest(), 'RUNNING'), 'm1');
    await rig.keep(aStateRequest({ status: 'FAILED' }), { stage: 'due' });
    await rig.open().admit(ended, 'm2');
    rig.advance(leaseMs);

    const claim = await rig.open().takeUp(toKey(ended), 'm3');

    expect(claim).toMatchObject({ kind: 'left', behind: true });
  });

  test('does not wait for a newer request that replaced it', async () => {
    const rig = aRig();
    await rig.keep(aStateRequest({ status: 'RUNNING', attempt: 1 }), { stage: 'due' });

    expect(await rig.open().admit(below())).toMatchObject({ kind: 'taken' });
  });

  test.for([{ format: 2 }, undefined])('does not wait for a row that reads %j', async (body) => {
    const rig = aRig();
    const key = toKey(aStateRequest());
    if (body) await rig.table.put({ key, body, expiresAt: new Date(1e12) }, undefined);

    expect(await rig.open().admit(below())).toMatchObject({ kind: 'taken' });
  });

  test('fails when the table cannot be read', async () => {
    const rig = aRig();
    const get: Table['get'] = (key) =>
      key.startsWith('state ')
        ? Promise.reject(new LedgerError({ doing: 'read', reason: 'throttled' }))
        : rig.table.get(key);

    await expect(rig.open({ table: { ...rig.table, get } }).admit(below())).rejects.toThrow(
      LedgerError,
    );
    expect(await rig.entry(below())).toBeUndefined();
  });

  test('uses the present request if it replaces an older one', async () => {
    const rig = aRig();
    const request = (over = {}) => ({ ...aToggleRequest(over), after: [toKey(aStateRequest())] });
    await rig.keep(request(), { stage: 'confirmed' });
    await rig.keep(aStateRequest({ status: 'SUCCEEDED' }), { stage: 'due' });

    expect(await rig.open().admit(request({ status: 'SUCCEEDED' }))).toMatchObject({
      behind: true,
    });
  });
});

describe('a claim', () => {
  test('returns a new request under a lease that is recorded first', async () => {
    const rig = aRig();

    const claim = await rig.open().admit(aStateRequest());

    expect(claim).toMatchObject({
      kind: 'taken',
      readBackFirst: false,
      entry: { stage: 'sending' },
    });
    expect(await rig.entry(aStateRequest())).toMatchObject({
      stage: 'sending',
      sent: { value: { kind: 'unset' }, sentMs: 10_000 },
      lease: { owner: 'm1', untilMs: 10_000 + leaseMs },
    });
    expect(rig.autosys.sent).toEqual([]);
  });

  test('records the job before a one-shot is sent', async () => {
    const rig = aRig();

    await rig.open().admit(aOneShotRequest());

    expect(await rig.entry(aOneShotRequest())).toMatchObject({
      stage: 'sending',
      sent: { sentMs: 10_000, job: { active: false, run: 7 } },
    });
  });

  test('leaves an entry to its lease holder, and claims it when the lease has expired', async () => {
    const rig = aRig();
    await rig.open().admit(aOneShotRequest(), 'm1');
    const other = rig.open();

    expect(await other.admit(aOneShotRequest(), 'm2')).toMatchObject({ kind: 'left' });
    rig.advance(leaseMs);
    expect(await other.admit(aOneShotRequest(), 'm2')).toMatchObject({
      kind: 'taken',
      readBackFirst: true,
    });
  });

  test('leaves a newer state to the lease holder of the older one', async () => {
    const rig = aRig();
    await rig.open().admit(aStateRequest(), 'm1');

    const claim = await rig.open().admit(aStateRequest({ status: 'SUCCEEDED' }), 'm2');

    expect(claim).toMatchObject({ kind: 'left' });
    expect(await rig.entry(aStateRequest())).toMatchObject({
      event: { value: 'SUCCEEDED' },
      lease: { owner: 'm1' },
    });
  });

  test.for([
    { what: 'a late RUNNING', late: {}, reason: /^superseded by settlement run-a SUCCEEDED / },
    { what: 'yesterday’s run', late: { run: 'run-0', beganMs: 1 }, reason: /^stale run: / },
    { what: 'a repetition', late: { status: 'SUCCEEDED' }, reason: /^duplicate of event e1, / },
  ] as const)('drops $what, and says so', async ({ late, reason }) => {
    const rig = aRig();
    await rig.open().work(aStateRequest({ status: 'SUCCEEDED' }));

    expect(await rig.open().admit(aStateRequest(late))).toEqual({
      kind: 'dropped',
      reason: expect.stringMatching(reason),
    });
  });

  test('keeps two signals to one job apart', async () => {
    const rig = aRig();
    const signal = (signals: string) => ({
      ...aOneShotRequest(),
      event: { kind: 'SEND_SIGNAL', job: parseJobName('REPAIR'), signals } as const,
    });

    expect(await rig.open().admit(signal('15'))).toMatchObject({ kind: 'taken' });
    expect(await rig.open().admit(signal('9'))).toMatchObject({ kind: 'taken' });
    expect(await rig.open().admit(signal('9'), 'm2')).toMatchObject({ kind: 'left' });
  });

  test('stores a request as due, without a lease and unsent, while the circuit breaker is open, with the reason', async () => {
    const rig = aRig();
    const sandbox = rig.open();
    for (let at = 0; at < 3; at += 1) {
      await sandbox.circuitBreakers.failed(ace, {
        kind: 'unreached',
        error: unreachableDescription,
      });
    }

    const claims = [
      await sandbox.admit(aStateRequest()),
      await rig.open().admit(aOneShotRequest()),
    ];

    const reason = 'AutoSys must not be called now: connection refused';
    expect(claims).toEqual([
      { kind: 'left', reason },
      { kind: 'left', reason },
    ]);
    const due = await readDue(rig.table);
    expect(due).toMatchObject([
      { stage: 'due', dueMs: 15_000 },
      { stage: 'due', dueMs: 15_000 },
    ]);
    expect(due.some(({ lease, sent: before }) => lease !== undefined || before !== undefined)).toBe(
      false,
    );
  });

  test.for([
    { when: 'AutoSys is away', error: unreachable() },
    { when: 'the login is refused', error: refused(401) },
    { when: 'something unforeseen happens', error: new TypeError('no') },
  ])('sends no one-shot while its job cannot be read: $when', async ({ error }) => {
    const rig = aRig();
    rig.autosys.job = error;

    const claim = await rig.open().admit(aOneShotRequest());

    expect(claim).toMatchObject({ kind: 'unreached' });
    expect(await rig.entry(aOneShotRequest())).toMatchObject({ stage: 'due', dueMs: 17_500 });
  });

  test.for([
    { when: 'AutoSys does not let us read', error: refused(403) },
    { when: 'there is no such job', error: new JobNotFoundError({ job: parseJobName('REPAIR') }) },
  ])('lets the sending tell where $when', async ({ error }) => {
    const rig = aRig();
    rig.autosys.job = error;

    await rig.open().admit(aOneShotRequest());

    expect(await rig.entry(aOneShotRequest())).toMatchObject({
      stage: 'sending',
      sent: { sentMs: 10_000 },
    });
    expect((await rig.entry(aOneShotRequest()))?.sent).not.toHaveProperty('job');
  });

  test('parks an entry past its deadline, even while its job cannot be read', async () => {
    const rig = aRig();
    rig.autosys.job = unreachable();
    await rig.open().admit(aOneShotRequest());
    rig.advance(deadlineMs);

    const claim = await rig.open().takeUp(toKey(aOneShotRequest()));

    const parked = { code: 'BRIDGE_DEADLINE', reason: expect.stringMatching(/within 4 days/) };
    expect(claim).toMatchObject({ kind: 'parked', entry: { parked } });
    expect(await readParked(rig.table)).toMatchObject([{ stage: 'parked', parked }]);
    expect(await readDue(rig.table)).toEqual([]);
  });

  test('keeps an entry past its deadline while the circuit breaker is open, and tries it once more', async () => {
    const rig = aRig();
    await rig.open().admit(aStateRequest());
    rig.advance(deadlineMs);
    const away = { name: 'E', code: 'E', message: 'connection refused' };
    await rig
      .open()
      .circuitBreakers.failed(ace, { kind: 'unreached', error: away, lockedOut: true });

    const held = await rig.open().takeUp(toKey(aStateRequest()));
    rig.advance(leaseMs);
    const taken = await rig.open().takeUp(toKey(aStateRequest()));

    expect(held).toMatchObject({
      kind: 'left',
      reason: 'AutoSys must not be called now: connection refused',
    });
    expect(taken).toMatchObject({ kind: 'taken' });
  });

  test('discards an entry without a row', async () => {
    expect(await aRig().open().takeUp('state ACE global X')).toEqual({
      kind: 'dropped',
      reason: 'its row is no longer in the ledger',
    });
  });

  test.for([1, 9])('goes on after %d lost races', async (races) => {
    const rig = aRig();
    const table = losingRaces(rig.table, toKey(aStateRequest()), races);

    expect(await rig.open({ table }).admit(aStateRequest())).toMatchObject({ kind: 'taken' });
  });

  test('fails when ten races in a row are lost', async () => {
    const rig = aRig();
    const table = losingRaces(rig.table, toKey(aStateRequest()), 10);

    await expect(rig.open({ table }).admit(aStateRequest())).rejects.toThrow(LedgerError);
  });

  test.for([{ format: 2 }, null, 'text', []])('fails when the row reads %j', async (body) => {
    const rig = aRig();
    const key = toKey(aStateRequest());
    await rig.table.put({ key, body, expiresAt: new Date(1e12) }, undefined);

    await expect(rig.open().admit(aStateRequest())).rejects.toThrow(
      `the ledger could not read ${key}: the row is of a format this software does not know`,
    );
    expect((await rig.table.get(key))?.body).toEqual(body);
  });
});

const unreachableDescription = { name: 'E', code: 'E', message: 'connection refused' };
