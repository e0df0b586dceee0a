import { printCondition } from '../../autosys/condition/index.ts';
import { isActive, isTerminal, type JobStatus } from '../../autosys/status.ts';
import type { JobRecord } from '../record.ts';
import type { SchedulerEffect, View } from './step.ts';

/**
 * The box is RUNNING now: its members, and those of inner boxes, become ACTIVATED; its own members
 * are considered for a start.
 *
 * A running, held or iced member stays as it is. A box without a member to wait for ends at once
 * (inferred).
 */
export function activateMembers(
  view: View,
  box: JobRecord,
  because: string,
): readonly SchedulerEffect[] {
  const members = view.members(box.job.name);
  const trigger = { kind: 'box', because: `box ${box.job.name} is RUNNING: ${because}` } as const;
  const considered = members.map(({ job }) => {
    const signal = { kind: 'consider', job: job.name, trigger } as const;
    return { kind: 'then', signal } as const;
  });
  const settled = members.every(({ onIce }) => onIce);
  return [
    ...activateWithin(view, box),
    ...considered,
    ...(settled ? [{ kind: 'then', signal: { kind: 'settle', box: box.job.name } } as const] : []),
  ];
}

/**
 * ACTIVATED means that the outermost box runs, so it applies through inner boxes (AutoSys 11.3.6
 * reference, job states).
 */
function activateWithin(view: View, box: JobRecord): readonly SchedulerEffect[] {
  const because = `box ${box.job.name} is RUNNING`;
  return view.members(box.job.name).flatMap((member): readonly SchedulerEffect[] => {
    if (isActive(member.status) || member.onHold || member.onIce) return [];
    const patch = { status: 'ACTIVATED', armed: false } as const;
    const activated = { kind: 'record', job: member.job.name, patch, because } as const;
    return [activated, ...(member.job.type === 'BOX' ? activateWithin(view, member) : [])];
  });
}

/** Why a job is ended by force. */
export interface KillCause {
  readonly because: string;
  /** The signals that the event names. @default - those of the agent */
  readonly signals?: string;
}

/**
 * Ends a job by force. A box ends as TERMINATED; its members continue to run unless they have
 * job_terminator.
 */
export function terminate(
  view: View,
  record: JobRecord,
  { because, signals }: KillCause,
  now: Date,
): readonly SchedulerEffect[] {
  const { job, run } = record;
  if (job.type === 'BOX') return endBox(view, record, 'TERMINATED', because, now);
  const of = { job: job.name, run: run.run, try: run.try };
  return [
    { kind: 'kill', of, ...(signals !== undefined && { signals }) },
    { kind: 'record', job: job.name, patch: endOf(record, 'TERMINATED', now), because },
  ];
}

/** The change of a record at the end of a run. */
export function endOf(record: JobRecord, status: JobStatus, now: Date, exitCode?: number) {
  const run = { ...record.run, endedAt: now, ...(exitCode === undefined ? {} : { exitCode }) };
  return { status, run: Object.freeze(run), lastEnd: now, armed: false } as const;
}

/**
 * A member has changed its status: box_terminator may end its box, or its completion may complete
 * the box.
 *
 * A failed box becomes SUCCESS when every member has succeeded later; TERMINATED remains (Broadcom
 * KB 92872 for the moment of the check; the recovery of a failed box is inferred).
 */
export function memberChanged(
  view: View,
  member: JobRecord,
  now: Date,
): readonly SchedulerEffect[] {
  const { job, status } = member;
  const box = job.box === undefined ? undefined : view.job(job.box);
  if (!box) return [];
  const failed = status === 'FAILURE' || status === 'TERMINATED';
  if (failed && job.boxTerminator && box.status === 'RUNNING') {
    const because = `box_terminator: member ${job.name} is ${status}`;
    return endBox(view, box, 'TERMINATED', because, now);
  }
  return isSettled(member) ? settleBox(view, box, now) : [];
}

/** Completes the box if its rule is met now. */
export function settleBox(view: View, box: JobRecord, now: Date): readonly SchedulerEffect[] {
  if (box.status === 'RUNNING') {
    const verdict = verdictOn(view, box, now);
    return verdict ? endBox(view, box, verdict.status, verdict.because, now) : [];
  }
  const members = view.members(box.job.name);
  if (box.status !== 'FAILURE' || box.job.boxSuccess || !members.every(hasSucceeded)) return [];
  return endBox(view, box, 'SUCCESS', 'every member has succeeded after all', now);
}

