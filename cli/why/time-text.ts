import type { TimeFormat } from '../ledger/times.ts';

/** Formats an instant for people, as in `tonight`: local time of the instance. */
export type FormatTime = TimeFormat['short'];
