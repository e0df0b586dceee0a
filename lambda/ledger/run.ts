import type { AutosysInstance } from '../../autosys/names.ts';
import { type EndedRunResult, toEndedRunResult } from '../workload/run-result.ts';
import { compareToKnown, type Version } from '../workload/version.ts';
import { describeRun, isOver, type WorkloadEvent } from '../workload/workload.ts';
import { type HistoryEntry, keptHistoryEntries } from './entry.ts';

/**
 * Ledger record of one run of a workload: its events, and the decisions on each event.
 *
 * It lists all entries of the run, and shows the sweep which runs have not ended. One row per run.
 * It is written for each event that at least one route matches, even if no route has an action for
 * its status.
 */
export interface Run {
  /** Format of the row. Other software wrote a row of another format; it is not changed. */
  readonly format: 1;
  readonly kind: 'run';
  readonly workload: WorkloadEvent['kind'];
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** Name of the execution or Batch job in AWS. People look the run up by it. */
  readonly name: string;
  /** Name of the run for people, as `describeRun` formats it. */
  readonly called: string;
  /** Version of the newest event. */
  readonly version: Version;
  /** What the event of its end says. Absent while it has not ended. */
  readonly result?: EndedRunResult;
  /**
   * CloudWatch log streams of a Batch job that its events have named, oldest first, also while it
   * runs. Only the last {@link keptLogStreams} are kept. Absent if there is none.
   */
  readonly logStreams?: readonly string[];
  /** Names of the routes that match it. Only the last {@link keptEntryNames} are kept. */
  readonly routes: readonly string[];
  /**
   * AutoSys instances of these routes, in the order in which the events named them. The hour index
   * has the run under the first one. Absent for a run that only a launch target matches.
   */
  readonly instances?: readonly AutosysInstance[];
  /** Keys of its entries, oldest first. Only the last {@link keptEntryNames} are kept. */
  readonly entries: readonly string[];
  /**
   * When the sweep asks AWS about the run, in case an event was lost. Absent once the run has ended
   * and the ledger has all requests of its end.
   */
  readonly askMs?: number;
  /** True if the ledger does not have all requests of the newest event. */
  readonly unfinished?: true;
  /** True if the run is known only from replays of an archive. Then AWS is not asked about it. */
  readonly onlyReplayed?: true;
  /** Time of the first question that AWS did not answer. Absent once AWS has answered. */
  readonly unansweredMs?: number;
  /** Number of questions to AWS since the last event that changed the run. */
  readonly asks: number;
  /**
   * Decisions on each event, oldest first. Only the last {@link keptHistoryEntries} are kept.
   * Repeated lines are kept once.
   */
  readonly history: readonly HistoryEntry[];
}

/**
 * Maximum routes and entries of a run row. It is more than any run needs, and few enough for a row:
 * a key takes at most about one kilobyte.
 */
export const keptEntryNames = 100;

/** Maximum log streams of a run row: a Batch job has at most ten attempts. */
const keptLogStreams = 20;

/** Maximum characters of a line in the history of a run. */
const keptCharacters = 500;

/** Decision on one requested effect. */
export interface Decision {
  /** Key of the entry, if it has one. */
  readonly key?: string;
  /** Text that an AutoSys operator understands. */
  readonly text: string;
}

/** An event that at least one route matches, with the decisions on it. */
export interface RunUpdate {
  readonly event: WorkloadEvent;
  /** Routes that match the event, at least one. */
  readonly routes: readonly {
    readonly name: string;
    readonly endsWithinMs: number;
    /** Absent for a launch target. */
    readonly to?: AutosysInstance;
  }[];
  /** Version of the event. */
  readonly version: Version;
  readonly decisions: readonly Decision[];
  /**
   * True if the ledger failed on a request of the event, so the message must be redelivered.
   * @default false
   */
  readonly unfinished?: boolean;
  /**
   * True if an archive replays the event. AWS is not asked about a run known only from replays.
   * @default false
   */
  readonly isReplay?: boolean;
  readonly nowMs: number;
}

/**
 * Time in which SQS redelivers an unfinished message. The sweep asks AWS about the end of a run
 * that is unfinished for longer.
 */
const finishedWithinMs = 15 * 60_000;

/**
 * The run after an event, which may be a duplicate or late. Pure.
 *
 * Version and entries of the run do not depend on the order and number of its events.
 *
 * @returns the same object if the event changes nothing
 */
export function updateRun(known: Run | undefined, update: RunUpdate): Run {
  const { event, version, routes, decisions } = update;
  const keys = decisions.flatMap(({ key }) => (key === undefined ? [] : [key]));
  const merged = {
    routes: withAdded(
      known?.routes ?? [],
      routes.map((route) => route.name),
    ),
    ...toInstances(known?.instances ?? [], routes),
    entries: withAdded(known?.entries ?? [], keys),
    history: withLines(known?.history ?? [], update),
  };
  if (known === undefined) {
    const newest = toNewestState(known, update);
    return { format: 1, kind: 'run', ...toIdentity(event), ...merged, ...newest };
  }
  const { askMs: _, unfinished: __, unansweredMs: ___, onlyReplayed, ...kept } = known;
  const { result: ____, ...reopened } = kept;
  const comparison = compareToKnown(version, known.version);
  if (comparison === 'newer') return { ...reopened, ...merged, ...toNewestState(known, update) };
  if (comparison === 'duplicate' && known.unfinished && !update.unfinished) {
    return { ...kept, ...merged, ...(!isOver(version.status) && toAsk(known.askMs)) };
  }
  if (comparison === 'duplicate' && onlyReplayed && !update.isReplay && !isOver(version.status)) {
    return { ...kept, ...merged, ...toAsk(toAskMs(update)) };
  }
  const isUnchanged =
    merged.routes === known.routes &&
    merged.instances === known.instances &&
    merged.entries === known.entries &&
    merged.history === known.history;
  return isUnchanged ? known : { ...known, ...merged };
}

