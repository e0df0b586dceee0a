import { readDate, readSummary, type SummaryRow } from '../autorep/index.ts';
import type { JobName } from '../names.ts';
import { isActive, type JobStatus, readJobStatus } from '../status.ts';
import type { JobReading, LastRun } from './readings.ts';
import { fieldOf } from './reply.ts';

/** The part of a job that one reply contains. Several parts are joined to a {@link JobReading}. */
export interface PartialReading {
  readonly status?: JobStatus | undefined;
  readonly onNoExec?: boolean | undefined;
  readonly lastRun: LastRun;
}

/**
 * Reads a job from any known shape: flat, a list, or wrapped in `job`, `jobs` or `data`.
 *
 * Field names are compared without case, `_` and `-`. The field names of `/job-run-info` are
 * unknown, so all known aliases are tried. Of several rows for the job, the highest run is used,
 * then the latest start.
 *
 * @returns `undefined` if no row is about the job
 */
export function readJobJson(
  json: unknown,
  job: JobName,
  timezone: string,
): PartialReading | undefined {
  const rows = rowsIn(json);
  const named = rows.filter((row) => textOf(row, names.job) === job);
  const nameless = rows.filter((row) => textOf(row, names.job) === undefined);
  const candidates = named.length > 0 ? named : rows.length === 1 ? nameless : [];
  const readings = candidates.map((row) => readRow(row, timezone));
  return readings.reduce<PartialReading | undefined>(
    (latest, next) => (latest === undefined || isLater(next, latest) ? next : latest),
    undefined,
  );
}

/** Reads a job from the output of `autorep -J`. The members of a box are skipped. */
export function readJobSummary(
  lines: readonly string[],
  job: JobName,
  timezone: string,
): PartialReading | undefined {
  const row = readSummary(lines).find(({ name }) => name === job);
  if (row === undefined) return undefined;
  const status = readJobStatus(row.status);
  return { status, onNoExec: row.onNoExec, lastRun: toLastRun(row, timezone) };
}

/** The last run of a job in a row of the summary. */
export function toLastRun(row: SummaryRow, timezone: string): LastRun {
  return known({
    run: row.run,
    try: row.try,
    startedAt: dateOf(row.lastStart, timezone),
    endedAt: dateOf(row.lastEnd, timezone),
    exitCode: row.exitCode,
  });
}

/**
 * Joins an earlier part with a later one. Fields of the later part win.
 *
 * If they are about different runs, the earlier run is discarded, so that no reading mixes two
 * runs.
 */
export function join(earlier: PartialReading, later: PartialReading): PartialReading {
  const sameRun =
    agree(earlier.lastRun.run, later.lastRun.run) &&
    agree(earlier.lastRun.startedAt?.getTime(), later.lastRun.startedAt?.getTime());
  return {
    status: later.status ?? earlier.status,
    onNoExec: later.onNoExec ?? earlier.onNoExec,
    lastRun: sameRun ? { ...earlier.lastRun, ...later.lastRun } : later.lastRun,
  };
}

/** Whether all fields are known, so that no further request is needed. */
export function isComplete({ status, lastRun }: PartialReading): boolean {
  if (status === undefined || lastRun.run === undefined) return false;
  if (lastRun.run === 0) return true;
  if (lastRun.startedAt === undefined || lastRun.try === undefined) return false;
  return isActive(status) || (lastRun.endedAt !== undefined && lastRun.exitCode !== undefined);
}

const runFields = ['run', 'try', 'startedAt', 'endedAt', 'exitCode'] as const;

/** The whole reading, with a list of the unknown fields. */
export function toReading(job: JobName, status: JobStatus, part: PartialReading): JobReading {
  const { onNoExec = false, lastRun } = part;
  const unknown = runFields.filter((field) => lastRun[field] === undefined);
  return { job, status, onNoExec, lastRun, unknown };
}

/** Aliases in lower case without `_` and `-`, the most likely first. */
const names = {
  job: ['name', 'jobname'],
  status: ['status', 'jobstatus'],
  run: ['runnum', 'runnumber', 'run'],
  try: ['ntry', 'numtries', 'try'],
  start: ['laststart', 'laststarttime', 'starttime', 'start'],
  end: ['lastend', 'lastendtime', 'endtime', 'end'],
  exitCode: ['exitcode'],
} as const;

function rowsIn(json: unknown): readonly object[] {
  const isRow = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (Array.isArray(json)) return json.filter(isRow);
  if (!isRow(json)) return [];
  const wrapped = ['job', 'jobs', 'data'].map((name) => fieldOf(json, name)).find(isWrapping);
  if (wrapped !== undefined) return Array.isArray(wrapped) ? wrapped.filter(isRow) : [wrapped];
  const lists = Object.values(json).filter((value) => Array.isArray(value) && value.every(isRow));
  return lists.length === 1 ? rowsIn(lists[0]) : [json];
}

function isWrapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function readRow(row: object, timezone: string): PartialReading {
  const [word = '', mark = ''] = (textOf(row, names.status) ?? '').split('/');
  return {
    status: readJobStatus(word),
    onNoExec: mark === '' ? undefined : readJobStatus(mark) === 'ON_NOEXEC',
    lastRun: known({
      run: numberOf(row, names.run),
      try: numberOf(row, names.try),
      startedAt: dateOf(textOf(row, names.start), timezone),
      endedAt: dateOf(textOf(row, names.end), timezone),
      exitCode: numberOf(row, names.exitCode),
    }),
  };
}

function textOf(row: object, aliases: readonly string[]): string | undefined {
  const entries = Object.entries(row).map(
    ([name, value]) => [name.toLowerCase().replace(/[_-]/g, ''), value] as const,
  );
  for (const alias of aliases) {
    const value: unknown = entries.find(([name]) => name === alias)?.[1];
    if (typeof value === 'string' || typeof value === 'number') return String(value).trim();
  }
  return undefined;
}

function numberOf(row: object, aliases: readonly string[]): number | undefined {
  const text = textOf(row, aliases);
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Reads a date of autorep, an ISO date with its zone, or seconds or milliseconds since 1970. */
function dateOf(text: string | undefined, timezone: string): Date | undefined {
  if (text === undefined) return undefined;
  if (/^\d{10,13}$/.test(text)) return new Date(Number(text) * (text.length === 10 ? 1000 : 1));
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})$/.test(text)) return new Date(text);
  return readDate(text, timezone);
}

function isLater(next: PartialReading, latest: PartialReading): boolean {
  const byRun = (next.lastRun.run ?? -1) - (latest.lastRun.run ?? -1);
  if (byRun !== 0) return byRun > 0;
  return (next.lastRun.startedAt?.getTime() ?? 0) > (latest.lastRun.startedAt?.getTime() ?? 0);
}

function agree<T>(one: T | undefined, other: T | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/** Removes undefined fields. */
function known(run: { readonly [Field in keyof LastRun]: LastRun[Field] | undefined }): LastRun {
  return Object.fromEntries(Object.entries(run).filter(([, value]) => value !== undefined));
}
