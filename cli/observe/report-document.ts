import type { ComparedEvent } from './compare.ts';
import type { ObserveReport } from './format-report.ts';
import type { RouteSummary, Spread } from './summarize.ts';

/** The report for --json. Times are in UTC, durations in seconds. */
export function toObserveDocument({ from, until, routes, events, unread }: ObserveReport) {
  return {
    since: from,
    until,
    routes: routes.map(toRouteDocument),
    events: events.map(toEventDocument),
    ...(unread.length > 0 && { unread }),
  };
}

function toRouteDocument({ gained, bridgeDelay, observe, ...summary }: RouteSummary) {
  return {
    ...summary,
    observe: toObserve(observe),
    ...(gained && { gainedSeconds: toSeconds(gained) }),
    ...(bridgeDelay && { bridgeDelaySeconds: toSeconds(bridgeDelay) }),
  };
}

function toEventDocument(event: ComparedEvent) {
  const { observe, beganMs, changedMs, seenMs, gainedMs, seen, ...rest } = event;
  return {
    ...rest,
    observe: toObserve(observe),
    beganAt: new Date(beganMs),
    changedAt: new Date(changedMs),
    receivedAt: new Date(seenMs),
    ...(seen && { seen: toSeenDocument(seen) }),
    ...(gainedMs !== undefined && { gainedSeconds: gainedMs / 1_000 }),
  };
}

function toSeenDocument(seen: NonNullable<ComparedEvent['seen']>) {
  switch (seen.kind) {
    case 'job': {
      const { startedMs, endedMs, ...rest } = seen;
      return {
        ...rest,
        ...(startedMs !== undefined && { startedAt: new Date(startedMs) }),
        endedAt: new Date(endedMs),
      };
    }
    case 'value': {
      const { changedMs, ...rest } = seen;
      return { ...rest, changedAt: new Date(changedMs) };
    }
    case 'none':
    case 'unreadable':
      return seen;
    default:
      return seen satisfies never;
  }
}

function toObserve({ pollsEveryMs, ...old }: ComparedEvent['observe']) {
  return { ...old, pollsEverySeconds: pollsEveryMs / 1_000 };
}

function toSeconds({ median, p90, max }: Spread): Spread {
  return { median: median / 1_000, p90: p90 / 1_000, max: max / 1_000 };
}
