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
  complains,
  complainsInStdErr,
  type RequestDescription,
  readCommandOutput,
  toProtocolError,
  toRefusal,
} from './wire.ts';

/** What reading a job needs. */
export interface JobReaderOptions {
  readonly caller: Caller;
  readonly profile: WireProfile;
  readonly timezone: string;
}

/**
 * Reads a job from the addresses of the profile, in their order, until nothing more can be learnt.
 *
 * The first address decides whether the job exists. A later one may be missing on this release, or closed to this user:
 * then what it would have told stays unknown.
 */
export async function readJobFrom(
  { caller, profile, timezone }: JobReaderOptions,
  job: JobName,
  signal: AbortSignal | undefined,
): Promise<JobReading> {
  const doing = `reading job ${job}`;
  let told: PartialReading | undefined;
  for (const template of profile.readJob) {
    if (told !== undefined && isComplete(told)) break;
    const about = { doing, changes: false, job, jobAddress: template.path.includes('{job}') };
    try {
      const accept = template.reads === 'json' ? { accept: 'application/json' } : {};
      const read = { template, fields: { job }, repeatable: true, isDetail: told !== undefined };
      const call = { ...about, ...accept, ...read, signal };
      const part = readPart((await caller.demand(call)).reply, template, about, job, timezone);
      told = told === undefined ? part : join(told, part);
    } catch (error) {
      const isMissing = isMissingDetail(error, caller.seemsToLack(template));
      if (told === undefined || !isMissing) throw error;
    }
  }

  if (told === undefined) throw new UnsupportedByProfileError({ doing, profile: profile.name });
  if (told.status === undefined) {
    const found = 'none that is known in any answer';
    throw new AutosysProtocolError({ doing, expected: 'the status of the job', found });
  }
  return toReading(job, told.status, told);
}

function readPart(
  reply: Reply,
  template: JobRead,
  asked: RequestDescription,
  job: JobName,
  timezone: string,
): PartialReading {
  // In a summary a job's name begins its line, and it may begin like an error code.
  const isRefusal = template.reads === 'json' ? complains : complainsInStdErr;
  if (isRefusal(reply)) throw toRefusal(reply, asked);
  const part = template.reads === 'json' ? fromJson() : fromSummary();
  if (part !== undefined) return part;
  throw complains(reply) ? toRefusal(reply, asked) : new JobNotFoundError({ job });

  function fromJson(): PartialReading | undefined {
    if (reply.shape !== 'json') throw toProtocolError(reply, asked.doing, 'JSON about the job');
    return readJobJson(reply.json, job, timezone);
  }
  function fromSummary(): PartialReading | undefined {
    const output = readCommandOutput(reply);
    if (output === undefined) throw toProtocolError(reply, asked.doing, 'stdOut or stdErr');
    return readJobSummary(output.stdOut, job, timezone);
  }
}

/**
 * A refusal or an unreadable answer costs details; a dead or closed AutoSys costs the reading.
 *
 * @param isLacking whether AEWS answers others and never this request: then a 404 page is the answer of this release
 */
export function isMissingDetail(error: unknown, isLacking = false): boolean {
  if (!(error instanceof AutosysError)) return false;
  if (error instanceof UnexplainedNotFoundError) return isLacking;
  if (error instanceof AutosysUnavailableError) return isLacking && error.fromWebServer;
  if (error.disposition === 'retry') return false;
  return !(error instanceof AutosysUnauthorizedError && error.httpStatus === 401);
}
