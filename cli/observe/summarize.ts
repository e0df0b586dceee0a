import type { Agreement, ComparedEvent } from './compare.ts';

/** Median, ninetieth percentile and maximum, in milliseconds. */
export interface Spread {
  readonly median: number;
  readonly p90: number;
  readonly max: number;
}

/** A computed number that nothing measured, with the formula. */
export interface Estimate {
  readonly value: number;
  readonly label: 'estimate';
  readonly formula: string;
}

/** The comparison of one route and instance. */
export interface RouteSummary {
  readonly route: string;
  readonly instance: string;
  readonly observe: ComparedEvent['observe'];
  /** Number of ends of runs by agreement. */
  readonly counts: Readonly<Record<Agreement, number>>;
  /**
   * Runs of the old job without an event of the bridge. Absent if the runs of the job were not
   * read.
   */
  readonly onlyOld?: number;
  /** Why `onlyOld` is not known. */
  readonly onlyOldUnread?: string;
  /** From the change in AWS to the old reaction. Absent if no time is known. */
  readonly gained?: Spread;
  /** The delay of the bridge: from the change in AWS to the receipt of the event. */
  readonly bridgeDelay?: Spread;
  readonly awsCallsSaved: Estimate;
  readonly agentSecondsSaved: Estimate;
}

/** Summarizes the compared events of each route and instance. Pure. */
export function summarize(events: readonly ComparedEvent[]): readonly RouteSummary[] {
  const byRoute = Map.groupBy(events, ({ route, instance }) => `${route} ${instance}`);
  return [...byRoute.values()].flatMap((ofRoute) => {
    // The newest event has the present setting.
    const last = ofRoute.at(-1);
    return last === undefined ? [] : [summarizeRoute(last, ofRoute)];
  });
}

function summarizeRoute(
  { route, instance, observe }: ComparedEvent,
  events: readonly ComparedEvent[],
): RouteSummary {
  const count = (agreement: Agreement) =>
    events.filter((event) => event.agreement === agreement).length;
  const gained = toSpread(events.flatMap(({ gainedMs }) => gainedMs ?? []));
  const delay = toSpread(events.map(({ seenMs, changedMs }) => Math.max(0, seenMs - changedMs)));
  const polled = (event: ComparedEvent) =>
    Math.ceil(toPolledMs(event) / Math.max(1, event.observe.pollsEveryMs));
  const hasJob = 'job' in observe;
  return {
    route,
    instance,
    observe,
    counts: {
      same: count('same'),
      different: count('different'),
      onlyBridge: count('onlyBridge'),
      open: count('open'),
      unread: count('unread'),
    },
    ...(gained && { gained }),
    ...(delay && { bridgeDelay: delay }),
    awsCallsSaved: {
      value: events.reduce((sum, event) => sum + polled(event), 0),
      label: 'estimate',
      formula: `sum of ceil(seconds of polling / ${observe.pollsEveryMs / 1_000} s of pollsEvery)`,
    },
    agentSecondsSaved: {
      value: Math.round(events.reduce((sum, event) => sum + toPolledMs(event), 0) / 1_000),
      label: 'estimate',
      formula: hasJob
        ? 'sum of the seconds of polling: those of the run of the job, or of the run in AWS if that of the job is not known'
        : 'sum of the seconds of polling: those of the run in AWS, because a variable does not show the job',
    },
  };
}

/** How long the old job polled for a run: as long as it ran, or as the run in AWS did. */
function toPolledMs({ seen, beganMs, changedMs }: ComparedEvent): number {
  if (seen?.kind === 'job' && seen.startedMs !== undefined && !seen.ambiguous) {
    return Math.max(0, seen.endedMs - seen.startedMs);
  }
  return Math.max(0, changedMs - beganMs);
}

function toSpread(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { median: at(0.5), p90: at(0.9), max: at(1) };
}
