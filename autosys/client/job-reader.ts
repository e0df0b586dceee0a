import {
  AutosysError,
  AutosysProtocolError,
  AutosysUnauthorizedError,
  AutosysUnavailableError,
  JobNotFoundError,
  UnexplainedNotFoundError,
  UnsupportedByProfileError,
} from '../errors.ts';
import type { JobName } from '../names.ts';
import type { Caller } from './caller.ts';
import {
  isComplete,
  join,
  type PartialReading,
  readJobJson,
  readJobSummary,
  toReading,
} from './job-reply.ts';
import type { JobRead, WireProfile } from './profile.ts';
import type { JobReading } from './readings.ts';
import type { Reply } from './reply.ts';
import {
  hasErrorOutput,
  hasStdErrOutput,
  type RequestDescription,
  readCommandOutput,
  toProtocolError,
  toRejection,
} from './wire.ts';

/** Dependencies of the functions that read from AutoSys. */
export interface ReaderDeps {
  readonly caller: Caller;
  readonly profile: WireProfile;
  readonly timezone: string;
}

/**
 * Reads a job from the addresses of the profile, in their order, until all its fields are known.
 *
 * The first address decides whether the job exists. A later address may be missing in this release
 * or forbidden for this user; its fields then stay unknown.
 */
export async function readJobFrom(
  { caller, profile, timezone }: ReaderDeps,
  job: JobName,
  signal: AbortSignal | undefined,
): Promise<JobReading> {
  const doing = `reading job ${job}`;
  let reading: PartialReading | undefined;
  for (const template of profile.readJob) {
    if (reading !== undefined && isComplete(reading)) break;
    const about = { doing, changes: false, job, jobAddress: template.path.includes('{job}') };
    try {
      const accept = template.reads === 'json' ? { accept: 'application/json' } : {};
      const isDetail = reading !== undefined;
      const read = { template, fields: { job }, repeatable: true, isDetail };
      const call = { ...about, ...accept, ...read, signal };
      const { reply } = await caller.requestSuccess(call);
      const part = readPart(reply, template, about, job, timezone);
      reading = reading === undefined ? part : join(reading, part);
    } catch (error) {
      const isMissing = isMissingDetail(error, caller.seemsToLack(template));
      if (reading === undefined || !isMissing) throw error;
    }
  }

  if (reading === undefined) throw new UnsupportedByProfileError({ doing, profile: profile.name });
  if (reading.status === undefined) {
    const found = 'no known status in any reply';
    throw new AutosysProtocolError({ doing, expected: 'the status of the job', found });
  }
  return toReading(job, reading.status, reading);
}

function readPart(
  reply: Reply,
  template: JobRead,
  request: RequestDescription,
  job: JobName,
  timezone: string,
): PartialReading {
  // In a summary the job name begins the line, and a job name may begin like an error code.
  const isRejection = template.reads === 'json' ? hasErrorOutput : hasStdErrOutput;
  if (isRejection(reply)) throw toRejection(reply, request);
  const part = template.reads === 'json' ? fromJson() : fromSummary();
  if (part !== undefined) return part;
  throw hasErrorOutput(reply) ? toRejection(reply, request) : new JobNotFoundError({ job });

  function fromJson(): PartialReading | undefined {
    if (reply.shape !== 'json') throw toProtocolError(reply, request.doing, 'JSON about the job');
    return readJobJson(reply.json, job, timezone);
  }
  function fromSummary(): PartialReading | undefined {
    const output = readCommandOutput(reply);
    if (output === undefined) throw toProtocolError(reply, request.doing, 'stdOut or stdErr');
    return readJobSummary(output.stdOut, job, timezone);
  }
}

/**
 * Whether an error means only that a detail is missing: a rejected request or an unreadable reply.
 *
 * An unavailable AutoSys and a rejected login are errors of the whole reading.
 *
 * @param isLacking whether AEWS answers other requests but never this one; then a 404 page means
 *   that the release lacks the request
 */
export function isMissingDetail(error: unknown, isLacking = false): boolean {
  if (!(error instanceof AutosysError)) return false;
  if (error instanceof UnexplainedNotFoundError) return isLacking;
  if (error instanceof AutosysUnavailableError) return isLacking && error.fromWebServer;
  if (error.disposition === 'retry') return false;
  return !(error instanceof AutosysUnauthorizedError && error.httpStatus === 401);
}
