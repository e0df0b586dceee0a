import { describeEvent } from '../../autosys/event.ts';
import { printSendevent } from '../../autosys/sendevent.ts';
import { type Entry, type HistoryEntry, isPending } from '../../lambda/ledger/entry.ts';
import { isWaitingForPerson } from '../../lambda/ledger/entry-row.ts';
import type { Paint } from '../render.ts';
import { advise, quoteForShell } from './advice.ts';
import type { StoredEntry } from './kept.ts';

/** When it was last written into its story, which for a parked entry is when it was parked. */
export function toLastAt({ history, cause }: StoredEntry['entry']): Date {
  return new Date(history.at(-1)?.atMs ?? cause.seenMs);
}

/** Some lines: when and what, by whom, why, what to do, the command to begin with, and the key to go on with. */
export function describeParked(kept: StoredEntry, paint: Paint): readonly string[] {
  const { key, entry } = kept;
  const { parked } = entry;
  const { toDo, command } = advise(kept);
  return [
    `${toLastAt(entry).toISOString()}  ${entry.to}  ${paint('bold', describeWhat(entry))}`,
    `  run ${entry.cause.run} ${entry.version.status}, route ${entry.cause.route}`,
    ...(parked ? [`  ${paint('red', parked.code)}: ${parked.reason}`] : []),
    `  to do: ${toDo}`,
    `  begin with: ${paint('bold', command)}`,
    `  key ${quoteForShell(key)}`,
  ];
}

/** Everything the ledger knows of an entry, its story oldest first. */
export function describeWhole(kept: StoredEntry, paint: Paint): readonly string[] {
  const { key, entry } = kept;
  const { version, parked } = entry;
  return [
    `${entry.to}  ${paint('bold', describeWhat(entry))}`,
    `  stage    ${describeStage(entry)}`,
    ...(parked ? [`  reason   ${paint('red', parked.code)}: ${parked.reason}`] : []),
    ...describeAdvice(kept),
    `  version  ${version.status} of attempt ${version.attempt} since ${toText(version.changedMs)}`,
    `           of ${version.run}, begun ${toText(version.beganMs)}`,
    `  route    ${entry.cause.route}, event ${entry.cause.eventId}`,
    ...describeWork(entry),
    `  key      ${quoteForShell(key)}`,
    'story',
    ...entry.history.map(({ atMs, text }) => `  ${toText(atMs)}  ${text}`),
  ];
}

/** An entry as data, with instants as texts. */
export function toDocument({ key, row, entry }: StoredEntry) {
  const { version, cause, parked, dismissed, history } = entry;
  return {
    key,
    kind: entry.kind,
    instance: entry.to,
    ...(entry.kind !== 'invalidEffect' && { sendevent: printSendevent(entry.event) }),
    stage: entry.stage,
    ...(isWaitingForPerson(entry) && { parkedAt: toLastAt(entry) }),
    ...parked,
    ...(dismissed && {
      dismissed: {
        by: dismissed.by,
        reason: dismissed.reason,
        at: new Date(dismissed.atMs),
      },
    }),
    ...(isWaitingForPerson(entry) && advise({ key, row, entry })),
    route: cause.route,
    event: cause.eventId,
    seenAt: new Date(cause.seenMs),
    run: version.run,
    attempt: version.attempt,
    status: version.status,
    beganAt: new Date(version.beganMs),
    changedAt: new Date(version.changedMs),
    ...(entry.kind !== 'invalidEffect' && toWorkDocument(entry)),
    history: history.map(({ atMs, text }: HistoryEntry) => ({ at: new Date(atMs), text })),
  };
}

/** What is to be said to AutoSys. */
export function describeWhat(entry: StoredEntry['entry']): string {
  return entry.kind === 'invalidEffect' ? 'what could not be said' : describeEvent(entry.event);
}

function describeAdvice(kept: StoredEntry): readonly string[] {
  if (!isWaitingForPerson(kept.entry)) return [];
  const { happened, toDo, command } = advise(kept);
  return [`  means    ${happened}`, `  to do    ${toDo}`, `  begin    ${command}`];
}

const stages: Readonly<Record<Entry['stage'], string>> = {
  due: 'due: to be sent',
  sending: 'sending: it may have left the bridge, which looks before anything else',
  accepted: 'accepted: AutoSys took it, and does not show it yet',
  confirmed: 'confirmed: AutoSys showed it',
  parked: 'parked: a person must look',
};

function describeStage(entry: StoredEntry['entry']): string {
  if (entry.dismissed) {
    const { by, reason, atMs } = entry.dismissed;
    return `dismissed by ${by} at ${toText(atMs)}: ${reason}`;
  }
  // AutoSys took it and can show it neither here nor ever: done, and never called confirmed.
  const unread = entry.stage === 'confirmed' && entry.confirmedMs === undefined;
  return unread ? 'accepted: AutoSys took it, and cannot show it' : stages[entry.stage];
}

function describeWork(entry: StoredEntry['entry']): readonly string[] {
  if (entry.kind === 'invalidEffect') return [];
  const { lease, tries, dueMs, confirmedMs, sent: before } = entry;
  return [
    ...(before ? [`  sent at  ${toText(before.sentMs)}`] : []),
    ...(lease ? [`  lease    ${lease.owner}, until ${toText(lease.untilMs)}`] : []),
    ...(isPending(entry) ? [`  next try ${toText(dueMs)}, failed so far: ${tries}`] : []),
    ...(confirmedMs === undefined ? [] : [`  shown at ${toText(confirmedMs)}`]),
  ];
}

function toWorkDocument(entry: Entry) {
  const { tries, lease, dueMs, confirmedMs, sent: before } = entry;
  return {
    tries,
    ...(isPending(entry) && { nextTryAt: new Date(dueMs) }),
    ...(lease && { lease: { owner: lease.owner, until: new Date(lease.untilMs) } }),
    ...(before && { sentAt: new Date(before.sentMs) }),
    ...(confirmedMs !== undefined && { confirmedAt: new Date(confirmedMs) }),
  };
}

/** An instant as people and programs read it. */
export function toText(ms: number): string {
  return new Date(ms).toISOString();
}
