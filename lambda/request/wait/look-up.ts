import { readJil } from '../../../autosys/jil/index.ts';
import type { AutosysInstance, JobName } from '../../../autosys/names.ts';
import { isTerminal } from '../../../autosys/status.ts';
import type { JobRunsView, JobRunView, JobView, UnreadableView } from '../../../autosys/views.ts';
import type { JobEventsView } from '../../delivery/evidence/event-marker.ts';
import type { Entry } from '../../ledger/entry.ts';
import { toKey } from '../../ledger/entry-row.ts';
import { createAttributeRun, createReadAttribution } from '../../ledger/run-attribution.ts';
import type { Table } from '../../ledger/table.ts';
import { toSeenRun } from '../decide-start.ts';
import { mayHaveRunBetween } from '../seen-run.ts';
import type { JobWait, SeenRun } from '../stored-request.ts';
import { dateStart } from './date-start.ts';
import type { PastEnd, WaitFacts } from './decide-wait.ts';
import type { BegunRun, StartFacts } from './find-run.ts';
import { createReadJobDetails, type ReadJobDetail } from './read-job-detail.ts';
import type { MakeRead } from './read-jobs.ts';
import { compareRuns, toEndAnswer } from './seen-job.ts';
import type { KnownStart } from './start-facts.ts';

/**
 * Runs that are read to find the first one since the start; each is one request. The larger number is
 * read if the smaller one does not reach back to the start.
 */
const runsSince = [4, 16];
/** Runs that are read to find an awaited run that is over. */
const runsSearched = 6;

export interface LookUpDeps {
  readonly table: Table;
  readonly now: () => Date;
}

/** What a fact is looked up for. */
export interface LookUp {
  readonly instance: AutosysInstance;
  readonly wait: JobWait;
  readonly job: JobView;
  /** The entry of the start. @default - nothing is sent */
  readonly entry?: Entry | undefined;
  readonly makeRead: MakeRead;
}

/** Creates the lookups of facts that one reading of a job does not show. */
export function createLookUp({ table, now }: LookUpDeps) {
  const readAttribution = createReadAttribution({ table });
  const attributeRun = createAttributeRun({ table, now });
  const bindReadJobDetail = createReadJobDetails({ now });
  return { lookUp, attribute, dateBy };

  /** @returns `undefined` if AutoSys cannot be asked now. @throws {LedgerError} */
  async function lookUp(
    fact: 'begun' | 'retries' | 'pastEnd',
    about: LookUp,
  ): Promise<Partial<WaitFacts> | undefined> {
    const readJobDetail = bindReadJobDetail(about.instance, about.makeRead);
    switch (fact) {
      case 'begun': {
        const runs = await readRunsSince(about, readJobDetail);
        return runs && { begun: await addOwners(runs, about) };
      }
      case 'retries': {
        const retries = await readRetries(about.wait.job, readJobDetail);
        return retries === undefined ? undefined : { retries };
      }
      case 'pastEnd': {
        const pastEnd = await readPastEnd(about.wait, readJobDetail);
        return pastEnd && { pastEnd };
      }
      default:
        return fact satisfies never;
    }
  }

  /** See `dateStart`. */
  function dateBy(start: KnownStart, about: Omit<LookUp, 'entry'>): Promise<StartFacts> {
    return dateStart(start, about, bindReadJobDetail(about.instance, about.makeRead));
  }

  /** Attributes the identified run to the start. @returns whether it is the run of this start */
  async function attribute(
    run: SeenRun,
    { entry, wait }: Pick<LookUp, 'entry' | 'wait'>,
  ): Promise<boolean> {
    const name = toAttributionName(run, wait.before);
    if (entry === undefined || name === undefined) return true;
    return attributeRun(entry, name, { orEarlier: false });
  }

  async function addOwners(
    runs: readonly SeenRun[],
    { entry, wait }: LookUp,
  ): Promise<readonly BegunRun[]> {
    const begun: BegunRun[] = [];
    for (const run of runs) {
      const name = toAttributionName(run, wait.before);
      const owner =
        entry === undefined || name === undefined ? undefined : await readAttribution(entry, name);
      const isOwn = entry !== undefined && owner === toKey(entry);
      begun.push({ run, owner: isOwn ? 'own' : owner === undefined ? 'none' : 'other' });
    }
    return begun;
  }
}

/** Name of a run in the attribution rows; see `findNewRun`. */
function toAttributionName(
  { run, startedMs }: SeenRun,
  before: JobWait['before'],
): string | undefined {
  if (run === undefined) return startedMs === undefined ? undefined : `at ${startedMs}`;
  const isAgain = before?.run !== undefined && run <= before.run;
  return isAgain && startedMs !== undefined ? `${run} at ${startedMs}` : String(run);
}

