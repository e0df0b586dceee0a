import { describe, expect, test } from 'vitest';
import { AutosysUnreachableError } from '../../../../autosys/errors.ts';
import { parseJobName } from '../../../../autosys/names.ts';
import type { UnreadableView } from '../../../../autosys/views.ts';
import type { TaskCallAnswer } from '../../../../lambda/aws/task-answer.ts';
import { LedgerError } from '../../../../lambda/errors.ts';
import { agendaLists, readAgenda } from '../../../../lambda/ledger/agenda.ts';
import type { Entry } from '../../../../lambda/ledger/entry.ts';
import { parseEntry, toKey, toRow } from '../../../../lambda/ledger/entry-row.ts';
import { createAttributeRun } from '../../../../lambda/ledger/run-attribution.ts';
import type { SearchableTable } from '../../../../lambda/ledger/table.ts';
import { leaseMs } from '../../../../lambda/policies.ts';
import { toStartRequest } from '../../../../lambda/request/effect-request.ts';
import { createStoredRequests } from '../../../../lambda/request/requests.ts';
import type { StoredRequest } from '../../../../lambda/request/stored-request.ts';
import { sharedAfterMs } from '../../../../lambda/request/wait/find-run.ts';
import { goneAfterMs } from '../../../../lambda/request/wait/record-wait.ts';
import { aStoredRequest, aWaitRig, nightMs, type ShownJob } from './rig.ts';

const runs17 = { run: 17, try: 1, startedMs: nightMs + 1_000 } as const;
const ended17 = { ...runs17, endedMs: nightMs + 20_000 } as const;
const success = { status: 'SUCCESS', exitCode: 0, ...ended17 } as const;
/** A run that begins a minute after the execution counts as gone. */
const late21: ShownJob = {
  ...{ status: 'RUNNING', run: 21, try: 1 },
  startedMs: nightMs + goneAfterMs + 60_000,
};
const gone: TaskCallAnswer = { kind: 'gone', reason: 'TaskTimedOut' };
const kinds = (results: readonly { readonly kind: string }[]) => results.map(({ kind }) => kind);

/** Attributes run 17 to the start of a request. */
async function attributeRun17(rig: ReturnType<typeof aWaitRig>, request: StoredRequest) {
  const start = toStartRequest(request);
  const row = start && (await rig.table.get(toKey(start)));
  if (row === undefined) throw new Error('the start is not in the ledger');
  const sent = { sentMs: nightMs, job: { active: false, run: 12 } };
  await createAttributeRun(rig)({ ...parseEntry(row), sent }, '17');
}

/** The own run 17 has ended, AutoSys shows run 21, and not the history. */
function aRigWithTwoRuns(hidden: Partial<UnreadableView> = {}) {
  const rig = aWaitRig();
  const next = { run: 21, try: 1, startedMs: nightMs + 22_000 } as const;
  rig.show('LOAD', { status: 'RUNNING', ...next });
  rig.showRuns('LOAD', [
    { status: 'RUNNING', ...next },
    { ...success, exitCode: 4 },
  ]);
  rig.state.hidesRuns = { kind: 'unreadable', reason: 'a page of a portal', ...hidden };
  return rig;
}

