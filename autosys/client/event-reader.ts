import { readDate, readDetails } from '../autorep/index.ts';
import { JobNotFoundError } from '../errors.ts';
import type { JobName } from '../names.ts';
import { isMissingDetail, type ReaderDeps } from './job-reader.ts';
import { hasCode } from './own-lines.ts';
import type { JobEventsReading } from './readings.ts';
import { readCommandOutput, toRejection } from './wire.ts';

/** The job and the run whose events are read. */
export interface JobEventsQuery {
  readonly job: JobName;
  /** 0 for the current run, 1 for the run before it. */
  readonly runsBack: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads the events of a job in one run.
 *
 * The result is `unreadable` if the release lacks the request or this user has no permission for
 * it. A run that does not exist (`CAUAJM_E_10323`, seen in one client) has no events.
 */
export async function readJobEventsFrom(
  { caller, profile, timezone }: ReaderDeps,
  { job, runsBack, signal }: JobEventsQuery,
): Promise<JobEventsReading> {
  const template = profile.readJobEvents?.[runsBack];
  if (template === undefined) {
    const reason = `the wire profile ${profile.name} has no request for the events of a job`;
    return { kind: 'unreadable', reason, isLacking: true };
  }
  const about = { doing: `reading the events of ${job}`, changes: false, job, jobAddress: false };
  try {
    const call = { ...about, template, fields: { job }, repeatable: true, signal };
    const { reply } = await caller.requestSuccess(call);
    if (hasCode(reply, 'CAUAJM_E_10323')) return { kind: 'events', events: [] };
    const output = readCommandOutput(reply);
    if (output === undefined || output.stdErr.length > 0) throw toRejection(reply, about);
    const details = readDetails(output.stdOut).filter((detail) => detail.job === job);
    return {
      kind: 'events',
      events: details.map(({ kind, name, at: date, eventState: state, text }) => {
        const at = readDate(date, timezone);
        return { kind, name, state, ...(at && { at }), ...(text !== undefined && { text }) };
      }),
    };
  } catch (error) {
    if (error instanceof JobNotFoundError || !isMissingDetail(error)) throw error;
    return unreadable(error instanceof Error ? error.message : String(error));
  }
}

function unreadable(reason: string): JobEventsReading {
  return { kind: 'unreadable', reason };
}
