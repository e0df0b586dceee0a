import type { ExitCodeRule } from '../../autosys/job.ts';
import { isActive } from '../../autosys/status.ts';
import type { JobRecord } from '../record.ts';
import { endOf, terminate } from './box.ts';
import { overrunTimer, retry } from './starting.ts';
import type { Report, SchedulerEffect, Try, View } from './step.ts';

/**
 * Handles a report of an agent: the try runs, it ended, or it was bypassed. Reports about any try
 * but the present one are ignored.
 */
export function reported(
  view: View,
  of: Try,
  report: Report,
  now: Date,
): readonly SchedulerEffect[] {
  const record = view.job(of.job);
  if (!record || !isPresent(record, of)) return [];
  switch (report.kind) {
    case 'running':
      return runs(record, of, report.text, now);
    case 'bypassed':
      return [
        {
          kind: 'record',
          job: of.job,
          patch: endOf(record, 'SUCCESS', now, 0),
          because: 'bypassed, as it is ON_NOEXEC',
        },
      ];
    case 'ended': {
      const { exitCode } = report;
      const status = toExitStatus(record.job.exitCodes, exitCode);
      const because = `it ended with exit code ${exitCode}`;
      return ended(view, record, of, { status, exitCode, because, now });
    }
    case 'aborted':
      return aborted(record, of, report.signal, now);
    case 'notStarted': {
      // A failure of the agent is no exit code of the command, so no rule makes it a success.
      const { exitCode, text } = report;
      const because = `it could not be started: ${text}`;
      return ended(view, record, of, { status: 'FAILURE', exitCode, because, text, now });
    }
    default:
      return report satisfies never;
  }
}

/** The delay before a retry has passed. */
export function retryDue(view: View, of: Try, now: Date): readonly SchedulerEffect[] {
  const record = view.job(of.job);
  const isDue = record?.status === view.retriesShow && isPresent(record, of);
  return isDue ? retry(record, now) : [];
}

/** The try has run for `term_run_time` (documented: it is then TERMINATED). */
export function overran(view: View, of: Try, now: Date): readonly SchedulerEffect[] {
  const record = view.job(of.job);
  if (!record || !isPresent(record, of) || !isActive(record.status)) return [];
  const because = `term_run_time: it ran for ${record.job.terminateAfterMinutes} minutes`;
  return terminate(view, record, { because }, now);
}

/**
 * SUCCESS or FAILURE by the exit code (Broadcom KB 408778). With fail_codes: FAILURE if listed,
 * else SUCCESS. Else with success_codes: SUCCESS if listed, else FAILURE. Else SUCCESS up to
 * max_exit_success.
 */
export function toExitStatus(rule: ExitCodeRule, exitCode: number): 'SUCCESS' | 'FAILURE' {
  const lists = (ranges: NonNullable<ExitCodeRule['failCodes']>) =>
    ranges.some(([from, to]) => from <= exitCode && exitCode <= to);
  const { failCodes, successCodes, maxExitSuccess } = rule;
  if (failCodes) return lists(failCodes) ? 'FAILURE' : 'SUCCESS';
  if (successCodes) return lists(successCodes) ? 'SUCCESS' : 'FAILURE';
  return exitCode <= maxExitSuccess ? 'SUCCESS' : 'FAILURE';
}

function runs(
  record: JobRecord,
  of: Try,
  text: string | undefined,
  now: Date,
): readonly SchedulerEffect[] {
  // An operator may have changed the status in the meantime; the agent's report does not undo that.
  if (record.status !== 'STARTING') return [];
  const machine = record.job.machine ?? 'localhost';
  return [
    {
      kind: 'record',
      job: of.job,
      patch: { status: 'RUNNING' },
      because: `it runs on ${machine}`,
      text: `Executing at ${machine}${text === undefined ? '' : `; ${text}`}`,
    },
    ...overrunTimer(record, of, now),
  ];
}

/** The end of a try, and why. */
interface TryEnd {
  readonly now: Date;
  readonly status: 'SUCCESS' | 'FAILURE';
  readonly exitCode: number;
  readonly because: string;
  /** Printed under the status in the event log. */
  readonly text?: string;
}

function ended(
  view: View,
  record: JobRecord,
  of: Try,
  { status, exitCode, because, text, now }: TryEnd,
): readonly SchedulerEffect[] {
  const end = {
    kind: 'record',
    job: of.job,
    patch: endOf(record, status, now, exitCode),
    because,
    ...(text !== undefined && { text }),
  } as const;
  if (status === 'SUCCESS') return [end];
  if (record.retriesLeft > 0) {
    return [{ ...end, passing: true }, ...restart(view, record, of, now)];
  }
  return [end, ...alarms(record, of, because)];
}

/**
 * A process that a signal ended is TERMINATED, also without KILLJOB, and is not retried (n_retrys:
 * documented; the status and the absence of an exit code: inferred from Broadcom KB 214850).
 */
function aborted(
  record: JobRecord,
  of: Try,
  signal: number,
  now: Date,
): readonly SchedulerEffect[] {
  const patch = endOf(record, 'TERMINATED', now);
  const because = `its shell was ended by signal ${signal}`;
  return [{ kind: 'record', job: of.job, patch, because, text: `Aborted, Signal ${signal}` }];
}

/**
 * FAILURE is only intermediate before RESTART: dependents and box react only to the last try
 * (inferred).
 */
function restart(
  { retryDelayMs, retriesShow }: View,
  { job, retriesLeft }: JobRecord,
  of: Try,
  now: Date,
): readonly SchedulerEffect[] {
  const because = `${retriesLeft} of ${job.retries} retries left`;
  const at = new Date(now.getTime() + retryDelayMs);
  const later = { kind: 'later', signal: { kind: 'retry', of }, at } as const;
  if (retriesShow === 'FAILURE') return [later];
  const patch = { status: retriesShow };
  return [{ kind: 'record', job: of.job, patch, because, passing: true }, later];
}

/** alarm_if_fail is off unless the job sets it (third party; no source states a default). */
function alarms({ job }: JobRecord, of: Try, text: string): readonly SchedulerEffect[] {
  const wantsAlarm = job.attributes.some(
    ([name, value]) => name === 'alarm_if_fail' && /^(1|y)/i.test(value.trim()),
  );
  const raised = [
    ...(wantsAlarm ? ['JOBFAILURE'] : []),
    ...(job.retries > 0 ? ['MAX_RETRYS'] : []),
  ];
  return raised.map((name) => ({ kind: 'alarm', name, of, text }) as const);
}

function isPresent({ run }: JobRecord, of: Try): boolean {
  return run.run === of.run && run.try === of.try;
}