describe('a pass', () => {
  test('sends one heartbeat while the job runs, and identifies its run', async () => {
    const rig = aWaitRig();
    const request = await rig.keep();
    rig.show('LOAD', { status: 'RUNNING', ...runs17 });
    rig.showRuns('LOAD', [{ status: 'RUNNING', ...runs17 }]);

    const results = await rig.open().pass();

    expect(kinds(results)).toEqual(['waiting']);
    expect(rig.calls).toEqual([{ call: 'heartbeat', token: 'TOKEN' }]);
    const { wait } = await rig.read(request);
    expect(wait).toMatchObject({ run: runs17, heartbeatMs: nightMs, token: 'TOKEN' });
  });

  test('writes nothing while nothing changes', async () => {
    const rig = aWaitRig();
    const request = await rig.keep({}, { run: runs17 });
    rig.show('LOAD', { status: 'RUNNING', ...runs17 });
    const before = await rig.table.get('request ledger-team k1 0');

    await rig.open().pass();

    expect((await rig.table.get('request ledger-team k1 0'))?.revision).toBe(before?.revision);
    expect((await rig.read(request)).stage).toBe('open');
  });

  test('answers once with the end of the run, and forgets the token', async () => {
    const rig = aWaitRig();
    const request = await rig.keep();
    rig.show('LOAD', success);
    rig.showRuns('LOAD', [success]);
    rig.advance(30_000);

    const { pass } = rig.open();
    const results = [...(await pass()), ...(await pass())];

    expect(results).toMatchObject([{ kind: 'answered', afterMs: 10_000 }]);
    const content = {
      ...{ status: 'SUCCESS', exitCode: 0, run: 17, try: 1 },
      ...{ startedAt: '2026-11-30T02:00:01.000Z', endedAt: '2026-11-30T02:00:20.000Z' },
    };
    expect(rig.calls).toEqual([{ call: 'succeed', token: 'TOKEN', content }]);
    const stored = await rig.read(request);
    expect(stored).toMatchObject({ stage: 'ended', result: { kind: 'answer', answer: content } });
    expect(JSON.stringify(stored)).not.toContain('TOKEN');
    expect(await rig.listed()).toEqual([]);
  });

  test('fails the state after two reads of FAILURE, 30 s apart', async () => {
    const rig = aWaitRig();
    await rig.keep({}, { run: runs17 });
    rig.state.jil = 'insert_job: LOAD   job_type: CMD\ncommand: x\nmachine: m\n';
    rig.show('LOAD', { ...ended17, status: 'FAILURE', exitCode: 3 });
    const { pass } = rig.open();

    await pass();
    rig.advance(30_000);
    await pass();

    expect(rig.calls.map(({ call, content }) => [call, content])).toEqual([
      ['heartbeat', undefined],
      ['fail', 'AutoSys.JobFailed'],
    ]);
    expect(rig.reads.filter((one) => one.startsWith('jil'))).toEqual(['jil LOAD']);
  });

  test('waits for the retries that the definition of the job allows', async () => {
    const rig = aWaitRig();
    await rig.keep({}, { run: runs17 });
    rig.state.jil = 'insert_job: LOAD   job_type: CMD\ncommand: x\nmachine: m\nn_retrys: 1\n';
    rig.show('LOAD', { ...ended17, status: 'FAILURE', exitCode: 3 });
    const { pass } = rig.open();

    await pass();
    rig.advance(30_000);
    await pass();
    const again = { run: 17, try: 2, startedMs: nightMs + 70_000 };
    rig.show('LOAD', { ...again, status: 'SUCCESS', endedMs: nightMs + 80_000, exitCode: 0 });
    rig.advance(30_000);
    await pass();

    expect(rig.calls.at(-1)).toMatchObject({ call: 'succeed', content: { run: 17, try: 2 } });
  });

  test('answers a job that ran twice in a row with its own run', async () => {
    const rig = aRigWithTwoRuns();
    await rig.keep();
    delete rig.state.hidesRuns;

    await rig.open().pass();

    expect(rig.calls).toMatchObject([{ call: 'succeed', content: { run: 17, exitCode: 4 } }]);
  });

  test('waits for the own run while the history is not shown, and answers with it later', async () => {
    const rig = aRigWithTwoRuns();
    const request = await rig.keep();
    const { pass } = rig.open();

    await pass();
    expect((await rig.read(request)).wait?.run).toBeUndefined();
    delete rig.state.hidesRuns;
    rig.advance(30_000);
    await pass();

    expect(rig.calls.at(-1)).toMatchObject({ call: 'succeed', content: { run: 17, exitCode: 4 } });
  });

  test('takes the shown run if the history is not shown for minutes', async () => {
    const rig = aRigWithTwoRuns();
    const request = await rig.keep();
    const { pass } = rig.open();

    for (let passed = 0; passed <= 300_000; passed += 30_000) {
      expect((await rig.read(request)).wait?.run).toBeUndefined();
      await pass();
      rig.advance(30_000);
    }

    expect((await rig.read(request)).wait?.run).toMatchObject({ run: 21 });
  });

  test('takes the shown run at once if the wire profile has no request for the history', async () => {
    const rig = aRigWithTwoRuns({ isLacking: true });
    const request = await rig.keep();

    await rig.open().pass();

    expect((await rig.read(request)).wait?.run).toMatchObject({ run: 21 });
  });

  test('answers a job that ran many times since with its own run', async () => {
    const rig = aWaitRig();
    await rig.keep();
    const later = [22, 21, 20, 19, 18].map((run) => ({
      ...{ status: 'SUCCESS', run, try: 1, exitCode: 0 },
      ...{ startedMs: nightMs + run * 10_000, endedMs: nightMs + run * 10_000 + 1_000 },
    })) satisfies readonly ShownJob[];
    rig.show('LOAD', later[0] ?? success);
    rig.showRuns('LOAD', [...later, { ...success, exitCode: 4 }]);

    await rig.open().pass();

    expect(rig.calls).toMatchObject([{ call: 'succeed', content: { run: 17, exitCode: 4 } }]);
  });

  test('takes no run that is the one of another start, although an earlier run is free', async () => {
    const rig = aWaitRig();
    const request = await rig.keep();
    const other = await rig.keep({ key: 'k2', receivedMs: nightMs + 1 }, { token: 'SECOND' });
    const start = toStartRequest(other);
    const row = start && (await rig.table.get(toKey(start)));
    if (row === undefined) throw new Error('the start is not in the ledger');
    const entry: Entry = parseEntry(row);
    const sent = { sentMs: nightMs, job: { active: true, run: 12 } };
    await createAttributeRun(rig)({ ...entry, sent }, '17');
    rig.show('LOAD', { status: 'RUNNING', ...runs17 });
    rig.showRuns('LOAD', [{ status: 'RUNNING', ...runs17 }]);

    await rig.open().pass();

    expect((await rig.read(request)).wait?.run).toBeUndefined();
    expect((await rig.read(other)).wait?.run).toMatchObject({ run: 17 });
  });

  test('gives each of two requests for one job its own run', async () => {
    const rig = aWaitRig();
    await rig.keep();
    await rig.keep({ key: 'k2', receivedMs: nightMs + 1 }, { token: 'SECOND' });
    const next = { run: 21, try: 1, startedMs: nightMs + 22_000, endedMs: nightMs + 23_000 };
    rig.show('LOAD', { ...next, status: 'SUCCESS', exitCode: 0 });
    rig.showRuns('LOAD', [{ ...next, status: 'SUCCESS', exitCode: 0 }, success]);

    await rig.open().pass();
    await rig.open().pass();

    const answered = rig.calls.filter(({ call }) => call === 'succeed');
    expect(answered.map(({ content }) => (content as { run: number }).run).sort()).toEqual([
      17, 21,
    ]);
  });

  test('gives one run to two requests that join, if their starts began only one', async () => {
    const rig = aWaitRig();
    await rig.keep({}, { start: 'join' });
    await rig.keep({ key: 'k2', receivedMs: nightMs + 1 }, { token: 'SECOND', start: 'join' });
    rig.show('LOAD', success);
    rig.showRuns('LOAD', [success]);

    await rig.open().pass();
    const early = rig.calls.filter(({ call }) => call === 'succeed').length;
    rig.advance(sharedAfterMs);
    await rig.open().pass();

    const answered = rig.calls.filter(({ call }) => call === 'succeed');
    expect(early).toBe(1);
    expect(answered).toMatchObject([{ content: { run: 17 } }, { content: { run: 17 } }]);
    expect(new Set(answered.map(({ token }) => token)).size).toBe(2);
  });

  test('ends the wait for a job that was deleted after its start at once', async () => {
    const rig = aWaitRig();
    await rig.keep();

    await rig.open().pass();

    expect(rig.calls).toMatchObject([{ call: 'fail', content: 'AutoSys.Unknown' }]);
  });

  test('sends heartbeats while AutoSys is away, and times out in time', async () => {
    const rig = aWaitRig();
    await rig.keep({}, { run: runs17 });
    rig.state.away = new AutosysUnreachableError({ endpoint: 'ace:9443', reason: 'refused' });
    const { pass } = rig.open();

    await pass();
    rig.advance(3_600_000);
    await pass();

    expect(rig.calls.map(({ call, content }) => [call, content])).toEqual([
      ['heartbeat', undefined],
      ['fail', 'AutoSys.Timeout'],
    ]);
    expect(rig.reads).toHaveLength(2);
  });

  test('reads a hundred jobs in one request, and sends one heartbeat each', async () => {
    const rig = aWaitRig();
    for (let at = 0; at < 100; at += 1) {
      const job = parseJobName(`NIGHT_${at}`);
      await rig.keep({ key: `k${at}` }, { job, run: runs17, token: `T${at}` });
      rig.show(job, { status: 'RUNNING', ...runs17 });
    }

    await rig.open().pass();

    expect(rig.reads).toEqual(['list NIGHT_%']);
    expect(new Set(rig.calls.map(({ token }) => token)).size).toBe(100);
    expect(rig.calls).toHaveLength(100);
  });

  test('reads one by one where no list can be read', async () => {
    const rig = aWaitRig();
    rig.state.lists = false;
    await rig.keep({}, { run: runs17 });
    rig.show('LOAD', { status: 'RUNNING', ...runs17 });
    const { pass } = rig.open();

    await pass();
    await pass();

    expect(rig.reads).toEqual(['list LOAD', 'job LOAD', 'job LOAD']);
  });

  test('goes on after a row that cannot be parsed', async () => {
    const rig = aWaitRig();
    const agenda = { list: 'wait ACE', at: new Date(nightMs) };
    await rig.table.put({ key: 'request broken', body: { kind: 'other' }, agenda }, undefined);
    await rig.keep({}, { run: runs17 });
    rig.show('LOAD', { status: 'RUNNING', ...runs17 });

    const results = await rig.open().pass();

    expect(kinds(results).sort()).toEqual(['failed', 'waiting']);
  });

  test('makes no further call after Step Functions has throttled one', async () => {
    const rig = aWaitRig();
    for (const key of ['k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8']) {
      await rig.keep({ key }, { run: runs17 });
    }
    rig.show('LOAD', { status: 'RUNNING', ...runs17 });
    rig.answers.push(...Array(5).fill({ kind: 'throttled', reason: 'ThrottlingException' }));

    const results = await rig.open().pass();

    expect(kinds(results)).toEqual(Array(8).fill('notTaken'));
    expect(rig.calls.length).toBeLessThanOrEqual(5);
  });

  test('answers a request without a task token in its row', async () => {
    const rig = aWaitRig();
    const request = await rig.keep();
    const { wait: awaited } = request;
    if (awaited === undefined) throw new Error('the request has no wait');
    const { token: _, ...wait } = awaited;
    await rig.replace({ ...request, wait });
    rig.show('LOAD', { status: 'RUNNING', ...runs17 });
    rig.showRuns('LOAD', [{ status: 'RUNNING', ...runs17 }]);

    expect(kinds(await rig.open().pass())).toEqual(['decided']);

    const result = { kind: 'answer', answer: { status: 'RUNNING', run: 17, try: 1 } };
    expect(await rig.read(request)).toMatchObject({ stage: 'ended', result });
    expect(rig.calls).toEqual([]);
    expect(await rig.listed()).toEqual([]);
  });
});

