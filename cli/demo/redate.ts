import { toEventTime } from '../../lambda/workload/event-age.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import { toOwnTime } from '../explain/today.ts';

const instants = ['startDate', 'stopDate', 'redriveDate', 'createdAt', 'startedAt', 'stoppedAt'];
const attempts = ['attempts', 'eksAttempts'];

/** Moves an EventBridge event in time, as if AWS emitted it at the given instant. */
export type Redate = (event: unknown, now: Date) => unknown;

/**
 * Moves the events of a night, each as if AWS emitted it, and what it tells of had happened, at an instant of its own.
 *
 * Only then is an event not old, and does "confirmed after 200 ms" mean anything. The name of a replay is removed. All else
 * stays, also instants that the bridge refuses. What two events of one run date alike stays alike, since another start time
 * is another run.
 */
export function createRedate(): Redate {
  const runs = new Map<string, RunInstants>();
  return function redateEvent(event, now) {
    const emittedAt = toOwnTime(event);
    if (!isObject(event) || emittedAt === undefined) return event;
    const { 'replay-name': _, detail, ...rest } = event;
    const reading = readWorkloadEvent(event, emittedAt);
    const moved = { ...rest, time: `${now.toISOString().slice(0, 19)}Z` };
    if (reading.kind !== 'event') return { ...moved, ...(detail !== undefined && { detail }) };
    const shiftMs = now.getTime() - toEventTime(reading.event).getTime();
    const move = createMove(findRun(runs, detail), shiftMs);
    return { ...moved, detail: moveInstants(detail, move) };
  };
}

/** Instants of one run as its events have them, each with what it was moved to; milliseconds since 1970. */
type RunInstants = Map<number, number>;

function findRun(runs: Map<string, RunInstants>, detail: unknown): RunInstants {
  const { executionArn, jobId } = isObject(detail) ? detail : {};
  const run = JSON.stringify([executionArn, jobId]);
  const found = runs.get(run) ?? new Map();
  runs.set(run, found);
  return found;
}

/** Moves an instant and keeps the order of those of its run, however fast its events are played. */
function createMove(moved: RunInstants, shiftMs: number): (instant: number) => number {
  return (instant) => {
    const earlier = [...moved].filter(([one]) => one <= instant).map(([, to]) => to);
    const later = [...moved].filter(([one]) => one >= instant).map(([, to]) => to);
    const to = Math.min(Math.max(instant + shiftMs, ...earlier), ...later);
    moved.set(instant, to);
    return to;
  };
}

function moveInstants(given: unknown, move: (instant: number) => number): unknown {
  if (!isObject(given)) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (instants.includes(name)) return [name, moveOne(value, move)];
      const isList = attempts.includes(name) && Array.isArray(value);
      return [name, isList ? value.map((one) => moveInstants(one, move)) : value];
    }),
  );
}

/** In the spelling in which it was given. */
function moveOne(value: unknown, move: (instant: number) => number): unknown {
  if (typeof value === 'number') return move(value);
  if (typeof value !== 'string') return value;
  if (/^\d+$/.test(value)) return String(move(Number(value)));
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? value : new Date(move(ms)).toISOString();
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
