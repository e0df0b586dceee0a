import { printCondition } from '../../autosys/condition/index.ts';
import { isActive, isTerminal, type JobStatus } from '../../autosys/status.ts';
import type { JobRecord } from '../record.ts';
import type { SchedulerEffect, View } from './step.ts';

/**
 * The box is RUNNING now: its members, and those of boxes within, go to ACTIVATED, and its own are considered.
 *
 * What runs, is held or iced stays as it is. A box that has nothing to wait for ends at once (inferred).
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

/** ACTIVATED tells that the outermost box runs, so it reaches through boxes (AutoSys 11.3.6 reference, job states). */
function activateWithin(view: View, box: JobRecord): readonly SchedulerEffect[] {
  const because = `box ${box.job.name} is RUNNING`;
  return view.members(box.job.name).flatMap((member): readonly SchedulerEffect[] => {
    if (isActive(member.status) || member.onHold || member.onIce) return [];
    const patch = { status: 'ACTIVATED', armed: false } as const;
    const activated = { kind: 'record', job: member.job.name, patch, because } as const;
    return [activated, ...(member.job.type === 'BOX' ? activateWithin(view, member) : [])];
  });
}

/** Ends a job by force. A box ends as TERMINATED; its members go on running unless they have job_terminator. */
export function terminate(
  view: View,
  record: JobRecord,
  because: string,
  now: Date,
): readonly SchedulerEffect[] {
  const { job, run } = record;
  if (job.type === 'BOX') return endBox(view, record, 'TERMINATED', because, now);
  const of = { job: job.name, run: run.run, try: run.try };
  return [
    { kind: 'kill', of },
    { kind: 'record', job: job.name, patch: endOf(record, 'TERMINATED', now), because },
  ];
}

/** A run's end in the record. */
export function endOf(record: JobRecord, status: JobStatus, now: Date, exitCode?: number) {
  const run = { ...record.run, endedAt: now, ...(exitCode === undefined ? {} : { exitCode }) };
  return { status, run: Object.freeze(run), lastEnd: now, armed: false } as const;
}

/**
 * A member has come to another status: box_terminator may end its box, its completion may complete it.
 *
 * A box that failed turns to SUCCESS once every member has succeeded after all; TERMINATED sticks (Broadcom KB 92872 for the
 * moment of the check; the recovery of a failed box is inferred).
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

/** Completes the box if its rule says so now. */
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
 * box_failure and box_success each replace their half of the default rule (documented); that failure is asked first is inferred.
 * By default: FAILURE if any member failed, else SUCCESS, once all are done.
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

/** job_terminator: the box's failure kills the member (documented). */
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
    .flatMap((member) => terminate(view, member, because, now));
}

/** What had not started in the box run will not start any more: ACTIVATED becomes INACTIVE (inferred). */
function deactivateWithin(view: View, box: JobRecord): readonly SchedulerEffect[] {
  const because = `box ${box.job.name} has ended`;
  return view.members(box.job.name).flatMap((member): readonly SchedulerEffect[] => {
    if (member.status !== 'ACTIVATED') return [];
    const patch = { status: 'INACTIVE', armed: false } as const;
    const ended = { kind: 'record', job: member.job.name, patch, because } as const;
    return [ended, ...(member.job.type === 'BOX' ? deactivateWithin(view, member) : [])];
  });
}

/** CHANGE_STATUS of a box to INACTIVE resets its members (documented for NOEXEC boxes, else inferred); what runs is left alone. */
export function resetMembers(view: View, box: JobRecord): readonly SchedulerEffect[] {
  const because = `box ${box.job.name} was set to INACTIVE`;
  return view.members(box.job.name).flatMap((member): readonly SchedulerEffect[] => {
    if (isActive(member.status) || member.onHold || member.onIce) return [];
    const patch = { status: 'INACTIVE', armed: false } as const;
    const reset = { kind: 'record', job: member.job.name, patch, because } as const;
    return [reset, ...(member.job.type === 'BOX' ? resetMembers(view, member) : [])];
  });
}

/** A member its box no longer waits for: done, on ice, or put to INACTIVE within the run (the last two inferred). */
function isSettled({ status }: JobRecord): boolean {
  return isTerminal(status) || status === 'ON_ICE' || status === 'INACTIVE';
}

function hasSucceeded({ status }: JobRecord): boolean {
  return status === 'SUCCESS' || status === 'ON_ICE';
}
