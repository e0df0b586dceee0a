import { describe, expect, test } from 'vitest';
import type { Run } from '../../../lambda/ledger/run.ts';
import { toRecoveredExecutionEvent } from '../../../lambda/sweep/recovered-event.ts';
import type { RunAnswerResult } from '../../../lambda/sweep/run-answer.ts';
import { createSweepTelemetry } from '../../../lambda/sweep/telemetry.ts';
import { readWorkloadEvent } from '../../../lambda/workload/read/index.ts';
import { ace } from '../delivery/rig.ts';
import { aDescribedExecution, asking } from './lookup.ts';

function aTelemetry() {
  const lines: string[] = [];
  const counts: string[] = [];
  const recorded: string[] = [];
  const write = (level: string) => (message: string, fields: object) => {
    lines.push(`${level} ${message} ${Object.keys(fields).sort().join(' ')}`);
  };
  const telemetry = createSweepTelemetry({
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    metrics: {
      count: (name, of) => counts.push([name, of?.autosysInstance].filter(Boolean).join(' ')),
      milliseconds: () => {},
      gauge: (name, value, of) =>
        counts.push(
          [name, value, of?.autosysInstance].filter((one) => one !== undefined).join(' '),
        ),
    },
    recordReport: (messageId) => {
      recorded.push(messageId);
      return 'done';
    },
  });
  return { telemetry, lines, counts, recorded };
}

const reading = readWorkloadEvent(
  toRecoveredExecutionEvent(aDescribedExecution(), asking),
  asking.askedAt,
);
if (reading.kind !== 'event') throw new Error(reading.kind);
const { event } = reading;
const run: Run = {
  format: 1,
  kind: 'run',
  workload: 'execution',
  account: '111122223333',
  region: 'eu-west-1',
  name: 'run-1',
  called: 'settlement execution run-1',
  version: { beganMs: 0, run: 'arn', attempt: 0, status: 'RUNNING', changedMs: 0 },
  routes: [],
  entries: [],
  asks: 0,
  history: [],
};
const reported = { kind: 'reported', event, settled: [] } as const;
const error = { name: 'LedgerError', code: 'BRIDGE_LEDGER', message: 'x' };

describe('the telemetry of the sweep', () => {
  const cases: readonly {
    result: RunAnswerResult;
    lines: readonly string[];
    counts: readonly string[];
  }[] = [
    {
      result: { kind: 'recovered', event, report: reported },
      lines: ['info event recovered called changedAt eventId run status'],
      counts: ['RunsRecovered'],
    },
    {
      result: { kind: 'ended', event, reason: 'x' },
      lines: ['info run ended without effect called changedAt eventId reason run status'],
      counts: [],
    },
    { result: { kind: 'still', run, status: 'RUNNING' }, lines: [], counts: [] },
    {
      result: { kind: 'unanswered', run, why: 'denied', reason: 'x' },
      lines: ['warn run lookup failed account called reason region run status why'],
      counts: ['RunLookupsFailed'],
    },
    {
      result: { kind: 'unanswered', run, why: 'noRole', reason: 'x' },
      lines: ['warn run lookup failed account called reason region run status why'],
      counts: ['RunLookupsFailed'],
    },
    {
      result: { kind: 'lost', run, reason: 'x' },
      lines: ['error run lost account called reason region run status'],
      counts: ['RunsLost'],
    },
    {
      result: { kind: 'failed', key: 'run arn', error },
      lines: ['error run processing failed code ledgerKey reason'],
      counts: [],
    },
  ];

  test.for(cases)(
    'logs and counts a result of the kind $result.kind',
    ({ result, lines, counts }) => {
      const book = aTelemetry();

      book.telemetry.runAsked(result);

      expect(book).toMatchObject({ lines, counts });
    },
  );

  test('records a recovered event like a message', () => {
    const book = aTelemetry();

    book.telemetry.runAsked({ kind: 'recovered', event, report: reported });

    expect(book.recorded).toEqual([event.eventId]);
  });

  test('emits the health as gauges', () => {
    const book = aTelemetry();

    book.telemetry.runsHealth({ open: 3, lateSeconds: 60 });
    book.telemetry.instanceHealth({ instance: ace, oldestDueSeconds: 9, circuitIsOpen: true });

    expect(book.counts).toEqual([
      'OpenRuns 3',
      'SweepLag 60',
      'OldestDue 9 ACE',
      'CircuitBreakerOpen 1 ACE',
    ]);
  });
});