test('a start that a frozen function may still record is discarded before the wait ends', async () => {
  const rig = aWaitRig();
  const before = {
    status: 'SUCCESS',
    run: 10,
    try: 1,
    startedMs: nightMs - 1,
    readMs: nightMs,
  } as const;
  const request = aStoredRequest({}, { before, untilMs: nightMs + 60_000 });
  await createStoredRequests(rig).write(request, undefined);
  rig.show('LOAD', { status: 'SUCCESS', run: 10, try: 1, startedMs: nightMs - 1 });

  rig.advance(leaseMs);
  await rig.open().pass();

  const start = toStartRequest(request);
  const row = start && (await rig.table.get(toKey(start)));
  expect(rig.calls).toMatchObject([{ call: 'fail', content: 'AutoSys.Timeout' }]);
  expect(row?.body).toMatchObject({
    stage: 'confirmed',
    history: [{}, { text: 'discarded: its request has ended' }],
  });
  expect(row?.body).not.toHaveProperty('sent');
});

test('a start in the hands of a frozen function is taken from it before the wait ends', async () => {
  const rig = aWaitRig();
  const request = await rig.keep({}, { untilMs: nightMs + 60_000 });
  const key = toKey(toStartRequest(request) ?? expect.fail('nothing is sent'));
  const row = await rig.table.get(key);
  const { sent, ...entry } = parseEntry(row ?? expect.fail('the row is gone'));
  const lease = { owner: 'frozen', untilMs: nightMs + leaseMs };
  const sending: Entry = { ...entry, stage: 'sending', lease };
  const revision = await rig.table.put(toRow(sending, nightMs), row?.revision);
  rig.show('LOAD', { status: 'SUCCESS', run: 10, try: 1, startedMs: nightMs - 1 });

  rig.advance(leaseMs);
  await rig.open().pass();
  const due = toRow({ ...entry, stage: 'due' }, nightMs);
  const written = await rig.table.put(due, revision);

  expect(rig.calls).toMatchObject([{ call: 'fail', content: 'AutoSys.Unknown' }]);
  expect(sent).toBeDefined();
  expect(written).toBeUndefined();
});

