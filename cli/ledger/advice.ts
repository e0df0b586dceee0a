import { quoteArgument } from '../../autosys/command-line.ts';
import { predecessorParked } from '../../lambda/ledger/entry.ts';
import { toEntryOfRoute } from '../../lambda/request/effect-request.ts';
import { toGroupOfRoute } from '../../lambda/routing/groups.ts';
import { commandPrefix } from '../command-prefix.ts';
import type { StoredEntry } from './stored-entry.ts';

/** Advice for the operator about a parked entry. */
export interface Advice {
  /** What happened. */
  readonly happened: string;
  /** What to do. */
  readonly toDo: string;
  /** The first command to run: a complete command line of this program. */
  readonly command: string;
}

/** What caused an effect, for people: a route, a group, or an entry of `requests:`. */
export function describeSource({ route }: Pick<StoredEntry['entry']['cause'], 'route'>): string {
  const entry = toEntryOfRoute(route);
  if (entry !== undefined) return `entry ${entry} of requests`;
  const group = toGroupOfRoute(route);
  return group === undefined ? `route ${route}` : `group ${group}`;
}

type ToAdvice = (stored: StoredEntry) => Advice;

/**
 * Advice by the error code that parked an entry.
 *
 * A test searches the source for every code that can park an entry, and checks that it is here.
 */
export const adviceByCode: Readonly<Record<string, ToAdvice>> = {
  AUTOSYS_UNAUTHORIZED: (stored) => ({
    happened: 'AutoSys does not allow the user of the bridge to send this event',
    toDo: 'grant the user the EEM policy that the reason names (as-job, as-owner, as-sendevent, GLOBAL_VAR), then replay the entry',
    command: toReplayCommand(stored),
  }),
  AUTOSYS_JOB_NOT_FOUND: (stored) => ({
    happened: 'this AutoSys has no job with this name; names are case-sensitive',
    toDo: `if the job is missing, load it, then replay the entry; if the name is wrong, correct it in ${describeSource(stored.entry.cause)}, deploy, then dismiss the entry`,
    command: toAutorepCommand(stored) ?? toReplayCommand(stored),
  }),
  AUTOSYS_GLOBAL_VARIABLE_NOT_FOUND: (stored) => ({
    happened:
      'this AutoSys has no global variable with this name, and the wire profile cannot create one',
    toDo: 'set the variable once by hand, or correct the wire profile in the route file and deploy; then replay the entry',
    command: toReplayCommand(stored),
  }),
  AUTOSYS_REFUSED: (stored) => ({
    happened: 'AutoSys rejected the event; the reason contains its message',
    toDo: 'correct what the message names; if it names a path or a field, correct the wire profile in the route file and deploy; then replay the entry',
    command: toReplayCommand(stored),
  }),
  AUTOSYS_UNSUPPORTED_BY_PROFILE: (stored) => ({
    happened:
      'the wire profile of this instance has no request for this event, so nothing was sent',
    toDo: 'select another profile or override this event in the route file, deploy, then replay the entry',
    command: toReplayCommand(stored),
  }),
  BRIDGE_OUTCOME_UNKNOWN: (stored) => ({
    happened:
      'the event may have been sent, and AutoSys does not show whether it took effect; a second send could act twice',
    toDo: 'check in AutoSys whether the event took effect; if not, replay the entry, which sends the event again; if it did, dismiss the entry',
    command: toAutorepCommand(stored) ?? toReplayCommand(stored),
  }),
  BRIDGE_EVENT_FAILED: (stored) => ({
    happened:
      'AutoSys accepted the event, but it did not take effect, or the job has changed since',
    toDo: 'check the job and its events in AutoSys; replay the entry only if the event is still wanted now, otherwise dismiss it',
    command: toAutorepCommand(stored) ?? toReplayCommand(stored),
  }),
  BRIDGE_DEADLINE: (stored) => ({
    happened:
      'the event did not take effect within the deadline of this instance; the reason contains the last failure',
    toDo: 'check that AutoSys answers again; replay the entry only if the event is still wanted, because the situation may have changed, otherwise dismiss it',
    command: toReplayCommand(stored),
  }),
  BRIDGE_OLD_EVENT: (stored) => ({
    happened: 'the AWS event is too old, or comes from an archive replay, so nothing was sent',
    toDo: 'check whether the effect is still wanted; if so, replay the entry; if not, dismiss it; to allow old events in general, set oldEvents: allow for the instance in the route file and deploy',
    command: toAutorepCommand(stored) ?? toReplayCommand(stored),
  }),
  BRIDGE_PREDECESSOR_PARKED: (stored) => ({
    happened: 'nothing was sent, because an event that the route sends first is parked',
    toDo: 'resolve that entry first; replaying it also replays this entry; after it is dismissed, this entry can be replayed alone',
    command: toParkedCommand(stored.key),
  }),
  BRIDGE_UNKNOWN_INSTANCE: (stored) => ({
    happened: `the deployed route file has no instance ${stored.entry.to}; it was renamed or removed while this entry was not settled`,
    toDo: `if ${stored.entry.to} is missing by mistake, add it to the route file, deploy, then replay the entry; if it was renamed or removed, do by hand in AutoSys what is still wanted, then dismiss the entry`,
    command: toParkedCommand(stored.key),
  }),
  BRIDGE_INVALID_EFFECT: ({ entry, key }) => ({
    happened:
      'a field that the route needs is missing in the AWS event, or produces a name or value that AutoSys does not allow',
    toDo: `nothing can be sent; correct ${describeSource(entry.cause)}, or the field in AWS, as the reason says; then dismiss the entry`,
    command: toParkedCommand(key),
  }),
};

/** The advice for a parked entry. An unknown code, from newer software, has general advice. */
export function advise(stored: StoredEntry): Advice {
  const code = stored.entry.parked?.code ?? '';
  const toAdvice = Object.hasOwn(adviceByCode, code) ? adviceByCode[code] : undefined;
  return (
    toAdvice?.(stored) ?? {
      happened:
        'the event could not be sent or did not take effect; this version of the program does not know the code',
      toDo: 'read the reason and the history, check the target in AutoSys, then replay or dismiss the entry',
      command: toParkedCommand(stored.key),
    }
  );
}

/**
 * The replay command; with `--yes` for an event that may act twice, which the operator must check.
 */
function toReplayCommand({ key, entry }: StoredEntry): string {
  return `${commandPrefix} replay ${quoteForShell(key)}${mayActTwice(entry) ? ' --yes' : ''}`;
}

/** The command that prints an entry with its history. */
function toParkedCommand(key: string): string {
  return `${commandPrefix} parked ${quoteForShell(key)}`;
}

/** True if a second send may act a second time: a one-shot or toggle that may have been sent. */
export function mayActTwice({ kind, parked }: StoredEntry['entry']): boolean {
  return (kind === 'once' || kind === 'switch') && parked?.code !== predecessorParked;
}

/** The command that shows the job in AutoSys; `undefined` if the event names no job. */
function toAutorepCommand({ entry }: StoredEntry): string | undefined {
  if (entry.kind === 'invalidEffect') return undefined;
  const { event } = entry;
  return 'job' in event && event.job !== undefined
    ? `${commandPrefix} autorep -J ${quoteArgument(event.job)} -d`
    : undefined;
}

/** Quotes a text for a POSIX shell. Keys contain spaces. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
