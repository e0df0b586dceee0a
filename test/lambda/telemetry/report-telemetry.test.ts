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

/** A log and metrics that record what is written. */
function aRecorder() {
  const emitted: (readonly [name: string, value: number, of?: MetricSubject])[] = [];
  const lines: (LogFields & { readonly level: string; readonly message: string })[] = [];
  const write = (level: string) => (message: string, fields: LogFields) => {
    lines.push({ ...fields, level, message });
  };
  const record = (name: string, value: number, of?: MetricSubject) => {
    emitted.push(of ? [name, value, of] : [name, value]);
  };
  return {
    emitted,
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
  const settled = [
    { route: 'settlement', to: ace, eventText: 'SET_GLOBAL A=B', key: 'k', outcome },
  ];
  return { kind: 'reported', event, settled } as const;
}

const of = { autosysInstance: 'ACE', route: 'settlement' };

describe('an event from an account that is not allowed', () => {
  test('is logged as an error with account and event, counted, and not redelivered', () => {
    const recorder = aRecorder();
    const { event } = confirmed(false);

    const verdict = createReportTelemetry(recorder)('m1', {
      kind: 'refused',
      event,
      reason: 'not named',
    });

    expect(verdict).toBe('done');
    expect(recorder.emitted).toEqual([
      [names.received, 1],
      [names.refused, 1],
    ]);
    expect(recorder.lines).toMatchObject([
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

describe('an event of a launch target alone', () => {
  test('is logged with its reason, counted as received only, and not redelivered', () => {
    const recorder = aRecorder();
    const { event } = confirmed(false);

    const verdict = createReportTelemetry(recorder)('m1', {
      kind: 'recorded',
      event,
      reason: 'recorded for launch target settlement',
    });

    expect(verdict).toBe('done');
    expect(recorder.emitted).toEqual([[names.received, 1]]);
    expect(recorder.lines).toMatchObject([
      {
        level: 'info',
        message: 'event recorded',
        eventId: event.eventId,
        reason: 'recorded for launch target settlement',
      },
    ]);
  });
});

describe('the time to the confirmation', () => {
  test('is emitted per route and instance, and logged', () => {
    const recorder = aRecorder();

    createReportTelemetry(recorder)('m1', confirmed(false));

    expect(recorder.emitted).toEqual([
      [names.received, 1],
      [names.confirmed, 1, of],
      [names.confirmedAfterMs, 1_500, of],
    ]);
    expect(recorder.lines).toMatchObject([{ message: 'effect confirmed', durationMs: 1_500 }]);
  });

  test('is a separate metric for changes that the sweep found', () => {
    const recorder = aRecorder();

    createReportTelemetry(recorder)('m1', confirmed(true));

    expect(recorder.emitted).toEqual([
      [names.confirmed, 1, of],
      [names.recoveredAfterMs, 1_500, of],
    ]);
    expect(recorder.lines).toMatchObject([{ message: 'effect confirmed', durationMs: 1_500 }]);
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
  ])('is measured $numbers times if $when', ({ over, numbers }) => {
    const recorder = aRecorder();

    createDrainTelemetry(recorder)({ kind: 'worked', entry: { ...entry, ...over }, outcome });

    expect(recorder.emitted.filter(([name]) => name === names.confirmed)).toHaveLength(1);
    expect(recorder.emitted.filter(([name]) => name === names.confirmedAfterMs)).toHaveLength(
      numbers,
    );
  });
});

describe('the telemetry of a circuit breaker', () => {
  const instance = { autosysInstance: 'ACE' };

  test('is a metric and a log line when it opens and closes', () => {
    const recorder = aRecorder();
    const recordChange = createCircuitTelemetry(recorder);

    recordChange({
      kind: 'opened',
      instance: ace,
      reason: 'connection refused',
      until: new Date(0),
    });
    recordChange({ kind: 'closed', instance: ace, openForMs: 90_000 });

    expect(recorder.emitted).toEqual([
      [names.circuitOpened, 1, instance],
      [names.circuitClosed, 1, instance],
    ]);
    expect(recorder.lines).toEqual([
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

  test('is only a metric for a rejected login, which the login telemetry logs', () => {
    const recorder = aRecorder();

    createCircuitTelemetry(recorder)({ kind: 'loginRefused', instance: ace });

    expect([recorder.emitted, recorder.lines]).toEqual([[[names.loginRefused, 1, instance]], []]);
  });
});
