import { isActive } from '../../autosys/status.ts';
import type { JobRecord } from '../record.ts';
import { hasRunInBox } from './obstacles.ts';
import type { SchedulerEffect, View } from './step.ts';

/** JOB_ON_HOLD: the job will not run; its dependents are blocked and its box cannot finish. */
export function hold(record: JobRecord): readonly SchedulerEffect[] {
  return holdOrIce(record, 'ON_HOLD', 'JOB_ON_HOLD');
}

/** JOB_ON_ICE: the job will not run; its dependents run without it. */
export function ice(record: JobRecord): readonly SchedulerEffect[] {
  return holdOrIce(record, 'ON_ICE', 'JOB_ON_ICE');
}

/** A STARTING or RUNNING job cannot be held or iced (documented); its alarm is 509. */
function holdOrIce(
  { job, status, run }: JobRecord,
  to: 'ON_HOLD' | 'ON_ICE',
  because: string,
): readonly SchedulerEffect[] {
  if (isActive(status)) {
    const text = `${job.name} is ${status} and cannot be ${to}`;
    const of = { job: job.name, run: run.run, try: run.try };
    return [
      { kind: 'note', text },
      { kind: 'alarm', name: 'JOBNOT_ONICEHOLD', of, text },
    ];
  }
  return [{ kind: 'record', job: job.name, patch: { status: to }, because }];
}

/**
 * JOB_OFF_HOLD and JOB_OFF_ICE. Off hold, a job starts at once if its conditions hold; off ice, it
 * waits for them to recur (documented). It becomes ACTIVATED if its running box still waits for it,
 * else INACTIVE (inferred).
 */
export function release(
  view: View,
  record: JobRecord,
  from: 'ON_HOLD' | 'ON_ICE',
): readonly SchedulerEffect[] {
  const { job, status } = record;
  if (status !== from) return [{ kind: 'note', text: `${job.name} is ${status}, not ${from}` }];
  const because = from === 'ON_HOLD' ? 'JOB_OFF_HOLD' : 'JOB_OFF_ICE';
  const box = job.box === undefined ? undefined : view.job(job.box);
  const isWaited = from === 'ON_HOLD' && box?.status === 'RUNNING' && !hasRunInBox(view, record);
  const patch = { status: isWaited ? 'ACTIVATED' : 'INACTIVE' } as const;
  const released = { kind: 'record', job: job.name, patch, because } as const;
  if (from === 'ON_ICE') return [released];
  const trigger = { kind: 'offHold', because } as const;
  return [released, { kind: 'then', signal: { kind: 'consider', job: job.name, trigger } }];
}

/**
 * JOB_ON_NOEXEC: later runs are bypassed to SUCCESS. For a box, its members are marked too, as
 * autorep shows them (`SU/NE`).
 */
export function markNoexec(view: View, record: JobRecord): readonly SchedulerEffect[] {
  return setNoexec(view, record, { noexec: true }, 'JOB_ON_NOEXEC');
}

/** JOB_OFF_NOEXEC: later runs are executed again; the status does not change (documented). */
export function unmarkNoexec(view: View, record: JobRecord): readonly SchedulerEffect[] {
  return setNoexec(view, record, { noexec: false }, 'JOB_OFF_NOEXEC');
}

function setNoexec(
  view: View,
  { job }: JobRecord,
  patch: { readonly noexec: boolean },
  because: string,
): readonly SchedulerEffect[] {
  return [
    { kind: 'record', job: job.name, patch, because },
    ...view.members(job.name).flatMap((member) => setNoexec(view, member, patch, because)),
  ];
}
