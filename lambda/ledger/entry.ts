import type { AutosysEvent } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import type { JobStatus } from '../../autosys/status.ts';
import type { Version, VersionStatus } from '../workload/version.ts';
import type { WorkloadStatus } from '../workload/workload.ts';
import type { WaitReason } from './wait.ts';

/**
 * Stage of an entry.
 *
 * - `due`: to be sent, now or after an outage. It has certainly not reached AutoSys
 * - `sending`: it may have reached AutoSys. It is read back before it is sent again
 * - `accepted`: AutoSys accepted it. The read-back is still to be done
 * - `confirmed`: AutoSys showed the effect, can never show it, or nothing is left to do.
 *   `confirmedMs` is present only if AutoSys showed it
 * - `parked`: a person must decide
 *
 * ```
 *  request
 *     │
 *     ▼     claimed        accepted, effect not shown yet
 *  ┌─────┐ ────────► ┌─────────┐ ───────────► ┌──────────┐
 *  │ due │           │ sending │              │ accepted │
 *  └─────┘ ◄──────── └─────────┘ ◄─────────── └──────────┘
 *   ▲   │  not reached    │        sent again       │
 *   │   │                 │ read back               │ read back
 *   │   │ discarded       ▼                         │
 *   │   └─────────► ┌───────────┐ ◄─────────────────┘
 *   ├────────────── │ confirmed │
 *   │ value lost    └───────────┘
 *   │
 *   │ replayed      ┌────────┐     from due, sending and accepted: rejected by AutoSys, past its
 *   └────────────── │ parked │ ◄── deadline, outcome unknown, predecessor parked, unknown instance
 *                   └────────┘
 * ```
 *
 * A newer request for the same target replaces the entry at any stage. A dismissed entry stays
 * parked.
 *
 * An effect of an observed route is no `Entry`, and has none of these stages: see `ObservedEntry`.
 */
export type EntryStage = 'due' | 'sending' | 'accepted' | 'confirmed' | 'parked';

/** The event and the route that caused a request. */
export interface Cause {
  /** Id of the EventBridge event. */
  readonly eventId: string;
  readonly route: string;
  /** Name of the run for people, as `describeRun` formats it. */
  readonly run: string;
  /** When the bridge received the event, in epoch milliseconds. The deadline counts from here. */
  readonly seenMs: number;
  /** Present if the sweep found the change and AWS sent no event. */
  readonly recovered?: true;
  /**
   * Present for the start of a request that waits for its run. The wait finds the run, however late
   * it begins, and answers for it.
   */
  readonly awaited?: true;
}

/** Time in which AutoSys answered every read-back, from the first one to the last. */
export interface ObservationWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** For a state: what AutoSys showed during the whole window. */
  readonly found?: string;
}

/** Decision of a person not to send a parked entry. */
export interface Dismissal {
  /** ARN of the caller. */
  readonly by: string;
  /** Why. */
  readonly note: string;
  readonly atMs: number;
}

/**
 * Facts of a job before an event is sent, for the comparison with its later state. Stored as JSON.
 */
export interface JobSnapshot {
  readonly active: boolean;
  readonly status?: JobStatus;
  readonly run?: number;
  readonly startedMs?: number;
}

/** Facts recorded before an event is sent, so that its effect can be recognised afterwards. */
export interface SendRecord {
  /** For a job event: the job before the first send. Absent if it could not be read. */
  readonly job?: JobSnapshot;
  /** For SET_GLOBAL: the variable before the first send. Absent if it could not be read. */
  readonly value?: ShownValue;
  /** When it was sent or was about to be sent, in epoch milliseconds. */
  readonly sentMs: number;
  /** How many times it may have reached AutoSys. @default 1 */
  readonly sends?: number;
  /**
   * When AutoSys accepted it (201). If that answer was lost: when a read-back first found it in the
   * queue of AutoSys.
   */
  readonly acceptedMs?: number;
  /** Window of consecutive read-backs in which AutoSys did not show the effect. */
  readonly observed?: ObservationWindow;
}

/** A global variable as AutoSys shows it. */
export type ShownValue =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'unset' };

/** One line in the history of an entry or run. */
export interface HistoryEntry {
  readonly atMs: number;
  readonly text: string;
}

/**
 * Ledger entry: a requested effect and its progress.
 *
 * - `state` (state entry): the requested state of a target, which is a global variable or the
 *   status of a job. The newest request wins. It is sent at most twice, because setting the same
 *   value again may start the waiting jobs again
 * - `switch` (toggle entry): a property of a job that operators also change, such as held, iced or
 *   its priority. The newest request wins. It is sent like a one-shot, so that it does not undo
 *   what an operator did
 * - `once` (one-shot entry): one effect of one run, such as a start or a kill. It happens once or
 *   is parked
 */
