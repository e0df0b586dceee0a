import type { ExitCodeRule } from '../../autosys/job.ts';
import { isActive } from '../../autosys/status.ts';
import type { JobRecord } from '../record.ts';
import { endOf, terminate } from './box.ts';
import { overrunTimer, retry } from './starting.ts';
import type { Report, SchedulerEffect, Try, View } from './step.ts';

/** Between RESTART and the next STARTING of a failed run; the facts name no number. */
const restartMs = 1000;

/** An agent speaks of a try: it runs, it ended, or there was nothing to run. Of any but the present try nothing is heard. */
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
      return runs(record, of, now);
    case 'bypassed':
      return [
        {
          kind: 'record',
          job: of.job,
          patch: endOf(record, 'SUCCESS', now, 0),
          because: 'bypassed, as it is ON_NOEXEC',
        },
      ];
    case 'ended':
      return ended(record, of, report.exitCode, now);
    default:
      return report satisfies never;
  }
}

/** The wait after a failure is over. */
export function retryDue(view: View, of: Try, now: Date): readonly SchedulerEffect[] {
  const record = view.job(of.job);
  const isDue = record?.status === 'RESTART' && isPresent(record, of);
  return isDue ? retry(record, now) : [];
}

/** The try has run for `term_run_time` (documented: then TERMINATED). */
export function overran(view: View, of: Try, now: Date): readonly SchedulerEffect[] {
  const record = view.job(of.job);
  if (!record || !isPresent(record, of) || !isActive(record.status)) return [];
  const because = `term_run_time: it ran for ${record.job.terminateAfterMinutes} minutes`;
  return terminate(view, record, because, now);
}

/**
 * SUCCESS or FAILURE by the exit code: with fail_codes it alone decides and what it does not list is success; else success_codes
 * alone; else success up to max_exit_success (Broadcom KB 408778).
 */
export function toExitStatus(rule: ExitCodeRule, exitCode: number): 'SUCCESS' | 'FAILURE' {
  const lists = (ranges: NonNullable<ExitCodeRule['failCodes']>) =>
    ranges.some(([from, to]) => from <= exitCode && exitCode <= to);
  const { failCodes, successCodes, maxExitSuccess } = rule;
  if (failCodes) return lists(failCodes) ? 'FAILURE' : 'SUCCESS';
  if (successCodes) return lists(successCodes) ? 'SUCCESS' : 'FAILURE';
  return exitCode <= maxExitSuccess ? 'SUCCESS' : 'FAILURE';
}

function runs(record: JobRecord, of: Try, now: Date): readonly SchedulerEffect[] {
  // An operator may have changed the status meanwhile; the agent's word does not take that back.
  if (record.status !== 'STARTING') return [];
  const machine = record.job.machine ?? 'localhost';
  return [
    {
      kind: 'record',
      job: of.job,
      patch: { status: 'RUNNING' },
      because: `it runs on ${machine}`,
      text: `Executing at ${machine}`,
    },
    ...overrunTimer(record, of, now),
  ];
}

function ended(
  record: JobRecord,
  of: Try,
  exitCode: number,
  now: Date,
): readonly SchedulerEffect[] {
  const status = toExitStatus(record.job.exitCodes, exitCode);
  const because = `it ended with exit code ${exitCode}`;
  const end = {
    kind: 'record',
    job: of.job,
    patch: endOf(record, status, now, exitCode),
    because,
  } as const;
  if (status === 'SUCCESS') return [end];
  if (record.retriesLeft > 0) return [{ ...end, passing: true }, ...restart(record, of, now)];
  return [end, ...alarms(record, of, because)];
}

/** FAILURE is passed through on the way to RESTART: dependents and box hear of the last try only (inferred). */
function restart({ job, retriesLeft }: JobRecord, of: Try, now: Date): readonly SchedulerEffect[] {
  const because = `${retriesLeft} of ${job.retries} retries left`;
  const at = new Date(now.getTime() + restartMs);
  return [
    { kind: 'record', job: of.job, patch: { status: 'RESTART' }, because, passing: true },
    { kind: 'later', signal: { kind: 'retry', of }, at },
  ];
}

/** alarm_if_fail is off unless the job says otherwise (third party; the facts name no default). */
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
