import {
  compareToKnown,
  type Version,
  type VersionStatus,
} from '../../../lambda/workload/version.ts';

/**
 * Returns the name of a run. Runs with the same ARN and different start times are different runs.
 */
export function nameRun({ run, beganMs }: Pick<Version, 'run' | 'beganMs'>): string {
  return `${run} ${beganMs}`;
}

/**
 * Returns the name of a run, attempt and status. All end events of a Batch job have the same name,
 * whatever attempts they list.
 */
export function nameVersion({
  run,
  beganMs,
  attempt,
  status,
  final,
}: Version<VersionStatus>): string {
  return `${run} ${beganMs} ${final ? 'final' : attempt} ${status}`;
}

/** True when two versions describe the same change. */
export function isSameChange(one: Version<VersionStatus>, other: Version<VersionStatus>): boolean {
  return nameVersion(one) === nameVersion(other);
}

/**
 * True when the first version is newer. Runs with the same ARN and different start times are
 * different runs.
 */
export function isNewer(one: Version<VersionStatus>, other: Version<VersionStatus>): boolean {
  if (isSameChange(one, other)) return false;
  if (one.beganMs !== other.beganMs) return one.beganMs > other.beganMs;
  return compareToKnown(one, other) === 'newer';
}
