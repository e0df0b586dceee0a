import { toEventTime } from '../../lambda/report/event-age.ts';
import { readEvent } from '../../lambda/report/read/index.ts';

const instants = ['startDate', 'stopDate', 'redriveDate', 'createdAt', 'startedAt', 'stoppedAt'];
const attempts = ['attempts', 'eksAttempts'];

/**
 * Moves an EventBridge event in time, as if AWS announced it at the given instant and what it tells of had happened then.
 *
 * Only then is it not old, and does "confirmed after so many milliseconds" mean anything. The name of a replay is removed.
 * All else stays, also instants that the bridge refuses.
 */
export function redate(event: unknown, now: Date): unknown {
  if (!isObject(event) || typeof event['time'] !== 'string') return event;
  const announcedMs = Date.parse(event['time']);
  if (Number.isNaN(announcedMs)) return event;
  const { 'replay-name': _, detail, ...rest } = event;
  const reading = readEvent(event, new Date(announcedMs));
  const moved = { ...rest, time: `${now.toISOString().slice(0, 19)}Z` };
  if (reading.kind !== 'event') return { ...moved, ...(detail !== undefined && { detail }) };
  const shiftMs = now.getTime() - toEventTime(reading.event).getTime();
  return { ...moved, detail: shiftInstants(detail, shiftMs) };
}

function shiftInstants(given: unknown, shiftMs: number): unknown {
  if (!isObject(given)) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (instants.includes(name)) return [name, shift(value, shiftMs)];
      const isList = attempts.includes(name) && Array.isArray(value);
      return [name, isList ? value.map((one) => shiftInstants(one, shiftMs)) : value];
    }),
  );
}

/** In the spelling in which it was given. */
function shift(value: unknown, shiftMs: number): unknown {
  if (typeof value === 'number') return value + shiftMs;
  if (typeof value !== 'string') return value;
  if (/^\d+$/.test(value)) return String(Number(value) + shiftMs);
  const ms = Date.parse(value) + shiftMs;
  return Number.isNaN(ms) ? value : new Date(ms).toISOString();
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