/** The runs since the reading before the start, oldest first. */
async function readRunsSince(
  { wait: { before: known, job: name }, job, entry }: LookUp,
  readJobDetail: ReadJobDetail,
): Promise<readonly SeenRun[] | undefined> {
  // The job as it was read last before the start was sent.
  const before: SeenRun = entry?.sent?.job?.run === undefined ? (known ?? {}) : entry.sent.job;
  const shown = toSeenRun(job);
  if (!mayHaveRunBetween(before, shown)) return [shown];
  // Where the history cannot be read, the shown run is the only one that is known.
  let since: readonly SeenRun[] = [];
  for (const runs of runsSince) {
    const past = await readRuns(name, runs, readJobDetail);
    if (past === undefined) return undefined;
    const read = past.kind === 'runs' ? past.runs.map(toRunOf) : [];
    since = read.filter((run) => isSince(run, before, known?.readMs));
    if (read.length < runs || since.length < read.length) break;
  }
  const between = since.filter((run) => compareRuns(shown, run) === 'earlier');
  return [...between.toReversed(), shown];
}

/** Whether a run began after the reading. Without its run number, the time of the reading decides. */
function isSince(run: SeenRun, before: SeenRun, readMs = 0): boolean {
  if (before.run !== undefined) return compareRuns(before, run) === 'later';
  return (run.startedMs ?? 0) >= Math.floor(readMs / 1_000) * 1_000;
}

/** `n_retrys` of the job. */
async function readRetries(
  job: JobName,
  readJobDetail: ReadJobDetail,
): Promise<number | 'unknown' | undefined> {
  const read = await readJobDetail<string>('definition', ({ jobs }, signal) =>
    jobs ? jobs.readJil(job, { signal }) : Promise.resolve(''),
  );
  return typeof read === 'string' ? toRetries(read, job) : read && 'unknown';
}

/** `n_retrys` in the JIL of a job, 0 without it. Pure. */
export function toRetries(jil: string, job: JobName): number | 'unknown' {
  const { script } = readJil({ name: `JIL of ${job}`, text: jil });
  const own = script.statements.find(({ object }) => object === job);
  if (own === undefined) return 'unknown';
  const text = own.attributes.find(({ name }) => name === 'n_retrys')?.value.trim() ?? '0';
  return /^\d{1,4}$/.test(text) ? Number(text) : 'unknown';
}

/** How the awaited run ended, from the history of the job. */
async function readPastEnd(
  wait: JobWait,
  readJobDetail: ReadJobDetail,
): Promise<PastEnd | undefined> {
  const { job: name, run = {} } = wait;
  const past = await readRuns(name, runsSearched, readJobDetail);
  if (past === undefined || past.kind === 'unreadable') return past;
  // The newest first, so this is the last try of the run.
  const back = past.runs.findIndex((one) => isSameRun(run, toRunOf(one)));
  const found = past.runs[back];
  if (found === undefined) {
    return { kind: 'unreadable', reason: 'the run is not in the history that AutoSys shows' };
  }
  if (isTerminal(found.status)) return { kind: 'ended', end: toEndAnswer(toView(found)) };
  return readEndFromEvents(toView(found), { name, back }, readJobDetail);
}

function isSameRun(run: SeenRun, other: SeenRun): boolean {
  const comparison = compareRuns(run, other);
  return comparison === 'same' || comparison === 'laterTry';
}

function toView({ status, ...lastRun }: JobRunView): JobView {
  return { status, onNoExec: false, lastRun };
}

function toRunOf(run: JobRunView): SeenRun {
  return toSeenRun(toView(run));
}

/** The last status of the run that ends one. A later status of the job hides it in the summary. */
async function readEndFromEvents(
  job: JobView,
  { name, back }: { readonly name: JobName; readonly back: number },
  readJobDetail: ReadJobDetail,
): Promise<PastEnd | undefined> {
  const read = await readJobDetail<JobEventsView>(
    'events',
    ({ port }, signal) =>
      port.readJobEvents?.(name, { runsBack: back, signal }) ?? Promise.resolve(noEvents),
  );
  if (read === undefined || read.kind === 'unreadable') return read;
  const last = read.events.findLast(
    ({ kind, name: status }) => kind === 'status' && endStatuses.some((one) => one === status),
  );
  const status = endStatuses.find((one) => one === last?.name);
  if (status === undefined) {
    return { kind: 'unreadable', reason: 'AutoSys shows no status that ends the run' };
  }
  return { kind: 'ended', end: toEndAnswer({ ...job, status }) };
}

const endStatuses = ['SUCCESS', 'FAILURE', 'TERMINATED'] as const;
const noEvents: UnreadableView = {
  kind: 'unreadable',
  reason: 'the events of a job cannot be read',
  isLacking: true,
};
const noRuns: UnreadableView = {
  kind: 'unreadable',
  reason: 'the runs of a job cannot be read',
  isLacking: true,
};

function readRuns(
  name: JobName,
  runs: number,
  readJobDetail: ReadJobDetail,
): Promise<JobRunsView | undefined> {
  return readJobDetail<JobRunsView>(
    'runs',
    ({ port }, signal) => port.readJobRuns?.(name, { runs, signal }) ?? Promise.resolve(noRuns),
  );
}