/** The run with a later time to ask AWS again, because nothing has changed. Pure. */
export function postpone(
  run: Run,
  askMs: number,
  { nowMs, text }: { readonly nowMs: number; readonly text: string },
): Run {
  const { unansweredMs: _, ...answered } = run;
  // Repeated answers must not remove the start of the history.
  const before = run.history.at(-1)?.text === text ? run.history.slice(0, -1) : run.history;
  return {
    ...answered,
    askMs,
    asks: run.asks + 1,
    history: withHistoryEntry(before, { atMs: nowMs, text }),
  };
}

/** The run with a later time to ask AWS again, because AWS has not answered. Pure. */
export function leaveUnanswered(
  run: Run,
  askMs: number,
  why: { readonly nowMs: number; readonly text: string },
): Run {
  return { ...postpone(run, askMs, why), unansweredMs: run.unansweredMs ?? why.nowMs };
}

/**
 * The run as closed: AWS is not asked again unless a new event arrives. Its end stays unknown.
 * Pure.
 */
export function closeRun(
  run: Run,
  { nowMs, reason }: { readonly nowMs: number; readonly reason: string },
): Run {
  const { askMs: _, unfinished: __, unansweredMs: ___, ...closed } = run;
  return {
    ...closed,
    history: withHistoryEntry(run.history, { atMs: nowMs, text: `closed: ${reason}` }),
  };
}

function toIdentity(event: WorkloadEvent) {
  const name = event.kind === 'execution' ? event.executionName : event.batchJobName;
  const { kind: workload, account, region } = event;
  return { workload, account, region, name, called: describeRun(event) };
}

function toNewestState(
  known: Run | undefined,
  { event, version, routes, unfinished, isReplay, nowMs }: RunUpdate,
) {
  const newest = {
    version,
    asks: 0,
    ...(unfinished && ({ unfinished } as const)),
    ...(isOver(version.status) && { result: toEndedRunResult(event) }),
    ...toLogStreams(known?.logStreams ?? [], event),
  };
  if (isOver(version.status))
    return { ...newest, ...(unfinished && !isReplay && toAsk(nowMs + finishedWithinMs)) };
  if (isReplay && known?.askMs === undefined) return { ...newest, onlyReplayed: true as const };
  return { ...newest, ...toAsk(known?.askMs ?? toAskMs({ event, routes })) };
}

/** The instances after an event. The same object if all are known. */
function toInstances(
  known: readonly AutosysInstance[],
  routes: RunUpdate['routes'],
): Pick<Run, 'instances'> {
  const added = routes.flatMap(({ to }) => (to === undefined ? [] : [to]));
  const instances = withAdded(known, added);
  return instances.length === 0 ? {} : { instances };
}

/** The log streams that are known after an event. An event may leave out earlier attempts. */
function toLogStreams(known: readonly string[], event: WorkloadEvent): Pick<Run, 'logStreams'> {
  const added = event.kind === 'batchJob' ? (event.logStreams ?? []) : [];
  const all = [...new Set([...known, ...added])].slice(-keptLogStreams);
  return all.length === 0 ? {} : { logStreams: all };
}

/** When AWS is first asked about a run that has not ended. */
function toAskMs({ event, routes }: Pick<RunUpdate, 'event' | 'routes'>): number {
  return event.emittedAt.getTime() + Math.min(...routes.map((route) => route.endsWithinMs));
}

function toAsk(askMs: number | undefined): Pick<Run, 'askMs'> {
  return askMs === undefined ? {} : { askMs };
}

/** The list with more names. Returns the same object if all are known. */
function withAdded<Name extends string>(
  known: readonly Name[],
  added: readonly Name[],
): readonly Name[] {
  const all = new Set([...known, ...added]);
  return all.size === known.length ? known : [...all].slice(-keptEntryNames);
}

/**
 * The history with the decisions on an event. Returns the same object if it has all lines already,
 * as after SQS has redelivered a message.
 */
function withLines(
  history: readonly HistoryEntry[],
  { event, version, decisions, nowMs }: RunUpdate,
): readonly HistoryEntry[] {
  const source = `${event.recovered ? 'found by the sweep, ' : ''}event ${event.eventId}`;
  const lines = decisions.map(({ text }) => `${version.status} (${source}): ${text}`);
  const known = new Set(history.map(({ text }) => text));
  return lines
    .map((line) => line.slice(0, keptCharacters))
    .filter((line) => !known.has(line))
    .reduce((lines, text) => withHistoryEntry(lines, { atMs: nowMs, text }), history);
}

function withHistoryEntry(
  history: readonly HistoryEntry[],
  entry: HistoryEntry,
): readonly HistoryEntry[] {
  return [...history, entry].slice(-keptHistoryEntries);
}
