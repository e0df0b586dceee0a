import { randomUUID } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { AutosysUnauthorizedError } from '../../../autosys/errors.ts';
import { createCircuitBreakers } from '../../../lambda/circuit-breaker/circuit-breakers.ts';
import { metrics as names } from '../../../lambda/contract.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import { circuitPolicy, leaseMs, observationMs, settlePolicy } from '../../../lambda/policies.ts';
import { createBatch } from '../../../lambda/report/batch.ts';
import { createReport } from '../../../lambda/report/report.ts';
import { createAllowedAccounts } from '../../../lambda/routing/allowed-accounts.ts';
import { createRouteIndex } from '../../../lambda/routing/routes.ts';
import {
  createFailureTelemetry,
  createReportTelemetry,
  type LogFields,
} from '../../../lambda/telemetry/report-telemetry.ts';
import { ScriptedAutosys } from '../../support/autosys.ts';
import {
  aBatchJobEvent,
  anExecutionEvent,
  batchSecret,
  stoppedAtMs,
} from '../../support/builders.ts';
import { aRoute, fromBatchJob, setGlobalOn } from '../../support/routes.ts';
import { anSqsRecord } from '../../support/sqs-record.ts';
import { createRecordedTable, readDue, readParked } from '../../support/table.ts';

/** The batch handler as in the function, with its log lines, metrics and ledger. */
function aReporter(autosys = new ScriptedAutosys()) {
  const now = () => new Date(stoppedAtMs + 1_500);
  const jitter = () => 0;
  const table = createRecordedTable({ now });
  const lines: (LogFields & { readonly level: string; readonly message: string })[] = [];
  const counts: Record<string, number> = {};
  const write = (level: string) => (message: string, fields: LogFields) => {
    lines.push({ ...fields, level, message });
  };
  const log = { info: write('info'), warn: write('warn'), error: write('error') };
  const batch = createBatch({
    report: createReport({
      routes: createRouteIndex([
        aRoute(),
        aRoute({
          name: 'risk',
          from: fromBatchJob('risk-eod'),
          actions: setGlobalOn('AWS_RISK', ['SUCCEEDED']),
        }),
      ]),
      isAllowed: createAllowedAccounts({ accounts: [] }, '111122223333'),
      table,
      circuitBreakers: createCircuitBreakers({
        table,
        now,
        jitter,
        policy: circuitPolicy,
        believedMs: 0,
      }),
      autosysFor: () => autosys,
      now,
      jitter,
      sleep: async () => {},
      decideNext: () => ({ kind: 'stop' }),
      newLeaseId: randomUUID,
      leaseMs,
      observationMs,
      settlePolicy,
    }),
    telemetry: createReportTelemetry({
      log,
      metrics: {
        count: (name) => {
          counts[name] = (counts[name] ?? 0) + 1;
        },
        milliseconds: (name, ms) => {
          counts[name] = ms;
        },
        gauge: (name, value) => {
          counts[name] = value;
        },
      },
    }),
    onUnexpected: createFailureTelemetry({ log }),
  });
  const work = (...bodies: readonly unknown[]) =>
    batch({ Records: bodies.map(toRecord) }, new AbortController().signal);
  return { work, lines, counts, autosys, table };
}

function toRecord(body: unknown, at: number): SQSRecord {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return anSqsRecord({ messageId: `m${at + 1}`, body: text });
}

