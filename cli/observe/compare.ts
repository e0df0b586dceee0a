import { describeEvent } from '../../autosys/event.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { type ObservedEntry, toObservedPrefix } from '../../lambda/ledger/observed.ts';
import { isOver, type WorkloadStatus } from '../../lambda/workload/workload.ts';

/**
 * How the bridge and the old reaction compare on one end of a run.
 *
 * - `same`: the same outcome
 * - `different`: another status or value
 * - `onlyBridge`: AutoSys showed no reaction of the old job or script
 * - `open`: the old reaction is still to be read
 * - `unread`: AutoSys does not show it, or the event was too old
 */
export type Agreement = 'same' | 'different' | 'onlyBridge' | 'open' | 'unread';

/** One end of a run on an observed route, compared. */
export interface ComparedEvent {
  readonly route: string;
  readonly instance: string;
  /** Name of the run for people. */
  readonly run: string;
  readonly status: WorkloadStatus;
  readonly observe: ObservedEntry['observe'];
  /** What the bridge would have sent, in its order. */
  readonly effects: readonly string[];
  readonly beganMs: number;
  /** When the state changed in AWS. */
  readonly changedMs: number;
  /** When the bridge received the event. */
  readonly seenMs: number;
  readonly agreement: Agreement;
  /** Why it is not `same`, where a reason can be given; also a doubt about the times. */
  readonly reason?: string;
  /** What AutoSys showed of the old reaction. */
  readonly seen?: ObservedEntry['seen'];
  /** Time from the change in AWS to the old reaction. Absent if it is not known for certain. */
  readonly gainedMs?: number;
}

/** Compares the ends of runs. Events of other statuses are counted by the caller. Pure. */
export function compareEvents(
  stored: readonly { readonly key: string; readonly entry: ObservedEntry }[],
): readonly ComparedEvent[] {
  const events = Map.groupBy(stored, ({ entry }) => toObservedPrefix(entry));
  const compared = [...events.values()].flatMap((all) => {
    const sorted = all.toSorted((one, other) => toPosition(one.key) - toPosition(other.key));
    const [first] = sorted;
    if (first === undefined || !isOver(first.entry.version.status)) return [];
    return [
      compareEvent(
        first.entry,
        sorted.map(({ entry }) => entry),
      ),
    ];
  });
  return withSharedRuns(compared).toSorted((one, other) => one.changedMs - other.changedMs);
}

function toPosition(key: string): number {
  return Number(key.slice(key.lastIndexOf(' ') + 1));
}

function compareEvent(first: ObservedEntry, all: readonly ObservedEntry[]): ComparedEvent {
  const { version, cause, to, observe, seen } = first;
  const judged = judge(first, all);
  return {
    route: cause.route,
    instance: to,
    run: cause.run,
    status: version.status,
    observe,
    effects: all.map(({ event, invalid }) =>
      event ? describeEvent(event) : `invalid: ${invalid}`,
    ),
    beganMs: version.beganMs,
    changedMs: version.changedMs,
    seenMs: cause.seenMs,
    ...judged,
    ...(seen && { seen }),
    ...toGained(first),
  };
}

type Judged = Pick<ComparedEvent, 'agreement' | 'reason'>;

function judge(
  { version, seen, notCompared }: ObservedEntry,
  all: readonly ObservedEntry[],
): Judged {
  if (notCompared !== undefined) return { agreement: 'unread', reason: notCompared };
  if (seen === undefined) return { agreement: 'open', reason: 'the sweep reads AutoSys later' };
  switch (seen.kind) {
    case 'unreadable':
      return { agreement: 'unread', reason: seen.reason };
    case 'none':
      return { agreement: 'onlyBridge', reason: seen.reason };
    case 'job':
      return judgeJob(seen, { version, all });
    case 'value':
      return judgeValue(seen.value, all);
    default:
      return seen satisfies never;
  }
}

