import { type AutosysEvent, toTrait } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import { toEventSignature } from '../routing/event-signature.ts';
import { toKeyPart, toVersionKey } from '../workload/version-key.ts';
import type { EffectRequest } from './admit.ts';
import type { Entry } from './entry.ts';
import { toRecheckAfterMs } from './recheck.ts';
import { checkBody, entryShape } from './row-schema.ts';
import type { AgendaEntry, Row, StoredRow } from './table.ts';

/** Rows are the audit trail. They expire 90 days after their last change, but not while an entry is parked. */
export const keptMs = 90 * 86_400_000;

/** The lists of the agenda. */
export const agendaLists = {
  /** Entries to be sent, by the instance they go to. */
  due: (instance: string) => `due ${instance}`,
  /** Entries a person must look at. */
  parked: 'parked',
  /** Runs that are not over, by when the sweep asks AWS about them. */
  open: 'open',
  /** Confirmed values, by when they are read again. */
  reread: (instance: string) => `reread ${instance}`,
} as const;

/**
 * The key of a wish: its target, what it sets of a job, or for a one-off the very effect.
 *
 * The one-off's names instance, run, attempt, status and the whole of what is said, so that each happens once however
 * often it is announced, and two of one run, such as two signals to one job, each happen.
 */
export function toKey({ kind, to, event, version }: Omit<EffectRequest, 'cause'>): string {
  if (kind === 'state') return `state ${toTargetName(to, event)}`;
  if (kind === 'switch') return `switch ${toTargetName(to, event)} ${toTrait(event.kind).sets}`;
  return `once ${to} ${toKeyPart(toEventSignature(event))} ${toVersionKey(version)}`;
}

/** The key of the state entry of a target: a global variable, or a job's status. */
export function toTargetKey(to: AutosysInstance, target: `${'global' | 'job'} ${string}`): string {
  return `state ${to} ${target}`;
}

/** What an event is about, as people look it up: `ACE global X`, `ACE job REPAIR`. */
export function toTargetName(to: AutosysInstance, event: AutosysEvent): string {
  if ('globalVariable' in event) return `${to} global ${event.globalVariable}`;
  if ('job' in event && event.job !== undefined) return `${to} job ${event.job}`;
  if ('machine' in event) return `${to} machine ${event.machine}`;
  return `${to} ${event.kind}`;
}

/** The row that keeps an entry, with its place on the agenda. */
export function toRow(entry: Entry, nowMs: number): Row {
  const agenda = toAppointment(entry);
  return {
    key: toKey(entry),
    body: entry,
    ...(agenda && { agenda }),
    target: {
      name: toTargetName(entry.to, entry.event),
      changedAt: new Date(entry.version.changedMs),
    },
    // What waits for a person is kept until that person has decided.
    ...(!isWaitingForPerson(entry) && { expiresAt: new Date(nowMs + keptMs) }),
  };
}

/** The entry in a row. @throws {LedgerError} where other software has written it, or it is damaged */
export function parseEntry(row: StoredRow): Entry {
  checkBody(row, entryShape);
  return row.body as Entry;
}

/** Whether an entry is parked and was neither replayed nor dismissed. */
export function isWaitingForPerson({
  stage,
  dismissed,
}: Pick<Entry, 'stage' | 'dismissed'>): boolean {
  return stage === 'parked' && dismissed === undefined;
}

function toAppointment(entry: Entry): AgendaEntry | undefined {
  const { stage, lease, dueMs, to } = entry;
  switch (stage) {
    case 'parked':
      if (!isWaitingForPerson(entry)) return undefined;
      return { list: agendaLists.parked, at: new Date(entry.history.at(-1)?.atMs ?? dueMs) };
    case 'confirmed': {
      const afterMs = toRecheckAfterMs(entry);
      if (afterMs === undefined || entry.confirmedMs === undefined) return undefined;
      return { list: agendaLists.reread(to), at: new Date(entry.confirmedMs + afterMs) };
    }
    default:
      // While somebody works on it, the drain need not look before the lease has run out.
      return { list: agendaLists.due(to), at: new Date(Math.max(dueMs, lease?.untilMs ?? 0)) };
  }
}
