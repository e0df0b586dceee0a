import { quoteArgument } from '../../autosys/command-line.ts';
import { predecessorParked } from '../../lambda/ledger/entry.ts';
import type { StoredEntry } from './kept.ts';

/** What a person should know of something parked. */
export interface Advice {
  /** What it means. */
  readonly happened: string;
  readonly toDo: string;
  /** A whole command line to begin with; the last word is always one of this tool. */
  readonly command: string;
}

type Write = (kept: StoredEntry) => Advice;

/**
 * What to do, by the code of what parked it.
 *
 * A test looks through the code for every code with which something can be parked, and misses none here.
 */
export const adviceByCode: Readonly<Record<string, Write>> = {
  AUTOSYS_UNAUTHORIZED: (kept) => ({
    happened: 'AutoSys knows the user of the bridge and does not let it do this',
    toDo: 'grant the user the EEM policy that the reason names (as-job, as-owner, as-sendevent, GLOBAL_VAR), then replay it',
    command: replay(kept),
  }),
  AUTOSYS_JOB_NOT_FOUND: (kept) => ({
    happened: 'this AutoSys has no job of that name; names are case-sensitive',
    toDo: `load the job, or mend the name in route ${kept.entry.cause.route} and deploy; then replay it, or dismiss it where the name was wrong`,
    command: look(kept) ?? replay(kept),
  }),
  AUTOSYS_GLOBAL_VARIABLE_NOT_FOUND: (kept) => ({
    happened:
      'this AutoSys has no global variable of that name, and the wire profile cannot make one',
    toDo: 'set it once by hand, or mend the wire profile in the route file and deploy; then replay it',
    command: replay(kept),
  }),
  AUTOSYS_REFUSED: (kept) => ({
    happened: 'AutoSys read the event and said no; its words are in the reason',
    toDo: 'do what its words ask for; where they speak of a path or a field, mend the wire profile in the route file; then replay it',
    command: replay(kept),
  }),
  AUTOSYS_UNSUPPORTED_BY_PROFILE: (kept) => ({
    happened: 'the wire profile of this instance has no way to say it, so nothing was sent',
    toDo: 'choose another profile or override the entry in the route file, deploy, then replay it',
    command: replay(kept),
  }),
  BRIDGE_OUTCOME_UNKNOWN: (kept) => ({
    happened:
      'it may have been sent, and AutoSys does not show whether it acted; sent twice it could act twice',
    toDo: 'look whether it has acted; if not, replay it, which sends it once more; if it has, dismiss it',
    command: look(kept) ?? replay(kept),
  }),
  BRIDGE_EVENT_FAILED: (kept) => ({
    happened: 'AutoSys took the event and did not act on it, or the job has moved on since',
    toDo: 'look at the job and its events; replay it only where it is still right to do it now',
    command: look(kept) ?? replay(kept),
  }),
  BRIDGE_DEADLINE: (kept) => ({
    happened:
      'it could not be brought about within the deadline of this instance; the reason tells the last failure',
    toDo: 'see that AutoSys answers again; replay it only where it is still wanted, since much may have happened meanwhile',
    command: replay(kept),
  }),
  BRIDGE_OLD_EVENT: (kept) => ({
    happened: 'its event is too old, or comes from an archive replay, so nothing was sent',
    toDo: 'look whether its effect is still wanted; if so, replay it; if not, dismiss it; to let old events act, set oldEvents: allow at the instance in the route file and deploy',
    command: look(kept) ?? replay(kept),
  }),
  BRIDGE_PREDECESSOR_PARKED: (kept) => ({
    happened: 'it was not sent, because an event that its route sends before it is parked',
    toDo: 'look at that one first; replayed, it takes this one along; dismissed, this one can be replayed',
    command: replay(kept),
  }),
  BRIDGE_UNKNOWN_INSTANCE: (kept) => ({
    happened: `the deployed route file has no instance ${kept.entry.to}: it was renamed or removed while this was not settled`,
    toDo: `if ${kept.entry.to} is missing by mistake, add it to the route file, deploy, then replay it; if it was renamed, do by hand in AutoSys what is still wanted`,
    command: `autosys-bridge parked ${quoteForShell(kept.key)}`,
  }),
  BRIDGE_INVALID_EFFECT: ({ entry, key }) => ({
    happened:
      'a field that the route needs is missing, or makes a name or a value that AutoSys does not take',
    toDo: `there is nothing to send; mend route ${entry.cause.route}, or what it takes from AWS, as the reason says; then dismiss this entry`,
    command: `autosys-bridge parked ${quoteForShell(key)}`,
  }),
};

/** What to do about an entry that is parked; for a code of newer software, what is right for any. */
export function advise(kept: StoredEntry): Advice {
  const code = kept.entry.parked?.code ?? '';
  const write = Object.hasOwn(adviceByCode, code) ? adviceByCode[code] : undefined;
  return (
    write?.(kept) ?? {
      happened: 'it could not be brought about, and this software does not know the code',
      toDo: 'read the reason and the story, look in AutoSys, then replay it or dismiss it',
      command: `autosys-bridge parked ${quoteForShell(kept.key)}`,
    }
  );
}

/** A one-off may have been sent before, so the bridge wants to hear that somebody has looked. */
function replay({ key, entry }: StoredEntry): string {
  return `autosys-bridge replay ${quoteForShell(key)}${isSentAfresh(entry) ? ' --yes' : ''}`;
}

/** Whether sending it again may do something again: a one-shot or a toggle that may have been sent. */
export function isSentAfresh({ kind, parked }: StoredEntry['entry']): boolean {
  return (kind === 'once' || kind === 'switch') && parked?.code !== predecessorParked;
}

/** How to look at the job in AutoSys; `undefined` where there is none. */
function look({ entry }: StoredEntry): string | undefined {
  if (entry.kind === 'invalidEffect') return undefined;
  const { event } = entry;
  return 'job' in event && event.job !== undefined
    ? `autosys-bridge autorep -J ${quoteArgument(event.job)} -d`
    : undefined;
}

/** For a POSIX shell, as keys hold blanks. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
