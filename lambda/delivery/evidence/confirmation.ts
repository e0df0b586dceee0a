import type { Failure } from '../../errors.ts';
import type { KnownState } from './job-evidence.ts';

/** Result of a read-back. */
export type Confirmation =
  | { readonly kind: 'confirmed'; readonly at: Date }
  /**
   * Not visible within the time; the scheduler may still process it. `away`: AutoSys could not be
   * read. `queued`: AutoSys shows the event in its queue. `shows`: it shows a known other state.
   * `marker`: AutoSys shows that it has processed the event, or cannot show what became of it.
   */
  | {
      readonly kind: 'notYet';
      readonly found: string;
      readonly away?: Failure;
      readonly queued?: true;
      readonly shows?: KnownState;
      readonly marker?: 'processed' | 'unreadable';
    }
  /** AutoSys shows a state that is neither the requested one nor the one before the first send. */
  | { readonly kind: 'changed'; readonly found: string }
  /** This effect cannot be read back, in this release or at all. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** The event has nothing left to do, such as the kill of a run that has ended. */
  | { readonly kind: 'moot'; readonly reason: string }
  /** AutoSys accepted the event and will not or must not process it; it is parked. */
  | { readonly kind: 'failed'; readonly reason: string };

/** The sent event, and how it is recognised among the events of the job. */
export interface SentEvent {
  /** Text that only the comment of this event contains; absent if its comment has none. */
  readonly mark?: string;
  readonly sentAt: Date;
  /** AutoSys accepted the event (201). */
  readonly acknowledged: boolean;
  /**
   * Attributes a run of the job to this event; false if it belongs to another event of the bridge.
   */
  readonly attributeRun: (run: string) => Promise<boolean>;
}

/** Result of one read. */
export type ReadBack =
  | { readonly kind: 'shows' }
  | Exclude<Confirmation, { readonly kind: 'confirmed' }>;
