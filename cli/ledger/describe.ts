import { describeEvent } from '../../autosys/event.ts';
import { printSendevent } from '../../autosys/sendevent.ts';
import { type Entry, type HistoryEntry, isPending } from '../../lambda/ledger/entry.ts';
import { isWaitingForPerson } from '../../lambda/ledger/entry-row.ts';
import { findPresentWait, type PresentWait } from '../../lambda/ledger/wait-reason.ts';
import { toEntryOfRoute } from '../../lambda/request/effect-request.ts';
import { toGroupOfRoute } from '../../lambda/routing/groups.ts';
import type { Paint } from '../render.ts';
import { advise, describeSource, quoteForShell } from './advice.ts';
import type { StoredEntry } from './stored-entry.ts';
import type { TimeFormat, ToTimeFormat } from './times.ts';
import { toVersionDocument } from './version-document.ts';

/** Time of the last history line. For a parked entry, that is when it was parked. */
export function toLastChangedAt({ history, cause }: StoredEntry['entry']): Date {
  return new Date(history.at(-1)?.atMs ?? cause.seenMs);
}

/** A list item: time, AutoSys event, run, route, reason, what to do, first command, and key. */
export function describeParked(
  stored: StoredEntry,
  paint: Paint,
  toTimeFormat: ToTimeFormat,
): readonly string[] {
  const { key, entry } = stored;
  const time = toTimeFormat(entry.to);
  const { parked } = entry;
  const { toDo, command } = advise(stored);
  return [
    `${time.ago(toLastChangedAt(entry).getTime())}  ${entry.to}  ${paint('bold', describeEffect(entry))}`,
    `  run ${entry.cause.run} ${entry.version.status}, ${describeSource(entry.cause)}`,
    ...(parked ? [`  ${paint('red', parked.code)}: ${parked.reason}`] : []),
    `  to do: ${toDo}`,
    `  command: ${paint('bold', command)}`,
    `  key: ${quoteForShell(key)}`,
  ];
}

/** An entry in the ledger with its history, oldest first. */
export function describeEntryDetails(
  stored: StoredEntry,
  paint: Paint,
  toTimeFormat: ToTimeFormat,
): readonly string[] {
  const { key, entry } = stored;
  const time = toTimeFormat(entry.to);
  const { version, parked } = entry;
  return [
    `${entry.to}  ${paint('bold', describeEffect(entry))}`,
    `  stage    ${describeStage(entry, time)}`,
    ...(parked ? [`  reason   ${paint('red', parked.code)}: ${parked.reason}`] : []),
    ...describeAdvice(stored),
    `  version  ${version.status} of attempt ${version.attempt} since ${time.ago(version.changedMs)}`,
    `  run      ${version.run}, began ${time.ago(version.beganMs)}`,
    `  ${describeRoute(entry.cause)}, event ${entry.cause.eventId}`,
    ...describeWork(entry, time),
    ...describeWait(stored, time),
    `  key      ${quoteForShell(key)}`,
    'history',
    ...entry.history.map(({ atMs, text }) => `  ${time.at(atMs)}  ${text}`),
  ];
}

/** An entry for --json. */
export function toDocument(stored: StoredEntry) {
  const { key, row, entry } = stored;
  const wait = findWait(stored);
  const { version, cause, parked, dismissed, history } = entry;
  const requestEntry = toEntryOfRoute(cause.route);
  return {
    key,
    kind: entry.kind,
    instance: entry.to,
    ...(entry.kind !== 'invalidEffect' && { sendevent: printSendevent(entry.event) }),
    stage: entry.stage,
    ...(isWaitingForPerson(entry) && { parkedAt: toLastChangedAt(entry) }),
    ...parked,
    ...(dismissed && {
      dismissed: {
        by: dismissed.by,
        note: dismissed.note,
        at: new Date(dismissed.atMs),
      },
    }),
    ...(isWaitingForPerson(entry) && advise({ key, row, entry })),
    route: cause.route,
    ...(requestEntry !== undefined && { requestEntry }),
    ...toVersionDocument(cause, version),
    ...(entry.kind !== 'invalidEffect' && toWorkDocument(entry)),
    ...(wait && { waitsFor: toWaitDocument(wait) }),
    history: history.map(({ atMs, text }: HistoryEntry) => ({ at: new Date(atMs), text })),
  };
}

/** The AutoSys event of an entry, on one line. */
export function describeEffect(entry: StoredEntry['entry']): string {
  return entry.kind === 'invalidEffect' ? 'invalid effect' : describeEvent(entry.event);
}

