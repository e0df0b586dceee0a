import { describeEvent } from '../../autosys/event.ts';
import type { CircuitChange } from '../circuit-breaker/circuit-breakers.ts';
import { type MetricName, metrics as names } from '../contract.ts';
import type { DrainResult } from '../delivery/drain.ts';
import type { EffectOutcome } from '../delivery/outcome.ts';
import type { EffectResult, ReportResult } from '../delivery/report-result.ts';
import { describeError, type ErrorDescription } from '../errors.ts';
import type { Entry } from '../ledger/entry.ts';
import type { WorkloadEvent } from '../workload/workload.ts';

/** Fields of a log line. Only texts and numbers, so that a whole event cannot be logged. */
export type LogFields = Readonly<Record<string, string | number>>;

/** Writes one JSON line. */
export interface Log {
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
}

/** Optional dimensions. A metric that declares one is emitted per value and in total. */
export interface MetricSubject {
  readonly autosysInstance?: string;
  readonly route?: string;
}

/** Emits counts, durations and gauges. */
export interface Metrics {
  count(name: MetricName, of?: MetricSubject): void;
  milliseconds(name: MetricName, ms: number, of?: MetricSubject): void;
  gauge(name: MetricName, value: number, of?: MetricSubject): void;
}

export interface TelemetryDeps {
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * Result of a message for the queue. `again`: the message stays in the queue and is redelivered.
 */
export type QueueVerdict = 'done' | 'again';

/**
 * Creates the telemetry of a message: one log line per effect, the metrics, and the result for the
 * queue.
 */
export function createReportTelemetry({ log, metrics }: TelemetryDeps) {
  return function recordReport(messageId: string, report: ReportResult): QueueVerdict {
    // An event that the sweep found was not received; the sweep counts it.
    if (!('event' in report && report.event?.recovered)) metrics.count(names.received);
    switch (report.kind) {
      case 'ignored':
        metrics.count(names.ignored);
        log.info('event ignored', { messageId, ...toFields(report.event), reason: report.reason });
        return 'done';
      case 'recorded':
        log.info('event recorded', { messageId, ...toFields(report.event), reason: report.reason });
        return 'done';
      case 'invalid': {
        metrics.count(names.invalid);
        const fault = toErrorFields(describeError(report.error));
        log.error('event invalid', { messageId, stage: 'read', ...fault });
        return 'again';
      }
      case 'refused': {
        const { event, reason } = report;
        metrics.count(names.refused);
        log.error('account not allowed', {
          messageId,
          ...toFields(event),
          account: event.account,
          reason,
        });
        // A redelivery would be refused too.
        return 'done';
      }
      case 'reported': {
        const { event, settled } = report;
        const { recovered = false } = event;
        const changedMs = event.changedAt.getTime();
        for (const one of settled) {
          const fields = { messageId, ...toFields(event), ...toSettledFields(one) };
          const of = { autosysInstance: one.to, route: one.route };
          recordOutcome(
            { log, metrics },
            { outcome: one.outcome, of, fields, changedMs, recovered },
          );
          if (one.instead) recordEntry({ log, metrics }, one.instead, { messageId });
        }
        // Unfinished effects are due in the ledger, so the queue can delete the message.
        return 'done';
      }
      default:
        return report satisfies never;
    }
  };
}

/** Creates the log of a message that failed because of a fault of the bridge. SQS redelivers it. */
export function createFailureTelemetry({ log }: Pick<TelemetryDeps, 'log'>) {
  return function logFailure(messageId: string, error: unknown): void {
    log.error('message failed, will retry', { messageId, ...toErrorFields(describeError(error)) });
  };
}

/** Creates the telemetry of the drain. */
export function createDrainTelemetry({ log, metrics }: TelemetryDeps) {
  return function recordDrained(drained: DrainResult): void {
    if (drained.kind === 'failed') {
      log.error('drain failed', { ledgerKey: drained.key, ...toErrorFields(drained.error) });
      return;
    }
    recordEntry({ log, metrics }, drained);
  };
}

/** Creates the telemetry of circuit breaker changes. */
export function createCircuitTelemetry({ log, metrics }: TelemetryDeps) {
  return function recordCircuitChange(change: CircuitChange): void {
    const { kind, instance: autosysInstance } = change;
    const of = { autosysInstance };
    switch (kind) {
      case 'opened': {
        const { reason, until } = change;
        metrics.count(names.circuitOpened, of);
        log.error('circuit breaker opened', {
          autosysInstance,
          reason,
          until: until.toISOString(),
        });
        return;
      }
      case 'closed':
        metrics.count(names.circuitClosed, of);
        log.info('circuit breaker closed', { autosysInstance, durationMs: change.openForMs });
        return;
      case 'loginRefused':
        // The login telemetry logs it.
        metrics.count(names.loginRefused, of);
        return;
      default:
        kind satisfies never;
    }
  };
}

/** Records the outcome of an entry, with the facts of the entry. */
function recordEntry(
  deps: TelemetryDeps,
  { entry, outcome }: { readonly entry: Entry; readonly outcome: EffectOutcome },
  extraFields: LogFields = {},
): void {
  const { route, recovered = false } = entry.cause;
  const { changedMs } = entry.version;
  const of = { autosysInstance: entry.to, route };
  const fields = { ...extraFields, ...toEntryFields(entry) };
  const wasConfirmed = entry.rereads !== undefined;
  recordOutcome(deps, { outcome, of, fields, changedMs, recovered, wasConfirmed });
}

interface RecordedOutcome {
  readonly outcome: EffectOutcome;
  readonly of: MetricSubject;
  readonly fields: LogFields;
  /** When the state changed in AWS, in milliseconds. */
  readonly changedMs: number;
  /** The sweep found the change, so its delay shows nothing about EventBridge. */
  readonly recovered: boolean;
  /**
   * AutoSys had confirmed the value before and lost it. The duration is not measured again.
   * @default false
   */
  readonly wasConfirmed?: boolean;
}

function recordOutcome({ log, metrics }: TelemetryDeps, recorded: RecordedOutcome): void {
  const { outcome, of, fields, changedMs, recovered, wasConfirmed = false } = recorded;
  const { level, message, metric } = outcomeFacts[outcome.kind];
  metrics.count(metric, of);
  if (outcome.kind !== 'confirmed') {
    const { kind: _, ...reason } = outcome;
    log[level](message, { ...fields, ...reason });
    return;
  }
  // From the state change in AWS to the confirmation by AutoSys.
  const durationMs = outcome.at.getTime() - changedMs;
  const name = recovered ? names.recoveredAfterMs : names.confirmedAfterMs;
  if (!wasConfirmed) metrics.milliseconds(name, durationMs, of);
  log[level](message, { ...fields, durationMs });
}

interface OutcomeFact {
  readonly level: keyof Log;
  readonly message: string;
  readonly metric: MetricName;
}

/** Log level, log message and metric of each outcome. */
const outcomeFacts: Readonly<Record<EffectOutcome['kind'], OutcomeFact>> = {
  confirmed: { level: 'info', message: 'effect confirmed', metric: names.confirmed },
  accepted: { level: 'warn', message: 'effect accepted', metric: names.accepted },
  left: { level: 'info', message: 'effect deferred', metric: names.waiting },
  waiting: { level: 'warn', message: 'effect unfinished, will retry', metric: names.waiting },
  dropped: { level: 'info', message: 'effect discarded', metric: names.discarded },
  parked: { level: 'error', message: 'effect parked', metric: names.parked },
  observed: { level: 'info', message: 'effect observed', metric: names.observed },
};

function toSettledFields({ route, to, eventText }: EffectResult): LogFields {
  return {
    route,
    autosysInstance: to,
    ...(eventText !== undefined && { autosysEvent: eventText }),
  };
}

function toEntryFields({ to, event, version, cause }: Entry): LogFields {
  return {
    eventId: cause.eventId,
    status: version.status,
    run: version.run,
    route: cause.route,
    autosysInstance: to,
    autosysEvent: describeEvent(event),
  };
}

function toFields(event: WorkloadEvent | undefined): LogFields {
  if (event === undefined) return {};
  const { eventId, status } = event;
  return event.kind === 'execution'
    ? { eventId, status, executionArn: event.executionArn }
    : { eventId, status, batchJobId: event.batchJobId, batchJobName: event.batchJobName };
}

/** An error as log fields. The key `message` is reserved for the log line. */
export function toErrorFields({ code, message }: Omit<ErrorDescription, 'name'>): LogFields {
  return { code, reason: message };
}
