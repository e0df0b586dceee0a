import type { JobEventLine, JobReading } from '../../autosys/client/index.ts';
import { describeEvent, isAutosysEventKind, toTrait } from '../../autosys/event.ts';
import type { Job } from '../../autosys/job.ts';
import { describeRequest } from '../../lambda/ledger/previous-values.ts';
import { describeSource } from '../ledger/advice.ts';
import type { ConditionState } from './condition-state.ts';
import { toEntryTimes } from './entry-times.ts';
import type { ExplainedEntry } from './explain-entry.ts';
import { toSinceMs } from './explain-target.ts';
import { knownValue, type ReadFact } from './fact.ts';
import { describePassedOutages } from './passed-outages.ts';
import type { WhyJob } from './read-autosys.ts';
import type { TargetEntries } from './read-ledger.ts';
import { findStartChanges, type StartChange, secondMs } from './start-changes.ts';
import type { StartCause } from './why-answer.ts';
import type { WhyContext } from './why-context.ts';

/** The facts of {@link explainStart}. */
export interface StartCauseFacts {
  readonly reading: JobReading;
  /** Effects of the bridge on the job. */
  readonly ledger: ReadFact<TargetEntries>;
  /** The one-shot of the bridge to which the ledger attributes the run. */
  readonly attributed: ReadFact<ExplainedEntry | undefined>;
  readonly events: ReadFact<readonly JobEventLine[]>;
  /** Absent without a condition, or if it could not be read. */
  readonly state: ConditionState | undefined;
  /** Absent if the definition could not be read. */
  readonly job: Job | undefined;
  readonly box: WhyJob | undefined;
}

/** A start follows the change that causes it at once. Longer before it, another cause is possible. */
const followsMs = 60_000;
/** Longest time between an event that starts a job, as it was queued, and the start. */
const queuedMs = 120_000;

/**
 * What started the last run of a job. Pure. `undefined` if the job has never run.
 *
 * Decided in this order: an effect of the bridge that AutoSys has confirmed for this run, an event
 * that was sent to the job, and the last change of its terms, its box or its start time at most a
 * minute before the start. Anything else is `unknown`.
 */
export function explainStart(facts: StartCauseFacts, context: WhyContext): StartCause | undefined {
  const { reading, job, box, state } = facts;
  const { startedAt, run } = reading.lastRun;
  const mirrored = findStatusSetting(facts, context);
  if (mirrored) return mirrored;
  if (startedAt === undefined) {
    if (run === 0) return undefined;
    return { by: 'unknown', text: 'AutoSys does not show when it started' };
  }
  const changes = findStartChanges(startedAt, { state, job, box }, context);
  const [last] = changes.toSorted((one, other) => other.at.getTime() - one.at.getTime());
  const sent = findSentStart(facts, { startedAt, last }, context);
  return { ...(sent ?? decide(last, startedAt, facts, context)), at: startedAt };
}

function decide(
  last: StartChange | undefined,
  startedAt: Date,
  { job, events }: StartCauseFacts,
  { formatTime }: WhyContext,
): StartCause {
  if (last && startedAt.getTime() - last.at.getTime() <= followsMs) return last;
  const reason =
    job === undefined
      ? 'its definition could not be read'
      : last
        ? `the last change before it that is known was at ${formatTime(last.at)} (${last.text})`
        : 'no change before it is known';
  const ofEvents = events.kind === 'unread' ? `, and its events: ${events.reason}` : '';
  return { by: 'unknown', text: `AutoSys does not show what started it; ${reason}${ofEvents}` };
}

