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
import { type PlacedDefinition, place, readDefinitions } from './definitions.ts';

/** A report made here, and what it should say and does not. */
export interface Rebuilt {
  readonly lines: readonly string[];
  readonly missing: readonly string[];
  /** What a reader has to know, though the report is whole. */
  readonly remarks?: readonly string[];
}

/** Documented for the web services from 11.3.6 SP5 on. */
const noMark =
  'made here job by job, as this AEWS runs no commands; the mark /NE (noexec) is not told that way';

/** Each job costs AutoSys one or two requests; beyond this many a report is not worth it. */
const mostJobs = 500;
/** How many jobs are asked about at a time. */
const sideBySide = 4;

/**
 * Makes a report of what the web services tell one by one, for an AEWS that does not run autorep itself.
 *
 * @throws {UnknownHereError} naming what cannot be told this way
 * @throws {AutosysError}
 */
export async function rebuild(
  query: AutorepQuery,
  connection: Connection,
  signal: AbortSignal,
): Promise<Rebuilt> {
  refuse(query);
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
  return summarise(placed, query, connection, signal);
}

function refuse({ subject, report, showTimezone, unsupported }: AutorepQuery): void {
  const flags = [
    ...(report === 'details' ? ['-d'] : []),
    ...(report === 'override' ? ['-o'] : []),
    ...(showTimezone ? ['-t'] : []),
    ...unsupported.filter((option) => !/^-(usr|pw|pwx|saml)$/.test(option)),
    ...(subject.kind === 'job' || subject.kind === 'globalVariable' ? [] : [`the ${subject.kind}`]),
  ];
  if (flags.length === 0) return;
  throw new UnknownHereError(
    `autorep: this AEWS has no command/run, and nothing else tells ${flags.join(' ')}`,
  );
}

async function reportGlobalVariable(
  name: string,
  { client }: Connection,
  signal: AbortSignal,
): Promise<Rebuilt> {
  if (isWildcard(name)) {
    throw new UnknownHereError(
      'autorep: this AEWS has no command/run, and nothing else lists global variables',
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
        `autorep: global variable ${name} cannot be read here, ${reading.reason}`,
      );
    default:
      return reading satisfies never;
  }
}

interface Finding {
  readonly connection: Connection;
  readonly long: boolean;
  readonly signal: AbortSignal;
}

/** By name, with the members of a box; by pattern out of the definitions of all jobs. */
async function findJobs(
  pattern: string,
  { connection, long, signal }: Finding,
): Promise<readonly PlacedDefinition[]> {
  if (isWildcard(pattern)) {
    return place(readDefinitions(await readWholeJil(connection, signal), long), pattern);
  }
  const job = parseJobName(pattern);
  try {
    const dump = await connection.client.readJil(job, { signal });
    return place(readDefinitions(dump, long), job);
  } catch (error) {
    if (!(error instanceof UnsupportedByProfileError)) throw error;
    return [{ definition: { name: job, box: undefined, text: '' }, depth: 0 }];
  }
}

/** Without a name the same address tells all definitions (seen live). */
async function readWholeJil(connection: Connection, signal: AbortSignal): Promise<string> {
  const { profile } = connection;
  const { readJil } = profile;
  const path = readJil?.path.replace(/\?.*\{job\}.*$/, '') ?? '';
  if (readJil?.method !== 'GET' || path.includes('{job}')) {
    throw new UnknownHereError(
      `autorep: the wire profile ${profile.name} has no request for all jobs, name one`,
    );
  }
  await using client = connection.speaking({ ...profile, readJil: { ...readJil, path } });
  try {
    return await client.readJil(parseJobName('ALL'), { signal });
  } catch (error) {
    if (!(error instanceof JobNotFoundError)) throw error;
    throw new UnknownHereError(
      'autorep: this AEWS does not tell the definitions of all jobs, name one',
    );
  }
}

async function summarise(
  placed: readonly PlacedDefinition[],
  { run, narrow }: AutorepQuery,
  { client, timezone }: Connection,
  signal: AbortSignal,
): Promise<Rebuilt> {
  if (placed.length > mostJobs) {
    throw new UnknownHereError(
      `autorep: ${placed.length} jobs fit, and without command/run each is asked for by itself; name at most ${mostJobs}`,
    );
  }
  const readings = await mapSideBySide(placed, ({ definition }) =>
    client.readJob(parseJobName(definition.name), { signal }),
  );
  const entries = placed
    .map(({ depth }, at) => toEntry(readings[at], depth))
    .filter((entry) => entry !== undefined);
  for (const { name, run: last } of entries) {
    const wanted = run === undefined ? last : run > 0 ? run : last + run;
    if (wanted === last) continue;
    throw new UnknownHereError(
      `autorep: -R ${run}: without command/run only the last run is told, ${last} of ${name}`,
    );
  }
  const untold = readings.filter(({ unknown }) => unknown.includes('run')).map(({ job }) => job);
  const missing =
    untold.length === 0
      ? []
      : [`AEWS tells no run of ${untold.join(' ')}: times, 0/0 and exit code there mean nothing`];
  return { lines: printSummary(entries, { timezone, narrow }), missing, remarks: [noMark] };
}

function toEntry(reading: JobReading | undefined, depth: number): SummaryEntry | undefined {
  if (!reading) return undefined;
  const { job, status, onNoExec, lastRun } = reading;
  const { run = 0, try: tries = 0, startedAt, endedAt, exitCode } = lastRun;
  // A job that runs shows no end, least of all that of the run before.
  const over = endedAt !== undefined && (startedAt === undefined || endedAt >= startedAt);
  return {
    name: job,
    depth,
    status,
    onNoExec,
    run,
    try: tries,
    lastStart: startedAt,
    lastEnd: over ? endedAt : undefined,
    exitCode: over ? exitCode : undefined,
  };
}

async function mapSideBySide<Item, Result>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += sideBySide) {
    results.push(...(await Promise.all(items.slice(at, at + sideBySide).map(ask))));
  }
  return results;
}
