import { beginWatch, type Launch } from './launch.ts';
import { unwatchMirrorJob } from './mirror/launch-mirror.ts';

/**
 * Minimum time between two stored marks of a waiting command, in milliseconds. A mark costs as much
 * as ten polls, and half of the three minutes after which a command counts as vanished is enough.
 */
const markEveryMs = 90_000;

/**
 * The launch with the mark of a waiting command. The same object if it is not watched, or if the mark
 * is recent enough. Pure.
 */
export function markSeen(launch: Launch, nowMs: number): Launch {
  const { watch } = launch;
  if (watch === undefined || nowMs - watch.seenMs < markEveryMs) return launch;
  return { ...launch, watch: { sinceMs: watch.sinceMs, seenMs: nowMs } };
}

/**
 * The launch after a request for its start by a waiting command: it is watched, with a recent mark.
 * The same object if nothing changes. Pure.
 */
export function keepWatch(launch: Launch, nowMs: number): Launch {
  return markSeen(beginWatch(launch, nowMs), nowMs);
}

/**
 * The launch of which neither a waiting command nor a mirror job is watched. The same object if none
 * is. Pure.
 */
export function endWatch(launch: Launch): Launch {
  return unwatchMirrorJob(unwatchCommand(launch));
}

/** The launch without the watch of a waiting command. The same object if there is none. Pure. */
export function unwatchCommand(launch: Launch): Launch {
  if (launch.watch === undefined) return launch;
  const { watch: _, ...unwatched } = launch;
  return unwatched;
}
