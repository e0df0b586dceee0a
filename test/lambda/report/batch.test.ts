import type { SQSRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { AutosysUnauthorizedError } from '../../../autosys/errors.ts';
import { metrics as names } from '../../../lambda/contract.ts';
import { createAccount, type LogFields } from '../../../lambda/report/account.ts';
import { createBatch } from '../../../lambda/report/batch.ts';
import { createMemoryLedger } from '../../../lambda/report/ledger.ts';
import { createReport } from '../../../lambda/report/report.ts';
import { describeError } from '../../../lambda/shared/errors.ts';
import { createRouteIndex } from '../../../lambda/shared/routes.ts';
import { ScriptedAutosys } from '../../support/autosys.ts';
import {
  aBatchJobEvent,
  anExecutionEvent,
  batchSecret,
  stoppedAtMs,
} from '../../support/builders.ts';
import { aRoute, fromBatchJob, setGlobalOn } from '../../support/routes.ts';

/** The report as the handler binds it, with what it wrote down. */
function aReporter(autosys = new ScriptedAutosys()) {
  const lines: (LogFields & { readonly level: string; readonly message: string })[] = [];
  const counts: Record<string, number> = {};
  const write = (level: string) => (message: string, fields: LogFields) => {
    lines.push({ ...fields, level, message });
  };
  const batch = createBatch({
    report: createReport({
      routes: createRouteIndex([
        aRoute(),
        aRoute({
          name: 'risk',
          from: fromBatchJob('risk-eod'),
          say: setGlobalOn('AWS_RISK', ['SUCCEEDED']),
        }),
      ]),
      ledger: createMemoryLedger(),
      autosysFor: () => autosys,
      now: () => new Date(stoppedAtMs + 1_500),
      pause: async () => {},
      decideNext: () => ({ kind: 'stop' }),
    }),
    account: createAccount({
      log: { info: write('info'), warn: write('warn'), error: write('error') },
      metrics: {
        count: (name) => {
          counts[name] = (counts[name] ?? 0) + 1;
        },
        milliseconds: (name, ms) => {
          counts[name] = ms;
        },
      },
    }),
    onUnexpected: (messageId, error) =>
      write('error')('retry', { messageId, ...describeError(error) }),
  });
  const work = (...bodies: readonly unknown[]) =>
    batch({ Records: bodies.map(toRecord) }, new AbortController().signal);
  return { work, lines, counts, autosys };
}

function toRecord(body: unknown, at: number): SQSRecord {
  return {
    messageId: `m${at + 1}`,
    receiptHandle: '',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: 'eu-west-1',
  };
}

describe('a batch', () => {
  test('is done when every event is confirmed, with one line and the time since the AWS change', async () => {
    const { work, lines, counts } = aReporter();

    expect(await work(anExecutionEvent())).toEqual({ batchItemFailures: [] });
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'confirmed',
        messageId: 'm1',
        eventId: '315c1398-40ff-a850-213b-158f73e60175',
        status: 'SUCCEEDED',
        executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:run-1',
        route: 'settlement',
        autosysInstance: 'ACE',
        autosysEvent: 'SET_GLOBAL AWS_SETTLEMENT=SUCCEEDED',
        durationMs: 1_500,
      },
    ]);
    expect(counts).toEqual({
      [names.received]: 1,
      [names.confirmed]: 1,
      [names.confirmedAfterMs]: 1_500,
    });
  });

  test('gives back what nobody can read, and goes on with the rest', async () => {
    const { work, lines, autosys } = aReporter();

    const response = await work('{"cut', { id: 7 }, anExecutionEvent());

    expect(response).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }],
    });
    expect(lines.map(({ message }) => message).sort()).toEqual(['confirmed', 'refused', 'refused']);
    expect(autosys.sent).toHaveLength(1);
  });

  test('is done with an event that no route speaks about, and says why', async () => {
    const { work, lines } = aReporter();

    expect(await work(aBatchJobEvent({ jobName: 'other' }))).toEqual({ batchItemFailures: [] });
    expect(lines).toMatchObject([
      { level: 'info', message: 'ignored', reason: expect.stringMatching(/\w/) },
    ]);
  });

  test('tells AutoSys once of an event that comes twice', async () => {
    const { work, lines, autosys } = aReporter();

    await work(anExecutionEvent(), anExecutionEvent());

    expect(autosys.sent).toHaveLength(1);
    expect(lines.map(({ message }) => message)).toEqual(['confirmed', 'duplicate']);
  });

  test('gives a refused event back', async () => {
    const autosys = new ScriptedAutosys();
    autosys.answers.push(new AutosysUnauthorizedError({ doing: 'x', httpStatus: 403, said: '' }));
    const { work, lines, counts } = aReporter(autosys);

    expect(await work(anExecutionEvent())).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }],
    });
    expect(lines).toMatchObject([
      { level: 'error', message: 'refused', code: 'AUTOSYS_UNAUTHORIZED' },
    ]);
    expect(counts).toMatchObject({ [names.refused]: 1 });
  });

  test('gives back an event over which something unforeseen happened, without its message', async () => {
    const autosys = new ScriptedAutosys();
    autosys.answers.push(new TypeError(`secret ${batchSecret}`));
    autosys.globalVariable = new TypeError('no');
    const { work, lines } = aReporter(autosys);

    expect(await work(anExecutionEvent())).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }],
    });
    expect(JSON.stringify(lines)).not.toContain(batchSecret);
  });

  test('never writes down what a Batch event holds in clear', async () => {
    const { work, lines } = aReporter();

    await work(
      aBatchJobEvent(),
      aBatchJobEvent({ jobName: 'other' }),
      aBatchJobEvent({ jobId: 7 }),
    );

    expect(JSON.stringify(lines)).not.toContain(batchSecret);
  });
});