/** The bridge set the status of the job itself: a mirrored job has no run of its own. */
function findStatusSetting(
  { reading, ledger }: StartCauseFacts,
  context: WhyContext,
): StartCause | undefined {
  const state = knownValue(ledger)?.state;
  const entry = state?.stored.entry;
  if (!state || !entry || entry.kind === 'invalidEffect' || entry.stage !== 'confirmed') {
    return undefined;
  }
  if (describeRequest(entry.event) !== reading.status) return undefined;
  const setMs = toSinceMs(toEntryTimes(entry));
  const { startedAt } = reading.lastRun;
  // A later start of its own has nothing to do with the status that the bridge set.
  if (startedAt && startedAt.getTime() > setMs + followsMs) return undefined;
  const text = `the bridge set it to ${reading.status} at ${context.formatTime(setMs)} for ${entry.cause.run} ${entry.version.status} (${describeSource(entry.cause)}, event ${entry.cause.eventId})${describePassedOutages(state.passed, context.formatTime)}`;
  return { by: 'bridge', text, entry: state, at: new Date(setMs) };
}

/** An event that was sent to the job and started it: by the bridge, or by another client. */
function findSentStart(
  { reading, ledger, attributed, events }: StartCauseFacts,
  { startedAt, last }: { readonly startedAt: Date; readonly last: StartChange | undefined },
  context: WhyContext,
): StartCause | undefined {
  const known = knownValue(attributed);
  if (known) return describeBridgeStart(known, context);
  const line = findStartLine(knownValue(events) ?? [], startedAt);
  if (line === undefined) return undefined;
  // Only a forced start ignores the condition. Another one may have had no effect, and at a start
  // time the scheduler sends STARTJOB itself (inferred).
  const isForced = line.name === 'FORCE_STARTJOB' || line.name === 'RESTARTJOB';
  if (!isForced && last && line.at && isAtLeast(last.at, line.at)) return undefined;
  const marked = knownValue(ledger)?.others.find(({ stored }) =>
    isMarkedBy(line, stored.entry.cause.eventId),
  );
  if (marked) return describeBridgeStart(marked, context);
  const at = line.at ? ` at ${context.formatTime(line.at)}` : '';
  const comment = line.text ? `, with the comment ${JSON.stringify(line.text.slice(0, 120))}` : '';
  const who =
    ledger.kind === 'unread'
      ? `the ledger was not read (${ledger.reason}), so it is unknown who sent it`
      : 'an operator or another client of AutoSys sent it; the ledger has no such effect of the bridge';
  const text = `${line.name} ${reading.job} was sent${at}${comment}; ${who}`;
  return { by: ledger.kind === 'unread' ? 'unknown' : 'operator', text };
}

/** Whether an instant is not before another one, in the whole seconds that AutoSys shows. */
function isAtLeast(one: Date, other: Date): boolean {
  return one.getTime() >= other.getTime() - secondMs;
}

function isMarkedBy({ text = '' }: JobEventLine, eventId: string): boolean {
  return text.includes(eventId);
}

function describeBridgeStart(one: ExplainedEntry, { formatTime }: WhyContext): StartCause {
  const { entry } = one.stored;
  const { cause, version } = entry;
  const what = entry.kind === 'invalidEffect' ? 'an event' : describeEvent(entry.event);
  const text = `the bridge sent ${what} for ${cause.run} ${version.status} (${describeSource(cause)}, event ${cause.eventId})${describePassedOutages(one.passed, formatTime)}`;
  return { by: 'bridge', text, entry: one };
}

/**
 * The event that started the run: the last one before the first status of the run that can start a
 * job, if it was queued shortly before the start.
 */
function findStartLine(lines: readonly JobEventLine[], startedAt: Date): JobEventLine | undefined {
  const begun = lines.findIndex(
    ({ kind, at }) =>
      kind === 'status' && at !== undefined && at.getTime() >= startedAt.getTime() - secondMs,
  );
  const before = begun === -1 ? [] : lines.slice(0, begun);
  const sent = before.findLast(({ kind, name, state }) => {
    if (kind !== 'event' || state !== 'PD' || !isAutosysEventKind(name)) return false;
    return toTrait(name).starts === true || name === 'JOB_OFF_HOLD';
  });
  const atMs = sent?.at?.getTime();
  return atMs !== undefined && startedAt.getTime() - atMs <= queuedMs ? sent : undefined;
}
