import type { Launch } from './launch.ts';

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
  if (watch === undefined || launch.mirror?.kind === 'job') return launch;
  if (nowMs - watch.seenMs < markEveryMs) return launch;
  return { ...launch, watch: { sinceMs: watch.sinceMs, seenMs: nowMs } };
}

/** The launch without its watch. The same object if it is not watched. Pure. */
export function endWatch(launch: Launch): Launch {
  if (launch.watch === undefined) return launch;
  const { watch: _, ...unwatched } = launch;
  return unwatched;
}
