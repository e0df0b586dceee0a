import { describeEvent } from '../../../autosys/event.ts';
import type { AutosysInstance } from '../../../autosys/names.ts';
import { LedgerError } from '../../shared/errors.ts';
import type { Appointment, Row, StoredRow } from '../../shared/table.ts';
import { isOver } from '../../shared/workload.ts';
import type { Entry } from './entry.ts';
import type { Wish } from './offer.ts';

/** Ledger rows are the audit trail: 90 days after the last change nobody asks any more. */
export const keptMs = 90 * 86_400_000;

/** The lists of the agenda. */
export const agendaLists = {
  /** Entries to be sent, by the instance they go to. */
  due: (instance: string) => `due ${instance}`,
  /** Entries a person must look at. */
  parked: 'parked',
  /** Confirmed entries whose run is not over: what the sweep asks AWS about. */
  open: 'open',
} as const;

/**
 * The key of a wish: its target, or for a one-off the very effect.
 *
 * The one-off's names instance, run, attempt, status and the whole of what is said, so that each happens once however
 * often it is announced, and two of one run, such as two signals to one job, each happen.
 */
export function toKey({ kind, to, event, version }: Wish): string {
  if (kind === 'once') {
    return `once ${to} ${describeEvent(event)} ${version.run} ${version.attempt} ${version.status}`;
  }
  if ('globalVariable' in event) return toTargetKey(to, `global ${event.globalVariable}`);
  return 'job' in event ? toTargetKey(to, `job ${event.job}`) : `state ${to} ${event.kind}`;
}

/** The key of the state entry of a target: a global variable, or a job's status. */
export function toTargetKey(to: AutosysInstance, target: `${'global' | 'job'} ${string}`): string {
  return `state ${to} ${target}`;
}

/** The row that keeps an entry, with its place on the agenda. */
export function toRow(entry: Entry, nowMs: number): Row {
  const agenda = toAppointment(entry);
  return {
    key: toKey(entry),
    body: entry,
    ...(agenda && { agenda }),
    expiresAt: new Date(nowMs + keptMs),
  };
}

/** The entry in a row. @throws {LedgerError} where other software has written it */
export function parseEntry({ key, body }: StoredRow): Entry {
  if (typeof body === 'object' && body !== null && 'format' in body && body.format === 1) {
    return body as Entry;
  }
  throw new LedgerError({
    doing: `read ${key}`,
    reason: 'the row is of a format this software does not know; deploy the newer software again',
  });
}

function toAppointment(entry: Entry): Appointment | undefined {
  const { stage, lease, dueMs, to } = entry;
  switch (stage) {
    case 'parked':
      return { list: agendaLists.parked, at: new Date(entry.story.at(-1)?.atMs ?? dueMs) };
    case 'confirmed':
      return isOver(entry.version.status) || entry.kind === 'once'
        ? undefined
        : { list: agendaLists.open, at: new Date(entry.version.changedMs) };
    default:
      // While somebody works on it, the drain need not look before the lease has run out.
      return { list: agendaLists.due(to), at: new Date(Math.max(dueMs, lease?.untilMs ?? 0)) };
  }
}
