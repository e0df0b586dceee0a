import { describe, expect, test } from 'vitest';
import { aContext, anEntry, aRequestRig } from './rig.ts';

const set = { action: 'setGlobal', global: 'LEDGER_DAY', value: '20261130', context: aContext() };
const run = { action: 'runJob', job: 'LOAD_LEDGER', context: aContext() };
const status = { action: 'jobStatus', job: 'LOAD_LEDGER' };

describe('a payload with a fault is refused and nothing is sent', () => {
  test.for([
    { when: 'no object', payload: 'x', says: /payload: expected a JSON object/ },
    { when: 'null', payload: null, says: /payload: expected a JSON object/ },
    { when: 'no action', payload: {}, says: /action: no action; allowed: setGlobal, sendEvent/ },
    {
      when: 'an unknown action',
      payload: { ...set, action: 'setGlobals' },
      says: /unknown action; did you mean setGlobal.*allowed: setGlobal/,
    },
    {
      when: 'an unknown field',
      payload: { ...set, job: 'X' },
      says: /job: unknown field; allowed/,
    },
    {
      when: 'a job name over 64 characters',
      payload: { ...status, job: 'J'.repeat(65) },
      says: /job: job name: found 65 characters.*allowed: at most 64 characters/,
    },
    {
      when: 'a value over 100 characters',
      payload: { ...set, value: 'v'.repeat(101) },
      says: /value: found 101 characters; allowed: 0 to 100 characters/,
    },
    {
      when: 'the value DELETE',
      payload: { ...set, value: 'DELETE' },
      says: /value: found the reserved word DELETE/,
    },
    { when: 'a number as value', payload: { ...set, value: 5 }, says: /value: expected a text/ },
    {
      when: 'a token without runJob',
      payload: { ...set, token: 'secret' },
      says: /token: only runJob takes a task token/,
    },
    {
      when: 'a token that is too long',
      payload: { ...run, token: 't'.repeat(2_049) },
      says: /token: allowed: a text of 1 to 2048 characters/,
    },
    {
      when: 'a token without context',
      payload: { ...run, token: 't', key: 'k', context: undefined },
      says: /a task token needs context/,
    },
    {
      when: 'neither key nor context',
      payload: { ...set, context: undefined },
      says: /context: setGlobal needs context .* or a key/,
    },
    { when: 'a key with blanks', payload: { ...set, key: 'a b' }, says: /key: allowed: 1 to 200/ },
    {
      when: 'a key that is too long',
      payload: { ...set, key: 'k'.repeat(201) },
      says: /key: allowed: 1 to 200/,
    },
    {
      when: 'a context without an execution ARN',
      payload: { ...set, context: aContext({ execution: 'x' }) },
      says: /context\.execution: expected the ARN of an execution/,
    },
    {
      when: 'several faults of the context',
      payload: { ...set, context: aContext({ retry: -1, entered: 'now', state: '', tries: 1 }) },
      says: /4 faults: context\.tries: unknown field.*context\.state.*context\.entered.*context\.retry/,
    },
    {
      when: 'an unknown start',
      payload: { ...run, start: 'RESTART' },
      says: /start: allowed: STARTJOB/,
    },
    {
      when: 'next without a token',
      payload: { ...run, start: 'next' },
      says: /next needs a task token/,
    },
    {
      when: 'a timeout under a minute',
      payload: { ...run, timeout: '59s' },
      says: /timeout: allowed: 1m to 365d/,
    },
    {
      when: 'a timeout over a year',
      payload: { ...run, timeout: '366d' },
      says: /timeout: allowed/,
    },
    {
      when: 'an unknown onAbort',
      payload: { ...run, onAbort: 'stop' },
      says: /onAbort: allowed: leave, kill/,
    },
    {
      when: 'too many runs',
      payload: { action: 'jobRuns', job: 'LOAD_LEDGER', runs: 11 },
      says: /runs: allowed: a whole number from 1 to 10/,
    },
    {
      when: 'an unknown event',
      payload: { action: 'sendEvent', key: 'k', event: { kind: 'JOB_ONHOLD', job: 'LOAD_A' } },
      says: /event\.kind: unknown event; did you mean JOB_ON_HOLD/,
    },
    {
      when: 'a field that the event does not have',
      payload: {
        action: 'sendEvent',
        key: 'k',
        event: { kind: 'JOB_ON_HOLD', job: 'LOAD_A', status: 'x' },
      },
      says: /event\.status: JOB_ON_HOLD has no such field/,
    },
    {
      when: 'an event without a job',
      payload: { action: 'sendEvent', key: 'k', event: { kind: 'JOB_ON_HOLD' } },
      says: /event: job: allowed: a text; the event requires it/,
    },
    {
      when: 'no event',
      payload: { action: 'sendEvent', key: 'k' },
      says: /event: expected an object with kind/,
    },
  ])('$when', async ({ payload, says }) => {
    const rig = aRequestRig();
    const answer = await rig.invoke(payload);
    expect(answer).toEqual({
      errorType: 'AutoSys.InvalidRequest',
      errorMessage: expect.stringMatching(says),
    });
    expect(rig.autosys.sent).toEqual([]);
    expect(rig.table.written).toEqual([]);
    expect(rig.handled).toMatchObject([{ failure: 'AutoSys.InvalidRequest' }]);
  });

  test('no message contains a value, a comment or a token', async () => {
    const rig = aRequestRig();
    const secret = 'hunter2';
    const comment = `${secret}${'x'.repeat(260)}`;
    const texts = await Promise.all([
      rig.invoke({ ...set, value: `${secret}\n` }),
      rig.invoke({ ...set, token: secret }),
      rig.invoke({ ...run, token: secret.repeat(400) }),
      rig.invoke({
        action: 'sendEvent',
        key: 'k',
        event: { kind: 'JOB_ON_HOLD', job: 'LOAD_A', comment },
      }),
    ]);
    expect(texts.map((one) => 'errorType' in one && one.errorType)).toEqual(
      texts.map(() => 'AutoSys.InvalidRequest'),
    );
    expect(JSON.stringify([texts, rig.handled])).not.toContain(secret);
  });
});