export interface Entry {
  /** Format of the row. Other software wrote an entry of another format; it is not changed. */
  readonly format: 1;
  readonly kind: 'state' | 'switch' | 'once';
  readonly to: AutosysInstance;
  readonly event: AutosysEvent;
  readonly version: Version<VersionStatus>;
  readonly cause: Cause;
  readonly stage: EntryStage;
  /** Next time to work on it, in epoch milliseconds. Not used when it is confirmed or parked. */
  readonly dueMs: number;
  /** Number of failed tries of the present request. */
  readonly tries: number;
  /**
   * Why it is not sent yet, if an outage of the instance or a predecessor is the reason. It may be
   * over; `findPresentWait` tells the present reason.
   */
  readonly wait?: WaitReason;
  /** Function that works on the entry. No other function may work on it before `untilMs`. */
  readonly lease?: { readonly owner: string; readonly untilMs: number };
  /** Facts of its sending. Absent while it has certainly not reached AutoSys. */
  readonly sent?: SendRecord;
  /** When AutoSys showed the effect, in epoch milliseconds. Absent if it never did. */
  readonly confirmedMs?: number;
  /**
   * For a value or a status: the previous values, newest first. AutoSys shows one of them again if
   * it has lost the present value. There are several if it is unknown whether the newest arrived.
   * At most {@link keptPreviousValues}.
   */
  readonly previousValues?: readonly string[];
  /**
   * True if an earlier request for this target may still take effect, because AutoSys never showed
   * it. A variable that AutoSys has accepted does not count: AutoSys processes accepted events in
   * their order (inferred).
   */
  readonly unsettled?: true;
  /** For a confirmed value: how often it was read again since it was requested. */
  readonly rereads?: number;
  /** Error code and reason of a parked entry. */
  readonly parked?: { readonly code: string; readonly reason: string };
  /** For a parked entry: who decided not to send it, why, and when. */
  readonly dismissed?: Dismissal;
  /**
   * Keys of predecessors: effects that its route sends before it, on the same event or to the same
   * job, and that AutoSys may not have accepted yet.
   */
  readonly after?: readonly string[];
  /**
   * For a one-shot: later statuses of its run in which its route acts on the same job. If the
   * ledger knows the run in one of them, the entry is discarded instead of sent. The function that
   * recorded the entry then reads the row of the run and removes this field. From then on, later
   * effects wait for the entry.
   */
  readonly overtakenBy?: readonly WorkloadStatus[];
  /** Oldest first. Only the last {@link keptHistoryEntries} are kept. */
  readonly history: readonly HistoryEntry[];
}

/**
 * Maximum history lines of a row. They show the last few runs. More would cost more: DynamoDB bills
 * each write per kilobyte.
 */
export const keptHistoryEntries = 24;

/** Maximum previous values of an entry: requests of one outage whose arrival is unknown. */
export const keptPreviousValues = 12;

/** Adds the newest previous value. Pure. */
export function withPreviousValue(
  value: string,
  previousValues: readonly string[] = [],
): readonly string[] {
  return [...new Set([value, ...previousValues])].slice(0, keptPreviousValues);
}

/** Maximum history lines that one failed try adds. */
const longestRound = 3;

/**
 * The entry with one more line in its history. Of lines that repeat, as in an outage, only the
 * first and the last round are kept.
 *
 * The type of the entry is not inferred from the argument, so that an excess property is an error.
 */
export function withHistory<E extends { readonly history: readonly HistoryEntry[] }>(
  entry: NoInfer<E>,
  atMs: number,
  text: string,
): E {
  const history = withoutMiddle([...entry.history, { atMs, text }]);
  return { ...entry, history: history.slice(-keptHistoryEntries) };
}

/**
 * Removes the second of three identical rounds of lines. In an outage each try adds the same round:
 * claimed, not reached.
 */
function withoutMiddle(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  for (let lines = 1; lines <= longestRound; lines += 1) {
    const [first, middle, last] = [3, 2, 1].map((back) => tail(history, back * lines, lines));
    if (first !== undefined && first === middle && middle === last) {
      return history.toSpliced(-2 * lines, lines);
    }
  }
  return history;
}

/**
 * Texts of `lines` lines, starting `back` lines from the end. `undefined` if the history is
 * shorter.
 */
function tail(history: readonly HistoryEntry[], back: number, lines: number): string | undefined {
  if (back > history.length) return undefined;
  const from = history.length - back;
  return JSON.stringify(history.slice(from, from + lines).map(({ text }) => text));
}

/** Error code of an entry that was parked without being sent, because its predecessor is parked. */
export const predecessorParked = 'BRIDGE_PREDECESSOR_PARKED';

/** Whether the bridge still has to work on the entry. */
export function isPending({ stage }: Entry): boolean {
  return stage === 'due' || stage === 'sending' || stage === 'accepted';
}
