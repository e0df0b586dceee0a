import { describe, expect, test } from 'vitest';
import type { Run } from '../../../lambda/ledger/run.ts';
import type { RunAnswerResult } from '../../../lambda/sweep/answer.ts';
import { toRecoveredExecutionEvent } from '../../../lambda/sweep/recovered-event.ts';
import { createSweepTelemetry } from '../../../lambda/sweep/telemetry.ts';
import { readWorkloadEvent } from '../../../lambda/workload/read/index.ts';
import { ace } from '../delivery/rig.ts';
import { aDescribedExecution, asking } from './lookup.ts';

function anAccount() {
  const lines: string[] = [];
  const counts: string[] = [];
  const accounted: string[] = [];
  const write = (level: string) => (message: string, fields: object) => {
    lines.push(`${level} ${message} ${Object.keys(fields).sort().join(' ')}`);
  };
  const account = createSweepTelemetry({
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    metrics: {
      count: (name, of) => counts.push([name, of?.autosysInstance].filter(Boolean).join(' ')),
      milliseconds: () => {},
      gauge: (name, value, of) =>
        counts.push(
          [name, value, of?.autosysInstance].filter((one) => one !== undefined).join(' '),
        ),
    },
    account: (messageId) => {
      accounted.push(messageId);
      return 'done';
    },
  });
  return { account, lines, counts, accounted };
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

describe('the account of the sweep', () => {
  const cases: readonly {
    asked: RunAnswerResult;
    lines: readonly string[];
    counts: readonly string[];
  }[] = [
    {
      asked: { kind: 'recovered', event, report: reported },
      lines: ['info recovered called changedAt eventId run status'],
      counts: ['RunsRecovered'],
    },
    {
      asked: { kind: 'ended', event, reason: 'x' },
      lines: ['info ended called changedAt eventId reason run status'],
      counts: [],
    },
    { asked: { kind: 'still', run, status: 'RUNNING' }, lines: [], counts: [] },
    {
      asked: { kind: 'unanswered', run, why: 'denied', reason: 'x' },
      lines: ['warn unanswered account called reason region run status why'],
      counts: ['RunLookupsFailed'],
    },
    {
      asked: { kind: 'unanswered', run, why: 'noRole', reason: 'x' },
      lines: ['warn unanswered account called reason region run status why'],
      counts: ['RunLookupsFailed'],
    },
    {
      asked: { kind: 'lost', run, reason: 'x' },
      lines: ['error lost account called reason region run status'],
      counts: ['RunsLost'],
    },
    {
      asked: { kind: 'failed', key: 'run arn', error },
      lines: ['error unasked code ledgerKey reason'],
      counts: [],
    },
  ];

  test.for(cases)('tells of a run that $asked.kind', ({ asked, lines, counts }) => {
    const told = anAccount();

    told.account.asked(asked);

    expect(told).toMatchObject({ lines, counts });
  });

  test('tells of what was recovered as of a message as well', () => {
    const told = anAccount();

    told.account.asked({ kind: 'recovered', event, report: reported });

    expect(told.accounted).toEqual([event.eventId]);
  });

  test('tells how things stand in numbers', () => {
    const told = anAccount();

    told.account.runsStand({ open: 3, lateSeconds: 60 });
    told.account.instanceStands({ instance: ace, oldestDueSeconds: 9, circuitIsOpen: true });

    expect(told.counts).toEqual([
      'OpenRuns 3',
      'SweepLag 60',
      'OldestDue 9 ACE',
      'CircuitBreakerOpen 1 ACE',
    ]);
  });
});
