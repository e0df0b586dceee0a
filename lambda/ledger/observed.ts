import type { AutosysEvent } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import type { RouteObservation } from '../routing/observation.ts';
import type { Version } from '../workload/version.ts';
import { toKeyPart, toVersionKey } from '../workload/version-key.ts';
import { agendaLists } from './agenda.ts';
import type { Cause, HistoryEntry } from './entry.ts';
import { keptMs, toTargetName } from './entry-row.ts';
import { toHour } from './hour.ts';
import type { Row } from './table.ts';

/** What AutoSys showed of the old reaction. */
export type SeenReaction =
  | {
      readonly kind: 'job';
      /** Status with which the run of the job ended. */
      readonly status: string;
      readonly startedMs?: number;
      readonly endedMs: number;
      readonly run?: number;
      /** True if the time is in the hour that clocks repeat, so that it may be an hour wrong. */
      readonly ambiguous?: true;
    }
  | {
      readonly kind: 'value';
      readonly value: string;
      readonly changedMs: number;
      readonly ambiguous?: true;
    }
  /** The job did not run, or the variable was not set. */
  | { readonly kind: 'none'; readonly reason: string }
  /** AutoSys does not show it, so nothing is known. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * Ledger entry of an effect that an observed route requests. It is never sent: it has a key and a
 * stage of its own, is on none of the lists of the drain, and is no `Entry`.
 *
 * The first entry of an event is compared with the old reaction if the event is the end of a run.
 */
export interface ObservedEntry {
  /**
   * Format of the row. It differs from that of other rows on purpose: software that does not know
   * observed entries reports the row as unknown, and never sends it.
   */
  readonly format: 2;
  readonly kind: 'observed';
  readonly to: AutosysInstance;
  /** Absent if the effect is invalid. */
  readonly event?: AutosysEvent;
  /** Why the effect is invalid. A live route would park it. */
  readonly invalid?: string;
  readonly version: Version;
  readonly cause: Cause;
  readonly stage: 'observed';
  readonly observe: RouteObservation;
  /** When the sweep reads the old reaction next. Absent if it is not compared, or is known. */
  readonly checkMs?: number;
  /** Number of reads of the old reaction. */
  readonly checks: number;
  /** Why the event is not compared, although it is the end of a run. */
  readonly notCompared?: string;
  readonly seen?: SeenReaction;
  readonly history: readonly HistoryEntry[];
}

const prefix = 'observed ';

/** Whether the row holds an effect that was only observed. */
export function isObservedKey(key: string): boolean {
  return key.startsWith(prefix);
}

/** Common beginning of the row keys of the effects of one event on one route and instance. */
export function toObservedPrefix({ to, cause, version }: ObservedRequest): string {
  return `${prefix}${to} ${toKeyPart(cause.route)} ${toVersionKey(version)} `;
}

/** An event, the route that it matches and the instance. */
export interface ObservedRequest {
  readonly to: AutosysInstance;
  readonly cause: Pick<Cause, 'route'>;
  readonly version: Version;
}

/**
 * The row of an observed entry. Its hour is that of the event, also after later reads, so that a
 * report of a time span reads this span only.
 */
export function toObservedRow(key: string, entry: ObservedEntry): Row {
  const { to, event, cause, checkMs, version } = entry;
  return {
    key,
    body: entry,
    ...(checkMs !== undefined && {
      agenda: { list: agendaLists.observed(to), at: new Date(checkMs) },
    }),
    ...(event && {
      target: { name: toObservedTarget(to, event), changedAt: new Date(version.changedMs) },
    }),
    hour: toHour(to, cause.seenMs, key),
    expiresAt: new Date(cause.seenMs + keptMs),
  };
}

/** Name by which people find what routes would have done to a variable or job. */
export function toObservedTarget(to: AutosysInstance, event: AutosysEvent): string {
  return `${prefix}${toTargetName(to, event)}`;
}
