import type { TimeFormat } from '../ledger/times.ts';

/** Formats an instant for people: the short form, in the timezone of the instance. */
export type FormatTime = TimeFormat['short'];