/**
 * box_failure and box_success each replace their half of the default rule (documented); that
 * failure is checked first is inferred. Default: once all members are done, FAILURE if any failed,
 * else SUCCESS.
 */
function verdictOn(view: View, box: JobRecord, now: Date) {
  const { boxFailure, boxSuccess } = box.job;
  if (boxFailure && view.holds(boxFailure, box, now)) {
    return {
      status: 'FAILURE',
      because: `box_failure ${printCondition(boxFailure)} holds`,
    } as const;
  }
  if (boxSuccess && view.holds(boxSuccess, box, now)) {
    return {
      status: 'SUCCESS',
      because: `box_success ${printCondition(boxSuccess)} holds`,
    } as const;
  }
  const members = view.members(box.job.name);
  if (!members.every(isSettled)) return undefined;
  const failed = members.find(({ status }) => status === 'FAILURE' || status === 'TERMINATED');
  if (failed && !boxFailure) {
    return {
      status: 'FAILURE',
      because: `all members are done, ${failed.job.name} is ${failed.status}`,
    } as const;
  }
  if (failed || boxSuccess) return undefined;
  return { status: 'SUCCESS', because: 'all members are done, none failed' } as const;
}

function endBox(
  view: View,
  box: JobRecord,
  status: 'SUCCESS' | 'FAILURE' | 'TERMINATED',
  because: string,
  now: Date,
): readonly SchedulerEffect[] {
  const ended = { kind: 'record', job: box.job.name, because } as const;
  return [
    { ...ended, patch: endOf(box, status, now) },
    ...(status === 'SUCCESS' ? [] : terminateMembers(view, box, status, now)),
    ...deactivateWithin(view, box),
  ];
}

/** job_terminator: the failure of the box kills the member (documented). */
function terminateMembers(
  view: View,
  box: JobRecord,
  status: JobStatus,
  now: Date,
): readonly SchedulerEffect[] {
  const because = `job_terminator: box ${box.job.name} is ${status}`;
  return view
    .members(box.job.name)
    .filter((member) => member.job.jobTerminator && isActive(member.status))
    .flatMap((member) => terminate(view, member, { because }, now));
}

/**
 * A member that has not started in this box run cannot start any more: ACTIVATED becomes INACTIVE
 * (inferred).
 */
function deactivateWithin(view: View, box: JobRecord): readonly SchedulerEffect[] {
  const because = `box ${box.job.name} has ended`;
  return view.members(box.job.name).flatMap((member): readonly SchedulerEffect[] => {
    if (member.status !== 'ACTIVATED') return [];
    const patch = { status: 'INACTIVE', armed: false } as const;
    const ended = { kind: 'record', job: member.job.name, patch, because } as const;
    return [ended, ...(member.job.type === 'BOX' ? deactivateWithin(view, member) : [])];
  });
}

/**
 * CHANGE_STATUS of a box to INACTIVE resets its members (documented for NOEXEC boxes, else
 * inferred). Running members are not changed.
 */
export function resetMembers(view: View, box: JobRecord): readonly SchedulerEffect[] {
  const because = `box ${box.job.name} was set to INACTIVE`;
  return view.members(box.job.name).flatMap((member): readonly SchedulerEffect[] => {
    if (isActive(member.status) || member.onHold || member.onIce) return [];
    const patch = { status: 'INACTIVE', armed: false } as const;
    const reset = { kind: 'record', job: member.job.name, patch, because } as const;
    return [reset, ...(member.job.type === 'BOX' ? resetMembers(view, member) : [])];
  });
}

/**
 * True when the box does not wait for the member any more: done, on ice, or set to INACTIVE within
 * the run (the last two inferred).
 */
function isSettled({ status }: JobRecord): boolean {
  return isTerminal(status) || status === 'ON_ICE' || status === 'INACTIVE';
}

function hasSucceeded({ status }: JobRecord): boolean {
  return status === 'SUCCESS' || status === 'ON_ICE';
}
