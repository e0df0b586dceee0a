import type { LastChanged } from './autorep/index.ts';
import type { JobStatus } from './status.ts';

/** A global variable as AutoSys tells it. */
export type GlobalView =
  | {
      readonly kind: 'value';
      readonly value: string;
      /** Known where a list was read, and only of some releases. */
      readonly lastChanged?: LastChanged;
    }
  | { readonly kind: 'unset' }
  /** This release or wire profile cannot read one back. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** When a global variable was last changed, as AutoSys shows it. */
export type LastChangedView =
  | ({ readonly kind: 'known' } & LastChanged)
  /** AutoSys answered, and does not show it. */
  | { readonly kind: 'notShown' }
  /** The list that would show it could not be read now. */
  | { readonly kind: 'notNow'; readonly reason: string };

/** A job as AutoSys tells it, as far as it tells. */
export interface JobView {
  readonly status: JobStatus;
  /** Marked to be bypassed, which some replies say beside the status. */
  readonly onNoExec: boolean;
  readonly lastRun: {
    /** AutoSys raises it at every start, and may count all jobs with it: the next one is higher, not one higher. */
    readonly run?: number;
    readonly startedAt?: Date;
  };
}
