const instants = ['startDate', 'stopDate', 'redriveDate', 'createdAt', 'startedAt', 'stoppedAt'];

/** Moves an EventBridge event in time, as if AWS announced it at the given instant. */
export type Redate = (event: unknown, now: Date) => unknown;

/**
 * Moves the events of a night, each as if AWS announced it at an instant of its own.
 *
 * Only then does "confirmed after so many milliseconds" mean anything; all else of an event stays. What two events of one
 * run date alike stays alike, since another start time is another run.
 */
export function createRedate(): Redate {
  const runs = new Map<string, RunInstants>();
  return (event, now) => {
    if (!isObject(event) || typeof event['time'] !== 'string') return event;
    const announcedMs = Date.parse(event['time']);
    if (Number.isNaN(announcedMs)) return event;
    const shiftMs = now.getTime() - announcedMs;
    const { detail } = event;
    return {
      ...event,
      time: `${now.toISOString().slice(0, 19)}Z`,
      ...(isObject(detail) && { detail: moveInstants(detail, shiftMs, findRun(runs, detail)) }),
    };
  };
}

/** Moves one event alone. */
export function redate(event: unknown, now: Date): unknown {
  return createRedate()(event, now);
}

/** Instants of one run as its events have them, each with what it was moved to; milliseconds since 1970. */
type RunInstants = Map<number, number>;

function findRun(
  runs: Map<string, RunInstants>,
  { executionArn, jobId }: Readonly<Record<string, unknown>>,
): RunInstants {
  const run = JSON.stringify([executionArn, jobId]);
  const found = runs.get(run) ?? new Map();
  runs.set(run, found);
  return found;
}

function moveInstants(
  detail: Readonly<Record<string, unknown>>,
  shiftMs: number,
  moved: RunInstants,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(detail).map(([name, value]) => [
      name,
      instants.includes(name) && typeof value === 'number' ? move(value, shiftMs, moved) : value,
    ]),
  );
}

/** Keeps the order of a run's instants, however fast its events are played. */
function move(instant: number, shiftMs: number, moved: RunInstants): number {
  const earlier = [...moved].filter(([one]) => one <= instant).map(([, to]) => to);
  const later = [...moved].filter(([one]) => one >= instant).map(([, to]) => to);
  const to = Math.min(Math.max(instant + shiftMs, ...earlier), ...later);
  moved.set(instant, to);
  return to;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