describe('an answer', () => {
  test('is written before it is sent', async () => {
    const rig = aWaitRig();
    const request = await rig.keep({}, { run: runs17 });
    rig.show('LOAD', success);
    rig.answers.push('lose');

    await rig.open().pass();

    expect(await rig.read(request)).toMatchObject({
      stage: 'ended',
      result: { kind: 'answer' },
      wait: { token: 'TOKEN', answering: { sinceMs: nightMs } },
    });
  });

  test.for<[string, TaskCallAnswer, string]>([
    ['was lost before it arrived', { kind: 'taken' }, 'answered'],
    ['had arrived: TaskTimedOut', gone, 'gone'],
    ['had arrived: TaskDoesNotExist', { kind: 'gone', reason: 'TaskDoesNotExist' }, 'gone'],
    ['had arrived: InvalidToken', { kind: 'invalid', reason: 'InvalidToken' }, 'gone'],
  ])('that %s is sent again with the same result, and then closed', async ([, second, kind]) => {
    const rig = aWaitRig();
    const request = await rig.keep({}, { run: runs17 });
    rig.show('LOAD', success);
    rig.answers.push('lose', second);
    const { pass } = rig.open();

    await pass();
    // What the job shows meanwhile changes nothing.
    rig.show('LOAD', { status: 'FAILURE', run: 21, try: 1 });
    rig.advance(30_000);
    const results = await pass();

    expect(kinds(results)).toEqual([kind]);
    expect(rig.calls.map(({ call }) => call)).toEqual(['succeed', 'succeed']);
    expect(rig.calls[1]).toEqual(rig.calls[0]);
    expect((await rig.read(request)).wait?.token).toBeUndefined();
    expect(await rig.listed()).toEqual([]);
  });

  test('is sent by one of two passes at once', async () => {
    const rig = aWaitRig();
    await rig.keep({}, { run: runs17 });
    rig.show('LOAD', success);

    const results = await Promise.all([rig.open().pass(), rig.open().pass()]);

    expect(results.flat().filter(({ kind }) => kind === 'answered')).toHaveLength(1);
    expect(rig.calls).toHaveLength(1);
  });

  test('that is never taken is given up after a day', async () => {
    const rig = aWaitRig();
    const request = await rig.keep({}, { run: runs17 });
    rig.show('LOAD', success);
    const denied = { kind: 'denied', reason: 'AccessDeniedException' } as const;
    rig.answers.push(denied, denied);
    const { pass } = rig.open();

    await pass();
    rig.advance(24 * 3_600_000);

    expect(kinds(await pass())).toEqual(['undeliverable']);
    expect((await rig.read(request)).history.at(-1)?.text).toContain('AccessDeniedException');
    expect(await rig.listed()).toEqual([]);
  });
});

