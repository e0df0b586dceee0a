import { printCondition } from '../../autosys/condition/index.ts';
import { hasTimes, isOnDay, runWindowStateAt } from '../../autosys/schedule.ts';
import { isActive } from '../../autosys/status.ts';
import type { JobRecord } from '../record.ts';
import type { View } from './step.ts';

/** One reason why a job cannot start now, in words. */
export interface Obstacle {
  readonly kind: 'active' | 'queued' | 'held' | 'iced' | 'box' | 'condition' | 'date' | 'window';
  readonly text: string;
  /** For a run window that opens soon: the instant of the next attempt. */
  readonly opensAt?: Date;
}

/**
 * Every reason why the job cannot start now; empty if it may start (documented: date arm,
 * condition, box RUNNING and the job not yet run in this box run, not held or iced, inside its run
 * window).
 */
export function obstaclesOf(view: View, record: JobRecord, now: Date): readonly Obstacle[] {
  return [
    ...byStatus(record),
    ...byBox(view, record),
    ...byCondition(view, record, now),
    ...byDate(view, record, now),
  ];
}

/**
 * True when the job has run in the present, or last, run of its box. A job runs once per box run
 * (documented).
 */
export function hasRunInBox(view: View, record: JobRecord): boolean {
  const box = record.job.box === undefined ? undefined : view.job(record.job.box);
  return box !== undefined && record.run.try > 0 && record.run.run === box.run.run;
}

function byStatus({ job, status }: JobRecord): readonly Obstacle[] {
  if (isActive(status)) return [{ kind: 'active', text: `${job.name} is ${status} already` }];
  if (status === 'QUE_WAIT' || status === 'PEND_MACH' || status === 'RESWAIT') {
    const forWhat = status === 'PEND_MACH' ? ` for machine ${job.machine}` : '';
    return [{ kind: 'queued', text: `${job.name} waits in ${status}${forWhat}` }];
  }
  if (status === 'ON_HOLD') return [{ kind: 'held', text: `${job.name} is ON_HOLD` }];
  if (status === 'ON_ICE') return [{ kind: 'iced', text: `${job.name} is ON_ICE` }];
  return [];
}

function byBox(view: View, record: JobRecord): readonly Obstacle[] {
  const { box: name } = record.job;
  if (name === undefined) return [];
  const box = view.job(name);
  if (box?.status !== 'RUNNING') {
    return [{ kind: 'box', text: `its box ${name} is ${box?.status ?? 'not defined'}` }];
  }
  if (!hasRunInBox(view, record)) return [];
  return [{ kind: 'box', text: `it has run in run ${box.run.run} of its box ${name} already` }];
}

function byCondition(view: View, record: JobRecord, now: Date): readonly Obstacle[] {
  const { condition } = record.job;
  if (!condition || view.holds(condition, record, now)) return [];
  return [{ kind: 'condition', text: `its condition ${printCondition(condition)} is false` }];
}

function byDate(view: View, { job, armed }: JobRecord, now: Date): readonly Obstacle[] {
  // With date_conditions 0 every time attribute is ignored, also the run window (documented); the
  // schedule is then undefined.
  if (!job.schedule) return [];
  const zone = job.timezone ?? view.timezone;
  const obstacles: Obstacle[] = [];
  if (hasTimes(job.schedule)) {
    if (!armed) obstacles.push({ kind: 'date', text: 'its start time is not reached' });
  } else if (!isOnDay(job.schedule, now, zone)) {
    // Days without times only limit the days on which the condition may start it (inferred).
    obstacles.push({ kind: 'date', text: 'today is not one of its days' });
  }
  const windowState = job.runWindow
    ? runWindowStateAt(job.runWindow, now, zone)
    : { kind: 'inside' as const };
  if (windowState.kind === 'before') {
    const text = `its run window opens at ${windowState.opensAt.toISOString()}`;
    obstacles.push({ kind: 'window', text, opensAt: windowState.opensAt });
  } else if (windowState.kind === 'closed') {
    obstacles.push({ kind: 'window', text: 'its run window is closed' });
  }
  return obstacles;
}