function judgeJob(
  seen: Extract<ObservedEntry['seen'], { kind: 'job' }>,
  { version, all }: Pick<ObservedEntry, 'version'> & { readonly all: readonly ObservedEntry[] },
): Judged {
  const wanted = findWantedOutcome(all) ?? (version.status === 'SUCCEEDED' ? 'success' : 'failure');
  const found = seen.status === 'SUCCESS' ? 'success' : 'failure';
  const isEarly = seen.endedMs < version.changedMs - earlyMs;
  if (wanted !== found) {
    const early = isEarly ? '; the job ended before the run in AWS' : '';
    return {
      agreement: 'different',
      reason: `the bridge reports a ${wanted}, the job ended with ${seen.status}${early}`,
    };
  }
  if (!isEarly) return { agreement: 'same' };
  return {
    agreement: 'different',
    reason: 'the same outcome, but the job ended before the run in AWS: it did not wait for it',
  };
}

/** Times of two clocks may differ by this much. */
const earlyMs = 2 * 60_000;

/** The outcome that the route gives to a job, if it sets one. */
function findWantedOutcome(all: readonly ObservedEntry[]): 'success' | 'failure' | undefined {
  const status = all.map(({ event }) => event && toStatus(event)).find((one) => one !== undefined);
  if (status === undefined) return undefined;
  return status === 'SUCCESS' ? 'success' : 'failure';
}

function toStatus(event: Entry['event']): string | undefined {
  return event.kind === 'CHANGE_STATUS' ? event.status : undefined;
}

function judgeValue(found: string, all: readonly ObservedEntry[]): Judged {
  const values = all.flatMap(({ event }) => (event?.kind === 'SET_GLOBAL' ? [event.value] : []));
  if (values.length === 0) {
    return {
      agreement: 'same',
      reason: 'the route sets no variable, so only the time is compared',
    };
  }
  if (values.some((value) => value === found)) return { agreement: 'same' };
  return {
    agreement: 'different',
    reason: `the bridge would set ${JSON.stringify(values[0])}, the variable has ${JSON.stringify(found)}`,
  };
}

function toGained({ seen, version }: ObservedEntry): Pick<ComparedEvent, 'gainedMs'> {
  if (seen?.kind !== 'job' && seen?.kind !== 'value') return {};
  const atMs = seen.kind === 'job' ? seen.endedMs : seen.changedMs;
  if (seen.ambiguous || atMs < version.changedMs - earlyMs) return {};
  // AutoSys shows whole seconds, so an instant reaction may seem to be before the event.
  return { gainedMs: Math.max(0, atMs - version.changedMs) };
}

/** Adds a reason to events that are compared with one run of the old job. */
function withSharedRuns(compared: readonly ComparedEvent[]): readonly ComparedEvent[] {
  const counts = new Map<string, number>();
  for (const one of compared) {
    const key = toJobRun(one);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return compared.map((one) => {
    const key = toJobRun(one);
    const count = key === undefined ? 1 : (counts.get(key) ?? 1);
    if (count === 1 && !isAmbiguous(one)) return one;
    const reasons = [
      ...(one.reason === undefined ? [] : [one.reason]),
      ...(count > 1 ? [`one run of the job is compared with ${count} runs in AWS`] : []),
      ...(isAmbiguous(one) ? ['the clocks were set back, so the time may be an hour wrong'] : []),
    ];
    return { ...one, reason: reasons.join('; ') };
  });
}

function isAmbiguous({ seen }: ComparedEvent): boolean {
  return (seen?.kind === 'job' || seen?.kind === 'value') && seen.ambiguous === true;
}

function toJobRun({ seen, observe, instance, route }: ComparedEvent): string | undefined {
  if (seen?.kind !== 'job' || seen.run === undefined || !('job' in observe)) return undefined;
  return `${instance} ${route} ${observe.job} ${seen.run}`;
}
