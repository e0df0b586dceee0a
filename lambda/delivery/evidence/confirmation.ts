import type { Failure } from '../../errors.ts';
import type { KnownState } from './job-evidence.ts';

/** What AutoSys says when it is read back. */
export type Confirmation =
  | { readonly kind: 'confirmed'; readonly at: Date }
  /**
   * Not visible within the time; the scheduler may still be about to act. `away` where AutoSys could not be read, `queued`
   * where AutoSys shows the event itself, still waiting for its turn, `shows` where it shows a state that is known.
   */
  | {
      readonly kind: 'notYet';
      readonly found: string;
      readonly away?: Failure;
      readonly queued?: true;
      readonly shows?: KnownState;
    }
  /** AutoSys shows a state that is neither ours nor the one from before the first send. */
  | { readonly kind: 'changed'; readonly found: string }
  /** There is no way to read this effect back, here or at all. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** There is nothing left for the event to do, such as to kill a run that is over. */
  | { readonly kind: 'moot'; readonly reason: string }
  /** AutoSys took the event and will not act on it, or must not any more: a person must look. */
  | { readonly kind: 'failed'; readonly reason: string };

/** The event as we have sent it: what it is known by where AutoSys tells more than the state of the job. */
export interface SentEvent {
  /** Occurs in the comment of our event and of no other to the job; absent where its comment has none. */
  readonly mark?: string;
  readonly sentAt: Date;
  /** AutoSys said that it took the event. */
  readonly acknowledged: boolean;
  /** Asks whether this run of the job may be taken for the effect of our event, and no other of ours' from then on. */
  readonly credit: (run: string) => Promise<boolean>;
}

/** What one look tells. */
export type ReadBack =
  | { readonly kind: 'shows' }
  | Exclude<Confirmation, { readonly kind: 'confirmed' }>;
