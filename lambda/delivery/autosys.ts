import type { Entry } from '../ledger/entry.ts';
import type { AutosysReader } from './confirm.ts';
import type { JobLists } from './job-lists.ts';
import type { EventSender } from './send.ts';

/** One AutoSys instance, as the functions use it. */
export interface Autosys {
  readonly port: EventSender & AutosysReader;
  /** @default - jobs are read one by one, and earlier runs cannot be read */
  readonly jobs?: JobLists;
  readonly confirmWithinMs: number;
  /** Maximum age of an entry in milliseconds; an older one is parked. */
  readonly deadlineMs: number;
  /**
   * Whether events that are older than the deadline, or replayed from an archive, have an effect.
   */
  readonly oldEvents: 'park' | 'allow';
  /** Maximum number of entries that one drain starts in a second. */
  readonly drainPerSecond: number;
  /**
   * Whether its last reply showed a clock that differs by minutes from the function's.
   * @default - not known
   */
  readonly clockDiffers?: () => boolean;
}

/** An entry under a lease of this function, as it is stored. */
export interface ClaimedEntry {
  readonly entry: Entry;
  readonly revision: number;
  /** It may have reached AutoSys, so it is read back first. */
  readonly readBackFirst: boolean;
}
