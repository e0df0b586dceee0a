/**
 * One night of an AutoSys instance: what ran in AWS, what AutoSys was told, what it showed, and which
 * jobs waited for it. All times are in epoch milliseconds.
 */
export interface Night {
  readonly instance: string;
  /** IANA name of the timezone of the instance. */
  readonly timezone: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** When the facts were read. Runs that are still active last until then. */
  readonly madeMs: number;
  /** True if the ledger has more rows in this time than were read. */
  readonly isCut: boolean;
  /** Why the jobs of AutoSys could not be read. @default - they were read */
  readonly unread?: string;
  /** What a page does not show, because it would be too long. @default - nothing */
  readonly leftOut?: { readonly lanes: number; readonly runs: number; readonly jobs: number };
  /** Times in which AutoSys did not get events. */
  readonly bands: readonly NightBand[];
  /** One lane for each variable or job that the bridge sets. */
  readonly lanes: readonly NightLane[];
  /** What observed routes would have sent, oldest first. @default - nothing */
  readonly observed?: readonly NightObserved[];
}

/** An effect that an observed route would have sent. Nothing was sent. */
export interface NightObserved {
  /** As in {@link NightMark}. */
  readonly effect: string;
  readonly route: string;
  /** Name of the run for people. */
  readonly run: string;
  /** When the bridge received the event. */
  readonly receivedMs: number;
}

/** A time in which AutoSys did not get events. */
export interface NightBand {
  /** AutoSys was away, in a maintenance window, or the login of the bridge was suspended. */
  readonly kind: 'away' | 'window' | 'login';
  readonly fromMs: number;
  /** @default - it has not ended */
  readonly untilMs?: number;
  readonly reason: string;
}

/** Names of the kinds of bands, for people. */
export const bandNames: Readonly<Record<NightBand['kind'], string>> = {
  away: 'AutoSys away',
  window: 'maintenance window',
  login: 'login suspended',
};

/** A global variable or a job that the bridge sets, with the jobs that wait for it. */
export interface NightLane {
  readonly kind: 'global' | 'job' | 'group';
  readonly name: string;
  /** The runs in AWS that set it, oldest first. */
  readonly runs: readonly NightRun[];
  /** The AutoSys jobs whose condition names it. */
  readonly jobs: readonly NightJob[];
}

/** Status of a run in AWS, as far as the ledger knows it. */
export type NightRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'PENDING' | 'REQUESTED';

/** A run in AWS, or the day of a group. */
export interface NightRun {
  /** Name for people, such as `settlement:2026-11-30`. */
  readonly name: string;
  readonly status: NightRunStatus;
  readonly startedMs: number;
  /** @default - it is still active */
  readonly endedMs?: number;
  readonly marks: readonly NightMark[];
  /** @default - it is a run, not the day of a group */
  readonly group?: NightGroup;
}

/** A group on one business day. */
export interface NightGroup {
  /** Its states, oldest first. */
  readonly states: readonly NightGroupState[];
  /** Number of members that have succeeded, that must succeed, and of all members. */
  readonly succeeded: number;
  readonly need: number;
  readonly expect: number;
  /** Members with an event on this day that have not succeeded, with their status. */
  readonly open: readonly string[];
  /** Members without an event on this day, as far as the route file lists their names. */
  readonly missing: readonly string[];
  /** Number of further members without an event, whose names the route file does not list. */
  readonly unnamed: number;
}

/** A state of a group from one change to the next. */
export interface NightGroupState {
  readonly status: 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  readonly fromMs: number;
  /** @default - it is the present state of the day */
  readonly untilMs?: number;
}

/** One effect that the bridge requested in AutoSys. */
export interface NightMark {
  /** Such as `AWS_SETTLEMENT = SUCCEEDED` or `STARTJOB LOAD`. */
  readonly effect: string;
  readonly eventId: string;
  /** When AWS reported the change. */
  readonly changedMs: number;
  /** When the bridge received it. */
  readonly receivedMs: number;
  /** When AutoSys accepted it. @default - it has not */
  readonly acceptedMs?: number;
  /** When AutoSys showed it. @default - it has not, or it never can */
  readonly shownMs?: number;
  /** Why it is parked and since when. @default - it is not */
  readonly parked?: { readonly atMs: number; readonly reason: string };
  /** Why it waits. @default - it does not */
  readonly wait?: string;
}

/** An AutoSys job that waits for a variable or job of the bridge. */
export interface NightJob {
  readonly name: string;
  readonly status: string;
  /** One line: why it has started, or why it waits. */
  readonly why: string;
  /** Start of its last run in this time. @default - none */
  readonly startedMs?: number;
  /** End of that run. @default - it is still active */
  readonly endedMs?: number;
  /**
   * Since when it has waited: for the run, or for the next one if that run is over.
   * @default - it did not wait in this time
   */
  readonly waitsMs?: number;
  /** The change of the lane that let it start. @default - none, or it has not started */
  readonly releasedMs?: number;
}
