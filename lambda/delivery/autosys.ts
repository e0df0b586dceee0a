import type { Entry } from '../ledger/entry.ts';
import type { AutosysReader } from './confirm.ts';
import type { EventSender } from './send.ts';

/** One AutoSys installation as the report needs it. */
export interface Autosys {
  readonly port: EventSender & AutosysReader;
  readonly confirmWithinMs: number;
  /** An entry that is older than this is parked. */
  readonly deadlineMs: number;
  /** Whether events that are older than the deadline, or that an archive replays, may act. */
  readonly oldEvents: 'park' | 'allow';
  /** How many entries a second one drain may begin. */
  readonly drainPerSecond: number;
  /** Whether its clock differs from ours by minutes, as its last answer shows. @default - it is not known to */
  readonly clockDiffers?: () => boolean;
}

/** An entry under a lease of this function, as it is stored. */
export interface ClaimedEntry {
  readonly entry: Entry;
  readonly revision: number;
  /** It may have reached AutoSys already. */
  readonly lookFirst: boolean;
}
