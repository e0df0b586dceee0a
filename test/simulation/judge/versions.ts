import { compareToKnown, type Version } from '../../../lambda/workload/version.ts';

/** What names a run; runs that share an ARN and not their start are two runs. */
export function nameRun({ run, beganMs }: Pick<Version, 'run' | 'beganMs'>): string {
  return `${run} ${beganMs}`;
}

/** What names a run, an attempt and a status; the ends of a Batch job are one end however many attempts they list. */
export function nameVersion({ run, beganMs, attempt, status, final }: Version): string {
  return `${run} ${beganMs} ${final ? 'final' : attempt} ${status}`;
}

/** Whether two announcements tell of one change. */
export function isSameChange(one: Version, other: Version): boolean {
  return nameVersion(one) === nameVersion(other);
}

/** Whether a change is newer than another; runs that share an ARN and not their start are two runs. */
export function isNewer(one: Version, other: Version): boolean {
  if (isSameChange(one, other)) return false;
  if (one.beganMs !== other.beganMs) return one.beganMs > other.beganMs;
  return compareToKnown(one, other) === 'newer';
}
