import { describe, expect, test } from 'vitest';
import { metrics as names } from '../../../lambda/contract.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import {
  createCircuitTelemetry,
  createDrainTelemetry,
  createReportTelemetry,
  type LogFields,
  type MetricSubject,
} from '../../../lambda/telemetry/report-telemetry.ts';
import { anExecutionEvent, stoppedAtMs } from '../../support/builders.ts';
import { toWorkloadEvent } from '../../support/read-event.ts';
import { ace } from '../delivery/rig.ts';
import { aStateRequest } from '../ledger/requests.ts';

/** Where an account writes, and what it wrote. */
function aBook() {
  const told: (readonly [name: string, value: number, of?: MetricSubject])[] = [];
  const lines: (LogFields & { readonly level: string; readonly message: string })[] = [];
  const write = (level: string) => (message: string, fields: LogFields) => {
    lines.push({ ...fields, level, message });
  };
  const record = (name: string, value: number, of?: MetricSubject) => {
    told.push(of ? [name, value, of] : [name, value]);
  };
  return {
    told,
    lines,
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    metrics: {
      count: (name: string, of?: MetricSubject) => record(name, 1, of),
      milliseconds: record,
      gauge: record,
    },
  };
}

/** The report of an execution that ended, confirmed a second and a half later. */
function confirmed(recovered: boolean) {
  const event = toWorkloadEvent({ ...anExecutionEvent(), ...(recovered && { recovered }) });
  const outcome = { kind: 'confirmed', at: new Date(stoppedAtMs + 1_500) } as const;
  const settled = [{ route: 'settlement', to: ace, said: 'SET_GLOBAL A=B', key: 'k', outcome }];
  return { kind: 'reported', event, settled } as const;
}

const of = { autosysInstance: 'ACE', route: 'settlement' };

describe('an announcement of an account that may not speak', () => {
  test('is told of as an error with account and event, counted, and not asked for again', () => {
    const book = aBook();
    const { event } = confirmed(false);

    const verdict = createReportTelemetry(book)('m1', {
      kind: 'refused',
      event,
      reason: 'not named',
    });

    expect(verdict).toBe('done');
    expect(book.told).toEqual([
      [names.received, 1],
      [names.refused, 1],
    ]);
    expect(book.lines).toMatchObject([
      {
        level: 'error',
        message: 'account not allowed',
        account: '111122223333',
        eventId: event.eventId,
        reason: 'not named',
      },
    ]);
  });
});

describe('the one number', () => {
  test('is told of route and instance, and in the log', () => {
    const book = aBook();

    createReportTelemetry(book)('m1', confirmed(false));

    expect(book.told).toEqual([
      [names.received, 1],
      [names.confirmed, 1, of],
      [names.confirmedAfterMs, 1_500, of],
    ]);
    expect(book.lines).toMatchObject([{ message: 'effect confirmed', durationMs: 1_500 }]);
  });

  test('keeps what the sweep has found apart, which no event announced', () => {
    const book = aBook();

    createReportTelemetry(book)('m1', confirmed(true));

    expect(book.told).toEqual([
      [names.confirmed, 1, of],
      [names.recoveredAfterMs, 1_500, of],
    ]);
    expect(book.lines).toMatchObject([{ message: 'effect confirmed', durationMs: 1_500 }]);
  });
});

describe('a value that AutoSys had lost', () => {
  const entry: Entry = {
    format: 1,
    kind: 'state',
    to: ace,
    event: aStateRequest().event,
    version: aStateRequest().version,
    cause: aStateRequest().cause,
    stage: 'confirmed',
    dueMs: 0,
    tries: 0,
    history: [],
  };
  const outcome = { kind: 'confirmed', at: new Date(86_400_000) } as const;

  test.for([
    { when: 'it was read again before', over: { rereads: 1 }, numbers: 0 },
    { when: 'it is confirmed for the first time', over: {}, numbers: 1 },
  ])('counts $numbers times for the one number where $when', ({ over, numbers }) => {
    const book = aBook();

    createDrainTelemetry(book)({ kind: 'worked', entry: { ...entry, ...over }, outcome });

    expect(book.told.filter(([name]) => name === names.confirmed)).toHaveLength(1);
    expect(book.told.filter(([name]) => name === names.confirmedAfterMs)).toHaveLength(numbers);
  });
});

describe('the telemetry of a circuit breaker', () => {
  const instance = { autosysInstance: 'ACE' };

  test('is a metric and a line for its closing and its opening', () => {
    const book = aBook();
    const account = createCircuitTelemetry(book);

    account({ kind: 'opened', instance: ace, reason: 'connection refused', until: new Date(0) });
    account({ kind: 'closed', instance: ace, openForMs: 90_000 });

    expect(book.told).toEqual([
      [names.circuitOpened, 1, instance],
      [names.circuitClosed, 1, instance],
    ]);
    expect(book.lines).toEqual([
      {
        level: 'error',
        message: 'circuit breaker opened',
        ...instance,
        reason: 'connection refused',
        until: '1970-01-01T00:00:00.000Z',
      },
      { level: 'info', message: 'circuit breaker closed', ...instance, durationMs: 90_000 },
    ]);
  });

  test('is a metric alone for a refused login, of which the login writes', () => {
    const book = aBook();

    createCircuitTelemetry(book)({ kind: 'loginRefused', instance: ace });

    expect([book.told, book.lines]).toEqual([[[names.loginRefused, 1, instance]], []]);
  });
});
