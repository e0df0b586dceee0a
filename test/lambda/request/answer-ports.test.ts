import { describe, expect, test } from 'vitest';
import type { TaskCallAnswer } from '../../../lambda/aws/task-answer.ts';
import { SourceRoleError } from '../../../lambda/errors.ts';
import type { HandledAsk } from '../../../lambda/request/answer-request.ts';
import { createAnswerTask } from '../../../lambda/request/answer-task.ts';
import { createFindTaskFault } from '../../../lambda/request/find-task-fault.ts';
import { createRequestTelemetry } from '../../../lambda/request/request-telemetry.ts';
import type { StoredRequest } from '../../../lambda/request/stored-request.ts';
import { execution } from './rig.ts';

const { signal } = new AbortController();

describe('the check whether an execution can be answered', () => {
  const other = execution.replace('111122223333', '444455556666');

  function aCheck(kind?: SourceRoleError['kind']) {
    let nowMs = 1_000_000;
    const assumed: string[] = [];
    const findTaskFault = createFindTaskFault({
      account: '111122223333',
      now: () => new Date(nowMs),
      assumeRole: async ({ account, region }) => {
        assumed.push(`${account} ${region}`);
        if (kind === undefined) return;
        throw new SourceRoleError({ account, region, role: 'arn', kind, reason: 'AccessDenied' });
      },
    });
    const advance = (ms: number) => {
      nowMs += ms;
    };
    return { findTaskFault, assumed, advance };
  }

  test('an execution of the own account needs no role', async () => {
    const { findTaskFault, assumed } = aCheck('denied');
    expect(await findTaskFault(execution)).toBeUndefined();
    expect(assumed).toEqual([]);
  });

  test('an execution of another account needs the role there, which is proven once in ten minutes', async () => {
    const { findTaskFault, assumed, advance } = aCheck();
    expect(await findTaskFault(other)).toBeUndefined();
    expect(await findTaskFault(other)).toBeUndefined();
    expect(assumed).toEqual(['444455556666 eu-west-1']);
    advance(600_000);
    await findTaskFault(other);
    expect(assumed).toHaveLength(2);
  });

  test('a role that is missing is a fault that names it', async () => {
    expect(await aCheck('denied').findTaskFault(other)).toMatch(
      /cannot be answered in account 444455556666: .*does not exist or does not allow/,
    );
  });

  test('fails when STS does not answer, so that the request is sent again', async () => {
    await expect(aCheck('throttled').findTaskFault(other)).rejects.toBeInstanceOf(SourceRoleError);
  });

  test('an Express execution cannot wait', async () => {
    const express = 'arn:aws:states:eu-west-1:111122223333:express:settle:name:1b2c';
    expect(await aCheck().findTaskFault(express)).toMatch(/Express execution cannot wait/);
  });
});

describe('the answer to a state that asks again', () => {
  const request = { execution } as StoredRequest;
  const result = { kind: 'answer', answer: { status: 'SUCCESS', run: 7 } } as const;

  const failure = { kind: 'failure', failure: 'AutoSys.JobFailed', cause: 'exit code 3' } as const;

  /** The calls with a task token that Step Functions answers like this. */
  function aTask(answer: TaskCallAnswer) {
    const sent: string[] = [];
    const answerTask = createAnswerTask({
      succeed: async ({ execution: of }, output) => {
        sent.push(`${of} succeeds ${output}`);
        return answer;
      },
      fail: async ({ execution: of }, { error, cause }) => {
        sent.push(`${of} fails ${error} ${cause}`);
        return answer;
      },
    });
    return { sent, answerTask };
  }

  test.for([
    [{ kind: 'taken' }, true],
    [{ kind: 'gone', reason: 'TaskTimedOut' }, false],
  ] as const)('is done when Step Functions says $0.kind', async ([answer, isTaken]) => {
    const { sent, answerTask } = aTask(answer);

    expect(await answerTask(request, { token: 'token', result }, signal)).toBe(isTaken);
    expect(await answerTask(request, { token: 'token', result: failure }, signal)).toBe(isTaken);
    expect(sent).toEqual([
      `${execution} succeeds {"status":"SUCCESS","run":7}`,
      `${execution} fails AutoSys.JobFailed exit code 3`,
    ]);
  });

  test.for([
    { kind: 'invalid', failure: 'AutoSys.InvalidRequest' },
    { kind: 'unavailable', failure: 'AutoSys.Pending' },
  ])('fails with $failure when it is $kind, without the token', async ({ kind, failure }) => {
    const { answerTask } = aTask({ kind, reason: 'Reason' } as TaskCallAnswer);
    const answer = answerTask(request, { token: 'hunter2', result }, signal);
    await expect(answer).rejects.toMatchObject({ name: failure });
    await expect(answer).rejects.not.toThrow(/hunter2/);
  });
});

describe('the telemetry of requests', () => {
  function record(handled: HandledAsk) {
    const seen: unknown[] = [];
    const line = (level: string) => (message: string, fields: object) =>
      void seen.push({ level, message, ...fields });
    const recordRequest = createRequestTelemetry({
      log: { info: line('info'), warn: line('warn'), error: line('error') },
      metrics: {
        count: (name, of) => void seen.push({ name, ...of }),
        milliseconds: () => undefined,
        gauge: () => undefined,
      },
    });
    recordRequest(handled);
    return seen;
  }
  const facts = { entry: 'ledger-team', action: 'jobStatus', autosysInstance: 'ACE' };

  test('an answered request is counted and logged', () => {
    expect(record(facts)).toEqual([
      { name: 'RequestsReceived', autosysInstance: 'ACE' },
      { level: 'info', message: 'request answered', ...facts },
    ]);
  });

  test('a refused request is also counted as refused', () => {
    const refused = { ...facts, failure: 'AutoSys.NotAllowed', reason: 'job RISK' } as const;
    expect(record(refused)).toEqual([
      { name: 'RequestsReceived', autosysInstance: 'ACE' },
      { name: 'RequestsRefused', autosysInstance: 'ACE' },
      { level: 'warn', message: 'request refused', ...refused },
    ]);
  });

  test('an invocation without an entry has no dimension', () => {
    expect(record({ failure: 'AutoSys.NotAllowed', reason: 'x' })[0]).toEqual({
      name: 'RequestsReceived',
    });
  });

  test('a failure of AutoSys is logged without its cause', () => {
    expect(record({ ...facts, failure: 'AutoSys.Pending' }).at(-1)).toEqual({
      ...{ level: 'warn', message: 'request not answered', ...facts },
      failure: 'AutoSys.Pending',
    });
  });
});
