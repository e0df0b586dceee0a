import { readDate, readDetails } from '../autorep/index.ts';
import { JobNotFoundError } from '../errors.ts';
import type { JobName } from '../names.ts';
import { isMissingDetail, type JobReaderOptions } from './job-reader.ts';
import { hasCode } from './own-lines.ts';
import type { JobEventsReading } from './readings.ts';
import { readCommandOutput, toRefusal } from './wire.ts';

/** Whose events are read, and of which run. */
export interface JobEventsQuery {
  readonly job: JobName;
  /** 0 for the present run, 1 for the one before it. */
  readonly runsBack: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads what happened to a job in one run.
 *
 * A release without the request, or one that keeps it from this user, makes it `unreadable`; a run that it does not
 * have (`CAUAJM_E_10323`, seen in one client) has no events.
 */
export async function readJobEventsFrom(
  { caller, profile, timezone }: JobReaderOptions,
  { job, runsBack, signal }: JobEventsQuery,
): Promise<JobEventsReading> {
  const template = profile.readJobEvents?.[runsBack];
  if (template === undefined) {
    return unreadable(`the wire profile ${profile.name} has no request for the events of a job`);
  }
  const about = { doing: `reading the events of ${job}`, changes: false, job, jobAddress: false };
  try {
    const call = { ...about, template, fields: { job }, repeatable: true, signal };
    const { reply } = await caller.demand(call);
    if (hasCode(reply, 'CAUAJM_E_10323')) return { kind: 'events', events: [] };
    const output = readCommandOutput(reply);
    if (output === undefined || output.stdErr.length > 0) throw toRefusal(reply, about);
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
