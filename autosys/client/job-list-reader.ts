import { isWildcard, readSummary, type SummaryRow } from '../autorep/index.ts';
import { JobNotFoundError } from '../errors.ts';
import { parseJobName } from '../names.ts';
import { readJobStatus } from '../status.ts';
import { isMissingDetail, type ReaderDeps } from './job-reader.ts';
import { toLastRun, toReading } from './job-reply.ts';
import { hasCode } from './own-lines.ts';
import type { JobRead, WireProfile } from './profile.ts';
import type { JobListReading, JobReading } from './readings.ts';
import { hasErrorOutput, readCommandOutput, toProtocolError, toRejection } from './wire.ts';

/**
 * Reads jobs in one request, by name or by a pattern of autorep.
 *
 * `unreadable` if the profile has no request that runs `autorep -J`, or the release rejects it. Only
 * the names of autorep are documented as patterns; that `command/run` does not change the pattern is
 * inferred.
 */
export async function readJobsFrom(
  { caller, profile, timezone }: ReaderDeps,
  pattern: string,
  signal: AbortSignal | undefined,
): Promise<JobListReading> {
  const template = findSummary(profile);
  if (template === undefined) return unreadable(profile, 'several jobs');
  const job = isWildcard(pattern) ? {} : { job: parseJobName(pattern) };
  const about = { doing: `reading jobs ${pattern}`, changes: false, ...job, jobAddress: false };
  try {
    const call = { ...about, template, fields: { job: pattern }, repeatable: true, signal };
    const { reply } = await caller.requestSuccess(call);
    if (hasCode(reply, invalidJobName)) return noJobs;
    const output = readCommandOutput(reply);
    if (output === undefined) throw toProtocolError(reply, about.doing, 'stdOut or stdErr');
    const rows = readSummary(output.stdOut);
    // AutoSys writes an error for a name that does not exist, and a name may begin like its code.
    if (rows.length === 0 && hasErrorOutput(reply)) throw toRejection(reply, about);
    const lines = output.stdOut.length;
    return { kind: 'list', jobs: new Map(rows.flatMap((row) => toEntry(row, timezone))), lines };
  } catch (error) {
    if (error instanceof JobNotFoundError) return noJobs;
    if (!isMissingDetail(error)) throw error;
    return { kind: 'unreadable', reason: toReason(error) };
  }
}

/** Code of autorep for a name or a pattern without jobs. */
const invalidJobName = 'CAUAJM_E_50027';
const noJobs: JobListReading = { kind: 'list', jobs: new Map(), lines: 0 };

/** The request of the profile that runs `autorep -J`. */
function findSummary({ readJob }: WireProfile): JobRead | undefined {
  const runsAutorep = ({ body = {} }: JobRead) =>
    Object.values(body).length === 1 &&
    Object.values(body).every((text) => /^\s*autorep\s+-J\s+\{job\}\s*$/.test(text));
  return readJob.find((template) => template.reads === 'summary' && runsAutorep(template));
}

/** Empty for a name or a status that is unknown here. */
function toEntry(row: SummaryRow, timezone: string): (readonly [string, JobReading])[] {
  const status = readJobStatus(row.status);
  if (status === undefined || isWildcard(row.name)) return [];
  const { onNoExec } = row;
  const part = { status, onNoExec, lastRun: toLastRun(row, timezone) };
  return [[row.name, toReading(parseJobName(row.name), status, part)]];
}

function unreadable(profile: WireProfile, what: string) {
  const reason = `the wire profile ${profile.name} has no request for ${what}`;
  return { kind: 'unreadable', reason } as const;
}

function toReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