describe('a batch', () => {
  test('is done when every event is confirmed, with one log line and the time since the AWS change', async () => {
    const { work, lines, counts } = aReporter();

    expect(await work(anExecutionEvent())).toEqual({ batchItemFailures: [] });
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'effect confirmed',
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

  test('returns invalid messages to the queue and processes the others', async () => {
    const { work, lines, counts, autosys } = aReporter();

    const response = await work('{"cut', { id: 7 }, anExecutionEvent());

    expect(response).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }],
    });
    expect(lines.map(({ message }) => message).sort()).toEqual([
      'effect confirmed',
      'event invalid',
      'event invalid',
    ]);
    expect(autosys.sent).toHaveLength(1);
    expect(counts).toMatchObject({ [names.received]: 3, [names.invalid]: 2, [names.confirmed]: 1 });
  });

  test('is done with an event that no route matches, and logs the reason', async () => {
    const { work, lines } = aReporter();

    expect(await work(aBatchJobEvent({ jobName: 'other' }))).toEqual({ batchItemFailures: [] });
    expect(lines).toMatchObject([
      { level: 'info', message: 'event ignored', reason: expect.stringMatching(/\w/) },
    ]);
  });

  test('sends an event once that is delivered twice concurrently and once more later', async () => {
    const { work, lines, counts, autosys } = aReporter();

    await work(anExecutionEvent(), anExecutionEvent());
    await work(anExecutionEvent());

    expect(autosys.sent).toHaveLength(1);
    expect(lines.map(({ message }) => message)).toEqual([
      'effect confirmed',
      'effect discarded',
      'effect discarded',
    ]);
    expect(lines.at(-1)).toMatchObject({
      level: 'info',
      reason: 'duplicate of event 315c1398-40ff-a850-213b-158f73e60175, which is confirmed',
    });
    expect(counts).toMatchObject({
      [names.confirmed]: 1,
      [names.discarded]: 2,
    });
  });

  test('is done with an event that AutoSys rejected, which is parked', async () => {
    const autosys = new ScriptedAutosys();
    autosys.answers.push(new AutosysUnauthorizedError({ doing: 'x', httpStatus: 403, said: '' }));
    const { work, lines, counts, table } = aReporter(autosys);

    expect(await work(anExecutionEvent())).toEqual({ batchItemFailures: [] });
    expect(lines).toMatchObject([
      { level: 'error', message: 'effect parked', code: 'AUTOSYS_UNAUTHORIZED' },
    ]);
    expect(counts).toMatchObject({ [names.parked]: 1 });
    expect(await readParked(table)).toMatchObject([
      { stage: 'parked', parked: { code: 'AUTOSYS_UNAUTHORIZED', reason: lines[0]?.['reason'] } },
    ]);
  });

  test('is done after an unexpected error, with the entry due and without the error message', async () => {
    const autosys = new ScriptedAutosys();
    autosys.answers.push(new TypeError(`secret ${batchSecret}`));
    autosys.globalVariable = new TypeError('no');
    const { work, lines, counts, table } = aReporter(autosys);

    expect(await work(anExecutionEvent())).toEqual({ batchItemFailures: [] });
    expect(lines).toMatchObject([
      { level: 'warn', message: 'effect unfinished, will retry', code: 'BRIDGE_DEFECT' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('TypeError');
    expect(counts).toMatchObject({ [names.waiting]: 1 });
    expect(await readDue(table)).toMatchObject([{ stage: 'due', tries: 1 }]);
    expect(JSON.stringify([lines, table.written])).not.toContain(batchSecret);
  });

  test('returns a message to the queue that the ledger could not store, and processes the others', async () => {
    const { work, lines, autosys, table } = aReporter();
    const { put } = table;
    table.put = (row, seen) =>
      row.key.includes('AWS_SETTLEMENT')
        ? Promise.reject(new LedgerError({ doing: 'write', reason: 'throttled' }))
        : put(row, seen);

    const response = await work(anExecutionEvent(), aBatchJobEvent());

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(lines).toMatchObject([
      {
        level: 'error',
        message: 'message failed, will retry',
        messageId: 'm1',
        code: 'BRIDGE_LEDGER',
        reason: expect.stringContaining('throttled'),
      },
      { level: 'info', message: 'effect confirmed', messageId: 'm2' },
    ]);
    expect(autosys.sent).toHaveLength(1);
  });

  test('never logs or stores secrets of a Batch event', async () => {
    const { work, lines, table } = aReporter();

    await work(
      aBatchJobEvent(),
      aBatchJobEvent({ jobName: 'other' }),
      aBatchJobEvent({ jobId: 7 }),
    );

    expect(table.written).not.toEqual([]);
    expect(JSON.stringify([lines, table.written])).not.toContain(batchSecret);
  });
});
