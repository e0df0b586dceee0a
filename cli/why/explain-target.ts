import type { Entry } from '../../lambda/ledger/entry.ts';
import { describeRequest } from '../../lambda/ledger/previous-values.ts';
import { toEntryOfRoute } from '../../lambda/request/effect-request.ts';
import { isOver } from '../../lambda/workload/workload.ts';
import { describeSource } from '../ledger/advice.ts';
import { describeGroup, describeGroupEnd } from './describe-group.ts';
import { describeAwsRun, type RunTextFacts } from './describe-run.ts';
import { type EntryTimes, toEffectMs, toEntryTimes } from './entry-times.ts';
import type { ExplainedEntry } from './explain-entry.ts';

/** Why a variable or the status of a job is not yet as a condition needs it. */
export interface MissingState {
  /** Clauses of the reason, the first one about the present state. */
  readonly text: string;
  /** What would end the wait. */
  readonly ends: string;
}

/** What AutoSys shows, and whether a value would make the term true. */
export interface TargetQuestion {
  /** Value or status in AutoSys. `undefined`: not set, or not known. */
  readonly shown: string | undefined;
  /** False if AutoSys could not be read. */
  readonly isShown: boolean;
  readonly satisfies: (value: string) => boolean;
}

/**
 * Why a target that the bridge sets is not as a condition needs it: the bridge has not sent it,
 * another client has changed it, or the run in AWS has not come so far. Pure.
 *
 * @returns `undefined` for an entry that sets neither a value nor a status
 */
export function explainTarget(
  { stored, run, group, wait }: ExplainedEntry,
  { shown, isShown, satisfies }: TargetQuestion,
  facts: RunTextFacts,
): MissingState | undefined {
  const { entry } = stored;
  const requested = entry.kind === 'invalidEffect' ? undefined : describeRequest(entry.event);
  if (entry.kind === 'invalidEffect' || requested === undefined) return undefined;
  const inAws = group
    ? describeGroup(group, facts)
    : run
      ? describeAwsRun(run, facts)
      : `it was set by ${entry.cause.run}`;
  const later = group ? describeGroupEnd(group, facts) : toRunEnd(entry, run);
  const since = describeSince(entry, facts);
  if (wait) {
    const text = `the bridge has ${quote(requested)} for it${since}, and ${wait.text}`;
    if (satisfies(requested)) return { text: `${text}; ${inAws}`, ends: wait.ends };
    return { text: `${text}; ${inAws}`, ends: `${wait.ends}; then ${later}` };
  }
  if (isShown && shown !== requested) {
    const text = `the bridge set it to ${quote(requested)}${since}, and another client of AutoSys has changed it afterwards; ${inAws}`;
    return { text, ends: 'a later run in AWS, or an event of a client of AutoSys' };
  }
  const present = isShown
    ? `it is ${quote(requested)}${since}`
    : `the bridge set it to ${quote(requested)}${since}`;
  return { text: `${present}; ${inAws}`, ends: later };
}

function toRunEnd(entry: Entry, run: ExplainedEntry['run']): string {
  const requestOf = toEntryOfRoute(entry.cause.route);
  if (requestOf !== undefined) return `another request of the entry ${requestOf}`;
  const { route } = entry.cause;
  if (run === undefined) return `a later event of ${describeSource(entry.cause)}`;
  return isOver(run.version.status)
    ? `a redrive or a new run in AWS (route ${route})`
    : `the end of the run in AWS (route ${route})`;
}

/** The time from which on the target has its state: when AutoSys accepted it. */
export function toSinceMs(times: EntryTimes): number {
  return toEffectMs(times) ?? times.receivedMs;
}

function describeSince(entry: Entry, { formatTime }: RunTextFacts): string {
  return ` since ${formatTime(toSinceMs(toEntryTimes(entry)))}`;
}

/** A value in quotes; a status is a word of AutoSys and has the same form. */
export function quote(value: string): string {
  return JSON.stringify(value);
}