/** The state no longer waits: two passes find its token invalid, and the second ends the wait. */
async function leave(rig: ReturnType<typeof aWaitRig>) {
  rig.answers.push(gone, gone);
  const { pass } = rig.open();
  await pass();
  rig.advance(goneAfterMs);
  await pass();
  return pass;
}

describe('an execution that is gone', () => {
  test('ends the wait, and the job runs on', async () => {
    const rig = aWaitRig();
    const request = await rig.keep({}, { run: runs17 });
    rig.show('LOAD', { status: 'RUNNING', ...runs17 });
    rig.answers.push(gone, gone);
    const { pass } = rig.open();

    const first = await pass();
    rig.advance(goneAfterMs);
    const results = [...first, ...(await pass()), ...(await pass())];

    expect(kinds(results)).toEqual(['waiting', 'gone']);

    expect(await rig.read(request)).toMatchObject({
      stage: 'ended',
      result: { kind: 'failure', failure: 'AutoSys.Timeout' },
      undelivered: true,
    });
    expect(rig.sent).toEqual([]);
    expect(await rig.listed()).toEqual([]);
  });

  test('has its run killed once, where its entry allows it', async () => {
    const rig = aWaitRig();
    await rig.keep({}, { run: runs17, onAbort: 'kill' });
    rig.show('LOAD', { status: 'RUNNING', ...runs17 });
    const pass = await leave(rig);
    await pass();
    rig.show('LOAD', { status: 'TERMINATED', ...ended17 });
    rig.advance(60_000);
    await pass();
    await pass();

    expect(rig.sent).toMatchObject([{ kind: 'KILLJOB', job: 'LOAD' }]);
    expect(await rig.listed()).toEqual([]);
  });

  test.for([
    ['its entry does not allow it', 'other-team', { status: 'RUNNING', ...runs17 }],
    ['its run has ended', 'ledger-team', success],
    ['another run is active', 'ledger-team', { status: 'RUNNING', run: 21, try: 1 }],
  ] as const)('has no run killed if %s', async ([, entry, later]) => {
    const rig = aWaitRig();
    await rig.keep({ entry }, { run: runs17, onAbort: 'kill' });
    rig.show('LOAD', { status: 'RUNNING', ...runs17 });
    const pass = await leave(rig);
    rig.show('LOAD', later);
    rig.showRuns('LOAD', [success]);
    await pass();

    expect(rig.sent).toEqual([]);
    expect(await rig.listed()).toEqual([]);
  });

  test.for([
    ['although the request has sent a start', 'STARTJOB', 'ON_HOLD'],
    ['of others', 'next', 'SUCCESS'],
  ] as const)('has no run killed that begins after it had gone, %s', async ([, start, status]) => {
    const rig = aWaitRig();
    const request = await rig.keep({}, { start, onAbort: 'kill' });
    rig.show('LOAD', { status, run: 10 });
    const pass = await leave(rig);
    await pass();
    rig.show('LOAD', late21);
    rig.showRuns('LOAD', [late21]);
    rig.advance(120_000);
    await pass();

    expect(rig.sent).toEqual([]);
    expect((await rig.read(request)).history.at(-1)?.text).toMatch(/^KILLJOB of .* is not sent/);
    expect(await rig.listed()).toEqual([]);
  });

  test.for([
    ['soon after its start is killed', 60_000, 1],
    ['long after its start is not, because it may be that of a person', 200_000, 0],
  ] as const)(
    'whose run is identified only then: one that began %s',
    async ([, afterMs, kills]) => {
      const rig = aWaitRig();
      await rig.keep({}, { onAbort: 'kill' });
      rig.show('LOAD', { status: 'SUCCESS', run: 10 });
      rig.answers.push(gone, gone);
      const { pass } = rig.open();
      rig.advance(300_000);

      await pass();
      rig.advance(goneAfterMs);
      const shown: ShownJob = { status: 'RUNNING', run: 21, try: 1, startedMs: nightMs + afterMs };
      rig.show('LOAD', shown);
      rig.showRuns('LOAD', [shown]);
      await pass();
      await pass();
      rig.show('LOAD', { ...shown, status: 'TERMINATED' });
      rig.advance(60_000);
      await pass();
      await pass();

      expect(rig.sent).toHaveLength(kills);
      expect(await rig.listed()).toEqual([]);
    },
  );

  test.for([
    ['AutoSys has shown neither its number nor its start', {}],
    [
      'it began long after AutoSys had shown the start',
      { run: 21, try: 1, startedMs: nightMs + 80_000 },
    ],
  ] as const)('has a run not killed if %s', async ([, run]) => {
    const rig = aWaitRig();
    const request = await rig.keep({}, { run, onAbort: 'kill' });
    const start = toStartRequest(request);
    const row = start && (await rig.table.get(toKey(start)));
    if (row) {
      const entry: Entry = { ...parseEntry(row), stage: 'confirmed', confirmedMs: nightMs + 2_000 };
      await rig.table.put(toRow(entry, nightMs), row.revision);
    }
    rig.show('LOAD', { status: 'RUNNING', ...run });
    const pass = await leave(rig);
    await pass();

    expect(rig.sent).toEqual([]);
    expect(await rig.listed()).toEqual([]);
  });

  test('has no run killed if another start of the bridge began a run before it', async () => {
    const rig = aWaitRig();
    const request = await rig.keep({}, { onAbort: 'kill' });
    const other = await rig.keep({ key: 'k2', receivedMs: nightMs + 1 }, { token: 'SECOND' });
    await attributeRun17(rig, other);
    const next = { run: 21, try: 1, startedMs: nightMs + 60_000 } as const;
    rig.show('LOAD', { status: 'RUNNING', ...next });
    rig.showRuns('LOAD', [{ status: 'RUNNING', ...next }, success]);
    // Both requests have gone.
    rig.answers.push(gone, gone);
    const pass = await leave(rig);
    await pass();

    expect((await rig.read(request)).wait?.run).toMatchObject({ run: 21 });
    expect((await rig.read(request)).history.at(-1)?.text).toMatch(/^KILLJOB of .* is not sent/);
    expect(rig.sent).toEqual([]);
  });

  test('has no run killed whose last try has failed', async () => {
    const rig = aWaitRig();
    const request = await rig.keep({}, { run: runs17, onAbort: 'kill' });
    rig.state.jil = 'insert_job: LOAD\nn_retrys: 2\n';
    rig.show('LOAD', { status: 'RUNNING', ...runs17 });
    const pass = await leave(rig);
    rig.show('LOAD', { status: 'FAILURE', ...ended17 });
    await pass();
    rig.show('LOAD', { status: 'FAILURE', ...ended17, try: 3 });
    await pass();
    rig.advance(30_000);
    await pass();

    expect((await rig.read(request)).history.at(-1)?.text).toMatch(/^KILLJOB of .* is not sent/);
    expect(await rig.listed()).toEqual([]);
  });

  test('has a later try of its run killed', async () => {
    const rig = aWaitRig();
    await rig.keep({}, { run: runs17, onAbort: 'kill' });
    rig.show('LOAD', { status: 'RUNNING', ...runs17, try: 2 });
    const pass = await leave(rig);
    await pass();

    expect(rig.sent).toMatchObject([{ kind: 'KILLJOB' }]);
  });

  test('has its run killed once AutoSys answers again, by an event that was decided then', async () => {
    const rig = aWaitRig();
    await rig.keep({}, { run: runs17, onAbort: 'kill' });
    rig.show('LOAD', { status: 'RUNNING', ...runs17 });
    const pass = await leave(rig);
    rig.state.refusesEvents = new AutosysUnreachableError({
      ...{ endpoint: 'ace:9443', reason: 'refused' },
    });

    await pass();
    expect(rig.sent).toEqual([]);
    const due = await readAgenda(rig.table, agendaLists.due('ACE'), {
      ...{ until: new Date(8e15), limit: 9 },
    });
    expect(due.filter(({ key }) => key.includes('KILLJOB'))).toEqual([]);
    delete rig.state.refusesEvents;
    rig.advance(60_000);
    await pass();

    expect(rig.sent).toMatchObject([{ kind: 'KILLJOB' }]);
  });

  test('is not proven by one attempt that has failed: its Retrier asks with a new token', async () => {
    const rig = aWaitRig();
    const request = await rig.keep({}, { run: runs17, onAbort: 'kill' });
    rig.show('LOAD', { status: 'RUNNING', ...runs17 });
    rig.answers.push(gone, { kind: 'taken' }, gone);
    const { pass } = rig.open();

    await pass();
    rig.advance(goneAfterMs);
    await pass();
    rig.advance(goneAfterMs);
    await pass();

    expect(rig.sent).toEqual([]);
    expect(await rig.read(request)).toMatchObject({ stage: 'open', wait: { token: 'TOKEN' } });
  });

  test('is not informed of a failure, so the next attempt is', async () => {
    const rig = aWaitRig();
    const request = await rig.keep({}, { run: runs17 });
    rig.show('LOAD', { status: 'TERMINATED', ...ended17 });
    rig.answers.push(gone);

    await rig.open().pass();

    const failure = { kind: 'failure', failure: 'AutoSys.JobTerminated' };
    expect(await rig.read(request)).toMatchObject({ result: failure, undelivered: true });
  });

  test('is not proven by an invalid token', async () => {
    const rig = aWaitRig();
    await rig.keep({}, { run: runs17, onAbort: 'kill' });
    rig.show('LOAD', { status: 'RUNNING', ...runs17 });
    rig.answers.push({ kind: 'invalid', reason: 'InvalidToken' });
    const { pass } = rig.open();

    await pass();
    await pass();

    expect(rig.sent).toEqual([]);
    expect(await rig.listed()).toEqual([]);
  });
});

