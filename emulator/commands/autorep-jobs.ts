import {
  type AutorepQuery,
  type DetailEntry,
  isAll,
  isWildcard,
  matchesWildcard,
  printDetails,
  printSummary,
  type SummaryEntry,
} from '../../autosys/autorep/index.ts';
import { printJobs } from '../../autosys/jil/index.ts';
import { readJobStatus } from '../../autosys/status.ts';
import { inBoxOrder, type NestedJob, withMembers } from '../actions/box-order.ts';
import { invalidJobName } from '../answer.ts';
import type { Deps } from '../deps.ts';
import type { LoggedEvent } from '../event-log.ts';
import type { JobRecord } from '../record.ts';
import type { Printed } from './command.ts';

type Instance = Deps['instance'];

/**
 * `autorep -J`: the summary; with `-d` the events of the run; with `-q` the definitions. A box
 * includes its members.
 */
export function reportJobs(instance: Instance, query: AutorepQuery): Printed {
  const { name } = query.subject;
  if (!isWildcard(name) && !instance.job(name)) return { stdErr: [invalidJobName(name)] };
  const { level = Number.POSITIVE_INFINITY } = query;
  const withinLevel = ({ depth }: NestedJob) => depth <= level;
  if (query.report === 'definition') {
    const printed = findPrinted(instance, name).map((jobs) => jobs.filter(withinLevel));
    return printDefinitions(printed, query);
  }
  const nestedJobs = findJobs(instance, name).filter(withinLevel);
  const rows = nestedJobs.flatMap((job) => toRows(instance, job, query.run));
  // The code was seen in one client; the wording is our own.
  if (rows.length === 0 && !isWildcard(name)) {
    return { stdErr: [`CAUAJM_E_10323 Invalid run number: ${query.run} for job ${name}`] };
  }
  const style = { timezone: instance.timezone, narrow: query.narrow };
  const print = query.report === 'details' ? printDetails : printSummary;
  return { stdOut: print(rows, style) };
}

/**
 * Finds jobs by name, or by pattern in box order. Each job occurs once, below its box if the box
 * matches too.
 */
function findJobs(instance: Instance, pattern: string): readonly NestedJob[] {
  const only = isWildcard(pattern) ? undefined : instance.job(pattern);
  if (only) return withMembers(instance, only);
  const fits = ({ job }: JobRecord) => matchesWildcard(pattern, job.name);
  const listed = new Set<string>();
  return inBoxOrder(instance)
    .filter(({ record }) => fits(record))
    .flatMap(({ record }) => (listed.has(record.job.name) ? [] : withMembers(instance, record)))
    .filter(({ record: { job } }) => !listed.has(job.name) && listed.add(job.name));
}

/**
 * The jobs whose definitions are printed, each with its members. A pattern prints members that fit it
 * below their box and again by themselves, without indent (AutoSys user guide, and seen live).
 */
function findPrinted(instance: Instance, pattern: string): readonly (readonly NestedJob[])[] {
  if (!isWildcard(pattern) || isAll(pattern)) return [findJobs(instance, pattern)];
  return inBoxOrder(instance)
    .filter(({ record }) => matchesWildcard(pattern, record.job.name))
    .map(({ record }) => withMembers(instance, record));
}

function printDefinitions(
  lists: readonly (readonly NestedJob[])[],
  { long }: AutorepQuery,
): Printed {
  const printed = lists
    .map((list) => list.map(({ record: { job } }) => job))
    .map((jobs) => printJobs(jobs, { long, ownerAsComment: true }))
    .filter((text) => text !== '')
    .join('\n');
  return { stdOut: printed === '' ? [] : printed.replace(/\n$/, '').split('\n') };
}

type Row = SummaryEntry & { readonly details: readonly DetailEntry[] };

/** The row of a job; none if the requested run is not known. */
function toRows(instance: Instance, { record, depth }: NestedJob, run?: number): readonly Row[] {
  const { job, noexec, queuePriority } = record;
  const jobFields = { name: job.name, depth, onNoExec: noexec, priority: queuePriority };
  const lines = instance.events(job.name);
  if (run === undefined) {
    const details = toDetails(linesOf(lines, record.run.run));
    return [{ ...jobFields, ...toPresent(record), details }];
  }
  const wanted = run > 0 ? run : toRunsBack(record, -run);
  const past = record.history.findLast((entry) => entry.run === wanted);
  if (!past) return [];
  const { status, startedAt, endedAt, exitCode } = past;
  const runFields = {
    status,
    run: past.run,
    try: past.try,
    lastStart: startedAt,
    lastEnd: endedAt,
  };
  return [{ ...jobFields, ...runFields, exitCode, details: toDetails(linesOf(lines, past.run)) }];
}

/**
 * The number of the run `back` runs of this job ago. Numbers are counted over all jobs, so the
 * numbers between belong to other jobs.
 */
function toRunsBack({ history }: JobRecord, back: number): number | undefined {
  return [...new Set(history.map(({ run }) => run))].at(-1 - back);
}

function toPresent({ status, run, lastStart, lastEnd, exitCode }: JobRecord) {
  // A running job shows no end, and in particular not the end of the previous run.
  const over = lastStart && lastEnd && lastEnd >= lastStart;
  const shownEnd = over ? lastEnd : undefined;
  return { status, run: run.run, try: run.try, lastStart, lastEnd: shownEnd, exitCode };
}

/**
 * The lines of a run, and of the events sent since the previous run. That the event which started a
 * run is listed with it is inferred. That events after the end of the last run are listed with it
 * is in the reference's sample.
 */
function linesOf(lines: readonly LoggedEvent[], run: number): readonly LoggedEvent[] {
  const before = lines.findLastIndex((line) => line.run > 0 && line.run < run);
  const isPast = lines.some((line) => line.run > run);
  const end = isPast ? lines.findLastIndex((line) => line.run === run) + 1 : lines.length;
  return lines.slice(before + 1, end);
}

function toDetails(lines: readonly LoggedEvent[]): readonly DetailEntry[] {
  return lines.flatMap((line): readonly DetailEntry[] => {
    const { kind, name, queuedAt: at, processedAt, stage: eventState, machine, text } = line;
    const common = { at, try: line.try, eventState, processedAt, machine, text };
    if (kind === 'alarm') return [{ kind, alarm: name, ...common }];
    if (kind === 'event') return [{ kind, event: name, ...common }];
    const status = readJobStatus(name);
    return status ? [{ kind, status, ...common }] : [];
  });
}
