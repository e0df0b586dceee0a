const instants = ['startDate', 'stopDate', 'redriveDate', 'createdAt', 'startedAt', 'stoppedAt'];

/**
 * Moves an EventBridge event in time, as if AWS announced it at the given instant.
 *
 * Only then does "confirmed after so many milliseconds" mean anything; all else of the event stays.
 */
export function redate(event: unknown, now: Date): unknown {
  if (!isObject(event) || typeof event['time'] !== 'string') return event;
  const announcedMs = Date.parse(event['time']);
  if (Number.isNaN(announcedMs)) return event;
  const shiftMs = now.getTime() - announcedMs;
  const { detail } = event;
  return {
    ...event,
    time: `${now.toISOString().slice(0, 19)}Z`,
    ...(isObject(detail) && {
      detail: Object.fromEntries(
        Object.entries(detail).map(([name, value]) => [
          name,
          instants.includes(name) && typeof value === 'number' ? value + shiftMs : value,
        ]),
      ),
    }),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
