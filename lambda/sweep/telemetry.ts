import { metrics as names } from '../contract.ts';
import type { ReportResult } from '../delivery/report-result.ts';
import type { Run } from '../ledger/run.ts';
import {
  type LogFields,
  type QueueVerdict,
  type TelemetryDeps,
  toErrorFields,
} from '../telemetry/report-telemetry.ts';
import { describeRun, type WorkloadEvent } from '../workload/workload.ts';
import type { ObservedCheck } from './check-observed.ts';
import type { InstanceHealth, RunsHealth } from './health.ts';
import type { Recheck } from './recheck.ts';
import type { RunAnswerResult } from './run-answer.ts';

export interface SweepTelemetryDeps extends TelemetryDeps {
  /** The telemetry of the report function, which records recovered events too. */
  readonly recordReport: (messageId: string, report: ReportResult) => QueueVerdict;
}

/**
 * Creates the telemetry of the sweep: one log line per run or value that needed an action, and the
 * metrics.
 */
export function createSweepTelemetry({ log, metrics, recordReport }: SweepTelemetryDeps) {
  return {
    runAsked(result: RunAnswerResult): void {
      recordRunResult({ log, metrics, recordReport }, result);
    },

    rechecked(result: Recheck): void {
      if (result.kind === 'failed') {
        log.warn('recheck failed', { ledgerKey: result.key, ...toErrorFields(result.error) });
        return;
      }
      const { to, event, cause, version } = result.entry;
      const variable = 'globalVariable' in event ? { globalVariable: event.globalVariable } : {};
      const fields = { autosysInstance: to, ...variable, route: cause.route, run: version.run };
      if (result.kind === 'reasserted') metrics.count(names.reasserted, { autosysInstance: to });
      const isLost = result.kind === 'reasserted';
      log.warn(isLost ? 'lost value is due again' : 'value left unchanged', {
        ...fields,
        reason: result.reason,
      });
    },

    observedChecked(result: ObservedCheck): void {
      if (result.kind === 'failed') {
        log.warn('old reaction not read', {
          ledgerKey: result.key,
          ...toErrorFields(result.error),
        });
        return;
      }
      const { to, cause, version, seen, history } = result.entry;
      log.info(seen ? 'old reaction read' : 'old reaction awaited', {
        ...{ autosysInstance: to, route: cause.route, run: version.run, status: version.status },
        reason: history.at(-1)?.text ?? '',
      });
    },

    runsHealth({ open, lateSeconds }: RunsHealth): void {
      metrics.gauge(names.openRuns, open);
      metrics.gauge(names.sweepLagSeconds, lateSeconds);
    },

    instanceHealth({ instance, oldestDueSeconds, circuitIsOpen }: InstanceHealth): void {
      const of = { autosysInstance: instance };
      metrics.gauge(names.oldestDueSeconds, oldestDueSeconds, of);
      metrics.gauge(names.circuitIsOpen, circuitIsOpen ? 1 : 0, of);
    },
  };
}

/** Logs and counts the result of asking AWS about one run. */
function recordRunResult(
  { log, metrics, recordReport }: SweepTelemetryDeps,
  result: RunAnswerResult,
): void {
  switch (result.kind) {
    case 'recovered':
      metrics.count(names.recovered);
      log.info('event recovered', toEventFields(result.event));
      recordReport(result.event.eventId, result.report);
      return;
    case 'ended':
      log.info('run ended without effect', {
        ...toEventFields(result.event),
        reason: result.reason,
      });
      return;
    case 'still':
      return;
    case 'unanswered':
      metrics.count(names.lookupsFailed);
      log.warn('run lookup failed', {
        ...toRunFields(result.run),
        why: result.why,
        reason: result.reason,
      });
      return;
    case 'lost':
      metrics.count(names.lost);
      log.error('run lost', { ...toRunFields(result.run), reason: result.reason });
      return;
    case 'failed':
      log.error('run processing failed', {
        ledgerKey: result.key,
        ...toErrorFields(result.error),
      });
      return;
    default:
      result satisfies never;
  }
}

function toEventFields(event: WorkloadEvent): LogFields {
  const { eventId, status } = event;
  const run = event.kind === 'execution' ? event.executionArn : event.batchJobId;
  const changedAt = event.changedAt.toISOString();
  return { eventId, run, called: describeRun(event), status, changedAt };
}

function toRunFields({ version, called, account, region }: Run): LogFields {
  return { run: version.run, called, account, region, status: version.status };
}
