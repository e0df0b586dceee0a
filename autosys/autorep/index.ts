export { parseDate, printDate, readDate } from './date.ts';
export { definitionsCommand } from './definitions.ts';
export type { DetailEntry, DetailedEntry, EventState } from './details.ts';
export { printDetails } from './details.ts';
export type { GlobalColumns, GlobalEntry } from './globals.ts';
export { printGlobals } from './globals.ts';
export type { AutorepQuery, AutorepSubject } from './query.ts';
export { parseAutorep } from './query.ts';
export { type ReadDetail, readDetails } from './read-details.ts';
export {
  type GlobalTable,
  type LastChanged,
  type ListedGlobal,
  readGlobals,
} from './read-globals.ts';
export type { ReportStyle, SummaryEntry, SummaryRow } from './summary.ts';
export { printSummary, readSummary } from './summary.ts';
export { isAll, isWildcard, matchesWildcard } from './wildcard.ts';
