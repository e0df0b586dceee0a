import { type AutosysEvent, toTrait } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import { toEventSignature } from '../routing/event-signature.ts';
import { toKeyPart, toVersionKey } from '../workload/version-key.ts';
import type { EffectRequest } from './admit.ts';
import { agendaLists, toListPartition } from './agenda.ts';
import type { Entry } from './entry.ts';
import { toHour } from './hour.ts';
import { toRecheckAfterMs } from './recheck.ts';
import { checkBody, entryShape } from './row-schema.ts';
import type { AgendaEntry, Row, StoredRow } from './table.ts';

/**
 * Rows are the audit trail. They expire 90 days after their last change. A parked entry does not
 * expire.
 */
export const keptMs = 90 * 86_400_000;

/**
 * Row key of a request: the target of a state, the job and its property of a toggle, or the effect
 * of a one-shot.
 *
 * The key of a one-shot holds instance, run, attempt, status and the whole event signature. So each
 * effect happens once, however often AWS reports it. Two different effects of one run, such as two
 * signals to one job, have different keys.
 */
export function toKey({ kind, to, event, version }: Omit<EffectRequest, 'cause'>): string {
  if (kind === 'state') return `state ${toTargetName(to, event)}`;
  if (kind === 'switch') return `switch ${toTargetName(to, event)} ${toTrait(event.kind).sets}`;
  return `once ${to} ${toKeyPart(toEventSignature(event))} ${toVersionKey(version)}`;
}

/** Row key of the state entry of a target: a global variable, or the status of a job. */
export function toTargetKey(to: AutosysInstance, target: `${'global' | 'job'} ${string}`): string {
  return `state ${to} ${target}`;
}

/** Name of an event's target, for lookups by people: `ACE global X`, `ACE job REPAIR`. */
export function toTargetName(to: AutosysInstance, event: AutosysEvent): string {
  if ('globalVariable' in event) return `${to} global ${event.globalVariable}`;
  if ('job' in event && event.job !== undefined) return `${to} job ${event.job}`;
  if ('machine' in event) return `${to} machine ${event.machine}`;
  return `${to} ${event.kind}`;
}

/** The row of an entry, with its agenda entry. */
export function toRow(entry: Entry, nowMs: number): Row {
  const key = toKey(entry);
  const agenda = toAgendaEntry(entry, key);
  return {
    key,
    body: entry,
    ...(agenda && { agenda }),
    target: {
      name: toTargetName(entry.to, entry.event),
      changedAt: new Date(entry.version.changedMs),
    },
    hour: toHour(entry.to, entry.history.at(-1)?.atMs ?? nowMs, key),
    // An entry that waits for a person has no expiry.
    ...(!isWaitingForPerson(entry) && { expiresAt: new Date(nowMs + keptMs) }),
  };
}

/** The entry in a row. @throws {LedgerError} if other software wrote the row, or it is damaged */
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

function toAgendaEntry(entry: Entry, key: string): AgendaEntry | undefined {
  const { stage, lease, dueMs, to } = entry;
  switch (stage) {
    case 'parked':
      if (!isWaitingForPerson(entry)) return undefined;
      return { list: agendaLists.parked, at: new Date(entry.history.at(-1)?.atMs ?? dueMs) };
    case 'confirmed': {
      const afterMs = toRecheckAfterMs(entry);
      if (afterMs === undefined || entry.confirmedMs === undefined) return undefined;
      return {
        list: toListPartition(agendaLists.reread(to), key),
        at: new Date(entry.confirmedMs + afterMs),
      };
    }
    default:
      // While a function has a lease, the drain does not need the entry before the lease expires.
      return {
        list: toListPartition(agendaLists.due(to), key),
        at: new Date(Math.max(dueMs, lease?.untilMs ?? 0)),
      };
  }
}
