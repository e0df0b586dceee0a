import { compareToKnown, type Version } from '../workload/version.ts';
import { describeRun, isOver, type WorkloadEvent } from '../workload/workload.ts';
import { type HistoryEntry, keptHistoryEntries } from './entry.ts';

/**
 * What the ledger knows of one run of a workload: what AWS announced of it, and what was made of each announcement.
 *
 * It finds every entry a run has brought about, and tells the sweep which runs have not ended. One row per run, written
 * for each announcement that at least one route hears, whether or not the route says anything on its status.
 */
export interface Run {
  /** Of this shape; a row of another was written by other software and is left alone. */
  readonly format: 1;
  readonly kind: 'run';
  readonly workload: WorkloadEvent['kind'];
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** Of the execution or the Batch job, as AWS has it; what people look it up by. */
  readonly name: string;
  /** For people: the run in one word. */
  readonly called: string;
  /** Of the newest announcement. */
  readonly version: Version;
  /** Names of the routes that hear it, the last {@link keptEntryNames}. */
  readonly routes: readonly string[];
  /** Keys of the entries it asked for, oldest first, the last {@link keptEntryNames}. */
  readonly entries: readonly string[];
  /**
   * When AWS is to be asked how it goes, in case an announcement was lost; absent once the run is over, and everything that
   * its end asks for stands in the ledger.
   */
  readonly askMs?: number;
  /** Not everything that the newest announcement asks for stands in the ledger. */
  readonly unfinished?: true;
  /** Only replays of an archive have told of it, so AWS is not asked about it. */
  readonly onlyReplayed?: true;
  /** Since when AWS has given no answer about it, where it was asked; absent once it has answered. */
  readonly unansweredMs?: number;
  /** How often AWS was asked in vain since the last announcement that was news. */
  readonly asks: number;
  /** What was decided on each announcement, oldest first, the last {@link keptHistoryEntries}; a repeated line once. */
  readonly history: readonly HistoryEntry[];
}

/** More entries than any run asks for, few enough for a row: a key takes at most about a kilobyte. */
export const keptEntryNames = 100;

/** As much of a line of a run's story as a person reads. */
const keptCharacters = 500;

/** What was decided on one thing that an announcement asks for. */
export interface Decision {
  /** Of the entry, where there is one. */
  readonly key?: string;
  /** In words that an AutoSys operator understands. */
  readonly text: string;
}

/** An announcement that at least one route hears, with what was decided on it. */
export interface RunUpdate {
  readonly event: WorkloadEvent;
  /** Those that hear it; at least one. */
  readonly routes: readonly { readonly name: string; readonly endsWithinMs: number }[];
  /** Of the event. */
  readonly version: Version;
  readonly decisions: readonly Decision[];
  /** The ledger failed on something that it asks for: whoever has it must bring it again. @default - all of it stands */
  readonly unfinished?: boolean;
  /** It is replayed by an archive: AWS is not asked about a run of which nothing else tells. @default false */
  readonly isReplay?: boolean;
  readonly nowMs: number;
}

/** A message comes again within minutes; the end of a run that is unfinished for longer is asked for. */
const finishedWithinMs = 15 * 60_000;

/**
 * The run after an announcement, which may be a repeated or a late one; pure.
 *
 * In whatever order the announcements of a run come, and however often, its version and its entries come to the same.
 *
 * @returns the run itself where the announcement changes nothing
 */
export function updateRun(known: Run | undefined, told: RunUpdate): Run {
  const { event, version, routes, decisions } = told;
  const keys = decisions.flatMap(({ key }) => (key === undefined ? [] : [key]));
  const heard = {
    routes: withNew(
      known?.routes ?? [],
      routes.map((route) => route.name),
    ),
    entries: withNew(known?.entries ?? [], keys),
    history: withLines(known?.history ?? [], told),
  };
  if (known === undefined) {
    return { format: 1, kind: 'run', ...toIdentity(event), ...heard, ...toNews(known, told) };
  }
  const { askMs: _, unfinished: __, unansweredMs: ___, onlyReplayed, ...kept } = known;
  const standing = compareToKnown(version, known.version);
  if (standing === 'newer') return { ...kept, ...heard, ...toNews(known, told) };
  if (standing === 'duplicate' && known.unfinished && !told.unfinished) {
    return { ...kept, ...heard, ...(!isOver(version.status) && toAsk(known.askMs)) };
  }
  if (standing === 'duplicate' && onlyReplayed && !told.isReplay && !isOver(version.status)) {
    return { ...kept, ...heard, ...toAsk(toAskMs(told)) };
  }
  const isTold =
    heard.routes === known.routes &&
    heard.entries === known.entries &&
    heard.history === known.history;
  return isTold ? known : { ...known, ...heard };
}