/** What caused an effect: a route, a group, or an entry of `requests:`. */
function describeRoute({ route }: StoredEntry['entry']['cause']): string {
  const entry = toEntryOfRoute(route);
  if (entry !== undefined) return `entry    ${entry} of requests`;
  const group = toGroupOfRoute(route);
  return group === undefined ? `route    ${route}` : `group    ${group}`;
}

function describeAdvice(stored: StoredEntry): readonly string[] {
  if (!isWaitingForPerson(stored.entry)) return [];
  const { happened, toDo, command } = advise(stored);
  return [`  meaning  ${happened}`, `  to do    ${toDo}`, `  command  ${command}`];
}

const stages: Readonly<Record<Entry['stage'], string>> = {
  due: 'due: will be sent',
  sending: 'sending: it may have reached AutoSys, so the bridge reads back before it sends again',
  accepted: 'accepted: AutoSys has queued it, and does not show the effect yet',
  confirmed: 'confirmed: AutoSys showed the effect',
  parked: 'parked: an operator must decide',
};

function describeStage(entry: StoredEntry['entry'], time: TimeFormat): string {
  if (entry.dismissed) {
    const { by, note, atMs } = entry.dismissed;
    return `dismissed by ${by} at ${time.ago(atMs)}: ${note}`;
  }
  // The effect cannot be read back. The entry is settled, but is not printed as confirmed.
  const isUnread = entry.stage === 'confirmed' && entry.confirmedMs === undefined;
  return isUnread
    ? 'accepted: AutoSys has queued it, and the effect cannot be read back'
    : stages[entry.stage];
}

function describeWork(entry: StoredEntry['entry'], time: TimeFormat): readonly string[] {
  if (entry.kind === 'invalidEffect') return [];
  const { lease, tries, dueMs, confirmedMs, sent } = entry;
  return [
    ...(sent ? [`  sent     ${time.ago(sent.sentMs)}`] : []),
    ...(lease ? [`  lease    ${lease.owner}, until ${time.ago(lease.untilMs)}`] : []),
    ...(isPending(entry) ? [`  next try ${time.ago(dueMs)}, failed tries so far: ${tries}`] : []),
    ...(confirmedMs === undefined ? [] : [`  effect   shown at ${time.ago(confirmedMs)}`]),
  ];
}

/** Why the entry waits at the time at which it was read. A parked entry shows its advice instead. */
function findWait({ entry, present }: StoredEntry): PresentWait | undefined {
  if (entry.kind === 'invalidEffect' || present === undefined || entry.stage === 'parked') {
    return undefined;
  }
  return findPresentWait(entry, present.nowMs, present.outages);
}

function describeWait(stored: StoredEntry, time: TimeFormat): readonly string[] {
  const wait = findWait(stored);
  if (wait === undefined) return [];
  const until = wait.untilMs === undefined ? '' : `, until ${time.at(wait.untilMs)}`;
  const of = wait.key === undefined ? '' : `, ${quoteForShell(wait.key)}`;
  return [`  waits    ${waitNames[wait.kind]}: ${wait.text}${of}${until}`];
}

const waitNames: Readonly<Record<PresentWait['kind'], string>> = {
  predecessor: 'for a predecessor',
  circuitBreaker: 'for the circuit breaker',
  login: 'for a login',
  maintenance: 'for the end of a maintenance window',
  lease: 'for the lease holder',
  retry: 'for the next try',
  effect: 'for AutoSys to show the effect',
  drain: 'for the sweep',
  person: 'for an operator',
};

function toWaitDocument({ kind, text, key, owner, sinceMs, untilMs }: PresentWait) {
  return {
    kind,
    reason: text,
    ...(key !== undefined && { key }),
    ...(owner !== undefined && { owner }),
    ...(sinceMs !== undefined && { since: new Date(sinceMs) }),
    ...(untilMs !== undefined && { until: new Date(untilMs) }),
  };
}

function toWorkDocument(entry: Entry) {
  const { tries, lease, dueMs, confirmedMs, sent } = entry;
  return {
    tries,
    ...(isPending(entry) && { nextTryAt: new Date(dueMs) }),
    ...(lease && { lease: { owner: lease.owner, until: new Date(lease.untilMs) } }),
    ...(sent && { sentAt: new Date(sent.sentMs) }),
    ...(confirmedMs !== undefined && { confirmedAt: new Date(confirmedMs) }),
  };
}
