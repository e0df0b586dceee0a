import { printCondition } from '../../autosys/condition/index.ts';
import type { JobName } from '../../autosys/names.ts';
import type { JobRecord } from '../record.ts';
import { activateMembers } from './box.ts';
import { hasRunInBox, type Obstacle, obstaclesOf } from './obstacles.ts';
import type { SchedulerEffect, Trigger, Try, View } from './step.ts';

/** The obstacles that a trigger ignores: STARTJOB ignores dates and times (documented). */
const ignoredByTrigger: Readonly<Record<Trigger['kind'], readonly Obstacle['kind'][]>> = {
  condition: [],
  // The tick is the date arm itself.
  tick: ['date'],
  startJob: ['date', 'window'],
  box: [],
  offHold: [],
  window: [],
  // A job that leaves a queue checks dependencies again, but not dates (EvaluateQueuedJobStarts 1,
  // the default; documented).
  machine: ['queued', 'date', 'window'],
};

/**
 * Starts the job if there is no obstacle. Else arms it, waits for its run window, or notes the
 * obstacle.
 */
export function considerStart(
  view: View,
  record: JobRecord,
  trigger: Trigger,
  now: Date,
): readonly SchedulerEffect[] {
  const { job } = record;
  // Off hold, a job that has no reason to start keeps its status (inferred).
  const hasReasonToStart = job.condition || record.armed || job.box !== undefined;
  if (trigger.kind === 'offHold' && !hasReasonToStart) return [];
  const ignored = ignoredByTrigger[trigger.kind];
  const obstacles = obstaclesOf(view, record, now).filter(({ kind }) => !ignored.includes(kind));
  if (obstacles.length === 0) return startJob(view, record, formatReason(record, trigger), now);
  const [first] = obstacles;
  if (trigger.kind === 'startJob') return [{ kind: 'note', text: first?.text ?? '' }];
  if (obstacles.every(({ kind }) => kind === 'window'))
    return awaitWindow(record, obstacles, trigger);
  return trigger.kind === 'tick' && isArming(obstacles) ? [arm(record, trigger)] : [];
}

/**
 * Begins a run regardless of conditions. A box becomes RUNNING at once, a job STARTING; a job on an
 * offline machine becomes PEND_MACH.
 */
export function startJob(
  view: View,
  record: JobRecord,
  because: string,
  now: Date,
): readonly SchedulerEffect[] {
  const { job } = record;
  const isOffline = job.machine !== undefined && view.machineStatus(job.machine) === 'Offline';
  if (isOffline && !record.noexec) {
    const text = `machine ${job.machine} is offline`;
    return [{ kind: 'record', job: job.name, patch: { status: 'PEND_MACH' }, because: text, text }];
  }
  const of = nextTry(view, record);
  const begun = { ...beginTry(of, now), retriesLeft: job.retries };
  if (job.type !== 'BOX') return begin(record, of, begun, because);
  return [
    { kind: 'record', job: job.name, patch: { ...begun, status: 'RUNNING' }, because },
    ...overrunTimer(record, of, now),
    ...activateMembers(view, record, because),
  ];
}

/** The next try of the run that failed. */
export function retry(record: JobRecord, now: Date): readonly SchedulerEffect[] {
  const of = { job: record.job.name, run: record.run.run, try: record.run.try + 1 };
  const retriesLeft = record.retriesLeft - 1;
  const because = `try ${of.try} after a failure, ${retriesLeft} of ${record.job.retries} retries left`;
  return begin(record, of, { ...beginTry(of, now), retriesLeft }, because);
}

/** `term_run_time` counts from RUNNING. */
export function overrunTimer({ job }: JobRecord, of: Try, now: Date): readonly SchedulerEffect[] {
  const { terminateAfterMinutes } = job;
  if (terminateAfterMinutes === undefined || terminateAfterMinutes <= 0) return [];
  const at = new Date(now.getTime() + terminateAfterMinutes * 60_000);
  return [{ kind: 'later', signal: { kind: 'overran', of }, at }];
}

function begin(
  { job, noexec }: JobRecord,
  of: Try,
  begun: ReturnType<typeof beginTry> & { readonly retriesLeft: number },
  because: string,
): readonly SchedulerEffect[] {
  return [
    { kind: 'record', job: job.name, patch: { ...begun, status: 'STARTING' }, because },
    { kind: 'begin', of, bypass: noexec },
  ];
}

/** A start clears the arm (Broadcom community threads 734033, 801986). */
function beginTry(of: Try, now: Date) {
  const run = Object.freeze({ run: of.run, try: of.try, startedAt: now });
  return { run, lastStart: now, armed: false };
}

/**
 * `run_num` increases with each start; members take the box's number (documented). A member that is
 * forced a second time in one box run counts as its next try, so that run and try stay unique
 * (inferred).
 */
function nextTry(view: View, record: JobRecord): Try {
  const job: JobName = record.job.name;
  const box = record.job.box === undefined ? undefined : view.job(record.job.box);
  // A box that was set to RUNNING only by CHANGE_STATUS may have no number.
  if (box?.status !== 'RUNNING' || box.run.run === 0) return { job, run: view.nextRun, try: 1 };
  return { job, run: box.run.run, try: hasRunInBox(view, record) ? record.run.try + 1 : 1 };
}

/** The event, and the condition that allowed it to start the job. */
function formatReason({ job }: JobRecord, { because }: Trigger): string {
  return job.condition ? `${because}, and ${printCondition(job.condition)} holds` : because;
}

/**
 * A tick arms the job for a later event of its condition, also under hold; but not outside a
 * running box, not on ice, not while running (inferred).
 */
function isArming(obstacles: readonly Obstacle[]): boolean {
  return obstacles.every(
    ({ kind }) => kind === 'condition' || kind === 'held' || kind === 'window',
  );
}

function arm({ job }: JobRecord, { because }: Trigger): SchedulerEffect {
  return { kind: 'record', job: job.name, patch: { armed: true }, because };
}

/**
 * If an opening is near, the job waits; else it becomes INACTIVE (documented). At the opening
 * everything is checked again (inferred).
 */
function awaitWindow(
  record: JobRecord,
  obstacles: readonly Obstacle[],
  trigger: Trigger,
): readonly SchedulerEffect[] {
  const job = record.job.name;
  const [obstacle] = obstacles;
  if (!obstacle?.opensAt) {
    const because = obstacle?.text ?? '';
    return [{ kind: 'record', job, patch: { status: 'INACTIVE', armed: false }, because }];
  }
  const because = `its run window opened; before that, ${trigger.because}`;
  const signal = { kind: 'consider', job, trigger: { kind: 'window', because } } as const;
  return [
    ...(trigger.kind === 'tick' ? [arm(record, trigger)] : []),
    { kind: 'later', signal, at: obstacle.opensAt },
  ];
}