/** The run, to be asked about again later: AWS says nothing new; pure. */
export function postpone(
  run: Run,
  askMs: number,
  { nowMs, text }: { readonly nowMs: number; readonly text: string },
): Run {
  const { unansweredMs: _, ...answered } = run;
  // The same answer again and again must not push out how it began.
  const before = run.history.at(-1)?.text === text ? run.history.slice(0, -1) : run.history;
  return {
    ...answered,
    askMs,
    asks: run.asks + 1,
    history: withNote(before, { atMs: nowMs, text }),
  };
}

/** The run, to be asked about again later: AWS has not answered; pure. */
export function leaveUnanswered(
  run: Run,
  askMs: number,
  why: { readonly nowMs: number; readonly text: string },
): Run {
  return { ...postpone(run, askMs, why), unansweredMs: run.unansweredMs ?? why.nowMs };
}

/** The run, not to be asked about any more until it is announced anew: nobody will tell how it ended; pure. */
export function closeRun(
  run: Run,
  { nowMs, reason }: { readonly nowMs: number; readonly reason: string },
): Run {
  const { askMs: _, unfinished: __, unansweredMs: ___, ...closed } = run;
  return { ...closed, history: withNote(run.history, { atMs: nowMs, text: `closed: ${reason}` }) };
}

function toIdentity(event: WorkloadEvent) {
  const name = event.kind === 'execution' ? event.executionName : event.batchJobName;
  const { kind: workload, account, region } = event;
  return { workload, account, region, name, called: describeRun(event) };
}

function toNews(
  known: Run | undefined,
  { event, version, routes, unfinished, isReplay, nowMs }: RunUpdate,
) {
  const news = { version, asks: 0, ...(unfinished && ({ unfinished } as const)) };
  if (isOver(version.status))
    return { ...news, ...(unfinished && !isReplay && toAsk(nowMs + finishedWithinMs)) };
  if (isReplay && known?.askMs === undefined) return { ...news, onlyReplayed: true as const };
  return { ...news, ...toAsk(known?.askMs ?? toAskMs({ event, routes })) };
}

/** When AWS is asked how a run goes that has not ended. */
function toAskMs({ event, routes }: Pick<RunUpdate, 'event' | 'routes'>): number {
  return event.emittedAt.getTime() + Math.min(...routes.map((route) => route.endsWithinMs));
}

function toAsk(askMs: number | undefined): Pick<Run, 'askMs'> {
  return askMs === undefined ? {} : { askMs };
}

/** The very same list where nothing of it is new. */
function withNew(known: readonly string[], told: readonly string[]): readonly string[] {
  const all = new Set([...known, ...told]);
  return all.size === known.length ? known : [...all].slice(-keptEntryNames);
}

/** The very same story where each line stands in it already, as after the queue has handed a message out again. */
function withLines(history: readonly HistoryEntry[], told: RunUpdate): readonly HistoryEntry[] {
  const { event, version, decisions, nowMs } = told;
  const source = `${event.recovered ? 'found by the sweep, ' : ''}event ${event.eventId}`;
  const lines = decisions.map(({ text }) => `${version.status} (${source}): ${text}`);
  const known = new Set(history.map(({ text }) => text));
  return lines
    .map((line) => line.slice(0, keptCharacters))
    .filter((line) => !known.has(line))
    .reduce((sofar, text) => withNote(sofar, { atMs: nowMs, text }), history);
}

function withNote(history: readonly HistoryEntry[], note: HistoryEntry): readonly HistoryEntry[] {
  return [...history, note].slice(-keptHistoryEntries);
}