describe('an invocation without the alias of an entry is refused and nothing is sent', () => {
  test.for([
    { alias: '', says: /without an alias; allowed: .* ledger-team/ },
    { alias: '$LATEST', says: /by its version \$LATEST; allowed/ },
    { alias: '12', says: /by its version 12; allowed/ },
    {
      alias: 'ledger-teem',
      says: /the alias "ledger-teem" is no entry of requests; did you mean ledger-team/,
    },
  ])('alias "$alias"', async ({ alias, says }) => {
    const rig = aRequestRig();
    const answer = await rig.invoke(set, alias);
    expect(answer).toMatchObject({
      errorType: 'AutoSys.NotAllowed',
      errorMessage: expect.stringMatching(says),
    });
    expect(rig.autosys.sent).toEqual([]);
    expect(rig.table.written).toEqual([]);
  });

  test('a route file without entries refuses every alias', async () => {
    const rig = aRequestRig({ entries: [] });
    expect(await rig.invoke(set)).toMatchObject({
      errorMessage: expect.stringContaining('the route file has no entry in requests'),
    });
  });
});

describe('what the entry does not allow is refused and nothing is sent', () => {
  const machine = 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement';
  test.for([
    {
      when: 'an action',
      entry: { actions: ['jobStatus'] },
      payload: set,
      says: /action setGlobal; allowed: jobStatus/,
    },
    {
      when: 'an instance',
      entry: {},
      payload: { ...set, instance: 'PRD' },
      says: /instance PRD; allowed: ACE/,
    },
    {
      when: 'a variable',
      entry: {},
      payload: { ...set, global: 'RISK_DAY' },
      says: /variable RISK_DAY; allowed: LEDGER_\*/,
    },
    {
      when: 'a job',
      entry: {},
      payload: { ...status, job: 'RISK' },
      says: /job RISK; allowed: LOAD_\*/,
    },
    {
      when: 'a start',
      entry: { starts: ['STARTJOB'] },
      payload: { ...run, start: 'join' },
      says: /start join; allowed: STARTJOB/,
    },
    {
      when: 'a kill on abort',
      entry: { mayKill: false },
      payload: { ...run, onAbort: 'kill' },
      says: /onAbort kill/,
    },
    {
      when: 'an event',
      entry: {},
      payload: { action: 'sendEvent', key: 'k', event: { kind: 'JOB_ON_ICE', job: 'LOAD_A' } },
      says: /event JOB_ON_ICE; allowed: JOB_ON_HOLD/,
    },
    {
      when: 'the job of an event',
      entry: {},
      payload: { action: 'sendEvent', key: 'k', event: { kind: 'JOB_ON_HOLD', job: 'RISK' } },
      says: /job RISK; allowed/,
    },
    {
      when: 'an execution of another state machine',
      entry: { stateMachines: [machine.replace('settlement', 'other')] },
      payload: set,
      says: /state machine .*:settlement; allowed: .*:other/,
    },
  ] as const)('$when', async ({ entry, payload, says }) => {
    const rig = aRequestRig({ entries: [anEntry(entry)] });
    expect(await rig.invoke(payload)).toEqual({
      errorType: 'AutoSys.NotAllowed',
      errorMessage: expect.stringMatching(says),
    });
    expect(rig.autosys.sent).toEqual([]);
    expect(rig.table.written).toEqual([]);
  });

  test('an execution of a state machine of the entry, and its Distributed Map children, are allowed', async () => {
    const rig = aRequestRig({ entries: [anEntry({ stateMachines: [machine] })] });
    const child = 'arn:aws:states:eu-west-1:111122223333:execution:settlement/Items:1b2c';
    for (const execution of [aContext().execution, child]) {
      const context = aContext({ execution });
      expect(await rig.invoke({ ...set, context })).toMatchObject({ confirmed: true });
    }
  });
});
