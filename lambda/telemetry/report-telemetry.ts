import { describeEvent } from '../../autosys/event.ts';
import type { CircuitChange } from '../circuit-breaker/circuit-breakers.ts';
import { type MetricName, metrics as names } from '../contract.ts';
import type { DrainResult } from '../delivery/drain.ts';
import type { EffectOutcome } from '../delivery/outcome.ts';
import type { EffectResult, ReportResult } from '../delivery/report-result.ts';
import { describeError, type ErrorDescription } from '../errors.ts';
import type { Entry } from '../ledger/entry.ts';
import type { WorkloadEvent } from '../workload/workload.ts';

/** Fields of a log line; nothing but texts and numbers, so that nobody can pass a whole event. */
export type LogFields = Readonly<Record<string, string | number>>;

/** Writes one JSON line. */
export interface Log {
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
}

/** What a metric is told of; where its facts say so, it is told by it, besides over all. */
export interface MetricSubject {
  readonly autosysInstance?: string;
  readonly route?: string;
}

/** Counts, or records a duration, or how much there is of something. */
export interface Metrics {
  count(name: MetricName, of?: MetricSubject): void;
  milliseconds(name: MetricName, ms: number, of?: MetricSubject): void;
  gauge(name: MetricName, value: number, of?: MetricSubject): void;
}

export interface TelemetryDeps {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What the queue is told about a message. */
export type QueueVerdict = 'done' | 'again';

/** Binds the account of a message: one log line per outcome, the metrics, and the verdict for the queue. */
export function createReportTelemetry({ log, metrics }: TelemetryDeps) {
  return (messageId: string, report: ReportResult): QueueVerdict => {
    // What the sweep has found was not received: it counts that itself.
    if (!('event' in report && report.event?.recovered)) metrics.count(names.received);
    switch (report.kind) {
      case 'ignored':
        metrics.count(names.ignored);
        log.info('ignored', { messageId, ...toFields(report.event), reason: report.reason });
        return 'done';
      case 'invalid': {
        metrics.count(names.invalid);
        const fault = toErrorFields(describeError(report.error));
        log.error('invalid', { messageId, stage: 'read', ...fault });
        return 'again';
      }
      case 'refused': {
        const { event, reason } = report;
        metrics.count(names.refused);
        log.error('refused', { messageId, ...toFields(event), account: event.account, reason });
        // It would be refused again, and a person cannot mend the message.
        return 'done';
      }
      case 'reported': {
        const { event, settled } = report;
        const { recovered = false } = event;
        const changedMs = event.changedAt.getTime();
        for (const one of settled) {
          const fields = { messageId, ...toFields(event), ...toSettledFields(one) };
          const of = { autosysInstance: one.to, route: one.route };
          tell({ log, metrics }, { outcome: one.outcome, of, fields, changedMs, recovered });
          if (one.instead) tellEntry({ log, metrics }, one.instead, { messageId });
        }
        // What is not brought about stands in the ledger: the queue need not keep it.
        return 'done';
      }
      default:
        return report satisfies never;
    }
  };
}

/** Binds the account of a message that failed for a reason of ours: the queue keeps it, and gives it out again. */
export function createFailureTelemetry({ log }: Pick<TelemetryDeps, 'log'>) {
  return (messageId: string, error: unknown): void =>
    log.error('again', { messageId, ...toErrorFields(describeError(error)) });
}

/** Binds the account of what the drain took up. */
export function createDrainTelemetry({ log, metrics }: TelemetryDeps) {
  return (drained: DrainResult): void => {
    if (drained.kind === 'failed') {
      log.error('undrained', { ledgerKey: drained.key, ...toErrorFields(drained.error) });
      return;
    }
    tellEntry({ log, metrics }, drained);
  };
}

/** Binds the log lines and metrics of circuit breaker changes. */
export function createCircuitTelemetry({ log, metrics }: TelemetryDeps) {
  return (change: CircuitChange): void => {
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
        // The login writes its own lines.
        metrics.count(names.loginRefused, of);
        return;
      default:
        kind satisfies never;
    }
  };
}

/** What came of an entry, by what the entry says of itself. */
function tellEntry(
  deps: TelemetryDeps,
  { entry, outcome }: { readonly entry: Entry; readonly outcome: EffectOutcome },
  besides: LogFields = {},
): void {
  const { route, recovered = false } = entry.cause;
  const { changedMs } = entry.version;
  const of = { autosysInstance: entry.to, route };
  const fields = { ...besides, ...toEntryFields(entry) };
  const again = entry.rereads !== undefined;
  tell(deps, { outcome, of, fields, changedMs, recovered, again });
}

interface Told {
  readonly outcome: EffectOutcome;
  readonly of: MetricSubject;
  readonly fields: LogFields;
  readonly changedMs: number;
  /** The sweep has found it: how late it was says nothing of announcements. */
  readonly recovered: boolean;
  /** AutoSys had shown it before, and lost it: the change in AWS is long told. @default - no */
  readonly again?: boolean;
}

function tell({ log, metrics }: TelemetryDeps, told: Told): void {
  const { outcome, of, fields, changedMs, recovered, again = false } = told;
  const { level, metric } = loudness[outcome.kind];
  metrics.count(metric, of);
  if (outcome.kind !== 'confirmed') {
    const { kind, ...why } = outcome;
    log[level](kind, { ...fields, ...why });
    return;
  }
  // From the change on AWS to the read-back in AutoSys: the one number.
  const durationMs = outcome.at.getTime() - changedMs;
  const name = recovered ? names.recoveredAfterMs : names.confirmedAfterMs;
  if (!again) metrics.milliseconds(name, durationMs, of);
  log[level](outcome.kind, { ...fields, durationMs });
}

const loudness: Readonly<
  Record<EffectOutcome['kind'], { readonly level: keyof Log; readonly metric: MetricName }>
> = {
  confirmed: { level: 'info', metric: names.confirmed },
  accepted: { level: 'warn', metric: names.accepted },
  left: { level: 'info', metric: names.waiting },
  waiting: { level: 'warn', metric: names.waiting },
  dropped: { level: 'info', metric: names.dropped },
  parked: { level: 'error', metric: names.parked },
};

function toSettledFields({ route, to, said }: EffectResult): LogFields {
  return { route, autosysInstance: to, ...(said !== undefined && { autosysEvent: said }) };
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

/** A failure in fields; `message` is the line's own, and would be lost. */
export function toErrorFields({ code, message }: Omit<ErrorDescription, 'name'>): LogFields {
  return { code, reason: message };
}
