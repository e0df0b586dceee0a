import { metrics as names } from '../contract.ts';
import { describeError, type ErrorDescription } from '../shared/errors.ts';
import type { WorkloadEvent } from '../shared/workload.ts';
import type { Report, Settled } from './report.ts';
import type { Outcome } from './settle.ts';

/** Fields of a log line; nothing but texts and numbers, so that nobody can pass a whole event. */
export type LogFields = Readonly<Record<string, string | number>>;

/** Writes one JSON line. */
export interface Log {
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
}

/** Counts, or records a duration. */
export interface Metrics {
  count(name: string): void;
  milliseconds(name: string, ms: number): void;
}

/** What the queue is told about a message. */
export type Verdict = 'done' | 'again';

/** Binds the account of a message: one log line per outcome, the metrics, and the verdict for the queue. */
export function createAccount({ log, metrics }: { readonly log: Log; readonly metrics: Metrics }) {
  return (messageId: string, report: Report): Verdict => {
    metrics.count(names.received);
    switch (report.kind) {
      case 'ignored': {
        metrics.count(names.ignored);
        log.info('ignored', { messageId, ...toFields(report.event), reason: report.reason });
        return 'done';
      }
      case 'invalid': {
        metrics.count(names.refused);
        log.error('refused', {
          messageId,
          stage: 'read',
          ...toErrorFields(describeError(report.error)),
        });
        return 'again';
      }
      case 'reported': {
        for (const settled of report.settled) accountFor(messageId, report.event, settled);
        return report.settled.some(isUnfinished) ? 'again' : 'done';
      }
      default:
        return report satisfies never;
    }
  };

  function accountFor(messageId: string, event: WorkloadEvent, settled: Settled): void {
    const { route, to, said, outcome } = settled;
    const { level, metric, fields } = toEntry(event, outcome);
    metrics.count(metric);
    if (outcome.kind === 'confirmed') {
      metrics.milliseconds(names.confirmedAfterMs, toDurationMs(event, outcome.at));
    }
    log[level](outcome.kind, {
      messageId,
      ...toFields(event),
      route,
      autosysInstance: to,
      ...(said !== undefined && { autosysEvent: said }),
      ...fields,
    });
  }
}

interface Entry {
  readonly level: keyof Log;
  readonly metric: string;
  readonly fields: LogFields;
}

function toEntry(event: WorkloadEvent, outcome: Outcome): Entry {
  switch (outcome.kind) {
    case 'confirmed': {
      const fields = { durationMs: toDurationMs(event, outcome.at) };
      return { level: 'info', metric: names.confirmed, fields };
    }
    case 'accepted':
      return { level: 'warn', metric: names.accepted, fields: { reason: outcome.reason } };
    case 'duplicate':
      return { level: 'info', metric: names.duplicate, fields: {} };
    case 'retry':
      return { level: 'warn', metric: names.retried, fields: toErrorFields(outcome.error) };
    case 'refused':
      return { level: 'error', metric: names.refused, fields: toErrorFields(outcome.error) };
    default:
      return outcome satisfies never;
  }
}

/** From the change on AWS to the read-back in AutoSys. */
function toDurationMs(event: WorkloadEvent, confirmedAt: Date): number {
  return confirmedAt.getTime() - event.changedAt.getTime();
}

function isUnfinished({ outcome }: Settled): boolean {
  return outcome.kind === 'retry' || outcome.kind === 'refused';
}

function toFields(event: WorkloadEvent | undefined): LogFields {
  if (event === undefined) return {};
  const { eventId, status } = event;
  return event.kind === 'execution'
    ? { eventId, status, executionArn: event.executionArn }
    : { eventId, status, batchJobId: event.batchJobId, batchJobName: event.batchJobName };
}

function toErrorFields({ code, message }: ErrorDescription): LogFields {
  return { code, reason: message };
}
