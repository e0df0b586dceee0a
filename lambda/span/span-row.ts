import { LedgerError } from '../errors.ts';
import { type GroupRecord, isGroupKey, parseGroup } from '../groups/group-row.ts';
import type { Launch } from '../launch/launch.ts';
import { parseLaunch, parseShortName, toShortNameKey } from '../launch/launch-row.ts';
import { type Entry, isPending } from '../ledger/entry.ts';
import { isWaitingForPerson } from '../ledger/entry-row.ts';
import { type InvalidEffectEntry, parseAnyEntry } from '../ledger/invalid-effect.ts';
import type { ObservedEntry } from '../ledger/observed.ts';
import { type Outage, parseOutage } from '../ledger/outage.ts';
import { parseObserved } from '../ledger/parse-observed.ts';
import type { Run } from '../ledger/run.ts';
import { parseRun } from '../ledger/run-row.ts';
import type { StoredRow } from '../ledger/table.ts';
import { isRequestKey, parseRequest } from '../request/request-row.ts';
import type { StoredRequest } from '../request/stored-request.ts';
import { isOver } from '../workload/workload.ts';

/** Prefix of the keys of rows that find the launch of a shortened name. */
const shortNamePrefix = toShortNameKey('');

/** A row of a time span, with its key. */
export type SpanRow =
  | { readonly kind: 'run'; readonly key: string; readonly run: Run }
  | {
      readonly kind: 'effect';
      readonly key: string;
      readonly entry: Entry | InvalidEffectEntry;
    }
  | { readonly kind: 'launch'; readonly key: string; readonly launch: Launch }
  | { readonly kind: 'request'; readonly key: string; readonly request: StoredRequest }
  | { readonly kind: 'outage'; readonly key: string; readonly outage: Outage }
  | { readonly kind: 'group'; readonly key: string; readonly group: GroupRecord }
  /** What an observed route would have sent. */
  | { readonly kind: 'observed'; readonly key: string; readonly observed: ObservedEntry }
  /** The row that finds the launch of a shortened name. */
  | { readonly kind: 'launchName'; readonly key: string; readonly launchKey: string }
  | { readonly kind: 'other'; readonly key: string; readonly row: StoredRow }
  /** `unreadable`: why the row cannot be parsed. */
  | { readonly kind: 'unreadable'; readonly key: string; readonly unreadable: string };

/** What a stored row holds. */
export function readSpanRow(row: StoredRow): SpanRow {
  const { key } = row;
  try {
    return parseSpanRow(row);
  } catch (error) {
    if (error instanceof LedgerError) return { kind: 'unreadable', key, unreadable: error.message };
    throw error;
  }
}

/** @throws {LedgerError} */
function parseSpanRow(row: StoredRow): SpanRow {
  const { key } = row;
  if (isGroupKey(key)) return { kind: 'group', key, group: parseGroup(row) };
  if (isRequestKey(key)) return { kind: 'request', key, request: parseRequest(row) };
  switch (key.slice(0, key.indexOf(' '))) {
    case 'run':
      return { kind: 'run', key, run: parseRun(row) };
    case 'launch':
      return key.startsWith(shortNamePrefix)
        ? { kind: 'launchName', key, launchKey: parseShortName(row) }
        : { kind: 'launch', key, launch: parseLaunch(row) };
    case 'observed':
      return { kind: 'observed', key, observed: parseObserved(row) };
    case 'outage':
      return { kind: 'outage', key, outage: parseOutage(row) };
    case 'state':
    case 'switch':
    case 'once':
    case 'invalid':
    case 'old':
      return { kind: 'effect', key, entry: parseAnyEntry(row) };
    default:
      return { kind: 'other', key, row };
  }
}

/** Time in which a row shows something, in epoch milliseconds. */
interface Life {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * Whether a row is of an instance and shows something in a time span.
 *
 * @param isRelated true if another row of the span names it. Then a run or launch that names no
 *   instance is of the span
 */
export function isOfSpan(
  row: SpanRow,
  {
    instance,
    from,
    until,
  }: { readonly instance: string; readonly from: Date; readonly until: Date },
  isRelated: boolean,
): boolean {
  if (!isOfInstance(row, instance, isRelated)) return false;
  const { fromMs, untilMs } = toLife(row);
  return fromMs <= until.getTime() && untilMs >= from.getTime();
}

function isOfInstance(row: SpanRow, instance: string, isRelated: boolean): boolean {
  switch (row.kind) {
    case 'run':
      return isRelated || row.run.instances?.some((one) => one === instance) === true;
    case 'effect':
      return row.entry.to === instance;
    case 'launch': {
      const { identity } = row.launch;
      return identity.kind === 'jobTry' ? identity.instance === instance : isRelated;
    }
    case 'observed':
      return row.observed.to === instance;
    case 'request':
      return row.request.instance === instance;
    case 'outage':
      return row.outage.instance === instance;
    default:
      return true;
  }
}

function toLife(row: SpanRow): Life {
  switch (row.kind) {
    case 'run': {
      const { version, history, askMs } = row.run;
      const isOpen = !isOver(version.status) && askMs !== undefined;
      return { fromMs: version.beganMs, untilMs: toLast(history, version.changedMs, isOpen) };
    }
    case 'effect': {
      const { entry } = row;
      const isOpen =
        isWaitingForPerson(entry) || (entry.kind !== 'invalidEffect' && isPending(entry));
      const { history, cause } = entry;
      const fromMs = Math.min(cause.seenMs, history[0]?.atMs ?? cause.seenMs);
      return { fromMs, untilMs: toLast(history, fromMs, isOpen) };
    }
    case 'launch': {
      const { requestedMs, history } = row.launch;
      return { fromMs: requestedMs, untilMs: toLast(history, requestedMs, false) };
    }
    case 'request': {
      const { receivedMs, history, stage } = row.request;
      return { fromMs: receivedMs, untilMs: toLast(history, receivedMs, stage === 'open') };
    }
    case 'observed': {
      const { seenMs } = row.observed.cause;
      return { fromMs: seenMs, untilMs: seenMs };
    }
    case 'outage': {
      const { fromMs, untilMs = Number.POSITIVE_INFINITY } = row.outage;
      return { fromMs, untilMs };
    }
    case 'group':
      // A run of the day may last long after the next day has begun.
      return { fromMs: row.group.beganMs, untilMs: Number.POSITIVE_INFINITY };
    default:
      return { fromMs: 0, untilMs: Number.POSITIVE_INFINITY };
  }
}

function toLast(
  history: readonly { readonly atMs: number }[],
  changedMs: number,
  isOpen: boolean,
): number {
  return isOpen ? Number.POSITIVE_INFINITY : Math.max(changedMs, history.at(-1)?.atMs ?? 0);
}
