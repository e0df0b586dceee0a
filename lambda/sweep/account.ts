import { metrics as names } from '../contract.ts';
import {
  type AccountPowers,
  type LogFields,
  toErrorFields,
  type Verdict,
} from '../report/account.ts';
import type { Run } from '../report/ledger/run.ts';
import type { Report } from '../report/report.ts';
import { describeRun, type WorkloadEvent } from '../shared/workload.ts';
import type { Asked } from './answer.ts';
import type { Reread } from './reread.ts';
import type { InstanceStanding, RunsStanding } from './standing.ts';

export interface SweepAccountPowers extends AccountPowers {
  /** The account of a message, to which what was recovered is told as well. */
  readonly account: (messageId: string, report: Report) => Verdict;
}

/** Binds the account of the sweep: one log line per run or value that it did something about, and the metrics. */
export function createSweepAccount({ log, metrics, account }: SweepAccountPowers) {
  return {
    asked: (asked: Asked): void => {
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
          metrics.count(names.unasked);
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

    reread: (reread: Reread): void => {
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

    runsStand: ({ open, lateSeconds }: RunsStanding): void => {
      metrics.gauge(names.openRuns, open);
      metrics.gauge(names.oldestOpenSeconds, lateSeconds);
    },

    instanceStands: ({ instance, oldestDueSeconds, gateIsClosed }: InstanceStanding): void => {
      const of = { autosysInstance: instance };
      metrics.gauge(names.oldestDueSeconds, oldestDueSeconds, of);
      metrics.gauge(names.gateIsClosed, gateIsClosed ? 1 : 0, of);
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
