import type { AutosysEvent } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import type { JobStatus } from '../../autosys/status.ts';
import type { Version } from '../workload/version.ts';
import type { WorkloadStatus } from '../workload/workload.ts';

/**
 * How far an entry has come.
 *
 * - `due`: to be sent, now or after an outage; it has certainly not reached AutoSys
 * - `sending`: it may have reached AutoSys; it is read back before it is sent again
 * - `accepted`: AutoSys took it; the read-back is still due
 * - `confirmed`: AutoSys showed it
 * - `parked`: a person must look
 */
export type Stage = 'due' | 'sending' | 'accepted' | 'confirmed' | 'parked';

/** Why AutoSys is to be told. */
export interface Cause {
  /** Of the announcement that was taken. */
  readonly eventId: string;
  readonly route: string;
  /** For people: the run in one word. */
  readonly run: string;
  /** When the bridge first saw it; the deadline counts from here. */
  readonly seenMs: number;
  /** No announcement of AWS, but what the sweep has found. */
  readonly recovered?: true;
}

/** A time in which AutoSys was there to be looked at, from the first look to the last. */
export interface ObservationWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** Of a state: what AutoSys showed all the time. */
  readonly found?: string;
}

/** A person's decision that a parked entry is not to be sent. */
export interface Dismissal {
  readonly by: string;
  readonly reason: string;
  readonly atMs: number;
}

/** A job before a one-off was sent, as far as its effect is compared with it; JSON, for the ledger keeps it. */
export interface JobSnapshot {
  readonly active: boolean;
  readonly status?: JobStatus;
  readonly run?: number;
  readonly startedMs?: number;
}

/** What is recorded before an event is sent, so that its effect can be recognised afterwards. */
export interface SendRecord {
  /** Of a job event: the job before the first send; absent where it could not be read. */
  readonly job?: JobSnapshot;
  /** Of a SET_GLOBAL: what AutoSys showed before the first send; absent where it could not be read. */
  readonly value?: ShownValue;
  /** When it was sent, or was about to be. */
  readonly sentMs: number;
  /** How many times it may have reached AutoSys. @default 1 */
  readonly sends?: number;
  /** When AutoSys accepted it (201), or was first seen to have it in its queue where that answer was lost. */
  readonly acceptedMs?: number;
  /** Since when AutoSys has been read back without a gap and without showing the effect. */
  readonly observed?: ObservationWindow;
}

/** A global variable as AutoSys shows it. */
export type ShownValue =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'unset' };

/** One line of an entry's story. */
export interface HistoryEntry {
  readonly atMs: number;
  readonly text: string;
}

/**
 * What the ledger knows of one thing AutoSys is to be told.
 *
 * - `state` stands for a target (a global variable, a job's status): the newest request wins. It is sent once, and a second
 *   time at most, because the same value set again may start the waiting jobs again
 * - `switch` stands for a property of a job that people turn as well (held, iced, its priority): the newest wish wins, and is
 *   sent as a one-off is, so that what an operator has undone is not done again
 * - `once` stands for one effect of one run (a start, a kill): it happens once or is parked
 */
export interface Entry {
  /** Of this shape; an entry of another was written by other software and is left alone. */
  readonly format: 1;
  readonly kind: 'state' | 'switch' | 'once';
  readonly to: AutosysInstance;
  readonly event: AutosysEvent;
  readonly version: Version;
  readonly cause: Cause;
  readonly stage: Stage;
  /** From when on it is worth a try; meaningless once it is confirmed or parked. */
  readonly dueMs: number;
  /** Failed tries since the wish was taken. */
  readonly tries: number;
  /** Who works on it, and until when nobody else may. */
  readonly lease?: { readonly owner: string; readonly untilMs: number };
  /** What is known of its sending; absent while it has certainly not reached AutoSys. */
  readonly sent?: SendRecord;
  readonly confirmedMs?: number;
  /**
   * Of a value or a status: those of which one stood there before it, the newest first. AutoSys shows that one again where
   * it has lost ours; they are several where nobody knows whether the newest ever arrived. At most {@link keptPreviousValues}.
   */
  readonly previousValues?: readonly string[];
  /**
   * An earlier request for this target may still take effect: it was never seen in AutoSys. Of a variable only where
   * AutoSys did not accept it either, since AutoSys processes accepted events in their order (inferred).
   */
  readonly unsettled?: true;
  /** Of a value that was confirmed: how often it was read again since it was asked for. */
  readonly rereads?: number;
  /** Why it is parked. */
  readonly parked?: { readonly code: string; readonly reason: string };
  /** Of a parked entry: who decided that it is not to be sent, why, and when. */
  readonly dismissed?: Dismissal;
  /** Keys of what its route says before it, on the same announcement or to the same job, and that AutoSys had perhaps not taken. */
  readonly after?: readonly string[];
  /**
   * Of a one-shot: later statuses of its run in which its route acts on the same job. It is discarded
   * instead of sent where the ledger knows the run in one of them. Absent once the function that
   * recorded the entry has read the row of the run after that: from then on, later effects wait for it.
   */
  readonly overtakenBy?: readonly WorkloadStatus[];
  /** Oldest first, the last {@link keptHistoryEntries}. */
  readonly history: readonly HistoryEntry[];
}

/** Long enough for the last few runs, short enough for a row: DynamoDB bills each write by its kilobytes. */
export const keptHistoryEntries = 24;

/** So many values at most follow each other in one outage without anybody knowing whether they arrived. */
export const keptPreviousValues = 12;

/** Adds what AutoSys may show as the newest of the earlier ones. Pure. */
export function withPreviousValue(
  value: string,
  previousValues: readonly string[] = [],
): readonly string[] {
  return [...new Set([value, ...previousValues])].slice(0, keptPreviousValues);
}

/** A try that fails tells of itself in so many lines at most. */
const longestRound = 3;

/**
 * The entry with one more line in its history; of lines that repeat, as in an outage, the first and the last round are kept.
 *
 * The type of the entry is not inferred from the argument, so that a property it does not have is an error.
 */
export function withHistory<E extends { readonly history: readonly HistoryEntry[] }>(
  entry: NoInfer<E>,
  atMs: number,
  text: string,
): E {
  const history = withoutMiddle([...entry.history, { atMs, text }]);
  return { ...entry, history: history.slice(-keptHistoryEntries) };
}

/** Without the second of three rounds of the same lines, as the tries of an outage are: taken up, not reached. */
function withoutMiddle(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  for (let lines = 1; lines <= longestRound; lines += 1) {
    const [first, middle, last] = [3, 2, 1].map((back) => tail(history, back * lines, lines));
    if (first !== undefined && first === middle && middle === last) {
      return history.toSpliced(-2 * lines, lines);
    }
  }
  return history;
}

/** The texts of some lines, so many from the end; `undefined` where the story is not that long. */
function tail(history: readonly HistoryEntry[], back: number, lines: number): string | undefined {
  if (back > history.length) return undefined;
  const from = history.length - back;
  return JSON.stringify(history.slice(from, from + lines).map(({ text }) => text));
}

/** The code of an entry that was parked unsent, because one that its route sends before it is parked. */
export const predecessorParked = 'BRIDGE_PREDECESSOR_PARKED';

/** Whether anything is still to be done about it. */
export function isPending({ stage }: Entry): boolean {
  return stage === 'due' || stage === 'sending' || stage === 'accepted';
}