describe('a hint', () => {
  test('answers the waits for its job at once, and no others', async () => {
    const rig = aWaitRig();
    await rig.keep({}, { run: runs17, nextMs: nightMs + 20_000 });
    await rig.keep({ key: 'k2' }, { job: parseJobName('OTHER'), run: runs17, token: 'OTHER' });
    rig.show('LOAD', success);
    rig.show('OTHER', success);

    const results = await rig.open().passJob('LOAD');

    expect(kinds(results)).toEqual(['answered']);
    expect(rig.calls.map(({ token }) => token)).toEqual(['TOKEN']);
    expect(rig.reads).toEqual(['list LOAD']);
  });

  test('reads nothing if no request waits for the job', async () => {
    const rig = aWaitRig();

    expect(await rig.open().passJob('LOAD')).toEqual([]);
    expect(rig.reads).toEqual([]);
  });

  test('is no proof: a job that runs is not answered', async () => {
    const rig = aWaitRig();
    await rig.keep({}, { run: runs17 });
    rig.show('LOAD', { status: 'RUNNING', ...runs17 });

    expect(kinds(await rig.open().passJob('LOAD'))).toEqual(['waiting']);
  });
});

describe('a failure of the table at any call', () => {
  test.for(Array.from({ length: 12 }, (_, at) => at))(
    'call %i: the state gets one answer, with the result of the row',
    async (failing) => {
      const rig = aWaitRig();
      const request = await rig.keep();
      rig.show('LOAD', success);
      rig.showRuns('LOAD', [success]);

      await rig
        .open(failAt(rig.table, failing))
        .pass()
        .catch(() => []);
      rig.advance(60_000);
      await rig.open().pass();
      rig.advance(60_000);
      await rig.open().pass();

      const answered = rig.calls.filter(({ call }) => call === 'succeed');
      expect(new Set(answered.map(({ content }) => JSON.stringify(content))).size).toBe(1);
      expect(rig.calls.filter(({ call }) => call === 'fail')).toEqual([]);
      expect((await rig.read(request)).stage).toBe('ended');
      expect(await rig.listed()).toEqual([]);
    },
  );
});

/** A table whose n-th call is made and its answer lost. */
function failAt(table: SearchableTable, failing: number): SearchableTable {
  let calls = 0;
  const lose = async <Answer>(make: () => Promise<Answer>): Promise<Answer> => {
    const answer = await make();
    if (calls++ === failing) throw new LedgerError({ doing: 'write', reason: 'TimeoutError' });
    return answer;
  };
  return {
    ...table,
    get: (key) => lose(() => table.get(key)),
    put: (row, seen) => lose(() => table.put(row, seen)),
    agenda: (list, options) => lose(() => table.agenda(list, options)),
  };
}
