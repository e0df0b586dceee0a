import type { JobReading } from '../../autosys/client/index.ts';
import type { Job } from '../../autosys/job.ts';
import type { JobName } from '../../autosys/names.ts';
import { hasTimes, isOnDay, nextTick, runWindowStateAt } from '../../autosys/schedule.ts';
import { findTimezone } from '../../autosys/wall-clock.ts';
import type { Fact } from './fact.ts';
import type { ShownJob } from './read-autosys.ts';
import type { FormatTime } from './time-text.ts';

/** A reason besides the condition why a job does not start. */
export interface StartObstacle {
  readonly kind: 'held' | 'iced' | 'queued' | 'box' | 'boxUnread' | 'date' | 'calendar' | 'window';
  readonly text: string;
  /** What would end it. */
  readonly ends: string;
  /** For `box`: the box that does not run. */
  readonly box?: JobName;
}

/** The facts of {@link findStartObstacles}. */
export interface StartObstacleFacts {
  readonly reading: JobReading;
  /** Absent if the definition could not be read. */
  readonly job?: Job;
  /** The box of the job. Absent if it is in no box. */
  readonly box?: Fact<ShownJob | undefined>;
  readonly now: Date;
  /** Timezone of the instance. */
  readonly timezone: string;
  readonly formatTime: FormatTime;
}

/**
 * The obstacles to the start of a job, besides its condition, the most decisive first. Pure.
 *
 * Whether a passed start time is still in effect is not shown by AutoSys, so a job is only said to
 * wait for its start time if no start time has passed since its last start.
 */
export function findStartObstacles(facts: StartObstacleFacts): readonly StartObstacle[] {
  return [...byStatus(facts), ...byBox(facts), ...byDate(facts), ...byWindow(facts)];
}

function byStatus({ reading: { job, status } }: StartObstacleFacts): readonly StartObstacle[] {
  switch (status) {
    case 'ON_HOLD':
      return [{ kind: 'held', text: `${job} is ON_HOLD`, ends: 'JOB_OFF_HOLD' }];
    case 'ON_ICE':
      return [{ kind: 'iced', text: `${job} is ON_ICE`, ends: 'JOB_OFF_ICE' }];
    case 'QUE_WAIT':
    case 'PEND_MACH':
    case 'RESWAIT': {
      const ends = status === 'PEND_MACH' ? 'its machine online again' : 'room for it in AutoSys';
      return [{ kind: 'queued', text: `its conditions are met, and it is in ${status}`, ends }];
    }
    default:
      return [];
  }
}

function byBox({ reading, job, box }: StartObstacleFacts): readonly StartObstacle[] {
  const name = job?.box;
  if (name === undefined || box === undefined) return [];
  if (box.kind === 'unread') {
    const text = `AutoSys does not show its box ${name}: ${box.reason}`;
    return [{ kind: 'boxUnread', text, ends: `the status RUNNING of ${name}` }];
  }
  const shown = box.value?.reading;
  if (shown === undefined) {
    const text = `its box ${name} is not defined`;
    return [{ kind: 'box', text, ends: `a definition of ${name}` }];
  }
  if (shown.status !== 'RUNNING') {
    const text = `its box ${name} is ${shown.status}`;
    return [{ kind: 'box', text, ends: `the start of ${name}`, box: name }];
  }
  const { run } = shown.lastRun;
  if (run === undefined || run === 0 || reading.lastRun.run !== run) return [];
  const text = `it has run in run ${run} of its box ${name} already`;
  return [{ kind: 'box', text, ends: `another start of ${name}, or FORCE_STARTJOB` }];
}

function byDate({ reading, job, now, timezone, formatTime }: StartObstacleFacts) {
  const none: readonly StartObstacle[] = [];
  const { schedule } = job ?? {};
  if (!job || !schedule) return none;
  const calendar = findCalendar(job);
  if (calendar !== undefined) {
    const text = `${calendar} decides its days, and this command does not read calendars`;
    return [
      {
        kind: 'calendar',
        text,
        ends: `a start time on a day of it; see autocal_asc ${calendar.split(' ')[1]}`,
      },
    ] as const;
  }
  const zone = toZone(job.timezone, timezone);
  const next = nextTick(schedule, now, zone);
  if (!hasTimes(schedule)) {
    if (isOnDay(schedule, now, zone)) return none;
    return [{ kind: 'date', text: 'today is not one of its days', ends: 'its next day' }] as const;
  }
  const { startedAt, run } = reading.lastRun;
  const passed = findLastTick(job, now, timezone);
  const isUsed = passed === undefined || (startedAt !== undefined && startedAt >= passed);
  if (!isUsed || (startedAt === undefined && run !== 0)) return none;
  const ends = next ? `its next start time, ${formatTime(next)}` : 'a new start time';
  return [{ kind: 'date', text: 'its start time is not reached', ends }] as const;
}

function byWindow({ job, now, timezone, formatTime }: StartObstacleFacts) {
  const none: readonly StartObstacle[] = [];
  // Without date conditions AutoSys ignores the run window (documented).
  if (!job?.schedule || !job.runWindow) return none;
  const zone = toZone(job.timezone, timezone);
  const state = runWindowStateAt(job.runWindow, now, zone);
  if (state.kind === 'inside') return none;
  const everyDay = [0, 1, 2, 3, 4, 5, 6] as const;
  const daily = { daysOfWeek: everyDay, startTimes: [job.runWindow.from], startMins: [] };
  const opensAt = nextTick(daily, now, zone);
  const ends = opensAt ? `its opening at ${formatTime(opensAt)}` : 'its opening';
  return [{ kind: 'window', text: 'its run window is closed', ends }] as const;
}

/** The next start time of a job. `undefined` if it has no start times. */
export function findNextTick({ schedule, timezone }: Job, after: Date, instanceZone: string) {
  if (!schedule || !hasTimes(schedule)) return undefined;
  return nextTick(schedule, after, toZone(timezone, instanceZone));
}

/** Times that are searched for a passed start time. The short ones first: a schedule may be dense. */
const searchedMs = [3_600_000, 26 * 3_600_000, 8 * 86_400_000];

/** The last start time of a job at or before an instant. `undefined` if there is none in a week. */
export function findLastTick(job: Job, before: Date, timezone: string): Date | undefined {
  const { schedule } = job;
  if (!schedule || !hasTimes(schedule)) return undefined;
  const zone = toZone(job.timezone, timezone);
  for (const lengthMs of searchedMs) {
    let last: Date | undefined;
    let from = new Date(before.getTime() - lengthMs);
    for (;;) {
      const tick = nextTick(schedule, from, zone);
      if (tick === undefined || tick > before) break;
      last = tick;
      from = tick;
    }
    if (last) return last;
  }
  return undefined;
}

function findCalendar({ attributes }: Job): string | undefined {
  const found = attributes.findLast(
    ([name, value]) => /^(run|exclude)_calendar$/.test(name) && value !== '',
  );
  return found && found.join(' ');
}

function toZone(timezone: string | undefined, instanceZone: string): string {
  return (timezone !== undefined && findTimezone(timezone)) || instanceZone;
}
