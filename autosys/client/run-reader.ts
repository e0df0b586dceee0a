import { JobNotFoundError } from '../errors.ts';
import type { JobName } from '../names.ts';
import { isMissingDetail, type ReaderDeps } from './job-reader.ts';
import { readJobSummary } from './job-reply.ts';
import { hasCode } from './own-lines.ts';
import type { JobRunReading, JobRunsReading } from './readings.ts';
import { readCommandOutput, toRejection } from './wire.ts';

/** The job whose runs are read. */
export interface JobRunsQuery {
  readonly job: JobName;
  /** Number of runs, from the last one back. */
  readonly runs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads the last runs of a job, the newest first: one `autorep -J JOB -r -N` for each.
 *
 * `-r` with a negative number is a run relative to the last one (11.3.6 reference, documented). That
 * `command/run` accepts it is inferred. The result is `unreadable` if the release lacks the command
 * or this user has no permission for it. A run that does not exist (`CAUAJM_E_10323`, seen in one
 * client) ends the list.
 */
export async function readJobRunsFrom(
  { caller, profile, timezone }: ReaderDeps,
  { job, runs, signal }: JobRunsQuery,
): Promise<JobRunsReading> {
  const template = profile.runCommand;
  if (template === undefined) {
    const reason = `the wire profile ${profile.name} has no request for commands`;
    return { kind: 'unreadable', reason, isLacking: true };
  }
  const about = { doing: `reading the runs of ${job}`, changes: false, job, jobAddress: false };
  const found: JobRunReading[] = [];
  try {
    for (let back = 0; back < runs; back += 1) {
      const command = `autorep -J ${job}${back === 0 ? '' : ` -r -${back}`}`;
      const call = { ...about, template, fields: { command }, repeatable: true, signal };
      const { reply } = await caller.requestSuccess(call);
      if (hasCode(reply, 'CAUAJM_E_10323')) break;
      const output = readCommandOutput(reply);
      if (output === undefined || output.stdErr.length > 0) throw toRejection(reply, about);
      const { status, lastRun } = readJobSummary(output.stdOut, job, timezone) ?? {};
      const { run } = lastRun ?? {};
      if (status === undefined || run === undefined || run === 0) break;
      const isOlder = found.every((later) => later.run > run);
      if (isOlder) found.push({ ...lastRun, status, run });
      // The job began a run meanwhile, so each run is one further back. A release that ignores the
      // option shows the last run each time.
      else if (back - found.length > 0) break;
    }
    return { kind: 'runs', runs: found };
  } catch (error) {
    if (error instanceof JobNotFoundError || !isMissingDetail(error)) throw error;
    return unreadable(error instanceof Error ? error.message : String(error));
  }
}

function unreadable(reason: string): JobRunsReading {
  return { kind: 'unreadable', reason };
}
