import type { LastChanged } from './autorep/index.ts';
import type { JobStatus } from './status.ts';

/** A global variable as AutoSys shows it. */
export type GlobalView =
  | {
      readonly kind: 'value';
      readonly value: string;
      /** Only from a list of variables, and only for some releases. */
      readonly lastChanged?: LastChanged;
    }
  | { readonly kind: 'unset' }
  /** This release or wire profile cannot read global variables. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** When a global variable was last changed, as AutoSys shows it. */
export type LastChangedView =
  | ({ readonly kind: 'known' } & LastChanged)
  /** AutoSys answered without it. */
  | { readonly kind: 'notShown' }
  /** The list that would show it could not be read now. */
  | { readonly kind: 'notNow'; readonly reason: string };

/** A job as AutoSys shows it. */
export interface JobView {
  readonly status: JobStatus;
  /** Whether the job is set to ON_NOEXEC. Some replies show it beside the status. */
  readonly onNoExec: boolean;
  readonly lastRun: {
    /** Rises with every start. AutoSys may count all jobs together, so numbers may be skipped. */
    readonly run?: number;
    /** `ntry` of that run, from 1. */
    readonly try?: number;
    readonly startedAt?: Date;
    /** Absent while the run is active. */
    readonly endedAt?: Date;
    readonly exitCode?: number;
  };
}

/** A detail that AutoSys does not show. This is a result, not an error. */
export interface UnreadableView {
  readonly kind: 'unreadable';
  readonly reason: string;
  /**
   * Whether the wire profile has no request for it, so that it can never be read.
   * @default false
   */
  readonly isLacking?: boolean;
}

/** One run of a job, with the status that it ended with or has now. */
export type JobRunView = JobView['lastRun'] & Pick<JobView, 'status'>;

/** The last runs of a job, the newest first. */
export type JobRunsView =
  | { readonly kind: 'runs'; readonly runs: readonly JobRunView[] }
  /** This release or wire profile cannot list them. */
  | UnreadableView;

/** Jobs as one list shows them. */
export type JobListView =
  | {
      readonly kind: 'list';
      readonly jobs: ReadonlyMap<string, JobView>;
      /** Number of printed lines: a measure of what the list costs AutoSys. */
      readonly lines: number;
    }
  /** This release or wire profile cannot list jobs. */
  | { readonly kind: 'unreadable'; readonly reason: string };
