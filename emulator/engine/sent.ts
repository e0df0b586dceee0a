import type { ChangeStatusEvent } from '../../autosys/event.ts';
import type { GlobalName } from '../../autosys/names.ts';
import { isActive, isTerminal, type JobStatus } from '../../autosys/status.ts';
import { eventSupport } from '../event-support.ts';
import type { QueuedEvent } from '../instance-types.ts';
import { changeMachine } from '../machines.ts';
import type { JobRecord } from '../record.ts';
import { resetMembers, terminate } from './box.ts';
import { hold, ice, markNoexec, release, unmarkNoexec } from './marks.ts';
import { considerStart, startJob } from './starting.ts';
import type { SchedulerEffect, View } from './step.ts';

/** The effects of an event that a user sent, when it is processed. */
export function sent(view: View, event: QueuedEvent, now: Date): readonly SchedulerEffect[] {
  switch (event.kind) {
    case 'SET_GLOBAL':
      return setGlobalVariable(view, event.globalVariable, event.value);
    case 'MACH_OFFLINE':
    case 'MACH_ONLINE':
      return changeMachine(view, event);
    case 'STOP_DEMON':
      return refuse(eventSupport.STOP_DEMON.note);
    default:
      return sentToJob(view, event, now);
  }
}

type JobEvent = Exclude<
  QueuedEvent,
  { kind: 'SET_GLOBAL' | 'MACH_OFFLINE' | 'MACH_ONLINE' | 'STOP_DEMON' }
>;

function sentToJob(view: View, event: JobEvent, now: Date): readonly SchedulerEffect[] {
  // An alarm may be about no job; it only has its line in the log.
  if (event.job === undefined) return [];
  const record = view.job(event.job);
  if (!record) return refuse(`CAUAJM_E_50027 Invalid Job Name: ${event.job}`);
  return actOn(view, record, event, now);
}

function actOn(
  view: View,
  record: JobRecord,
  event: JobEvent,
  now: Date,
): readonly SchedulerEffect[] {
  switch (event.kind) {
    case 'STARTJOB':
      return considerStart(view, record, { kind: 'startJob', because: 'STARTJOB' }, now);
    case 'FORCE_STARTJOB':
      return forceStart(view, record, now);
    case 'KILLJOB':
      return kill(view, record, event.signals, now);
    case 'CHANGE_STATUS':
      return changeStatus(view, record, event.status, now);
    case 'JOB_ON_HOLD':
      return hold(record);
    case 'JOB_ON_ICE':
      return ice(record);
    case 'JOB_OFF_HOLD':
      return release(view, record, 'ON_HOLD');
    case 'JOB_OFF_ICE':
      return release(view, record, 'ON_ICE');
    case 'JOB_ON_NOEXEC':
      return markNoexec(view, record);
    case 'JOB_OFF_NOEXEC':
      return unmarkNoexec(view, record);
    case 'CHANGE_PRIORITY':
      return [
        {
          kind: 'record',
          job: event.job,
          patch: { queuePriority: event.priority },
          because: `CHANGE_PRIORITY ${event.priority}`,
        },
      ];
    case 'DELETEJOB':
      if (isActive(record.status)) return note(`${event.job} is ${record.status}, not deleted`);
      return [{ kind: 'delete', job: event.job }];
    case 'SEND_SIGNAL':
      return sendSignals(record, event.signals);
    case 'COMMENT':
    case 'ALARM':
      return [];
    case 'RESTARTJOB':
    case 'SUSPENDJOB':
    case 'RESUMEJOB':
    case 'RELEASE_RESOURCE':
    case 'REPLY_RESPONSE':
      return refuse(eventSupport[event.kind].note);
    default:
      return event satisfies never;
  }
}

/**
 * Wakes the jobs whose starting conditions read the variable; the word DELETE removes it
 * (inferred).
 */
function setGlobalVariable(
  view: View,
  name: GlobalName,
  value: string,
): readonly SchedulerEffect[] {
  const because = `SET_GLOBAL ${name}=${value}`;
  const isSame = view.globalVariable(name)?.value === value;
  const set = {
    kind: 'globalVariable',
    name,
    value: value === 'DELETE' ? undefined : value,
    because,
  } as const;
  if (isSame && !view.sameValueTriggers) return [set];
  return [set, ...wake(view.waitersOnGlobalVariable(name), because)];
}

/** Each waiting job evaluates its condition again. */
export function wake(
  waiters: Iterable<JobRecord['job']['name']>,
  because: string,
): SchedulerEffect[] {
  return [...waiters].map((job) => {
    const trigger = { kind: 'condition', because } as const;
    return { kind: 'then', signal: { kind: 'consider', job, trigger } };
  });
}

/**
 * Starts regardless of conditions, dates and box (documented). A running job is not started again.
 */
function forceStart(view: View, record: JobRecord, now: Date): readonly SchedulerEffect[] {
  const { status, job } = record;
  if (isActive(status)) return note(`${job.name} is ${status} already`);
  if ((record.onHold || record.onIce) && !view.forceStartsHeld) {
    return note(`${job.name} is ${status}, and this instance does not start such a job by force`);
  }
  return startJob(view, record, 'FORCE_STARTJOB', now);
}

function kill(
  view: View,
  record: JobRecord,
  signals: string | undefined,
  now: Date,
): readonly SchedulerEffect[] {
  const { status, job } = record;
  const isWaiting = status === 'PEND_MACH' || status === 'QUE_WAIT' || status === 'RESWAIT';
  if (!isActive(status) && !isWaiting) return note(`${job.name} is ${status}, nothing to kill`);
  const cause = { because: 'KILLJOB', ...(signals !== undefined && { signals }) };
  return terminate(view, record, cause, now);
}

function sendSignals({ job, status, run }: JobRecord, signals: string): readonly SchedulerEffect[] {
  if (!isActive(status)) return note(`${job.name} does not run`);
  return [{ kind: 'signal', of: { job: job.name, run: run.run, try: run.try }, signals }];
}

/**
 * Changes only the record: starts and kills nothing, but a terminal status wakes dependents
 * (inferred). The times change as for an agent's report (inferred), because look-back conditions
 * read them.
 */
function changeStatus(
  view: View,
  record: JobRecord,
  status: ChangeStatusEvent['status'],
  now: Date,
): readonly SchedulerEffect[] {
  if (status === 'REFRESH_DEPENDENCIES') {
    return wake([record.job.name], 'CHANGE_STATUS REFRESH_DEPENDENCIES');
  }
  if (status === 'REFRESH_FILEWATCHER') return refuse('file watchers are not emulated');
  const because = `CHANGE_STATUS ${status}`;
  const patch = { status, ...timesOf(record, status, now) };
  const changed = { kind: 'record', job: record.job.name, patch, because } as const;
  const resets = status === 'INACTIVE' && record.job.type === 'BOX';
  return [changed, ...(resets ? resetMembers(view, record) : [])];
}

function timesOf(record: JobRecord, status: JobStatus, now: Date) {
  if (isTerminal(status)) {
    return { lastEnd: now, run: Object.freeze({ ...record.run, endedAt: now }) };
  }
  const begins = isActive(status) && !isActive(record.status);
  return begins ? { lastStart: now } : {};
}

function note(text: string): readonly SchedulerEffect[] {
  return [{ kind: 'note', text }];
}

function refuse(text: string): readonly SchedulerEffect[] {
  return [{ kind: 'note', text, refused: true }];
}
