import type { JobView } from '../../../autosys/views.ts';
import {
  type EventMarker,
  findEventMarker,
  findMark,
} from '../../delivery/evidence/event-marker.ts';
import { showsAsChange } from '../../delivery/evidence/job-evidence.ts';
import type { JobWait } from '../stored-request.ts';
import type { StartFacts } from './find-run.ts';
import type { ReadJobDetail } from './read-job-detail.ts';
import { isComparable } from './seen-job.ts';
import type { KnownStart } from './start-facts.ts';

/** A start is listed with the run it begins or with the previous one, and another may have begun. */
const maxRunsBack = 2;

/**
 * Dates a start by the clock of AutoSys, where only its time tells whether the shown run is a new
 * one: before the start, neither number nor start time of the last run could be read.
 *
 * By the clock of the bridge, which may be seconds ahead, the run that the start began could count as
 * an earlier one. The events of a job show when AutoSys processed the start.
 *
 * @returns the facts with the time of AutoSys as `sentAt`; without a time if AutoSys cannot be asked
 * now; unchanged if it does not list the start
 */
export async function dateStart(
  { facts, entry }: Pick<KnownStart, 'facts' | 'entry'>,
  { wait, job }: { readonly wait: JobWait; readonly job: JobView },
  readJobDetail: ReadJobDetail,
): Promise<StartFacts> {
  if (entry === undefined || facts.kind !== 'delivered' || facts.sentAt === undefined) return facts;
  const { event } = entry;
  const mark = findMark(entry);
  if (mark === undefined || !showsAsChange(event) || !isToldByTime(wait, job, facts)) return facts;
  const { sentAt, ...undated } = facts;
  const marker = await readJobDetail<EventMarker>('events', ({ port }, signal) =>
    findEventMarker({ event, mark, sentAt, maxRunsBack }, port, signal),
  );
  if (marker === undefined) return undated;
  return marker.kind === 'processed' && marker.at ? { ...undated, sentAt: marker.at } : facts;
}

/** Whether only the time of the start tells if the shown run began after it. Pure. */
function isToldByTime(
  { before, run }: JobWait,
  { lastRun }: JobView,
  facts: Extract<StartFacts, { readonly kind: 'delivered' }>,
): boolean {
  if (run !== undefined || lastRun.startedAt === undefined) return false;
  return facts.job?.run === undefined && !isComparable(before ?? {});
}
