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
import type { RunAnswerResult } from './answer.ts';
import type { InstanceHealth, RunsHealth } from './health.ts';
import type { Recheck } from './recheck.ts';

export interface SweepTelemetryDeps extends TelemetryDeps {
  /** The account of a message, to which what was recovered is told as well. */
  readonly account: (messageId: string, report: ReportResult) => QueueVerdict;
}

/** Binds the account of the sweep: one log line per run or value that it did something about, and the metrics. */
export function createSweepTelemetry({ log, metrics, account }: SweepTelemetryDeps) {
  return {
    asked: (asked: RunAnswerResult): void => {
      switch (asked.kind) {
        case 'recovered':
          metrics.count(names.recovered);
          log.info('recovered', toEventFields(asked.event));
          account(asked.event.eventId, asked.report);
          return;
        case 'ended':
          log.info('ended', { ...toEventFields(asked.event), reason: asked.reason });
          return;
        case 'still':
          return;
        case 'unanswered':
          metrics.count(names.lookupsFailed);
          log.warn('unanswered', {
            ...toRunFields(asked.run),
            why: asked.why,
            reason: asked.reason,
          });
          return;
        case 'lost':
          metrics.count(names.lost);
          log.error('lost', { ...toRunFields(asked.run), reason: asked.reason });
          return;
        case 'failed':
          log.error('unasked', { ledgerKey: asked.key, ...toErrorFields(asked.error) });
          return;
        default:
          asked satisfies never;
      }
    },

    reread: (reread: Recheck): void => {
      if (reread.kind === 'failed') {
        log.warn('unread', { ledgerKey: reread.key, ...toErrorFields(reread.error) });
        return;
      }
      const { to, event, cause, version } = reread.entry;
      const said = 'globalVariable' in event ? { globalVariable: event.globalVariable } : {};
      const fields = { autosysInstance: to, ...said, route: cause.route, run: version.run };
      if (reread.kind === 'reasserted') metrics.count(names.reasserted, { autosysInstance: to });
      log.warn(reread.kind === 'reasserted' ? 'reasserted' : 'left alone', {
        ...fields,
        reason: reread.reason,
      });
    },

    runsStand: ({ open, lateSeconds }: RunsHealth): void => {
      metrics.gauge(names.openRuns, open);
      metrics.gauge(names.sweepLagSeconds, lateSeconds);
    },

    instanceStands: ({ instance, oldestDueSeconds, circuitIsOpen }: InstanceHealth): void => {
      const of = { autosysInstance: instance };
      metrics.gauge(names.oldestDueSeconds, oldestDueSeconds, of);
      metrics.gauge(names.circuitIsOpen, circuitIsOpen ? 1 : 0, of);
    },
  };
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
