import {
  type AutorepQuery,
  isWildcard,
  printSummary,
  type SummaryEntry,
} from '../../autosys/autorep/index.ts';
import type { JobReading } from '../../autosys/client/index.ts';
import {
  GlobalVariableNotFoundError,
  JobNotFoundError,
  UnsupportedByProfileError,
} from '../../autosys/errors.ts';
import { parseGlobalName, parseJobName } from '../../autosys/names.ts';
import type { Connection } from '../connection.ts';
import { UnknownHereError } from '../exit-code.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { orderDefinitions, type PlacedDefinition, readDefinitions } from './definitions.ts';

/** A report that this program created, and its gaps. */
export interface RebuiltReport {
  readonly lines: readonly string[];
  /** What could not be read. */
  readonly missing: readonly string[];
  /** Notes on a complete report. */
  readonly remarks?: readonly string[];
}

/** Note on every summary. Documented for the web services from 11.3.6 SP5 on. */
const noExecRemark =
  'this AEWS has no command/run, so each job was read separately; the mark /NE (NOEXEC) is not available';

/** Maximum number of jobs in a report. Each job needs one or two requests to AutoSys. */
const maxJobs = 500;

/**
 * Creates a report from separate reads of jobs and variables, for an AEWS that cannot run autorep.
 *
 * @throws {UnknownHereError} naming what is not available
 * @throws {AutosysError}
 */
export async function rebuild(
  query: AutorepQuery,
  connection: Connection,
  signal: AbortSignal,
): Promise<RebuiltReport> {
  rejectUnsupported(query);
  const { kind, name } = query.subject;
  if (kind === 'globalVariable') return reportGlobalVariable(name, connection, signal);
  const { level = Number.POSITIVE_INFINITY, long } = query;
  const found = await findJobs(name, { connection, long, signal });
  const placed = found.filter(({ depth }) => depth <= level);
  if (query.report === 'definition') {
    return {
      lines: placed
        .map(({ definition }) => definition.text)
        .join('\n\n')
        .split('\n'),
      missing: [],
    };
  }
  return createSummary(placed, query, connection, signal);
}

function rejectUnsupported({ subject, report, showTimezone, unsupported }: AutorepQuery): void {
  const flags = [
    ...(report === 'details' ? ['-d'] : []),
    ...(report === 'override' ? ['-o'] : []),
    ...(showTimezone ? ['-t'] : []),
    ...unsupported.filter((option) => !/^-(usr|pw|pwx|saml)$/.test(option)),
    ...(subject.kind === 'job' || subject.kind === 'globalVariable' ? [] : [`the ${subject.kind}`]),
  ];
  if (flags.length === 0) return;
  throw new UnknownHereError(
    `autorep: ${flags.join(' ')} not available, because this AEWS has no command/run`,
  );
}

async function reportGlobalVariable(
  name: string,
  { client }: Connection,
  signal: AbortSignal,
): Promise<RebuiltReport> {
  if (isWildcard(name)) {
    throw new UnknownHereError(
      'autorep: global variables cannot be listed, because this AEWS has no command/run; name one variable',
    );
  }
  const globalVariable = parseGlobalName(name);
  const reading = await client.readGlobalVariable(globalVariable, { signal });
  switch (reading.kind) {
    case 'value':
      return { lines: [reading.value], missing: [] };
    case 'unset':
      throw new GlobalVariableNotFoundError({ globalVariable });
    case 'unreadable':
      throw new UnknownHereError(
        `autorep: global variable ${name} cannot be read: ${reading.reason}`,
      );
    default:
      return reading satisfies never;
  }
}

interface JobQuery {
  readonly connection: Connection;
  readonly long: boolean;
  readonly signal: AbortSignal;
}

/** Finds a job by name, with the members of a box; by pattern in the definitions of all jobs. */
async function findJobs(
  pattern: string,
  { connection, long, signal }: JobQuery,
): Promise<readonly PlacedDefinition[]> {
  if (isWildcard(pattern)) {
    return orderDefinitions(readDefinitions(await readWholeJil(connection, signal), long), pattern);
  }
  const job = parseJobName(pattern);
  try {
    const dump = await connection.client.readJil(job, { signal });
    return orderDefinitions(readDefinitions(dump, long), job);
  } catch (error) {
    if (!(error instanceof UnsupportedByProfileError)) throw error;
    return [{ definition: { name: job, box: undefined, text: '' }, depth: 0 }];
  }
}

/** The address without a job name returns all definitions (seen). */
async function readWholeJil(connection: Connection, signal: AbortSignal): Promise<string> {
  const { profile } = connection;
  const { readJil } = profile;
  const path = readJil?.path.replace(/\?.*\{job\}.*$/, '') ?? '';
  if (readJil?.method !== 'GET' || path.includes('{job}')) {
    throw new UnknownHereError(
      `autorep: the wire profile ${profile.name} has no request for all jobs; name one job`,
    );
  }
  await using client = connection.withProfile({ ...profile, readJil: { ...readJil, path } });
  try {
    return await client.readJil(parseJobName('ALL'), { signal });
  } catch (error) {
    if (!(error instanceof JobNotFoundError)) throw error;
    throw new UnknownHereError(
      'autorep: this AEWS does not return the definitions of all jobs; name one job',
    );
  }
}

async function createSummary(
  placed: readonly PlacedDefinition[],
  { run, narrow }: AutorepQuery,
  { client, timezone }: Connection,
  signal: AbortSignal,
): Promise<RebuiltReport> {
  if (placed.length > maxJobs) {
    throw new UnknownHereError(
      `autorep: ${placed.length} jobs match, allowed: ${maxJobs}, because without command/run each job is read separately; use a narrower pattern`,
    );
  }
  const readings = await mapConcurrently(placed, ({ definition }) =>
    client.readJob(parseJobName(definition.name), { signal }),
  );
  const entries = placed
    .map(({ depth }, at) => toEntry(readings[at], depth))
    .filter((entry) => entry !== undefined);
  for (const { name, run: last } of entries) {
    const requested = run === undefined ? last : run > 0 ? run : last + run;
    if (requested === last) continue;
    throw new UnknownHereError(
      `autorep: -R ${run}: without command/run only the last run is available, which is ${last} for ${name}`,
    );
  }
  const withoutRun = readings
    .filter(({ unknown }) => unknown.includes('run'))
    .map(({ job }) => job);
  const missing =
    withoutRun.length === 0
      ? []
      : [`AEWS returned no run of ${withoutRun.join(' ')}; ignore their times, 0/0 and exit codes`];
  return { lines: printSummary(entries, { timezone, narrow }), missing, remarks: [noExecRemark] };
}

function toEntry(reading: JobReading | undefined, depth: number): SummaryEntry | undefined {
  if (!reading) return undefined;
  const { job, status, onNoExec, lastRun } = reading;
  const { run = 0, try: tries = 0, startedAt, endedAt, exitCode } = lastRun;
  // A running job has no end. An earlier end belongs to the run before.
  const isOver = endedAt !== undefined && (startedAt === undefined || endedAt >= startedAt);
  return {
    name: job,
    depth,
    status,
    onNoExec,
    run,
    try: tries,
    lastStart: startedAt,
    lastEnd: isOver ? endedAt : undefined,
    exitCode: isOver ? exitCode : undefined,
  };
}
