import { toEventTime } from '../../lambda/workload/event-age.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import { toEnvelopeTime } from '../explain/outcome-today.ts';

const instants = ['startDate', 'stopDate', 'redriveDate', 'createdAt', 'startedAt', 'stoppedAt'];
const attempts = ['attempts', 'eksAttempts'];

/** Moves an EventBridge event in time, as if AWS emitted it at the given instant. */
export type Redate = (event: unknown, now: Date) => unknown;

/**
 * Creates a function that moves events in time, each as if AWS emitted it at its own instant. The
 * instants in its detail move along.
 *
 * Otherwise the events would be old, and a duration such as "confirmed after 200 ms" would be
 * wrong. The name of an archive replay is removed. Everything else stays, also instants that the
 * bridge rejects. Equal instants in two events of a run stay equal, because another start time is
 * another run.
 */
export function createRedate(): Redate {
  const runs = new Map<string, RunInstants>();
  return function redateEvent(event, now) {
    const emittedAt = toEnvelopeTime(event);
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

/** The instants of one run, from original to moved, in milliseconds since 1970. */
type RunInstants = Map<number, number>;

function findRun(runs: Map<string, RunInstants>, detail: unknown): RunInstants {
  const { executionArn, jobId } = isObject(detail) ? detail : {};
  const run = JSON.stringify([executionArn, jobId]);
  const found = runs.get(run) ?? new Map();
  runs.set(run, found);
  return found;
}

/**
 * Moves an instant. The order of the instants of a run stays, however fast its events are played.
 */
function createMove(moved: RunInstants, shiftMs: number): (instant: number) => number {
  return function move(instant) {
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

/** Moves an instant, and keeps its format. */
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
