import type { Cause } from '../../lambda/ledger/entry.ts';
import type { Version, VersionStatus } from '../../lambda/workload/version.ts';

/** The event and the run that caused an entry, for --json. */
export function toVersionDocument({ eventId, seenMs }: Cause, version: Version<VersionStatus>) {
  const { run, attempt, status, beganMs, changedMs } = version;
  return {
    event: eventId,
    seenAt: new Date(seenMs),
    ...{ run, attempt, status },
    beganAt: new Date(beganMs),
    changedAt: new Date(changedMs),
  };
}
